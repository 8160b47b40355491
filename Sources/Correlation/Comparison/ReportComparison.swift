import Observations

/// What has become of the findings of an earlier report in a later one: whether a fix is one.
///
/// Tunnels are matched by client and gateway, findings by rule and tunnel. A finding that the later report lacks is
/// called gone only where the later captures would show it if it were still there.
public struct ReportComparison: Sendable, Hashable {
  public let before: Report
  public let after: Report
  /// Tunnels of both reports: those of the earlier one in its order, then those that only the later one has.
  public let tunnels: [TunnelChange]
  /// By status (`FindingChange.Status.allCases`), worst first within each; `capture-quality` is in `caveats` instead.
  public let findings: [FindingChange]
  /// What makes the comparison weaker than it looks, a sentence each.
  public let caveats: [String]

  public init(before: Report, after: Report, families: FamilyTable) {
    self.before = before
    self.after = after
    let tunnels = TunnelMatching(before.tunnels, after.tunnels)
    self.tunnels = tunnels.changes
    self.findings = FindingMatching(before, after, tunnels, families).changes()
    self.caveats = Self.caveats(before, after)
  }

  /// What it comes to.
  public enum Verdict: String, Sendable, Hashable, CaseIterable {
    /// No finding of severity warning or error before or after.
    case clean
    /// All that was wrong is gone.
    case fixed
    /// Nothing is seen any more, but some of it could not have been seen.
    case unproven
    /// Something of severity warning or error remains or is new.
    case broken
  }

  public var verdict: Verdict {
    let problems = findings.filter(\.isProblem)
    if problems.contains(where: { $0.status == .remains || $0.status == .new }) { return .broken }
    if problems.contains(where: { $0.status == .notSeen }) { return .unproven }
    return problems.isEmpty ? .clean : .fixed
  }

  private static func caveats(_ before: Report, _ after: Report) -> [String] {
    var caveats: [String] = []
    if let earlier = before.captures.compactMap(\.start).min(), let later = after.captures.compactMap(\.start).min(),
      later < earlier
    {
      caveats.append(
        "The captures given as the later ones begin before the earlier ones: are they given in the right order?")
    }
    let points = (Set(before.captures.map(\.point)).count, Set(after.captures.map(\.point)).count)
    if points.1 < points.0 {
      caveats.append(
        "The earlier captures are from \(points.0) capture points, the later ones from \(points.1): what only the "
          + "others show cannot be compared.")
    }
    for quality in after.findings where quality.rule == .captureQuality {
      caveats.append("In the later captures: \(quality.explanation)")
    }
    return caveats
  }
}

/// What has become of one finding.
public struct FindingChange: Sendable, Hashable {
  public enum Status: String, Sendable, Hashable, CaseIterable {
    case remains
    /// The later report has it, the earlier one has not.
    case new
    /// The later report lacks it, but the later captures cannot show that it is gone.
    case notSeen = "not-seen"
    /// The later captures would show it if it were still there.
    case gone
  }

  public let status: Status
  /// nil when it is new.
  public let before: Finding?
  /// nil when it is gone or not seen any more.
  public let after: Finding?
  /// Why it is said to be gone, or cannot be said to be; empty when it remains or is new.
  public let reason: String

  /// Facts whose values differ, in the order of the later finding; those that only the earlier one has come last.
  ///
  /// Of findings by different rules, only the facts that both carry.
  public var changedFacts: [FactChange] {
    guard let before, let after else { return [] }
    guard before.rule == after.rule else {
      return after.facts.compactMap { fact in
        guard let value = before.fact(fact.name), value != fact.value else { return nil }
        return FactChange(name: fact.name, before: value, after: fact.value)
      }
    }
    let names = after.facts.map(\.name) + before.facts.map(\.name).filter { after.fact($0) == nil }
    return names.compactMap { name in
      let change = FactChange(name: name, before: before.fact(name), after: after.fact(name))
      return change.before == change.after ? nil : change
    }
  }

  /// The finding as it is now, or as it was.
  public var finding: Finding? { after ?? before }

  /// Whether it is, or was, of severity warning or error.
  public var isProblem: Bool { (finding?.severity ?? .note) != .note }
}

/// A fact of a finding that remains, with another value than before.
public struct FactChange: Sendable, Hashable {
  public let name: String
  public let before: FactValue?
  public let after: FactValue?
}
