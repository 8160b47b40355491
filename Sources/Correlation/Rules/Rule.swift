import Observations

/// One diagnosis, with all that the program knows of it: what it detects, its words, what it rests on, when live reports it
/// and what ends it.
///
/// To add a rule, add a file with a type that conforms and a line in the list of generic rules, or of its family's.
public protocol Rule: Sendable {
  static var name: RuleName { get }
  static var documentation: RuleDocumentation { get }
  /// What it is a matter of: findings of one topic about one tunnel replace each other.
  static var topic: RuleTopic { get }
  /// What a poor capture weakens.
  static var restsOn: Set<RuleGround> { get }
  /// Whether it says itself how sure it is where a capture holds one direction only; what rests on absence is possible at
  /// most there otherwise.
  static var weighsMissingDirection: Bool { get }
  /// Seconds for which a finding must have been in every report of a capture that goes on before live reports it: while
  /// packets come, the next one may answer what looks unanswered.
  static var holdSeconds: Double { get }

  /// Whether it joins findings of others into a chain, rather than finding something of its own.
  static var joinsFindings: Bool { get }

  /// After "41 of 60 tunnels to 203.0.113.20": "never get an answer to DTLS on UDP 443".
  static func plural(_ about: FindingSubject) -> String

  /// What this rule finds.
  ///
  /// - Parameter earlier: What the rules before it found, for rules that join findings.
  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding]

  /// What logs say of the same thing that packets show; nil when they say nothing.
  static func corroboration(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration?

  /// Why it cannot happen to the tunnels that are seen; nil where it can.
  static func whyNotApplicable(to views: CheckedViews) -> String?

  /// Why what was read cannot show it, although tunnels are seen; nil where it would show.
  static func whyNotVisible(in views: CheckedViews) -> String?

  /// Why a finding that is still in the report of a live capture is over; nil when it is not.
  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String?

  /// Whether a later report that lacks a finding shows that it is gone.
  ///
  /// - Parameters:
  ///   - tunnel: The tunnel in the later report.
  ///   - before: All findings of the earlier report about the tunnel.
  static func disappearance(
    of finding: Finding, from tunnel: TunnelDescription, before: [Finding]
  ) -> Disappearance
}

/// What the checks of a report rest on.
public struct CheckedViews: Sendable {
  public let families: FamilyTable
  public let tunnels: [TunnelDescription]
  /// How many capture points there are.
  public let points: Int
  /// The sides whose logs say something of the tunnels.
  public let logs: Set<Side>

  /// For what shows in packets alone.
  var whyNotInLogs: String? { points == 0 ? "only a capture shows it" : nil }
}

/// What a rule is a matter of.
public enum RuleTopic: Sendable, Hashable {
  /// Whether a channel comes up and stays up.
  case channel
  /// How sessions follow each other.
  case sessions
  /// What a path carries.
  case path
  /// How a device is set up.
  case configuration
}

/// What a rule rests on, as far as a poor capture weakens it.
public enum RuleGround: Sendable, Hashable {
  /// Something that is not there.
  case absence
  case intervals
}

/// What logs add to a finding of packets, or speak against it.
public struct Corroboration: Sendable {
  /// Lines that say the same.
  package var evidence: [Evidence]
  package var reason: String
  /// How sure the finding becomes at most.
  package var limit: Confidence
  /// What the logs add, in sentences; empty for nothing.
  package var explanation: String
  /// The cause in a side's own words, where the encryption hides it from packets, and what to do about it.
  package var cause: (words: String, remedies: [String])?

  package init(
    _ evidence: [Evidence], reason: String, limit: Confidence = .certain, explanation: String = "",
    cause: (words: String, remedies: [String])? = nil
  ) {
    self.evidence = evidence
    self.reason = reason
    self.limit = limit
    self.explanation = explanation
    self.cause = cause
  }
}

extension Rule {
  public static var restsOn: Set<RuleGround> { [] }
  public static var weighsMissingDirection: Bool { false }
  public static var holdSeconds: Double { 0 }
  public static var joinsFindings: Bool { false }

  public static func corroboration(
    of finding: Finding, by tunnel: Tunnel, in situation: Situation
  ) -> Corroboration? { nil }

  public static func whyNotApplicable(to views: CheckedViews) -> String? { nil }
  public static func whyNotVisible(in views: CheckedViews) -> String? { nil }

  public static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? { nil }

  public static func disappearance(
    of finding: Finding, from tunnel: TunnelDescription, before: [Finding]
  ) -> Disappearance { .unseenSizes }
}

/// What the rules before one found, by tunnel.
public struct EarlierFindings {
  package private(set) var all: [Finding] = []
  private var byTunnel: [String: [Int]] = [:]

  package init() {}

  /// Adds a finding under an identifier that lasts until the report is put together.
  package mutating func add(_ finding: Finding) {
    var named = finding
    named.id = "\(all.count)"
    if let tunnel = finding.tunnel { byTunnel[tunnel, default: []].append(all.count) }
    all.append(named)
  }

  /// The findings about a tunnel, in the order in which they were found.
  package func about(_ tunnel: Tunnel) -> [Finding] { (byTunnel[tunnel.id] ?? []).map { all[$0] } }

  /// The first that a rule has found about a channel of a tunnel.
  func first(_ rule: RuleName, about channel: Channel, of tunnel: Tunnel) -> Finding? {
    (byTunnel[tunnel.id] ?? []).first { all[$0].rule == rule && all[$0].channel == channel.kind }.map { all[$0] }
  }

  /// The identifiers of the first that each of some rules has found about a channel of a tunnel.
  ///
  /// - Parameter start: What the begin of a finding must be; nil where any will do.
  func ids(
    of rules: RuleName..., about channel: Channel, of tunnel: Tunnel, where start: ((Timestamp) -> Bool)? = nil
  ) -> [String] {
    rules.compactMap { first($0, about: channel, of: tunnel) }
      .filter { finding in start.map { finding.start.map($0) ?? false } ?? true }.map(\.id)
  }

  /// Whether a rule has found something about a channel of a tunnel.
  func has(_ rule: RuleName, about channel: Channel, of tunnel: Tunnel) -> Bool {
    first(rule, about: channel, of: tunnel) != nil
  }
}

/// The generic rules, in the order in which they judge and in which reports show findings of equal severity: a rule may
/// look at the findings of those above it.
enum Rules {
  static let generic: [any Rule.Type] = [
    HandshakeRefused.self,
    HandshakeUnanswered.self,
    HandshakeRejected.self,
    PeerDead.self,
    TunnelLost.self,
    LargePacketsLost.self,
    HandshakeStalled.self,
    FragmentsDropped.self,
    HandshakeFailed.self,
    SetupFailed.self,
    ChannelNotOffered.self,
    DataBlocked.self,
    TunnelOneWay.self,
    TunnelRefused.self,
    RekeyFailed.self,
    PortMismatch.self,
    PMTUBlackHole.self,
    OversizedDF.self,
    MSSExceedsMTU.self,
    TunnelFragmentation.self,
    ReconnectCycle.self,
    SessionReconnects.self,
    PacketLoss.self,
    AddressMoved.self,
  ]
}
