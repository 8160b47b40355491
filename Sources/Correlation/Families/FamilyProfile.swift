import Observations

/// All that correlation needs to know of a kind of tunnel. A family's folder holds one conforming type.
public protocol FamilyProfile: Sendable {
  static var name: FamilyName { get }
  /// As people call it: "TLS VPN".
  static var title: String { get }
  /// The control channel first.
  static var channels: [ChannelProfile] { get }
  /// Data channels beside its control connections whose packets look like another family's: between two hosts they are its
  /// own where they begin with such a connection (`CompanionChannels`).
  static var companions: [ChannelProfile] { get }
  /// The rules that only this family has, in the order in which they judge; they come after the generic ones.
  static var rules: [any Rule.Type] { get }
  /// Rules whose findings come before all others of a tunnel in a report, the most important first.
  static var leadingRules: [RuleName] { get }
  /// Whether a gateway keeps of each user's sessions the newest alone, and says so when it drops one for another.
  static var keepsNewestOfUser: Bool { get }

  /// Whether what two hosts did together is a tunnel of this family.
  static func isTunnel(_ candidate: TunnelCandidate) -> Bool

  /// What the gateway probably is, by the channels that packets show; nil where they say nothing.
  static func likelyProduct(of channels: [Channel]) -> LikelyProduct?

  /// What to change, most useful first: in general words, then on the product where it is known. Empty for the rule's own.
  static func remedies(_ request: RemedyRequest) -> [String]

  /// How the family shows a rule's finding, and what it cannot tell apart, for `explain`; nil where it adds nothing.
  static func note(on rule: RuleName) -> String?

  /// The same for a tunnel whose gateway is of this product; nil where the note is about another one.
  static func note(on rule: RuleName, with product: Product?) -> String?

  /// The largest inner packet that fits one packet of a channel, in bytes; nil where it is not known.
  static func mtu(of channel: Channel, in tunnel: Tunnel, pathMTU: Int?) -> Int?
}

extension FamilyProfile {
  public static var companions: [ChannelProfile] { [] }
  public static var rules: [any Rule.Type] { [] }
  public static var leadingRules: [RuleName] { [] }
  public static var keepsNewestOfUser: Bool { false }
  public static func likelyProduct(of channels: [Channel]) -> LikelyProduct? { nil }
  public static func remedies(_ request: RemedyRequest) -> [String] { [] }
  public static func note(on rule: RuleName) -> String? { nil }
  public static func note(on rule: RuleName, with product: Product?) -> String? { note(on: rule) }
  public static func mtu(of channel: Channel, in tunnel: Tunnel, pathMTU: Int?) -> Int? { nil }
}

/// A product that nobody named, and what it is recognised by.
public struct LikelyProduct: Sendable {
  public let product: Product
  /// "TLS with ESP in UDP 4501".
  public let sign: String

  public init(product: Product, sign: String) {
    self.product = product
    self.sign = sign
  }

  /// As reports name it.
  var words: String { "\(sign): \(product.name), likely" }
}

/// What two hosts did together by one family's channels, before it is known whether that is a tunnel.
public struct TunnelCandidate {
  /// Connections of the control channel, where it carries requests too.
  package let connections: [Session]
  /// Handshakes that are judged, of all channels, media left out.
  package let handshakes: [Association]

  package init(connections: [Session], handshakes: [Association]) {
    self.connections = connections
    self.handshakes = handshakes
  }

  /// Whether a client did more than open connections that a reset refused. These show a port alone, at which a scanner
  /// knocks, too: a client does so again and again.
  package var isMoreThanKnocks: Bool {
    handshakes.contains { !$0.isRefusedByReset } || handshakes.count >= Self.leastRefusedConnections
  }

  private static let leastRefusedConnections = 3
}

/// What a remedy is asked for.
public struct RemedyRequest: Sendable {
  public let rule: RuleName
  public let channel: ChannelProfile?
  public let port: Int?
  public let client: String
  public let gateway: String
  public let product: Product?
  /// Why a handshake was rejected or failed, where a side says so.
  public var reason: String?
  /// Who refuses it, where something does.
  public var reporter: String?
  /// What a NAT did to the flow; nil where none is seen to have lost it.
  public var mapping: MappingLoss?
  /// The next-hop MTU, the largest packet or what else the rule measured, in bytes.
  public var bytes: Int?
  /// The smallest packet that did not pass, where how much less does is not known, in bytes.
  public var lostBytes: Int?
  /// Whether what fails had worked before.
  public var hasWorked = false
  /// Whether the packets concerned run inside the tunnel.
  public var isInside = false
  /// Whether another finding says that a channel of the tunnel fails.
  public var isChannelFailing = false
  /// The first step of that finding.
  public var stepForFailingChannel: String?
  /// Whether the tunnel's data runs over a channel of its own.
  public var isDataApart = false
  /// Whether TCP carries the channel, where it may run over UDP as well.
  public var isOverTCP = false
  /// Whether packets come in another order than they were sent in, where it matters.
  public var isReordered = false
  /// Whether another client logs in as the same user in between.
  public var hasRival = false
  /// Whether what gets no answer goes in IP fragments.
  public var isInFragments = false
  /// Whether the capture shows that it goes in whole packets, so that no fragment can be lost.
  public var isUnfragmented = false
  /// Whether a side repeats what was answered: the answers do not reach it.
  public var isAnswerLost = false
  /// Whether data that has a protocol of its own is seen in UDP.
  public var isDataInUDP = false
  /// The side that gets data and sends nothing but keepalives, so that the path is not to blame; nil elsewhere.
  public var silentReceiver: Side?
  /// Who opens in vain: the gateway, where it began the handshake.
  public var opener = Side.client
  /// Whether a tunnel that the other side opened works meanwhile.
  public var isOpenedByOther = false
  /// Where unanswered openings or their answers are lost, where capture points show it.
  public var loss: OpeningLoss?
  /// Whether captures from both ends show the tunnel, so that nobody has to make one.
  public var isSeenAtBothEnds = false
  /// Whether the gateway's log is among what was read, so that nobody has to look there for what it would have shown.
  public var hasGatewayLog = false
  /// What the gateway says of itself, where it matters.
  package var gatewayFacts: GatewayKnowledge?

  /// Whom the openings ask.
  public var asked: String { opener == .client ? gateway : client }

  public init(
    rule: RuleName, channel: ChannelProfile? = nil, port: Int? = nil, client: String = "the client",
    gateway: String = "the gateway", product: Product? = nil, reporter: String? = nil, bytes: Int? = nil,
    isInside: Bool = false
  ) {
    self.rule = rule
    self.channel = channel
    self.port = port
    self.client = client
    self.gateway = gateway
    self.product = product
    self.reporter = reporter
    self.bytes = bytes
    self.isInside = isInside
  }
}

extension RemedyRequest {
  /// To look in the gateway's log; where it was read, to make it say more.
  ///
  /// - Parameter what: What to look for, after "for": "why the session ends: timeouts, rekey".
  public func lookInGatewayLog(for what: String) -> String {
    hasGatewayLog
      ? "Raise the level of the gateway's log if what was read of it does not say \(what)."
      : "Look in the gateway's log for \(what)."
  }

  /// Where to look for what changed when a tunnel was lost.
  ///
  /// - Parameter path: The step where the path may be to blame.
  public func whatChanged(onPath path: String) -> String {
    loss == .atGateway
      ? "Find out what happened on \(gateway) at that moment: a restart, a crash, a session that it removed. What the client sends arrives there."
      : path
  }

  /// What to look at where a side gets data and answers none of it.
  ///
  /// - Parameter interface: As the tunnel's interface is usually called.
  public func stepsBehindReceiver(_ interface: String) -> [String] {
    silentReceiver == .client
      ? [
        "Look on the client whether its firewall lets in what comes out of the tunnel, and whether the hosts that are asked for exist.",
        "Capture inside the tunnel on the client (`tcpdump -ni \(interface)`): it shows whether the packets come out, and whether answers go in.",
      ]
      : [
        "Look on \(gateway) whether it forwards what comes out of the tunnel (`sysctl net.ipv4.ip_forward`, the forward chain of its firewall), and whether the hosts behind it have a route back to the tunnel's addresses; else let the gateway masquerade them.",
        "Capture inside the tunnel on \(gateway) (`tcpdump -ni \(interface)`): it shows whether the client's packets come out, and whether answers go in.",
      ]
  }

  /// Where capture points show that a handshake stops at the gateway, what to do there; nil elsewhere.
  public var stepAtSilentGateway: String? {
    loss == .atGateway
      ? "Find out on \(gateway) why it does not answer: what the client sends arrives there. Its log for that moment says so, or a firewall or a limit of its own drops it."
      : nil
  }

  /// The way of answers that do not arrive: from the gateway, unless it asked.
  public func followAnswers(_ port: String) -> String {
    let (from, to) = loss == .towardsGateway ? (client, gateway) : (gateway, client)
    return
      "Follow \(port) from \(from) back to \(to): look for asymmetric routing, a NAT that changes the sender's address or port, or a firewall that allows one direction only."
  }

  /// What to do about openings without an answer, on the path or at the gateway as far as capture points leave both open.
  ///
  /// - Parameters:
  ///   - allow: The step for the firewalls of a place.
  ///   - atGateway: What else to look at on the gateway.
  ///   - capture: What a capture at the gateway would show.
  public func stepsForUnanswered(
    allow: (_ place: String) -> String, atGateway: [String], capture: String
  ) -> [String] {
    if isOpenedByOther {
      return [
        allow("every firewall on the path and on \(asked)"),
        "Or let only \(opener == .client ? gateway : client) open the tunnel, if that is what is meant.",
      ]
    }
    if opener == .server {
      return [allow("every firewall on the path and on \(asked)")]
        + (isSeenAtBothEnds
          ? []
          : ["Capture at \(asked): if openings arrive, they are dropped there; if none arrives, the path drops them."])
    }
    return switch loss {
    case .towardsGateway, .towardsClient: [allow("every firewall on the path")]
    case .atGateway: atGateway + [allow("the gateway itself")]
    case nil:
      [allow("every firewall on the path and on the gateway itself")] + atGateway + (isSeenAtBothEnds ? [] : [capture])
    }
  }
}

/// Where openings that stay unanswered, or the answers to them, are lost.
public enum OpeningLoss: Sendable, Hashable {
  /// They leave the client's point and do not reach the gateway's.
  case towardsGateway
  /// They reach the gateway's point, and no answer leaves it.
  case atGateway
  /// The answers leave the gateway's point and do not reach the client's.
  case towardsClient
}

/// The families that a correlation knows.
public struct FamilyTable: Sendable {
  public let all: [any FamilyProfile.Type]
  private let profiles: [ChannelKind: ChannelProfile]
  private let families: [ChannelKind: any FamilyProfile.Type]
  /// Every rule: the generic ones, then each family's own, in the order in which they judge.
  public let rules: [any Rule.Type]
  /// The order in which a report shows findings of equal severity.
  let ranks: [RuleName: Int]

  public init(_ families: [any FamilyProfile.Type]) {
    all = families
    var profiles: [ChannelKind: ChannelProfile] = [:]
    var owners: [ChannelKind: any FamilyProfile.Type] = [:]
    for family in families {
      for profile in family.channels where profiles[profile.kind] == nil {
        profiles[profile.kind] = profile
        owners[profile.kind] = family
      }
    }
    self.profiles = profiles
    self.families = owners
    rules = Rules.generic + families.flatMap { $0.rules }
    let leading = families.flatMap { $0.leadingRules }
    let names = leading + rules.map { $0.name }.filter { !leading.contains($0) }
    ranks = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  public func profile(_ kind: ChannelKind) -> ChannelProfile? { profiles[kind] }
  public func family(of kind: ChannelKind) -> (any FamilyProfile.Type)? { families[kind] }
  /// Whether one family alone has the channel, in packets or in logs.
  func isOfOneFamily(_ kind: ChannelKind) -> Bool {
    all.count { family in
      family.channels.contains { $0.kind == kind } || family.companions.contains { $0.kind == kind }
    }
      == 1
  }

  public func family(named name: FamilyName) -> (any FamilyProfile.Type)? { all.first { $0.name == name } }

  /// What a rule means; nil for a name that no rule has.
  public func documentation(of name: RuleName) -> RuleDocumentation? {
    name == .captureQuality ? CaptureQuality.documentation : rules.first { $0.name == name }?.documentation
  }

  /// Every rule's name in the order in which reports show them.
  public var ruleNames: [RuleName] { ranks.sorted { $0.value < $1.value }.map(\.key) + [.captureQuality] }
}
