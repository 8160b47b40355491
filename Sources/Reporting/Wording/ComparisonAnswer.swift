import Correlation

/// A comparison in one or two sentences: is it fixed?
struct ComparisonAnswer: Equatable {
  let text: String

  init(_ comparison: ReportComparison) {
    let problems = comparison.findings.filter(\.isProblem)
    let counts = Dictionary(grouping: problems, by: \.status).mapValues(\.count)
    let earlier = problems.count - (counts[.new] ?? 0)
    switch comparison.verdict {
    case .clean: text = Self.clean(comparison)
    case .fixed:
      text = earlier == 1 ? "Fixed: the finding is gone." : "Fixed: all \(earlier.grouped) findings are gone."
    case .unproven:
      text =
        "Not proven fixed: the later captures show nothing wrong, but could not have shown every finding. "
        + Self.sentence(counts, earlier: earlier)
    case .broken:
      let verdict = counts[.remains] != nil ? "Not fixed." : "Something is wrong that was not seen before."
      text = verdict + " " + Self.sentence(counts, earlier: earlier)
    }
  }

  /// Where neither side has a finding: what was not looked at is not called well.
  private static func clean(_ comparison: ReportComparison) -> String {
    for (report, side) in [(comparison.before, "before"), (comparison.after, "after")] where report.isNothingSelected {
      return "Nothing to compare: the selection left nothing of the captures from \(side) the change."
    }
    return "Nothing was wrong before, and nothing is wrong after."
  }

  /// "Of 3 findings 1 remains and 2 are gone; 2 are new."
  private static func sentence(_ counts: [FindingChange.Status: Int], earlier: Int) -> String {
    var parts: [String] = []
    let known = [FindingChange.Status.remains, .notSeen, .gone].compactMap { status in
      counts[status].map { "\($0.grouped) \(verb(status, $0))" }
    }
    if known.count == 1, let status = counts.keys.first(where: { $0 != .new }) {
      parts.append((earlier == 1 ? "The finding " : "All \(earlier.grouped) findings ") + verb(status, earlier))
    } else if let last = known.last {
      parts.append("Of \(earlier.grouped) findings \(known.dropLast().joined(separator: ", ")) and \(last)")
    }
    if let new = counts[.new] {
      parts.append((parts.isEmpty ? new.counted("finding") : new.grouped) + " " + verb(.new, new))
    }
    return parts.joined(separator: "; ") + "."
  }

  /// What `count` findings do: "remains", "are gone".
  private static func verb(_ status: FindingChange.Status, _ count: Int) -> String {
    let be = count == 1 ? "is" : "are"
    switch status {
    case .remains: return count == 1 ? "remains" : "remain"
    case .new: return "\(be) new"
    case .notSeen: return "\(be) missing, but not proven gone"
    case .gone: return "\(be) gone"
    }
  }
}
