/// The first data that a side sends in a session.
public struct ChannelData: Sendable, Hashable, Codable {
  public let id: HandshakeID
  public let flow: Flow
  public let sender: Side

  public init(id: HandshakeID, flow: Flow, sender: Side) {
    self.id = id
    self.flow = flow
    self.sender = sender
  }
}

/// One side goes on sending and hears nothing.
///
/// Emitted once when the silence has lasted long enough to matter, and again when it ends or the session does.
public struct Silence: Sendable, Hashable, Codable {
  public let id: HandshakeID
  public let flow: Flow
  public let silentSide: Side
  /// When the silent side was last heard; nil when it never sent anything in this session.
  public let lastHeard: Timestamp?
  /// The first packet that stayed unanswered.
  public let unansweredSince: Timestamp
  public let unansweredFrame: FrameReference
  /// Packets that the other side has sent since then.
  public let packets: Int
  /// Whether the silent side was heard again (and this observation ends the silence).
  public let heardAgain: Bool
  /// Messages of the silent side on the control channel meanwhile: it is there, and only its data is not heard. nil where
  /// everything is meant.
  public let controlMessages: Int?
  /// Answers of the silent side that the capture shows while the other side repeats its request: they do not reach it. nil
  /// where the side is not heard in the capture either.
  public let answers: Int?
  /// Whether what stayed unanswered is data alone, of a protocol whose data need not be answered; nil for no.
  public let isUnasked: Bool?

  public init(
    id: HandshakeID, flow: Flow, silentSide: Side, lastHeard: Timestamp?, unansweredSince: Timestamp,
    unansweredFrame: FrameReference, packets: Int, heardAgain: Bool, controlMessages: Int? = nil, answers: Int? = nil,
    isUnasked: Bool? = nil
  ) {
    self.id = id
    self.flow = flow
    self.silentSide = silentSide
    self.lastHeard = lastHeard
    self.unansweredSince = unansweredSince
    self.unansweredFrame = unansweredFrame
    self.packets = packets
    self.heardAgain = heardAgain
    self.controlMessages = controlMessages
    self.answers = answers
    self.isUnasked = isUnasked
  }
}

/// A side's own word that its dead-peer detection gave the other side up.
public struct DeadPeer: Sendable, Hashable, Codable {
  public let id: HandshakeID

  public init(id: HandshakeID) { self.id = id }
}

/// A side takes its leave: an alert, a close message. Under encryption only its presence is seen.
public struct Closing: Sendable, Hashable, Codable {
  public let id: HandshakeID
  public let flow: Flow
  public let sender: Side

  public init(id: HandshakeID, flow: Flow, sender: Side) {
    self.id = id
    self.flow = flow
    self.sender = sender
  }
}

/// The same session goes on from another address or port of the client.
public struct AddressChange: Sendable, Hashable, Codable {
  public let id: HandshakeID
  public let flow: Flow
  public let from: Endpoint
  public let to: Endpoint
  /// When the client's last packet from the old address was seen; nil where none was.
  public let lastHeard: Timestamp?

  public init(id: HandshakeID, flow: Flow, from: Endpoint, to: Endpoint, lastHeard: Timestamp? = nil) {
    self.id = id
    self.flow = flow
    self.from = from
    self.to = to
    self.lastHeard = lastHeard
  }
}

/// Payload that one side sent in a session.
public struct PayloadTotals: Sendable, Hashable, Codable {
  /// Packets that carried payload.
  public var packets: Int
  /// Payload bytes, retransmissions included.
  public var bytes: Int
  /// When the last such packet was seen.
  public var last: Timestamp?
  /// Packets that a counter in clear says are missing; nil where there is none.
  public var missing: Int?
  /// Its largest packets; nil where none is comparable with those of another capture point.
  public var largest: LargestPackets?

  public init(
    packets: Int = 0, bytes: Int = 0, last: Timestamp? = nil, missing: Int? = nil, largest: LargestPackets? = nil
  ) {
    self.packets = packets
    self.bytes = bytes
    self.last = last
    self.missing = missing
    self.largest = largest
  }
}

/// The packets of one side of a session that are larger than all others, handshake messages included: what another capture
/// point lacks of them is larger than the path carries.
public struct LargestPackets: Sendable, Hashable, Codable {
  /// Bytes of the payload of UDP, or of IP where ESP has no UDP.
  public let length: Int
  /// Packets of exactly this length.
  public let count: Int
  public var first: Timestamp
  public let firstFrame: FrameReference
  /// Whether longer datagrams were seen, which segmentation offload merged: any length may be part of those. nil for no.
  public let besideMerged: Bool?

  public init(
    length: Int, count: Int, first: Timestamp, firstFrame: FrameReference, besideMerged: Bool? = nil
  ) {
    self.length = length
    self.count = count
    self.first = first
    self.firstFrame = firstFrame
    self.besideMerged = besideMerged
  }
}

/// How a session stopped, as far as its packets show.
public enum ConnectionEnding: String, Sendable, Hashable, Codable {
  /// The client closed it: for TCP, its FIN came first.
  case clientClosed
  /// The gateway closed it: for TCP, its FIN came first.
  case serverClosed
  case clientReset
  case serverReset
  /// No end was seen; the capture ended or the table needed the room.
  case open
}

/// The packet by which something had come to a certain number.
public struct CountMark: Sendable, Hashable, Codable {
  public var time: Timestamp
  public let frame: FrameReference

  public init(time: Timestamp, frame: FrameReference) {
    self.time = time
    self.frame = frame
  }
}

/// A handshake and its session over their whole life, emitted when it ends or the capture does.
public struct ChannelSummary: Sendable, Hashable, Codable {
  public let id: HandshakeID
  public let flow: Flow
  /// The SYN, the opening, or the first packet seen when the capture began later.
  public let start: Timestamp
  public let startFrame: FrameReference
  /// Whether the capture shows how it began.
  public let sawStart: Bool
  public let token: HandshakeToken?
  /// When it ended, or its last packet when no end was seen.
  public let end: Timestamp
  public let ending: ConnectionEnding
  public let client: PayloadTotals
  public let server: PayloadTotals
  /// How often the client spoke after the gateway had, within the first seconds: a fresh login takes several requests, the
  /// re-establishment of a session takes one. 0 where a channel has no requests.
  public let openingRequests: Int
  /// Time to live, or hop limit, of the last packet of the client and of the gateway: which of them the capture point is
  /// next to. 0 when there was none.
  public let clientTTL: UInt8
  public let serverTTL: UInt8
  /// How often the speaker changed after the opening, which takes up to 5 seconds: a tunnel's sides go on speaking in
  /// turn, be it in keep-alives; one long answer, or a stream of events, has one speaker.
  public let turns: Int
  /// The packets by which the turns had come to `firstMarkedTurn`, to twice as many, and so on: when it became busy. nil for
  /// fewer turns.
  public let turnMarks: [CountMark]?
  /// What carries it, of a channel that runs over either; nil for what the channel's profile says.
  public let transport: TransportProtocol?
  /// By what its data is known again from another address of the client; nil where nothing in clear tells.
  public let marks: SessionMarks?

  /// Keep-alives and their answers make about six turns a minute.
  public static let firstMarkedTurn = 8

  public init(
    id: HandshakeID, flow: Flow, start: Timestamp, startFrame: FrameReference, sawStart: Bool,
    token: HandshakeToken? = nil, end: Timestamp, ending: ConnectionEnding = .open, client: PayloadTotals,
    server: PayloadTotals, openingRequests: Int = 0, turns: Int = 0, turnMarks: [CountMark]? = nil,
    clientTTL: UInt8 = 0, serverTTL: UInt8 = 0, transport: TransportProtocol? = nil, marks: SessionMarks? = nil
  ) {
    self.id = id
    self.flow = flow
    self.start = start
    self.startFrame = startFrame
    self.sawStart = sawStart
    self.token = token
    self.end = end
    self.ending = ending
    self.client = client
    self.server = server
    self.openingRequests = openingRequests
    self.turns = turns
    self.turnMarks = turnMarks
    self.transport = transport
    self.clientTTL = clientTTL
    self.serverTTL = serverTTL
    self.marks = marks
  }
}

/// A side's own word that a session, or one channel of it, ended.
public struct SessionEnd: Sendable, Hashable, Codable {
  /// nil when the tunnel as a whole ended, or a connection that the line does not name.
  public let id: HandshakeID?
  public let reason: String?
  /// Whether the client or its user wished it.
  public let byClient: Bool
  /// Whether only a connection ended, of a channel that the line does not name; the tunnel may go on.
  public let isUnnamedConnection: Bool
  /// Whether it broke off while it was in use: neither side wished it.
  public let isBreak: Bool

  public init(
    id: HandshakeID?, reason: String?, byClient: Bool = false, isUnnamedConnection: Bool = false, isBreak: Bool = false
  ) {
    self.id = id
    self.reason = reason
    self.byClient = byClient
    self.isUnnamedConnection = isUnnamedConnection
    self.isBreak = isBreak
  }
}

/// What the two sides agreed on, as a log or a message in clear says.
public enum Negotiation: Sendable, Hashable, Codable {
  /// The gateway assigned the client its inner address (the subject's `innerAddress`).
  case innerAddress
  /// Tunnel MTUs as they were announced or computed.
  case mtu(TunnelMTUAnnouncement)
  /// The client was told this port for a channel.
  case port(ChannelKind, UInt16)
  /// The gateway does not offer this channel, or the client has switched it off itself where `mayBeByClient`.
  case notOffered(ChannelKind, mayBeByClient: Bool)
  /// Dead-peer detection, keep-alive and rekey intervals of a channel.
  case timers(ChannelKind, ChannelTimers)
  /// A reconnect brought another inner address than the session had before.
  case innerAddressChanged(from: IPAddress, to: IPAddress)
}

/// Intervals that the gateway gave the client, in seconds; 0 where it switched them off, nil where the line does not say.
public struct ChannelTimers: Sendable, Hashable, Codable {
  public var deadPeerDetection: Int?
  public var keepalive: Int?
  public var rekey: Int?

  public init(deadPeerDetection: Int? = nil, keepalive: Int? = nil, rekey: Int? = nil) {
    self.deadPeerDetection = deadPeerDetection
    self.keepalive = keepalive
    self.rekey = rekey
  }
}
