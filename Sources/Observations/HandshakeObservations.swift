/// A channel's opening message, the first of a handshake or its repetition: TLS or DTLS ClientHello, IKE_SA_INIT request,
/// OpenVPN HARD_RESET_CLIENT, WireGuard initiation. Also what a log says of one that began.
public struct Opening: Sendable, Hashable, Codable {
  public let id: HandshakeID
  /// nil where a log does not name the ports.
  public let flow: Flow?
  /// nil where a log says it, or the snap length cut it off.
  public let token: HandshakeToken?
  /// The session that it renews; nil for a handshake that begins one.
  public let renews: HandshakeID?
  /// Who sends it; the client, unless it renews a session.
  public let sender: Side
  /// Whether it answers the gateway's challenge (HelloVerifyRequest, cookie reply): it repeats nothing then.
  public let answersChallenge: Bool
  /// true where the client says that another gateway sent it here (IKE's REDIRECTED_FROM, RFC 5685 section 3); else nil.
  public let isRedirected: Bool?
  /// Whether it asks for something that no tunnel asks for: SRTP keys (RFC 5764), HTTP/2 (RFC 9113).
  public let isForeign: Bool
  public let version: TLSVersion?
  /// The session that it asks to resume, in hexadecimal; over CSTP the gateway hands out either this or the application
  /// identifier that takes its place with PSK. Empty when there is none.
  public let sessionID: String
  /// The name asked for (RFC 6066 section 3), exactly as sent: hostile text until it is escaped.
  public let serverName: String?
  public let applicationProtocols: [String]
  /// Packets with data of the other side since the opening before it: whether a session goes on while new keys are asked
  /// for in vain.
  public let dataMeanwhile: Int
  /// How the TCP connection beneath it began, when there is one and the capture shows it.
  public let connection: TCPOpening?
  /// What carries it, of a channel that runs over either; nil for what the channel's profile says.
  public let transport: TransportProtocol?

  public init(
    id: HandshakeID, flow: Flow?, token: HandshakeToken? = nil, renews: HandshakeID? = nil, sender: Side = .client,
    answersChallenge: Bool = false, isRedirected: Bool? = nil, isForeign: Bool = false, version: TLSVersion? = nil,
    sessionID: String = "", serverName: String? = nil, applicationProtocols: [String] = [], dataMeanwhile: Int = 0,
    connection: TCPOpening? = nil, transport: TransportProtocol? = nil
  ) {
    self.id = id
    self.flow = flow
    self.token = token
    self.renews = renews
    self.sender = sender
    self.answersChallenge = answersChallenge
    self.isRedirected = isRedirected
    self.isForeign = isForeign
    self.version = version
    self.sessionID = sessionID
    self.serverName = serverName
    self.applicationProtocols = applicationProtocols
    self.dataMeanwhile = dataMeanwhile
    self.connection = connection
    self.transport = transport
  }
}

/// How a TCP connection began: both maximum segment sizes and the packets that carry them (RFC 9293 section 3.7.1).
public struct TCPOpening: Sendable, Hashable, Codable {
  public let synTime: Timestamp
  public let syn: FrameReference
  /// What the client's SYN offers, in bytes; nil when it has no such option.
  public let clientMSS: Int?
  /// The SYN-ACK; nil when the capture does not show it.
  public var synAck: FrameReference?
  /// What the server's SYN-ACK offers, in bytes; nil when it has no such option.
  public var serverMSS: Int?

  public init(
    synTime: Timestamp, syn: FrameReference, clientMSS: Int?, synAck: FrameReference? = nil, serverMSS: Int? = nil
  ) {
    self.synTime = synTime
    self.syn = syn
    self.clientMSS = clientMSS
    self.synAck = synAck
    self.serverMSS = serverMSS
  }
}

/// The name of a handshake message as its protocol calls it: "ServerHello", "handshake response". Families declare theirs.
public struct MessageName: RawRepresentable, Sendable, Hashable, Codable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ name: String) { rawValue = name }
}

/// Any handshake message but an opening, from either side.
public struct HandshakeMessage: Sendable, Hashable, Codable {
  /// What a message does, whatever its protocol calls it.
  public enum Stage: String, Sendable, Hashable, Codable {
    /// The gateway asks the client to prove its address first (HelloVerifyRequest, cookie).
    case challenge
    /// The gateway's answer, with what it chose.
    case answer
    /// On the way.
    case progress
    /// The same again although the capture shows its answer.
    case repetition
    /// The gateway's answer again, although the client is still there: what the client sends next does not arrive.
    case repeatedAnswer = "repeated-answer"
    /// The gateway sends the client to another one instead (RFC 5685).
    case redirect
    /// The last flight of its sender, under the new keys.
    case finish
  }

  public let id: HandshakeID
  public let flow: Flow
  public let sender: Side
  public let stage: Stage
  public let name: MessageName
  /// Of the session that the handshake renews; nil for one that begins a session.
  public let renews: HandshakeID?
  public let version: TLSVersion?
  /// What the answer chose.
  public let cipherSuite: CipherSuite?
  /// What its sender says that it is; nil where it does not.
  public let product: Product?

  public init(
    id: HandshakeID, flow: Flow, sender: Side, stage: Stage, name: MessageName, renews: HandshakeID? = nil,
    version: TLSVersion? = nil, cipherSuite: CipherSuite? = nil, product: Product? = nil
  ) {
    self.id = id
    self.flow = flow
    self.sender = sender
    self.stage = stage
    self.name = name
    self.renews = renews
    self.version = version
    self.cipherSuite = cipherSuite
    self.product = product
  }
}

/// A handshake led to a session. Packets show it where the protocol says so in clear; otherwise data both ways does.
public struct Establishment: Sendable, Hashable, Codable {
  public let id: HandshakeID
  public let flow: Flow?
  /// How the session relates to those before it, as far as a log says.
  public let relation: SessionRelation
  /// Whether a log says only that the handshake is complete, not that the tunnel uses it: a login's connections complete
  /// theirs, too.
  public let completesHandshakeOnly: Bool

  public init(
    id: HandshakeID, flow: Flow?, relation: SessionRelation = .unknown, completesHandshakeOnly: Bool = false
  ) {
    self.id = id
    self.flow = flow
    self.relation = relation
    self.completesHandshakeOnly = completesHandshakeOnly
  }
}

/// How a new session relates to those before it.
public enum SessionRelation: String, Sendable, Hashable, Codable {
  /// The first of its tunnel (ASA 722033).
  case first
  /// One more, which replaces none (ASA 722034).
  case additional
  /// It takes the place of one that existed: the session was re-established (ASA 722032).
  case replacing
  /// The session that had lost its connection goes on over another one (ASA 716059).
  case resumed
  /// Nothing says.
  case unknown
}

/// A side's own word that a handshake did not succeed, or packets that show it.
public struct HandshakeFailure: Sendable, Hashable, Codable {
  public enum Cause: Sendable, Hashable, Codable {
    /// The peer did not answer, or not to the end, in time.
    case timedOut
    /// The peer answered, and the handshake was not done in time.
    case incomplete
    /// Sending failed on the sender's own host, mostly because an ICMP error came back.
    case sendFailed
    /// The same messages come again: the writer's own answers do not get through.
    case repeated
    /// New keys for a session that is up were asked for and not agreed on in time; it goes on with its old ones.
    case renewalTimedOut
    /// One side does not agree on new keys for a session that is up; it goes on with its old ones.
    case renewalRejected(reason: String?)
    /// The channel is up by the writer's word, and its counters say that nothing came back for so many packets.
    case unheard(packets: Int)
    /// It is neither done nor given up when somebody lists it.
    ///
    /// - Parameters:
    ///   - state: As the product names it, and what that means, in words that are ours.
    ///   - isAnswered: Whether its first message has been answered; nil where the state does not tell.
    case waiting(state: String, isAnswered: Bool?)
    /// The gateway does not accept who the user is.
    case login
    /// The writer drops the openings without an answer, for this reason.
    case ignored(reason: String?)
    /// The peer said no; with its reason as far as it is known.
    case rejected(reason: String?)
    /// The side could not set the channel up by itself (no common cipher, library, adapter).
    case setup(reason: String?)
    case other(reason: String?)
  }

  public let id: HandshakeID
  public let cause: Cause
  /// Where packets show it.
  public let flow: Flow?

  public init(id: HandshakeID, cause: Cause, flow: Flow? = nil) {
    self.id = id
    self.cause = cause
    self.flow = flow
  }
}

extension HandshakeFailure.Cause {
  /// Whether it is the handshake for new keys that failed, of a session that goes on.
  package var isOfRenewal: Bool {
    switch self {
    case .renewalTimedOut, .renewalRejected: true
    default: false
    }
  }
}

/// An ICMP "destination unreachable" (other than "fragmentation needed") or a TCP reset about packets of a channel.
public struct Refusal: Sendable, Hashable, Codable {
  public enum Kind: Sendable, Hashable, Codable {
    /// Type and code as in the header; 3 and 1 stand for the ICMPv6 type.
    case icmp(type: Int, code: Int, isIPv6: Bool)
    case reset
  }

  public let id: HandshakeID
  public let flow: Flow
  public let kind: Kind
  /// Who sent the error.
  public let reporter: IPAddress
  /// The packet that could not be delivered.
  public let quoted: QuotedFlow
  /// Who sent that packet.
  public let quotedSide: Side

  public init(
    id: HandshakeID, flow: Flow, kind: Kind, reporter: IPAddress, quoted: QuotedFlow, quotedSide: Side
  ) {
    self.id = id
    self.flow = flow
    self.kind = kind
    self.reporter = reporter
    self.quoted = quoted
    self.quotedSide = quotedSide
  }
}

/// The peer says no in clear: an alert, a notify.
public struct Rejection: Sendable, Hashable, Codable {
  public let id: HandshakeID
  public let flow: Flow
  public let sender: Side
  /// In the protocol's words: "handshake_failure", "NO_PROPOSAL_CHOSEN".
  public let reason: String
  /// Whether the word itself is encrypted, and its length and what follows tell; nil stands for no.
  public let isInferred: Bool?
  /// What the other side had offered, best first, where it is in clear; nil where it is not.
  public let offered: [String]?
  /// What the sender wants instead, where it says so in clear.
  public let wanted: String?

  public init(
    id: HandshakeID, flow: Flow, sender: Side, reason: String, isInferred: Bool? = nil, offered: [String]? = nil,
    wanted: String? = nil
  ) {
    self.id = id
    self.flow = flow
    self.sender = sender
    self.reason = reason
    self.isInferred = isInferred
    self.offered = offered
    self.wanted = wanted
  }
}
