/// Every kind of thing a log can tell.
public enum LogEvent: Sendable, Hashable, Codable {
  // MARK: Sessions and their connections

  /// A tunnel connection of a session began, and how it relates to those before it.
  case sessionOpened(SessionOpening)
  /// A tunnel connection is up and can carry data.
  case connectionEstablished(TunnelTransport)
  /// A tunnel connection ended; the session may go on.
  case connectionClosed(TunnelTransport?, reason: String?)
  /// The session ended; `byClient` when it was the client's or its user's wish.
  case sessionEnded(reason: String?, byClient: Bool)
  /// The gateway assigned the client its inner address (the subject's `innerAddress`).
  case addressAssigned
  /// The TLS or DTLS handshake of a connection.
  case handshake(TunnelTransport, HandshakeStage)
  /// Dead-peer detection gave the other side up.
  case deadPeer(TunnelTransport)
  /// The client begins a new connection of this kind by itself.
  case reconnecting(TunnelTransport?)

  // MARK: Sizes

  /// The gateway has a packet for, or from, the client that is larger than the tunnel takes, in bytes.
  case largePacket(LargePacket)
  /// A packet larger than the effective MTU towards its destination was refused (ASA 602101), sizes in bytes.
  case pathMTUExceeded(PathMTUExceeded)
  /// Tunnel MTUs as they were announced or computed.
  case tunnelMTU(TunnelMTUAnnouncement)
  /// The client reconfigures its connection; reason code 16 is a new MTU.
  case reconfigured(reasonCode: Int, text: String)
  /// The client takes its adapter down and up to apply a new MTU.
  case adapterMTUApplied

  // MARK: Ports

  /// The gateway told the client this port for DTLS.
  case dtlsPortAnnounced(UInt16)
  /// A request to a port of the gateway itself was dropped: nobody listens there, or an access list forbids it.
  case requestDiscarded(RefusedPacket)
  /// An access list of the gateway dropped a packet that passes through it.
  case accessDenied(RefusedPacket)
  /// Sending DTLS failed on the client's own host, mostly because an ICMP error came back.
  case dtlsSendFailed

  // MARK: What a device says of itself when asked

  case listeningSockets([ListeningSocket])
  case webVPN(WebVPNConfiguration)
  case groupPolicy(GroupPolicyConfiguration)
  /// `sysopt connection tcpmss`, in bytes; 0 when it is off.
  case tcpMSSLimit(Int)
  /// A counter of `show asp drop`.
  case packetsDropped(reason: String, count: Int)
  case vpnSession(VPNSessionDetail)
}

/// What carries the tunnel.
public enum TunnelTransport: String, Sendable, Hashable, Codable {
  case tls
  case dtls
}

/// How a new tunnel connection relates to those before it.
public enum SessionOpening: String, Sendable, Hashable, Codable {
  /// The first of its session (ASA 722033).
  case first
  /// One more, which replaces none (ASA 722034).
  case additional
  /// It takes the place of one that existed: the session was re-established (ASA 722032).
  case replacing
  /// The log does not say.
  case unknown
}

/// How far a handshake came.
public enum HandshakeStage: Sendable, Hashable, Codable {
  case started
  case completed
  /// The peer did not answer, or not to the end, in time.
  case timedOut
  case failed(reason: String?)
  /// The device began anew with the same client, or repeated messages arrived: its own answers do not get through.
  case repeated
}

/// A packet larger than the tunnel takes, all sizes in bytes.
public struct LargePacket: Sendable, Hashable, Codable {
  /// From the gateway to the client (ASA 722036) or from it (ASA 722035).
  public let towardsClient: Bool
  public let size: Int
  public let threshold: Int

  public init(towardsClient: Bool, size: Int, threshold: Int) {
    self.towardsClient = towardsClient
    self.size = size
    self.threshold = threshold
  }
}

/// A packet that path MTU discovery refused (ASA 602101), sizes in bytes.
public struct PathMTUExceeded: Sendable, Hashable, Codable {
  public let size: Int
  public let mtu: Int
  public let source: IPAddress?
  public let destination: IPAddress?

  public init(size: Int, mtu: Int, source: IPAddress?, destination: IPAddress?) {
    self.size = size
    self.mtu = mtu
    self.source = source
    self.destination = destination
  }
}

/// Tunnel MTUs in bytes; nil where the line does not say.
public struct TunnelMTUAnnouncement: Sendable, Hashable, Codable {
  /// Largest inner packet over TLS.
  public var tls: Int?
  /// Largest inner packet over DTLS.
  public var dtls: Int?
  /// Of the link, before any overhead.
  public var base: Int?
  /// The outer MSS that the computation started from.
  public var tcpMSS: Int?

  public init(tls: Int? = nil, dtls: Int? = nil, base: Int? = nil, tcpMSS: Int? = nil) {
    self.tls = tls
    self.dtls = dtls
    self.base = base
    self.tcpMSS = tcpMSS
  }
}

/// A packet that a device refused or dropped.
public struct RefusedPacket: Sendable, Hashable, Codable {
  public let transport: TransportProtocol
  public let source: Endpoint
  public let destination: Endpoint
  /// Whether an access list forbade it; otherwise nobody listens.
  public let byAccessList: Bool
  /// What kind of ICMP packet it was, whose ports are 0; nil when it was none.
  public let icmp: ICMPKind?

  public init(
    transport: TransportProtocol, source: Endpoint, destination: Endpoint, byAccessList: Bool, icmp: ICMPKind? = nil
  ) {
    self.transport = transport
    self.source = source
    self.destination = destination
    self.byAccessList = byAccessList
    self.icmp = icmp
  }
}

/// Type and code of an ICMP packet (RFC 792); 3 and 4 are "fragmentation needed and DF set".
public struct ICMPKind: Sendable, Hashable, Codable {
  public let type: UInt8
  public let code: UInt8

  public init(type: UInt8, code: UInt8) {
    self.type = type
    self.code = code
  }
}
