import Capture
import Correlation
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
  }

  private let paths: [String]
  private let points: CapturePoints
  private let selection: Selection
  private let renaming: Renaming?

  /// - Parameters:
  ///   - paths: Capture files in any order; `-` is standard input.
  ///   - points: Which of them continue each other.
  ///   - selection: What of them is analysed.
  ///   - renaming: What the report calls things, when not by their own names.
  public init(
    paths: [String], points: CapturePoints = .automatic, selection: Selection = Selection(), renaming: Renaming? = nil
  ) {
    self.paths = paths
    self.points = points
    self.selection = selection
    self.renaming = renaming
  }

  /// Reads every file and gives the report. A file that cannot be read does not keep the others from being read.
  public mutating func run() -> Outcome {
    var reading = CaptureReading(
      paths: paths, points: points, selection: selection, sink: CorrelatorSink(renaming: renaming))
    reading.run()
    let narrowing = reading.narrowing
    let told = reading.descriptions.map { renaming?.capture($0, paths[$0.index]) ?? $0 }
    return Outcome(
      report: reading.sink.correlator.report(
        captures: told, narrowedTo: narrowing.map { renaming?.narrowing($0) ?? $0 }),
      problems: reading.problems, filterProblems: reading.filterProblems, narrowing: narrowing)
  }
}
