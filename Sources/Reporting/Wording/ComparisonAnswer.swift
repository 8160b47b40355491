import Correlation

/// A comparison in one or two sentences: is it fixed?
struct ComparisonAnswer: Equatable {
  let text: String

  init(_ comparison: ReportComparison) {
    let problems = comparison.findings.filter(\.isProblem)
    let counts = FindingChange.Status.allCases.map { status in
      (status, problems.count { $0.status == status })
    }.filter { $0.1 > 0 }
    let earlier = problems.count { $0.status != .new }
    let verdict: String
    switch comparison.verdict {
    case .clean: verdict = "Nothing was wrong before, and nothing is wrong after."
    case .fixed: verdict = earlier == 1 ? "Fixed: the finding is gone." : "Fixed: all \(earlier) findings are gone."
    case .unproven:
      verdict = "Not proven fixed: the later captures show nothing wrong, but could not have shown all of it."
    case .broken: verdict = earlier == 0 ? "Broken: nothing was wrong before." : "Not fixed."
    }
    let needsCounts = comparison.verdict == .broken || comparison.verdict == .unproven
    let details = needsCounts && !counts.isEmpty ? " " + Self.sentence(counts, earlier: earlier) : ""
    text = verdict + details
  }

  /// "Of 3 findings 1 remains, 1 is not seen any more and 1 is gone; 2 are new."
  private static func sentence(_ counts: [(FindingChange.Status, Int)], earlier: Int) -> String {
    let known = counts.filter { $0.0 != .new }.map { words($0.0, $0.1) }
    var parts: [String] = []
    if let only = counts.first, known.count == 1, only.1 == earlier {
      parts.append((earlier == 1 ? "The finding " : "All findings ") + only.0.verb(earlier))
    } else if let last = known.last {
      let list = known.count == 1 ? last : known.dropLast().joined(separator: ", ") + " and " + last
      parts.append("Of \(earlier.counted("finding")) \(list)")
    }
    if let new = counts.first(where: { $0.0 == .new })?.1 {
      parts.append((parts.isEmpty ? new.counted("finding") : new.grouped) + " " + FindingChange.Status.new.verb(new))
    }
    return parts.joined(separator: "; ") + "."
  }

  private static func words(_ status: FindingChange.Status, _ count: Int) -> String {
    "\(count.grouped) \(status.verb(count))"
  }
}

extension FindingChange.Status {
  /// What so many findings do: "remains", "are gone".
  fileprivate func verb(_ count: Int) -> String {
    let be = count == 1 ? "is" : "are"
    switch self {
    case .remains: return count == 1 ? "remains" : "remain"
    case .new: return "\(be) new"
    case .notSeen: return "\(be) not seen any more"
    case .gone: return "\(be) gone"
    }
  }
}
