/// What came of looking for one diagnosis.
public struct RuleCheck: Sendable, Hashable {
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    case found
    /// It was looked for where it would show, and is not there.
    case clear
    /// It may be there, and what was read cannot show it.
    case notVisible = "not_visible"
    /// Nothing that was read can have it.
    case notApplicable = "not_applicable"
  }

  public let rule: RuleName
  public let outcome: Outcome
  /// Why, in a sentence; empty for what was found.
  public let why: String

  public init(rule: RuleName, outcome: Outcome, why: String = "") {
    self.rule = rule
    self.outcome = outcome
    self.why = why
  }
}

/// What a report comes to.
public enum ReportVerdict: String, Sendable, Hashable, CaseIterable {
  /// A finding explains breakage that users see.
  case broken
  case degraded
  /// A tunnel was seen to work, and nothing is wrong with it.
  case healthy
  /// Something was read, and it does not show whether all is well.
  case undecided
}
