import Capture
import Correlation
import Logs
import Observations

/// Reads capture files from beginning to end and judges what they show.
public struct OfflineAnalysis {
  /// What came of it: the report on everything readable, and what could not be read.
  public struct Outcome {
    public let report: Report
    /// In the order of the files.
    public let problems: [CaptureError]
    /// Packets that the capture filter does not work on, in the order of the files.
    public let filterProblems: [FilterProblem]
    /// What was left out, in the words of the selection; nil when nothing was.
    public let narrowing: Narrowing?
    /// Logs that could not be read, or not to their end, in the order of the files.
    public let logProblems: [LogProblem]
    /// What the report was made from. To take all of it apart costs some percent of the time that a large capture takes; a
    /// command that ends with the report never does.
    fileprivate let sources: (Correlator, Situation)

    /// Whether nothing at all could be opened, so that there is nothing to report.
    public var isEmpty: Bool {
      report.captures.allSatisfy { $0.packets + $0.skippedPackets == 0 } && problems.count == report.captures.count
        && report.logs.isEmpty
    }
  }

  private let paths: [String]
  private let points: CapturePoints
  private let selection: Selection
  private let renaming: Renaming?
  private let logs: [String]
  private let logTimeZone: Int?
  private let threads: ThreadCount

  /// - Parameters:
  ///   - paths: Capture files in any order; `-` is standard input.
  ///   - points: Which of them continue each other.
  ///   - selection: What of them is analysed.
  ///   - renaming: What the report calls things, when not by their own names.
  ///   - logs: Logs of gateways and clients beside the captures, or alone.
  ///   - logTimeZone: The zone of log lines that name none, in seconds east of UTC; without it, it is estimated.
  ///   - threads: How many work on it; the report is the same.
  public init(
    paths: [String], points: CapturePoints = .automatic, selection: Selection = Selection(), renaming: Renaming? = nil,
    logs: [String] = [], logTimeZone: Int? = nil, threads: ThreadCount = .automatic
  ) {
    self.paths = paths
    self.points = points
    self.selection = selection
    self.renaming = renaming
    self.logs = logs
    self.logTimeZone = logTimeZone
    self.threads = threads
  }

  /// Reads every file and gives the report. A file that cannot be read does not keep the others from being read.
  ///
  /// - Parameter progress: Is told now and then how far the reading has come.
  public mutating func run(_ progress: (ReadingProgress) -> Void = { _ in }) -> Outcome {
    var reading = CaptureReading(
      paths: paths, points: points, selection: selection, threads: threads, sink: CorrelatorSink(renaming: renaming))
    reading.run(progress)
    let narrowing = reading.narrowing
    let told = reading.descriptions.map { renaming?.capture($0) ?? $0 }
    var correlator = reading.sink.correlator
    let read = LogReading.read(logs, renaming) { correlator.absorb($0) }
    let (report, situation) = correlator.judgment(
      captures: told, logs: read.descriptions, logTimeZone: logTimeZone,
      narrowedTo: narrowing.map { renaming?.narrowing($0) ?? $0 })
    return Outcome(
      report: report, problems: reading.problems, filterProblems: reading.filterProblems, narrowing: narrowing,
      logProblems: read.problems, sources: (correlator, situation))
  }
}
