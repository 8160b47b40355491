import Correlation
import Observations

extension Source {
  /// "frame 25", or "c2 frame 25" where there are several captures; "l1 line 40".
  func place(amongSeveral: Bool) -> String {
    switch self {
    case .frame(let frame): (amongSeveral ? "\(frame.captureID) " : "") + "frame \(frame.frame)"
    case .line(let line): line.place
    }
  }

  /// "25", or "c2 25" where there are several captures; "l1 line 40".
  func briefPlace(amongSeveral: Bool) -> String {
    switch self {
    case .frame(let frame): (amongSeveral ? "\(frame.captureID) " : "") + "\(frame.frame)"
    case .line(let line): line.place
    }
  }
}

extension FrameReference {
  /// The identifier of its capture in the report: "c1".
  var captureID: String { "c\(capture + 1)" }
}

extension LogLine {
  /// The identifier of its log in the report: "l1".
  var logID: String { "l\(log + 1)" }

  /// "l1 line 40".
  var place: String { "\(logID) line \(number)" }
}

extension Report {
  /// Whether a frame number alone does not say which packet it is.
  var hasSeveralCaptures: Bool { captures.count > 1 }

  /// "c2 frame 25", and in a case "c2 frame 25 (evidence 7)": its number in the file that lies beside the report.
  func place(of evidence: Evidence) -> String {
    evidence.source.place(amongSeveral: hasSeveralCaptures) + placeInCase(of: evidence)
  }

  /// The same without "frame".
  func briefPlace(of evidence: Evidence) -> String {
    evidence.source.briefPlace(amongSeveral: hasSeveralCaptures) + placeInCase(of: evidence)
  }

  private func placeInCase(of item: Evidence) -> String {
    guard let evidence, let frame = item.frame else { return "" }
    return evidence.frames[frame].map { " (evidence \($0))" } ?? " (not in the evidence)"
  }
}

/// The evidence of a finding that an output shows: the first packets and the first lines, so that neither hides the
/// other.
struct ShownEvidence {
  let items: [Evidence]
  private let moreFrames: Int
  private let moreLines: Int

  /// "… 38 more frames, 2 more lines"; empty when all are shown.
  var left: String { more.isEmpty ? "" : "… " + more.joined(separator: ", ") }
  /// The same of lines alone.
  var leftLines: String { moreLines > 0 ? "… " + moreLines.counted("more line") : "" }
  /// "38 more frames", "2 more lines"; empty when all are shown.
  var more: [String] {
    [
      moreFrames > 0 ? moreFrames.counted("more frame") : nil, moreLines > 0 ? moreLines.counted("more line") : nil,
    ].compactMap(\.self)
  }

  /// - Parameter most: How many packets, and how many lines.
  init(_ finding: Finding, in report: Report, most: Int) {
    let evidence = finding.provingEvidence(in: report)
    let frames = evidence.filter { $0.frame != nil }
    let lines = evidence.filter { $0.line != nil }
    self.init(Array(frames.prefix(most)) + lines.prefix(most), frames: frames.count, lines: lines.count)
  }

  /// As few as a reader looks at, packets and lines together, at least one of each; what shows something else first.
  ///
  /// - Parameters:
  ///   - repeats: Whether those that show the same fill up what is left.
  ///   - cited: What the reader has seen already.
  init(
    _ finding: Finding, in report: Report, inAll most: Int, repeats: Bool = true, without cited: Set<Source> = []
  ) {
    let evidence = finding.provingEvidence(in: report)
    var notes: Set<String> = []
    let new = evidence.filter { !cited.contains($0.source) }
    let telling = new.filter { notes.insert($0.note).inserted }
    let chosen = telling + (repeats ? new.filter { !telling.contains($0) } : [])
    let told = chosen.isEmpty ? Array(evidence.prefix(1)) : chosen
    let frames = told.filter { $0.frame != nil }
    let lines = told.filter { $0.line != nil }
    let mostLines = max(min(lines.count, 1), most - frames.count)
    let kept = Set(frames.prefix(most - min(lines.count, mostLines)) + lines.prefix(mostLines))
    // In the finding's order: packets, then lines.
    let shown =
      evidence.filter { kept.contains($0) && $0.frame != nil } + evidence.filter { kept.contains($0) && $0.line != nil }
    self.init(shown, frames: evidence.count { $0.frame != nil }, lines: evidence.count { $0.line != nil })
  }

  private init(_ shown: [Evidence], frames: Int, lines: Int) {
    items = shown
    moreFrames = frames - shown.count { $0.frame != nil }
    moreLines = lines - shown.count { $0.line != nil }
  }
}

extension Finding {
  /// What a reader is shown as proof. That a capture begins, which stands for a limit of it as a whole, proves nothing; in a case
  /// every packet that is marked has to be found.
  func provingEvidence(in report: Report) -> [Evidence] {
    about == .captures && report.evidence == nil ? [] : evidence
  }
}
