import Families
import Logs
import ObservationStreams
import Observations

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What logs show, for a stream of observations.
///
/// A stream names its logs before it says what they show, and a bundle's members are known only when it has been read: so
/// logs are read twice, first for their names. What cannot be read twice (standard input, a pipe) is held in memory, up to
/// `LogLimits.observations` a log.
struct LogRecording {
  let descriptions: [LogDescription]
  let problems: [LogProblem]
  private let paths: [String]
  /// By path: the index of its first log.
  private var firstIndices: [Int] = []
  /// By path: what it shows, where it cannot be read again.
  private var held: [Int: [Observation]] = [:]

  /// Reads the logs once.
  init(_ paths: [String]) {
    self.paths = paths
    var held: [Int: [Observation]] = [:]
    var firstIndices: [Int] = []
    let isRepeatable = paths.map(Self.isRegular)
    var (descriptions, problems) = LogReading.read(
      paths, nil,
      beginning: { firstIndices.append($0) },
      { observation in
        let path = firstIndices.count - 1
        if !isRepeatable[path] { held[path, default: []].append(observation) }
      })
    let most = StreamHeader.mostLogs
    if descriptions.count > most {
      problems.append(
        LogProblem(
          file: descriptions[most].name, problem: "more than \(most) logs; it and those after it are left out",
          isAbsent: false))
      descriptions.removeLast(descriptions.count - most)
    }
    self.descriptions = descriptions
    self.problems = problems
    self.held = held
    self.firstIndices = firstIndices
  }

  /// Passes on what the logs show, in the order of their lines.
  func read(_ takeObservation: (Observation, LogLine) throws -> Void) throws {
    func take(_ observation: Observation) throws {
      guard let line = observation.source.line, line.log < descriptions.count else { return }
      try takeObservation(observation, line)
    }
    for (path, name) in zip(paths.indices, DisplayNames.names(for: paths)) {
      for observation in held[path] ?? [] { try take(observation) }
      guard held[path] == nil, Self.isRegular(paths[path]) else { continue }
      var reader = LogReader(firstIndex: firstIndices[path], readers: RegisteredFamilies.logReaders)
      var failure: (any Error)?
      // What cannot be read was reported the first time.
      _ = try? reader.read(path: paths[path], name: name) { observation in
        guard failure == nil else { return }
        do { try take(observation) } catch { failure = error }
      }
      if let failure { throw failure }
    }
  }

  private static func isRegular(_ path: String) -> Bool {
    guard path != "-" else { return false }
    var status = stat()
    let result = unsafe path.withCString { unsafe stat($0, &status) }
    return result == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
