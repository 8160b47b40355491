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

/// A ClientHello over TCP (RFC 8446 section 4.1.2).
public struct TLSClientHello: Sendable, Hashable, Codable {
  public let flow: Flow
  public let random: HelloRandom
  /// The name asked for (RFC 6066 section 3), exactly as sent: hostile text until it is escaped.
  public let serverName: String?
  public let applicationProtocols: [String]
  /// How the TCP connection began, when the capture shows it.
  public let opening: TCPOpening?

  public init(
    flow: Flow, random: HelloRandom, serverName: String? = nil, applicationProtocols: [String] = [],
    opening: TCPOpening? = nil
  ) {
    self.flow = flow
    self.random = random
    self.serverName = serverName
    self.applicationProtocols = applicationProtocols
    self.opening = opening
  }
}

/// A ServerHello over TCP (RFC 8446 section 4.1.3).
public struct TLSServerHello: Sendable, Hashable, Codable {
  public let flow: Flow
  public let version: TLSVersion
  /// nil when the snap length cut it off.
  public let cipherSuite: CipherSuite?

  public init(flow: Flow, version: TLSVersion, cipherSuite: CipherSuite?) {
    self.flow = flow
    self.version = version
    self.cipherSuite = cipherSuite
  }
}

/// How a TCP connection stopped, as far as the capture shows.
public enum ConnectionEnding: String, Sendable, Hashable, Codable {
  /// The client's FIN came first.
  case clientClosed
  /// The server's FIN came first.
  case serverClosed
  case clientReset
  case serverReset
  /// No FIN or RST was seen; the capture ended or the table needed the room.
  case open
}

/// Payload that one side sent on a connection or association.
public struct PayloadTotals: Sendable, Hashable, Codable {
  /// Packets that carried payload.
  public var packets: Int
  /// Payload bytes, retransmissions included.
  public var bytes: Int
  /// When the last such packet was seen.
  public var last: Timestamp?

  public init(packets: Int = 0, bytes: Int = 0, last: Timestamp? = nil) {
    self.packets = packets
    self.bytes = bytes
    self.last = last
  }
}

/// A TLS connection over its whole life, told when it ends or the capture does.
public struct TLSConnection: Sendable, Hashable, Codable {
  public let flow: Flow
  /// The SYN, or the first packet seen when the capture began later.
  public let start: Timestamp
  public let startFrame: FrameReference
  /// Whether the capture shows how it began (a SYN or a ClientHello).
  public let sawStart: Bool
  public let clientRandom: HelloRandom?
  /// The first FIN or RST, or the last packet when there was none.
  public let end: Timestamp
  public let ending: ConnectionEnding
  public let client: PayloadTotals
  public let server: PayloadTotals
  /// How often the client spoke after the server had, within the first seconds: a fresh login takes several
  /// requests, the re-establishment of a session takes one.
  public let openingRequests: Int
  /// How often the speaker changed after the opening, which takes up to 5 seconds: a tunnel's sides go on speaking in
  /// turn, be it in keep-alives; one long answer, or a stream of events, has one speaker.
  public let turns: Int

  public init(
    flow: Flow, start: Timestamp, startFrame: FrameReference, sawStart: Bool, clientRandom: HelloRandom?,
    end: Timestamp, ending: ConnectionEnding, client: PayloadTotals, server: PayloadTotals, openingRequests: Int,
    turns: Int
  ) {
    self.flow = flow
    self.start = start
    self.startFrame = startFrame
    self.sawStart = sawStart
    self.clientRandom = clientRandom
    self.end = end
    self.ending = ending
    self.client = client
    self.server = server
    self.openingRequests = openingRequests
    self.turns = turns
  }
}
