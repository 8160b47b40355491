import Capture
import Correlation
import Observations
import Tracking

/// Reads capture files from beginning to end and hands on what they show.
struct CaptureReading<Sink: ObservationSink> {
  /// Files that are kept open between the look at their first packet and their turn.
  private static var filesKeptOpen: Int { 128 }

  let paths: [String]
  let points: CapturePoints
  let share: HostPairShare?
  var sink: Sink
  private let captures: [OpenCapture]
  /// What is left out, in the words of the selection; nil when nothing is.
  let narrowing: Narrowing?
  /// nil when every packet is analysed: then nothing is asked for any of them.
  private let selector: PacketSelector?
  private var trackers: [Int: PointTracker] = [:]
  /// By all points together.
  private var packetsRead = 0
  private(set) var descriptions: [CaptureDescription] = []
  /// By index of the capture: the greatest time of all its packets, whether they are selected or not.
  private(set) var latest: [Int: Timestamp] = [:]
  private var problemsByCapture: [(index: Int, error: CaptureError)] = []
  private var filterProblemsByCapture: [(index: Int, problem: FilterProblem)] = []

  /// Opens the files and looks at their first packets.
  init(
    paths: [String], points: CapturePoints, selection: Selection, share: HostPairShare? = nil, sink: Sink
  ) {
    self.paths = paths
    self.points = points
    self.share = share
    self.sink = sink
    let names = DisplayNames.names(for: paths)
    captures = zip(paths, names).enumerated().map { index, file in
      let capture = OpenCapture(index: index, path: file.0, name: file.1)
      if index >= Self.filesKeptOpen, file.0 != "-" { capture.closeUntilNeeded() }
      return capture
    }.sorted { ($0.start, $0.index) < ($1.start, $1.index) }
    narrowing = selection.narrowing(firstPacket: captures.first.flatMap { $0.isEmpty ? nil : $0.start })
    selector = narrowing.flatMap { PacketSelector($0) }
  }

  /// What the look at a capture's beginning told.
  struct Beginning {
    let path: String
    /// nil for a capture without packets.
    let firstPacket: Timestamp?
    let linkTypes: [LinkType]
  }

  /// In the order in which the files were given.
  var beginnings: [Beginning] {
    captures.sorted { $0.index < $1.index }.map {
      Beginning(path: $0.path, firstPacket: $0.isEmpty ? nil : $0.start, linkTypes: $0.linkTypes)
    }
  }

  /// What could not be read, in the order of the files.
  var problems: [CaptureError] { problemsByCapture.sorted { $0.index < $1.index }.map(\.error) }
  /// Packets that the capture filter does not work on, in the order of the files.
  var filterProblems: [FilterProblem] { filterProblemsByCapture.sorted { $0.index < $1.index }.map(\.problem) }

  /// Reads every file. A file that cannot be read does not keep the others from being read.
  mutating func run() throws(Sink.Failure) {
    switch points {
    case .merged: try readMerged()
    case .separate: for capture in captures { try read(capture, point: capture.index) }
    case .automatic: try readAutomatically()
    }
    try finish()
    addPacketQuality()
  }

  private mutating func readAutomatically() throws(Sink.Failure) {
    var assignment = PointAssignment()
    for capture in captures {
      let linkTypes = capture.linkTypes.map(\.name)
      let point = assignment.point(for: capture.name, linkTypes: linkTypes, start: capture.start) ?? capture.index
      try read(capture, point: point)
      // The whole capture counts, so that a selection does not change which captures continue each other.
      if let end = capture.latest {
        assignment.add(capture.name, linkTypes: linkTypes, end: end, to: point)
      }
    }
  }

  private mutating func read(_ capture: OpenCapture, point: Int) throws(Sink.Failure) {
    while capture.fill() { try track(capture, 0..<capture.batch.count, point: point) }
    close(capture, point: point)
  }

  /// Packets of all files in time order, as runs: from the file that is behind, up to where the next one stands.
  private mutating func readMerged() throws(Sink.Failure) {
    guard let point = captures.map(\.index).min() else { return }
    while true {
      let waiting = captures.compactMap { capture in capture.nextTime().map { (capture: capture, time: $0) } }
        .sorted { ($0.time, $0.capture.index) < ($1.time, $1.capture.index) }
      guard let first = waiting.first else { break }
      let limit = waiting.count > 1 ? waiting[1].time : Timestamp(nanoseconds: .max)
      try track(first.capture, first.capture.run(until: limit), point: point)
    }
    for capture in captures { close(capture, point: point) }
  }

  private mutating func track(_ capture: OpenCapture, _ records: Range<Int>, point: Int) throws(Sink.Failure) {
    var tracker = trackers.removeValue(forKey: point) ?? PointTracker(point: point, share: share)
    defer { trackers[point] = tracker }
    tracker.packetsRead = packetsRead
    if let selector {
      capture.hand(records, selectedBy: selector, to: &tracker)
    } else {
      capture.hand(records, to: &tracker)
    }
    packetsRead = tracker.packetsRead
    try sink.take(from: &tracker)
  }

  /// Tells what only the end of the captures can tell, one point after the other.
  private mutating func finish() throws(Sink.Failure) {
    for (turn, point) in trackers.keys.sorted().enumerated() {
      guard var tracker = trackers.removeValue(forKey: point) else { continue }
      defer { trackers[point] = tracker }
      tracker.packetsRead = packetsRead + turn
      tracker.finish()
      try sink.take(from: &tracker)
    }
  }

  private mutating func close(_ capture: OpenCapture, point: Int) {
    descriptions.append(capture.description(point: point))
    if let problem = capture.problem { problemsByCapture.append((capture.index, problem)) }
    filterProblemsByCapture += capture.filterProblems.map { (capture.index, $0) }
    capture.closeUntilNeeded()
    latest[capture.index] = capture.latest
  }

  private mutating func addPacketQuality() {
    for index in descriptions.indices {
      guard let tracker = trackers[descriptions[index].point] else { continue }
      let quality = tracker.quality(ofCapture: descriptions[index].index)
      descriptions[index].superPackets = quality.superPackets
      descriptions[index].unreadPackets = quality.unreadPackets
      descriptions[index].reachedLimits += quality.counters.reached(tracker.limits)
    }
  }
}
