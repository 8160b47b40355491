/// What a rule means, for `explain` and for whoever changes it.
public struct RuleDocumentation: Sendable, Hashable {
  /// One line: what is wrong when it fires.
  public let summary: String
  /// What it means for the people who use the tunnel.
  public let meaning: String
  /// What a capture shows when it fires.
  public let recognisedBy: String
  /// What looks alike and is something else.
  public let notToConfuseWith: String
  /// What to change, most useful first.
  public let remedies: [String]

  public init(
    summary: String, meaning: String, recognisedBy: String, notToConfuseWith: String, remedies: [String]
  ) {
    self.summary = summary
    self.meaning = meaning
    self.recognisedBy = recognisedBy
    self.notToConfuseWith = notToConfuseWith
    self.remedies = remedies
  }
}
