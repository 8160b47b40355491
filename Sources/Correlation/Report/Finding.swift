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

/// A packet or a log line that proves a finding, and what it shows.
public struct Evidence: Sendable, Hashable {
  public let source: Source
  /// Corrected to the report's clock; nil where a line has no time, or its log's zone is not known.
  public let time: Timestamp?
  public let note: String

  public init(_ source: Source, time: Timestamp?, note: String) {
    self.source = source
    self.time = time
    self.note = note
  }

  public init(frame: FrameReference, time: Timestamp, note: String) { self.init(.frame(frame), time: time, note: note) }

  public init(line: LogLine, time: Timestamp?, note: String) { self.init(.line(line), time: time, note: note) }

  /// The packet; nil for a line.
  public var frame: FrameReference? { source.frame }
  /// The line; nil for a packet.
  public var line: LogLine? { source.line }
}

/// What is wrong, how it is known, and what to do.
public struct Finding: Sendable, Hashable {
  /// "F1", "F2" … in the order of the report; set when the report is put together.
  public var id: String
  public let rule: RuleName
  /// What it is about; the rest of its identity is `tunnel`.
  public let about: FindingSubject
  public var severity: Severity
  public var confidence: Confidence
  /// Why it is that sure and not surer, in a sentence.
  public var confidenceReason: String
  /// The tunnel it is about ("T1"); nil for an inner flow that no tunnel claims, and for the captures themselves.
  public var tunnel: String?
  public var title: String
  /// What an answer says in one clause: "DTLS on UDP 443 gets no answer".
  public var headline: String
  public var explanation: String
  /// What to change, most useful first.
  public var remedies: [String]
  /// nil only where nothing but logs without times tells of it.
  public var start: Timestamp?
  public var end: Timestamp?
  /// Findings that bring this one about.
  public var causes: [String]
  /// Findings of rules before its own that this one brings about; when the report is put together they name it among
  /// their causes.
  package var effects: [String] = []
  /// Which of the findings of rules before its own bring about which others, where this one joins them into a chain.
  package var links: [(cause: String, effect: String)] = []
  /// What would make it certain, in a clause without its subject's capital: "a DART log with reason code 16 would prove
  /// it"; nil where nothing is known to, or it is certain.
  public var proof: String?
  /// Where it arises, in a clause, as far as capture points or reports of devices show it: "between client.pcap and
  /// gateway.pcap, on the way to the gateway".
  public var place: String?
  /// What helps users until the cause is removed, in a sentence; nil where nothing is known to.
  public var stopgap: String?
  /// How many of the first remedies only say to remove what causes it.
  package var remediesOfCauses = 0
  /// By name, in the order in which a person wants to read them.
  public var facts: [(name: String, value: FactValue)]
  /// How much there is of it (attempts, sessions, packets): live reports it again when this has doubled.
  public var amount: Int?
  /// Durations that it rests on, in seconds: a cycle's median, a lost session's life; what a comparison waits for.
  public var seconds: Double?
  /// Packets first, then lines.
  public var evidence: [Evidence]

  public init(
    rule: RuleName, about: FindingSubject, severity: Severity, confidence: Confidence, confidenceReason: String,
    tunnel: String?, title: String, headline: String? = nil, explanation: String, remedies: [String],
    start: Timestamp?, end: Timestamp?, causes: [String] = [], facts: [(name: String, value: FactValue)],
    amount: Int? = nil, seconds: Double? = nil, evidence: [Evidence]
  ) {
    self.id = ""
    self.rule = rule
    self.about = about
    self.severity = severity
    self.confidence = confidence
    self.confidenceReason = confidenceReason
    self.tunnel = tunnel
    self.title = title
    self.headline = headline ?? title
    self.explanation = explanation
    self.remedies = remedies
    self.start = start
    self.end = end
    self.causes = causes
    self.facts = facts
    self.amount = amount
    self.seconds = seconds
    self.evidence = evidence
  }

  /// The channel concerned; nil where the finding is about a path or a whole tunnel.
  public var channel: ChannelKind? { about.channel }

  /// The value of a fact, if the finding carries it: for programs and people, not for rules.
  public func fact(_ name: String) -> FactValue? { facts.first { $0.name == name }?.value }

  public static func == (a: Finding, b: Finding) -> Bool {
    a.id == b.id && a.rule == b.rule && a.about == b.about && a.severity == b.severity && a.confidence == b.confidence
      && a.confidenceReason == b.confidenceReason && a.tunnel == b.tunnel && a.title == b.title
      && a.headline == b.headline && a.explanation == b.explanation && a.remedies == b.remedies && a.start == b.start
      && a.end == b.end && a.causes == b.causes && a.amount == b.amount && a.seconds == b.seconds
      && a.evidence == b.evidence
      && a.place == b.place && a.proof == b.proof && a.stopgap == b.stopgap
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
