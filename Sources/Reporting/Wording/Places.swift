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
}

/// The evidence of a finding that an output shows: the first packets and the first lines, so that neither hides the
/// other.
struct ShownEvidence {
  let items: [Evidence]
  /// "… 38 more frames, 2 more lines"; empty when all are shown.
  let left: String

  /// - Parameter most: How many packets, and how many lines.
  init(_ finding: Finding, most: Int) {
    let frames = finding.evidence.filter { $0.frame != nil }
    let lines = finding.evidence.filter { $0.line != nil }
    items = Array(frames.prefix(most)) + lines.prefix(most)
    let left = [
      frames.count > most ? (frames.count - most).counted("more frame") : nil,
      lines.count > most ? (lines.count - most).counted("more line") : nil,
    ].compactMap { $0 }
    self.left = left.isEmpty ? "" : "… " + left.joined(separator: ", ")
  }
}
