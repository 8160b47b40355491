import ObservationStreams
import Observations

/// All streams that are about the same captures: one, or the parts that several observers took of the pairs of hosts.
struct ObservedWork {
  private var streams: [StreamSurvey]

  init(_ stream: StreamSurvey) { streams = [stream] }

  var header: StreamHeader { streams[0].header }
  /// The first of the files.
  var name: String { streams[0].name }

  func isSameWork(as stream: StreamSurvey) -> Bool { header.isAboutTheSame(as: stream.header) }

  /// Adds a part; the result says why it cannot be.
  mutating func add(_ stream: StreamSurvey) -> String? {
    guard let part = stream.header.part, let own = header.part, own.count == part.count else {
      return "holds the same captures as \(name)"
    }
    if let same = streams.first(where: { $0.header.part == part }) {
      return "holds the same part \(part) as \(same.name)"
    }
    for (index, capture) in stream.captures {
      guard let known = known(index), !known.isSameFile(as: capture) else { continue }
      return "\(capture.capture.name) has changed since \(name) was written"
    }
    streams.append(stream)
    return nil
  }

  /// Which parts there should be and are not, in one line.
  var missingParts: String? {
    guard let count = header.part?.count, streams.count < count else { return nil }
    let there = Set(streams.compactMap { $0.header.part?.number })
    let missing = (1...count).filter { !there.contains($0) }
    let names = missing.prefix(8).map { "\($0)/\(count)" }.joined(separator: ", ") + (missing.count > 8 ? " …" : "")
    return (missing.count == 1 ? "part \(names) is missing" : "parts \(names) are missing")
      + ": some pairs of hosts are not in the report"
  }

  /// The order of captures that does not depend on the order of files.
  func precedes(_ other: ObservedWork) -> Bool {
    for (a, b) in zip(header.captures, other.header.captures) {
      if a.path != b.path { return (Self.fileName(a.path), a.path) < (Self.fileName(b.path), b.path) }
      if a.firstPacket != b.firstPacket {
        return a.firstPacket.map(\.nanoseconds) ?? .max < b.firstPacket.map(\.nanoseconds) ?? .max
      }
    }
    guard header.captures.count == other.header.captures.count else {
      return header.captures.count < other.header.captures.count
    }
    return header.logs.lexicographicallyPrecedes(other.header.logs)
  }

  private static func fileName(_ path: String) -> Substring { path.split(separator: "/").last ?? path[...] }

  // MARK: Captures

  /// What all parts together tell of a capture; nil when none of them came to its end.
  func capture(_ index: Int) -> StreamCapture? {
    guard let first = known(index) else { return nil }
    var description = first.capture
    let parts = streams.compactMap { $0.captures[index]?.capture }
    // These count what was tracked; everything else is of the whole file in every part.
    description.superPackets = parts.reduce(0) { $0 + $1.superPackets }
    description.copies = parts.reduce(0) { $0 + $1.copies }
    description.unreadPackets = parts.reduce(0) { $0 + $1.unreadPackets }
    let unread = parts.compactMap(\.unread)
    description.unread = unread.isEmpty ? nil : unread.reduce(into: UnreadCounts()) { $0.add($1) }
    description.directions = SeenDirections.together(parts.compactMap(\.directions))
    description.failedConnections = FailedConnections.together(parts.compactMap(\.failedConnections))
    description.reachedLimits = ReachedLimit.together(parts.map(\.reachedLimits))
    return StreamCapture(capture: description, latest: first.latest)
  }

  private func known(_ index: Int) -> StreamCapture? { streams.lazy.compactMap { $0.captures[index] }.first }

  /// Why the observations of a capture are not whole, in one line; nil when they are.
  func gap(ofCapture index: Int) -> String? {
    if let missingParts { return missingParts }
    return streams.allSatisfy(\.isComplete) ? nil : "its observations end early"
  }

  // MARK: Logs

  /// What is known of the logs, with their indices in the report: one whose description is missing was not read to its
  /// end, or its part is missing.
  ///
  /// - Parameter first: The index in the report of the first of them.
  func logs(from first: Int) -> [LogDescription] {
    header.logs.enumerated().map { index, name in
      let description =
        streams.lazy.compactMap { $0.logs[index]?.log }.first
        ?? LogDescription(
          index: index, name: name, format: .unknown, lines: 0, understoodLines: 0, unknownLines: 0,
          problem: missingParts ?? "its observations end early")
      let isCut = streams.contains { $0.logs[index] != nil && !$0.isComplete }
      return description.numbered(first + index, problem: isCut ? "its observations end early" : nil)
    }
  }

  // MARK: Observations

  /// Passes on the observations of all parts in the order in which one observer would have emitted them.
  ///
  /// - Parameters:
  ///   - numbers: For each capture, its index in the report.
  ///   - points: For each point, its index in the report.
  ///   - logs: For each log, its index in the report.
  /// - Returns: What was not understood.
  func read(numbers: [Int], points: [Int], logs: [Int] = [], _ take: (Observation) -> Void) -> [StreamProblem] {
    var readers: [StreamReader] = []
    var problems: [StreamProblem] = []
    for stream in streams {
      do throws(StreamProblem) {
        readers.append(try StreamReader(stream, numbers: numbers, points: points, logs: logs))
      } catch {
        problems.append(error)
      }
    }
    var waiting = readers.indices.map { readers[$0].next() }
    while let next = waiting.indices.filter({ waiting[$0] != nil }).min(by: { precedes(waiting[$0], waiting[$1]) }) {
      if let first = waiting[next] { take(first.observation) }
      waiting[next] = readers[next].next()
    }
    return problems + readers.flatMap(\.problems)
  }

  private typealias Placed = (place: StreamPlace, observation: Observation)

  private func precedes(_ a: Placed?, _ b: Placed?) -> Bool {
    guard let a, let b else { return a != nil }
    return a.place < b.place
  }
}

extension LogDescription {
  /// The same log, called by another index, with why what it shows is not whole.
  fileprivate func numbered(_ index: Int, problem newProblem: String?) -> LogDescription {
    LogDescription(
      index: index, name: name, format: format, lines: lines, understoodLines: understoodLines,
      unknownLines: unknownLines, usedLines: usedLines, suspiciousLines: suspiciousLines,
      firstSuspicious: firstSuspicious, complaints: complaints, cutLines: cutLines,
      droppedObservations: droppedObservations,
      forgottenHandshakes: forgottenHandshakes, skippedMembers: skippedMembers, start: start, end: end,
      problem: problem ?? newProblem)
  }
}

extension StreamCapture {
  /// Whether two observers saw the same bytes, as far as the counts tell.
  fileprivate func isSameFile(as other: StreamCapture) -> Bool {
    var (a, b) = (capture, other.capture)
    (a.superPackets, a.copies, a.unreadPackets) = (0, 0, 0)
    (b.superPackets, b.copies, b.unreadPackets) = (0, 0, 0)
    (a.unread, b.unread) = (nil, nil)
    (a.directions, b.directions) = (nil, nil)
    (a.failedConnections, b.failedConnections) = (nil, nil)
    a.reachedLimits = ReachedLimit.ofFile(a.reachedLimits)
    b.reachedLimits = ReachedLimit.ofFile(b.reachedLimits)
    return a == b && latest == other.latest
  }
}
