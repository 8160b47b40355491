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
  /// In one object, because findings are passed on, sorted and grouped often, and seldom changed.
  private var body: Shared<Body>

  private struct Body: Sendable {
    var id: String
    let rule: RuleName
    let about: FindingSubject
    var severity: Severity
    var confidence: Confidence
    var confidenceReason: String
    var tunnel: String?
    var title: String
    var headline: String
    var explanation: String
    var remedies: [String]
    var start: Timestamp?
    var end: Timestamp?
    var causes: [String]
    var effects: [String] = []
    var links: [(cause: String, effect: String)] = []
    var proof: String?
    var place: String?
    var isNoticeable = false
    var stopgap: String?
    var remediesOfCauses = 0
    var facts: [(name: String, value: FactValue)]
    var amount: Int?
    var seconds: Double?
    var evidence: [Evidence]
  }

  /// "F1", "F2" … in the order of the report; set when the report is put together.
  public var id: String {
    get { body.value.id }
    set { body.value.id = newValue }
  }
  public var rule: RuleName { body.value.rule }
  /// What it is about; the rest of its identity is `tunnel`.
  public var about: FindingSubject { body.value.about }
  public var severity: Severity {
    get { body.value.severity }
    set { body.value.severity = newValue }
  }
  public var confidence: Confidence {
    get { body.value.confidence }
    set { body.value.confidence = newValue }
  }
  /// Why it is that sure and not surer, in a sentence.
  public var confidenceReason: String {
    get { body.value.confidenceReason }
    set { body.value.confidenceReason = newValue }
  }
  /// The tunnel it is about ("T1"); nil for an inner flow that no tunnel claims, and for the captures themselves.
  public var tunnel: String? {
    get { body.value.tunnel }
    set { body.value.tunnel = newValue }
  }
  public var title: String {
    get { body.value.title }
    set { body.value.title = newValue }
  }
  /// What an answer says in one clause: "DTLS on UDP 443 gets no answer".
  public var headline: String {
    get { body.value.headline }
    set { body.value.headline = newValue }
  }
  public var explanation: String {
    get { body.value.explanation }
    set { body.value.explanation = newValue }
  }
  /// What to change, most useful first.
  public var remedies: [String] {
    get { body.value.remedies }
    set { body.value.remedies = newValue }
  }
  /// nil only where nothing but logs without times tells of it.
  public var start: Timestamp? {
    get { body.value.start }
    set { body.value.start = newValue }
  }
  public var end: Timestamp? {
    get { body.value.end }
    set { body.value.end = newValue }
  }
  /// Findings that bring this one about.
  public var causes: [String] {
    get { body.value.causes }
    set { body.value.causes = newValue }
  }
  /// Findings of rules before its own that this one brings about; when the report is put together they name it among
  /// their causes.
  package var effects: [String] {
    get { body.value.effects }
    set { body.value.effects = newValue }
  }
  /// Which of the findings of rules before its own bring about which others, where this one joins them into a chain.
  package var links: [(cause: String, effect: String)] {
    get { body.value.links }
    set { body.value.links = newValue }
  }
  /// What would make it certain, in a clause without its subject's capital: "a DART log with reason code 16 would prove
  /// it"; nil where nothing is known to, or it is certain.
  public var proof: String? {
    get { body.value.proof }
    set { body.value.proof = newValue }
  }
  /// Where it arises, in a clause, as far as capture points or reports of devices show it: "between client.pcap and
  /// gateway.pcap, on the way to the gateway".
  public var place: String? {
    get { body.value.place }
    set { body.value.place = newValue }
  }
  /// Whether users notice it although it is only a note: no answer says that nothing is wrong and leaves it out.
  public var isNoticeable: Bool {
    get { body.value.isNoticeable }
    set { body.value.isNoticeable = newValue }
  }
  /// What helps users until the cause is removed, in a sentence; nil where nothing is known to.
  public var stopgap: String? {
    get { body.value.stopgap }
    set { body.value.stopgap = newValue }
  }
  /// How many of the first remedies only say to remove what causes it.
  package var remediesOfCauses: Int {
    get { body.value.remediesOfCauses }
    set { body.value.remediesOfCauses = newValue }
  }
  /// By name, in the order in which a person wants to read them.
  public var facts: [(name: String, value: FactValue)] {
    get { body.value.facts }
    set { body.value.facts = newValue }
  }
  /// How much there is of it (attempts, sessions, packets): live reports it again when this has doubled.
  public var amount: Int? {
    get { body.value.amount }
    set { body.value.amount = newValue }
  }
  /// Durations that it rests on, in seconds: a cycle's median, a lost session's life; what a comparison waits for.
  public var seconds: Double? {
    get { body.value.seconds }
    set { body.value.seconds = newValue }
  }
  /// Packets first, then lines.
  public var evidence: [Evidence] {
    get { body.value.evidence }
    set { body.value.evidence = newValue }
  }

  public init(
    rule: RuleName, about: FindingSubject, severity: Severity, confidence: Confidence, confidenceReason: String,
    tunnel: String?, title: String, headline: String? = nil, explanation: String, remedies: [String],
    start: Timestamp?, end: Timestamp?, causes: [String] = [], facts: [(name: String, value: FactValue)],
    amount: Int? = nil, seconds: Double? = nil, evidence: [Evidence]
  ) {
    body = Shared(
      Body(
        id: "", rule: rule, about: about, severity: severity, confidence: confidence,
        confidenceReason: confidenceReason, tunnel: tunnel, title: title, headline: headline ?? title,
        explanation: explanation, remedies: remedies, start: start, end: end, causes: causes, facts: facts,
        amount: amount, seconds: seconds, evidence: evidence))
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
