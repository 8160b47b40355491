import Correlation
import Families
import Logs
import ObservationStreams
import Observations

/// Judges observations that were written down, as `OfflineAnalysis` judges captures and logs.
public struct StreamCorrelation {
  public struct Outcome {
    /// nil when there was no stream at all.
    public let report: Report?
    /// What of the files could not be used.
    public let problems: [StreamProblem]
    /// Logs that could not be read, or not to their end, in the order of the files.
    public let logProblems: [LogProblem]
  }

  /// In which order the report names the captures.
  public enum CaptureOrder: Sendable {
    /// By name, whatever order the files come in.
    case name
    /// As the files are given.
    case given
  }

  private let paths: [String]
  private let tunnels: TunnelSelection
  private let order: CaptureOrder
  private let joinsPoints: Bool
  private let logs: [String]
  private let logTimeZone: Int?

  /// - Parameters:
  ///   - paths: Files of observations in any order; `-` is standard input.
  ///   - tunnels: Which tunnels are reported.
  ///   - order: In which order the report names the captures.
  ///   - joinsPoints: Whether captures that were observed apart may continue each other.
  ///   - logs: Logs of gateways and clients that stand in no stream; reports name them after those that do.
  ///   - logTimeZone: The zone of log lines that name none, in seconds east of UTC; without it, it is estimated.
  public init(
    paths: [String], tunnels: TunnelSelection = TunnelSelection(), order: CaptureOrder = .name,
    joinsPoints: Bool = true,
    logs: [String] = [], logTimeZone: Int? = nil
  ) {
    self.paths = paths
    self.tunnels = tunnels
    self.order = order
    self.joinsPoints = joinsPoints
    self.logs = logs
    self.logTimeZone = logTimeZone
  }

  /// Reads every file and gives the report. What cannot be understood does not keep the rest from being judged.
  public func run() -> Outcome {
    var (streams, problems) = StreamSurvey.streams(in: paths)
    var works: [ObservedWork] = []
    // Streams about the same captures name the same first one.
    var places: [String: [Int]] = [:]
    for stream in streams {
      let first = stream.header.captures.first?.path ?? ""
      if let place = places[first]?.first(where: { works[$0].isSameWork(as: stream) }) {
        if let reason = works[place].add(stream) {
          problems.append(StreamProblem(name: stream.name, reason: "\(reason); it is left out"))
        }
      } else if let first = works.first, first.header.selection != stream.header.selection {
        problems.append(
          StreamProblem(
            name: stream.name,
            reason: "observed with another --since, --until or --filter than \(first.name); it is left out"))
      } else {
        places[first, default: []].append(works.count)
        works.append(ObservedWork(stream))
      }
    }
    streams = []
    guard !works.isEmpty else { return Outcome(report: nil, problems: problems, logProblems: []) }
    if order == .name { works.sort { $0.precedes($1) } }
    for index in works.indices {
      if let reason = works[index].missingParts {
        problems.append(StreamProblem(name: works[index].name, reason: reason))
      }
    }

    var captures = CaptureAssignment(works, joinsPoints: joinsPoints)
    var correlator = Correlator(families: RegisteredFamilies.table)
    var observedLogs: [LogDescription] = []
    for (index, work) in works.enumerated() {
      let ownLogs = work.logs(from: observedLogs.count)
      observedLogs += ownLogs
      problems += work.read(
        numbers: captures.numbers[index], points: captures.points[index], logs: ownLogs.map(\.index)
      ) { observation in
        captures.noteTime(of: observation)
        correlator.absorb(observation)
      }
    }
    let read = LogReading.read(logs, nil, firstIndex: observedLogs.count) { correlator.absorb($0) }
    let report = correlator.report(
      captures: captures.descriptions(works), logs: observedLogs + read.descriptions, logTimeZone: logTimeZone,
      narrowedTo: narrowing(works[0].header))
    return Outcome(report: report, problems: problems, logProblems: read.problems)
  }

  private func narrowing(_ header: StreamHeader) -> Narrowing? {
    guard header.selection != nil || tunnels != TunnelSelection() else { return nil }
    return Narrowing(
      since: header.selection?.since, until: header.selection?.until, filter: header.selection?.filter,
      tunnels: tunnels)
  }
}
