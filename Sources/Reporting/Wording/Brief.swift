import Correlation
import Observations

/// A report in as many lines as a person reads at once: what is wrong, where, what to do, what until then, how sure that
/// is and where it shows.
struct Brief {
  /// A label, and what it names.
  struct Row {
    let label: String
    let words: String
    /// Which rows get a second line first, where not all do.
    var rank = 0
  }

  let answer: Answer
  /// "2 errors, 3 warnings; 1 tunnel."; nil where nothing was found.
  let counts: String?
  let rows: [Row]

  init(_ report: Report) {
    answer = Answer(report)
    counts = Self.counts(report)
    if let problem = report.leadingProblem, let root = report.finding(problem.root) {
      rows = Self.rows(problem, root, report)
    } else {
      rows = Self.rowsWithoutProblem(report)
    }
  }

  private static func counts(_ report: Report) -> String? {
    guard !report.findings.isEmpty else { return nil }
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = report.findings.count { $0.severity == severity }
      return count > 0 ? count.counted(severity.rawValue) : nil
    }
    let problems = report.problems.count > 1 ? " in \(report.problems.count.counted("problem"))" : ""
    return counts.joined(separator: ", ") + problems + "; " + report.tunnels.count.counted("tunnel")
      + (report.narrowing == nil ? "." : "; only part of the input was analysed, see below.")
  }

  // MARK: What is wrong

  private static func rows(_ problem: Problem, _ root: Finding, _ report: Report) -> [Row] {
    var rows = [Row(label: "Where", words: place(problem, root, report), rank: 1)]
    if let step = problem.remedies.first { rows.append(Row(label: "To do", words: step.visible)) }
    if let stopgap = problem.stopgap, stopgap != problem.remedies.first {
      rows.append(Row(label: "Until then", words: stopgap.visible))
    }
    rows.append(Row(label: "How sure", words: sureness(problem, root, report), rank: 2))
    if let look = look(root, report) { rows.append(Row(label: "Look at", words: look, rank: 3)) }
    return rows
  }

  /// Between which hosts, and where on the way as far as that is known.
  private static func place(_ problem: Problem, _ root: Finding, _ report: Report) -> String {
    let tunnel = root.tunnel.flatMap { id in report.tunnels.first { $0.id == id } }
    let ends: String? =
      if problem.tunnels.count > 1 {
        "\(problem.tunnels.count.counted("tunnel")) to \(tunnel?.gatewayName.visibleLine ?? "the gateway")"
      } else if let tunnel {
        "\(tunnel.id.visibleLine) \(tunnel.route.visibleLine)"
      } else if case .path(let path) = root.about {
        "\(path.source) → \(path.destination)"
      } else if case .host(let host) = root.about {
        "towards \(host)"
      } else if case .device(let name) = root.about {
        name?.visibleLine ?? "the gateway"
      } else {
        nil
      }
    return [ends, problem.place?.visibleLine].compactMap(\.self).joined(separator: ": ")
  }

  /// Of the root, and of what is less sure than it, with the reason: it says what would make it certain.
  private static func sureness(_ problem: Problem, _ root: Finding, _ report: Report) -> String {
    let told = problem.findings.lazy.compactMap { report.finding($0) }.prefix(8)
    let main = told.filter { $0.severity != .note && $0.tunnel == root.tunnel }
    guard let doubtful = main.filter({ $0.confidence < root.confidence }).min(by: { $0.confidence < $1.confidence })
    else {
      return sureness(of: root)
    }
    return "\(root.id) \(root.confidence.rawValue); \(doubtful.id) \(doubtful.confidence.rawValue): "
      + (doubtful.proof?.visible ?? doubtful.confidenceReason.visible.lowercasedStart)
  }

  private static func sureness(of finding: Finding) -> String {
    "\(finding.confidence.rawValue): \(finding.confidenceReason.visible.lowercasedStart)"
  }

  /// The file, and the first packet or line of the proof.
  private static func look(_ root: Finding, _ report: Report) -> String? {
    guard let first = root.evidence.first(where: { $0.frame != nil }) ?? root.evidence.first else { return nil }
    switch first.source {
    case .frame(let frame):
      let name = report.capture(of: frame)?.name.visibleLine ?? frame.captureID
      return "frame \(frame.frame) of \(TextColumns.elide(name, width: 40)); \(root.id) lists the rest"
    case .line(let line):
      let name = report.logs.first { $0.description.index == line.log }?.description.name.visibleLine ?? line.logID
      return "line \(line.number) of \(TextColumns.elide(name, width: 40)); \(root.id) lists the rest"
    }
  }

  // MARK: Where nothing is wrong

  private static func rowsWithoutProblem(_ report: Report) -> [Row] {
    if report.verdict == .undecided, !report.isNothingSelected {
      // Another capture on the path would show the same.
      if let blocked = report.findings.first(where: { $0.isNoticeable && $0.rule == .dataBlocked }) {
        return rows(noticed: blocked, report)
      }
      return NextCapture(report).command.map { [Row(label: "Next", words: $0)] } ?? []
    }
    guard report.tunnels.count == 1, let tunnel = report.tunnels.first else { return [] }
    let signs = VitalSigns(tunnel).words
    return signs.isEmpty ? [] : [Row(label: "It shows", words: signs.joined(separator: "; ") + ".")]
  }

  private static func rows(noticed finding: Finding, _ report: Report) -> [Row] {
    [
      finding.remedies.first.map { Row(label: "To do", words: $0.visible) },
      Row(label: "How sure", words: sureness(of: finding), rank: 2),
      look(finding, report).map { Row(label: "Look at", words: $0, rank: 3) },
    ].compactMap(\.self)
  }
}

extension Report {
  /// The problem that a reader has to know first: what most tunnels have in common, or else the worst.
  var leadingProblem: Problem? {
    guard problems.contains(where: { $0.tunnels.count > 1 }) else { return problems.first }
    let common = Set(leadingCause?.findings ?? [])
    return problems.first { !common.isDisjoint(with: $0.findings) } ?? problems.first
  }

  func finding(_ id: String) -> Finding? {
    // Identifiers count up in the order of the report: "F7" is the seventh.
    if let number = Int(id.dropFirst()), findings.indices.contains(number - 1), findings[number - 1].id == id {
      return findings[number - 1]
    }
    return findings.first { $0.id == id }
  }
}
