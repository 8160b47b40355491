import Observations

/// How a protocol begins a new session in place of one that was well: nobody lost anything.
public enum SessionRenewal: Sendable, Hashable {
  /// The client takes its leave and begins the next at once, as IKE authenticates again (RFC 7296 section 2.8.3).
  case afterLeave
  /// Keys live for so many seconds and are renewed only while something is sent: what is sent later begins a session anew,
  /// between the same ports.
  case afterKeysExpire(seconds: Double)
}

/// What it says of a channel that one side sends and hears nothing.
public enum SilenceMeaning: Sendable, Hashable {
  /// The other side is lost: the protocol has both speak.
  case isLoss
  /// Data may need no answer. The other side is lost where the client then begins anew over the fallback.
  case isLossBeforeFallback
  /// Nothing: another channel of the tunnel tells.
  case meansNothing
}

/// How a side's log knows that it hears nothing of its peer any more.
public enum DeadPeerSign: Sendable, Hashable {
  /// Probes of its own, or a time without any packet.
  case deadPeerDetection
  /// New keys are due, and no handshake for them is answered.
  case unansweredHandshakes

  /// Behind "How sure".
  package var reason: String {
    switch self {
    case .deadPeerDetection: "dead-peer detection says so"
    case .unansweredHandshakes: "no new handshake succeeded"
    }
  }

  /// "the client's dead-peer detection gave the gateway up".
  package func event(of writer: Side) -> String {
    let side = writer.opposite.name
    return switch self {
    case .deadPeerDetection: "the \(writer.name)'s dead-peer detection gave the \(side) up"
    case .unansweredHandshakes: "no new handshake of the \(writer.name) with the \(side) succeeded"
    }
  }
}

/// What generic rules need to know of a channel: its names, its timers, and what stands beside it. Each family declares its
/// channels' profiles, with the reason for each number.
///
/// There is one of each channel, and everything about the channel refers to it: an object.
public final class ChannelProfile: Sendable {
  public let kind: ChannelKind
  public let role: ChannelRole
  /// "UDP" or "TCP".
  public let transport: String
  /// The port that it uses unless configured.
  public let usualPort: UInt16
  /// As people call it: "DTLS".
  public var name: String { kind.name }
  /// What its opening message is called: "DTLS hello" in sentences, "ClientHello" as the protocol's message.
  public let opening: String
  public let openingMessage: String
  /// The channel that carries the data when this one fails.
  public let fallback: ChannelKind?
  /// Whether its handshakes are judged; a connection that is also used for other requests is judged by its sessions.
  public let judgesHandshakes: Bool
  /// Whether connections that are no session of the tunnel (logins, polls) use the channel too.
  public let carriesRequests: Bool
  /// Whether the gateway's answer completes the handshake for the client: what the client makes of it shows only in what it
  /// does next.
  public let isDoneWithAnswer: Bool
  /// Whether every handshake message is acknowledged or repeated, so that a handshake which ends without one unanswered
  /// failed inside the encryption; and a message of either side alone shows that the handshake is done.
  public let acknowledges: Bool
  /// Whether its data has a protocol or port of its own, so that the handshake may pass where data does not.
  public let hasDataApart: Bool
  /// Whether the side that asks repeats each request until it is answered, and the other side never repeats an answer by
  /// itself: a handshake that ends with an answer may have been left, or go on where the capture does not show it.
  public let repeatsRequests: Bool
  /// Whether it has the control channel's port unless configured.
  public let sharesControlPort: Bool
  /// Whether its sides try a few packets that are larger than what the path may carry, to learn its MTU (RFC 8899).
  public let probesSizes: Bool
  public let silence: SilenceMeaning
  public let deadPeerSign: DeadPeerSign
  /// How the protocol itself begins a new session in place of one that was well; nil where it does not.
  public let renewal: SessionRenewal?
  /// A longer wait for an answer than this, in seconds, says that none comes: the capture may end earlier.
  public let patienceSeconds: Double
  /// A handshake that is not done by then has stalled, in seconds.
  public let handshakeSeconds: Double
  /// How long, and over how many packets, a side must go unheard to be called lost while nothing new begins.
  public let longSilenceSeconds: Double
  public let longSilencePackets: Int
  /// A silence that ended again is a loss from this many seconds on; nil where only a lasting one is.
  public let brokenSilenceSeconds: Double?
  /// A client whose last word is in its handshake has left after this many seconds without another one: what it does
  /// next, if it is let in, comes sooner. nil where a client that is let in may say nothing.
  public let leftSeconds: Double?
  /// A client repeats an opening over UDP that is not answered within so many seconds, as a scanner or a monitor that only
  /// knocks does not; nil where that is not known of all clients.
  public let repeatsWithinSeconds: Double?
  /// The most bytes of payload that a data message has which carries no packet, only a keepalive: one with the smallest packet is
  /// longer. nil where data does not tell.
  public let keepaliveLimit: Int?

  public init(
    kind: ChannelKind, role: ChannelRole, transport: String, usualPort: UInt16, opening: String,
    openingMessage: String, fallback: ChannelKind? = nil, judgesHandshakes: Bool = true, carriesRequests: Bool = false,
    isDoneWithAnswer: Bool = false, acknowledges: Bool = false, hasDataApart: Bool = false,
    repeatsRequests: Bool = false, sharesControlPort: Bool = true, probesSizes: Bool = false,
    silence: SilenceMeaning = .isLoss,
    deadPeerSign: DeadPeerSign = .deadPeerDetection,
    renewal: SessionRenewal? = nil, patienceSeconds: Double,
    handshakeSeconds: Double, longSilenceSeconds: Double, longSilencePackets: Int, brokenSilenceSeconds: Double? = nil,
    leftSeconds: Double? = nil, repeatsWithinSeconds: Double? = nil, keepaliveLimit: Int? = nil
  ) {
    self.kind = kind
    self.role = role
    self.transport = transport
    self.usualPort = usualPort
    self.opening = opening
    self.openingMessage = openingMessage
    self.fallback = fallback
    self.judgesHandshakes = judgesHandshakes
    self.carriesRequests = carriesRequests
    self.isDoneWithAnswer = isDoneWithAnswer
    self.acknowledges = acknowledges
    self.hasDataApart = hasDataApart
    self.repeatsRequests = repeatsRequests
    self.sharesControlPort = sharesControlPort
    self.probesSizes = probesSizes
    self.silence = silence
    self.deadPeerSign = deadPeerSign
    self.renewal = renewal
    self.patienceSeconds = patienceSeconds
    self.handshakeSeconds = handshakeSeconds
    self.longSilenceSeconds = longSilenceSeconds
    self.longSilencePackets = longSilencePackets
    self.brokenSilenceSeconds = brokenSilenceSeconds
    self.leftSeconds = leftSeconds
    self.repeatsWithinSeconds = repeatsWithinSeconds
    self.keepaliveLimit = keepaliveLimit
  }
}
