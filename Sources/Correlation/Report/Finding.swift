import Observations

/// How much a finding matters.
public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
  /// Informs.
  case note
  /// Degrades the tunnel.
  case warning
  /// Explains breakage that users see.
  case error

  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

  var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}

/// How sure a finding is.
public enum Confidence: String, Sendable, Hashable, Comparable, CaseIterable {
  case possible
  case likely
  case certain

  public static func < (a: Confidence, b: Confidence) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .possible: 0
    case .likely: 1
    case .certain: 2
    }
  }

  /// This confidence, but no more than `limit`.
  public func limited(to limit: Confidence) -> Confidence { min(self, limit) }
}

/// A packet that proves a finding, and what it shows.
public struct Evidence: Sendable, Hashable {
  public let frame: FrameReference
  /// Corrected to the report's clock.
  public let time: Timestamp
  public let note: String

  public init(frame: FrameReference, time: Timestamp, note: String) {
    self.frame = frame
    self.time = time
    self.note = note
  }
}

/// A line of a log that supports a finding, and what it says.
public struct LogEvidence: Sendable, Hashable {
  public let line: LogLine
  /// On the report's clock; nil where the line has no time, or its log's zone is not known.
  public let time: Timestamp?
  public let note: String

  public init(line: LogLine, time: Timestamp?, note: String) {
    self.line = line
    self.time = time
    self.note = note
  }
}

/// What is wrong, how it is known, and what to do.
public struct Finding: Sendable, Hashable {
  /// "F1", "F2" … in the order of the report; set when the report is put together.
  public var id: String
  public let rule: RuleName
  public var severity: Severity
  public var confidence: Confidence
  /// Why it is that sure and not surer, in a sentence.
  public var confidenceReason: String
  /// The tunnel it is about ("T1"); nil for an inner flow that no tunnel claims, and for the captures themselves.
  public var tunnel: String?
  public var title: String
  public var explanation: String
  /// What to change, most useful first.
  public var remedies: [String]
  /// nil only where nothing but logs without times tells of it.
  public var start: Timestamp?
  public var end: Timestamp?
  /// Findings that bring this one about.
  public var causes: [String]
  /// By name, in the order in which a person wants to read them.
  public var facts: [(name: String, value: FactValue)]
  public var evidence: [Evidence]
  /// Lines of logs, beside the packets in `evidence`.
  public var logEvidence: [LogEvidence]

  public init(
    rule: RuleName, severity: Severity, confidence: Confidence, confidenceReason: String, tunnel: String?,
    title: String, explanation: String, remedies: [String], start: Timestamp?, end: Timestamp?,
    causes: [String] = [], facts: [(name: String, value: FactValue)], evidence: [Evidence],
    logEvidence: [LogEvidence] = []
  ) {
    self.id = ""
    self.rule = rule
    self.severity = severity
    self.confidence = confidence
    self.confidenceReason = confidenceReason
    self.tunnel = tunnel
    self.title = title
    self.explanation = explanation
    self.remedies = remedies
    self.start = start
    self.end = end
    self.causes = causes
    self.facts = facts
    self.evidence = evidence
    self.logEvidence = logEvidence
  }

  /// The value of a fact, if the finding carries it.
  public func fact(_ name: String) -> FactValue? { facts.first { $0.name == name }?.value }

  public static func == (a: Finding, b: Finding) -> Bool {
    a.id == b.id && a.rule == b.rule && a.severity == b.severity && a.confidence == b.confidence
      && a.confidenceReason == b.confidenceReason && a.tunnel == b.tunnel && a.title == b.title
      && a.explanation == b.explanation && a.remedies == b.remedies && a.start == b.start && a.end == b.end
      && a.causes == b.causes && a.evidence == b.evidence
      && a.logEvidence == b.logEvidence
      && a.facts.elementsEqual(b.facts) { $0.name == $1.name && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(rule)
    hasher.combine(title)
  }
}

/// The value of a fact.
public enum FactValue: Sendable, Hashable {
  case integer(Int)
  /// Seconds, mostly; written with up to three decimals.
  case number(Double)
  case text(String)
  case boolean(Bool)
  case numbers([Double])
}
