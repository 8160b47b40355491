import Capture
import Correlation
import Observations
import Tracking

/// Reads capture files from beginning to end and judges what they show.
public struct OfflineAnalysis {
  /// What came of it: the report on everything readable, and what could not be read.
  public struct Outcome {
    public let report: Report
    /// In the order of the files.
    public let problems: [CaptureError]
    /// Packets that the capture filter does not work on, in the order of the files.
    public let filterProblems: [FilterProblem]
  }

  /// Files that are kept open between the look at their first packet and their turn.
  private static let filesKeptOpen = 128

  private let paths: [String]
  private let points: CapturePoints
  private let selection: Selection
  /// nil when every packet is analysed: then nothing is asked for any of them.
  private var selector: PacketSelector?
  private var correlator = Correlator()
  private var trackers: [Int: PointTracker] = [:]
  private var descriptions: [CaptureDescription] = []
  private var problems: [(index: Int, error: CaptureError)] = []
  private var filterProblems: [(index: Int, problem: FilterProblem)] = []

  /// - Parameters:
  ///   - paths: Capture files in any order; `-` is standard input.
  ///   - points: Which of them continue each other.
  ///   - selection: What of them is analysed.
  public init(paths: [String], points: CapturePoints = .automatic, selection: Selection = Selection()) {
    self.paths = paths
    self.points = points
    self.selection = selection
  }

  /// Reads every file and gives the report. A file that cannot be read does not keep the others from being read.
  public mutating func run() -> Outcome {
    let names = DisplayNames.names(for: paths)
    let captures = zip(paths, names).enumerated().map { index, file in
      let capture = OpenCapture(index: index, path: file.0, name: file.1)
      if index >= Self.filesKeptOpen, file.0 != "-" { capture.closeUntilNeeded() }
      return capture
    }.sorted { ($0.start, $0.index) < ($1.start, $1.index) }

    let narrowing = selection.narrowing(firstPacket: captures.first.flatMap { $0.isEmpty ? nil : $0.start })
    selector = narrowing.flatMap { PacketSelector($0) }

    switch points {
    case .merged: readMerged(captures)
    case .separate: for capture in captures { read(capture, point: capture.index) }
    case .automatic: readAutomatically(captures)
    }
    for point in trackers.keys.sorted() {
      trackers[point]?.finish()
      drain(point)
    }
    addPacketQuality()
    return Outcome(
      report: correlator.report(captures: descriptions, narrowedTo: narrowing),
      problems: problems.sorted { $0.index < $1.index }.map(\.error),
      filterProblems: filterProblems.sorted { $0.index < $1.index }.map(\.problem))
  }

  // MARK: Reading

  private mutating func readAutomatically(_ captures: [OpenCapture]) {
    var assignment = PointAssignment()
    for capture in captures {
      let linkTypes = capture.linkTypes
      let point = assignment.point(for: capture.name, linkTypes: linkTypes, start: capture.start) ?? capture.index
      read(capture, point: point)
      // The whole capture counts, so that a selection does not change which captures continue each other.
      if let end = capture.latest {
        assignment.add(capture.name, linkTypes: linkTypes, end: end, to: point)
      }
    }
  }

  private mutating func read(_ capture: OpenCapture, point: Int) {
    while capture.fill() { track(capture, 0..<capture.batch.count, point: point) }
    close(capture, point: point)
  }

  /// Packets of all files in time order, as runs: from the file that is behind, up to where the next one stands.
  private mutating func readMerged(_ captures: [OpenCapture]) {
    guard let point = captures.map(\.index).min() else { return }
    while true {
      let waiting = captures.compactMap { capture in capture.nextTime().map { (capture: capture, time: $0) } }
        .sorted { ($0.time, $0.capture.index) < ($1.time, $1.capture.index) }
      guard let first = waiting.first else { break }
      let limit = waiting.count > 1 ? waiting[1].time : Timestamp(nanoseconds: .max)
      track(first.capture, first.capture.run(until: limit), point: point)
    }
    for capture in captures { close(capture, point: point) }
  }

  private mutating func track(_ capture: OpenCapture, _ records: Range<Int>, point: Int) {
    if let selector {
      capture.hand(records, selectedBy: selector, to: &trackers[point, default: PointTracker(point: point)])
    } else {
      capture.hand(records, to: &trackers[point, default: PointTracker(point: point)])
    }
    drain(point)
  }

  private mutating func drain(_ point: Int) {
    guard let observations = trackers[point]?.takeObservations(), !observations.isEmpty else { return }
    correlator.absorb(observations)
  }

  private mutating func close(_ capture: OpenCapture, point: Int) {
    descriptions.append(capture.description(point: point))
    if let problem = capture.problem { problems.append((capture.index, problem)) }
    filterProblems += capture.filterProblems.map { (capture.index, $0) }
    capture.closeUntilNeeded()
  }

  private mutating func addPacketQuality() {
    for index in descriptions.indices {
      guard let tracker = trackers[descriptions[index].point] else { continue }
      let quality = tracker.quality(ofCapture: descriptions[index].index)
      descriptions[index].superPackets = quality.superPackets
      descriptions[index].unreadPackets = quality.unreadPackets
    }
  }
}
