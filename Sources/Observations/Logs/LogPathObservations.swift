// What devices log of packets that are too large or not wanted.

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

/// A packet that a device dropped: a request to one of its own ports, or a packet that passes through it.
public struct DroppedPacket: Sendable, Hashable, Codable {
  /// Whether the device says that it was addressed to itself.
  public let isToDevice: Bool
  public let transport: TransportProtocol
  public let source: Endpoint
  public let destination: Endpoint
  /// Whether an access list forbade it; otherwise nothing listens, or it is as `reason` says.
  public let byAccessList: Bool
  /// What kind of ICMP packet it was, whose ports are 0; nil when it was none.
  public let icmp: ICMPKind?
  /// The device's own name of the reason: letters, digits, hyphens and underscores; nil where it gives none.
  public let reason: String?

  /// The reason of packets in a firewall's capture of what it dropped.
  public static let dropStage = "drop-stage"

  public init(
    isToDevice: Bool, transport: TransportProtocol, source: Endpoint, destination: Endpoint, byAccessList: Bool,
    icmp: ICMPKind? = nil, reason: String? = nil
  ) {
    self.isToDevice = isToDevice
    self.transport = transport
    self.source = source
    self.destination = destination
    self.byAccessList = byAccessList
    self.icmp = icmp
    self.reason = reason
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
