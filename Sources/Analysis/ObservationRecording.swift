import Capture
import Correlation
import ObservationStreams
import Observations
import Tracking

/// Reads capture files and logs from beginning to end and writes down what they show, for `StreamCorrelation` to judge.
public struct ObservationRecording {
  /// What could not be read.
  public struct Outcome {
    /// In the order of the files.
    public let problems: [CaptureError]
    /// Packets that the capture filter does not work on, in the order of the files.
    public let filterProblems: [FilterProblem]
    /// Logs that could not be read, or not to their end, in the order of the files.
    public let logProblems: [LogProblem]
  }

  private let paths: [String]
  private let logs: [String]
  private let points: CapturePoints
  private let selection: Selection
  private let part: HostPairShare?
  private let generator: StreamHeader.Generator

  /// - Parameters:
  ///   - paths: Capture files in any order; `-` is standard input.
  ///   - logs: Logs of gateways and clients beside the captures, or alone.
  ///   - points: Which of them continue each other.
  ///   - selection: What of them is observed; which tunnels are reported is asked later.
  ///   - part: The pairs of hosts that are observed; nil for all. What logs show is in the first part.
  ///   - generator: Who writes.
  public init(
    paths: [String], logs: [String] = [], points: CapturePoints = .automatic, selection: Selection = Selection(),
    part: HostPairShare? = nil, generator: StreamHeader.Generator
  ) {
    self.paths = paths
    self.logs = logs
    self.points = points
    self.selection = selection
    self.part = part
    self.generator = generator
  }

  /// Reads every file. A file that cannot be read does not keep the others from being read.
  ///
  /// - Parameter sink: Gets the stream in blocks of bytes; what it throws ends the reading.
  public func run(to sink: @escaping ([UInt8]) throws -> Void) throws -> Outcome {
    let logs = LogRecording(logs)
    var reading = CaptureReading(
      paths: paths, points: points, selection: selection, share: part, sink: StreamSink(writer: StreamWriter(to: sink)))
    try reading.sink.writer.write(header(reading.beginnings, logs.descriptions.map(\.name), reading.narrowing))
    let holdsLogs = part.map { $0.number == 1 } ?? true
    // Before what they show: of a stream that is cut it is known whose logs they are.
    if holdsLogs { for log in logs.descriptions { try reading.sink.writer.write(StreamLog(log: log)) } }
    try reading.run()
    if holdsLogs {
      try logs.read { observation, line in try reading.sink.writer.write(observation, line) }
    }
    for description in reading.descriptions.sorted(by: { $0.index < $1.index }) {
      try reading.sink.writer.write(StreamCapture(capture: description, latest: reading.latest[description.index]))
    }
    try reading.sink.writer.finish()
    return Outcome(
      problems: reading.problems, filterProblems: reading.filterProblems, logProblems: logs.problems)
  }

  private func header(
    _ beginnings: [CaptureReading<StreamSink>.Beginning], _ logs: [String], _ narrowing: Narrowing?
  ) -> StreamHeader {
    let points: StreamHeader.Points =
      switch points {
      case .automatic: .automatic
      case .separate: .separate
      case .merged: .merged
      }
    let selection = narrowing.flatMap {
      $0.since == nil && $0.until == nil && $0.filter == nil
        ? nil : StreamHeader.Selection(since: $0.since, until: $0.until, filter: $0.filter)
    }
    return StreamHeader(
      generator: generator, part: part, points: points, selection: selection,
      captures: beginnings.map {
        StreamHeader.Capture(
          path: DisplayNames.longest(for: $0.path), firstPacket: $0.firstPacket, linkTypes: $0.linkTypes.map(\.name))
      }, logs: logs)
  }
}

/// Everything goes into a stream of observations.
private struct StreamSink: ObservationSink {
  var writer: StreamWriter

  mutating func take(from tracker: inout PointTracker) throws {
    for (order, observation) in tracker.takeOrderedObservations() { try writer.write(observation, order) }
  }
}
