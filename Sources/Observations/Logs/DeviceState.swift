// What a gateway says of itself when it is asked: sockets, configuration, sessions.

/// A socket on which the gateway listens (`show asp table socket`, or a daemon's word at its start).
public struct ListeningSocket: Sendable, Hashable, Codable {
  public let channel: ChannelKind
  /// nil for any address.
  public let address: IPAddress?
  public let port: UInt16

  public init(channel: ChannelKind, address: IPAddress?, port: UInt16) {
    self.channel = channel
    self.address = address
    self.port = port
  }
}

/// `show run webvpn`.
public struct WebVPNConfiguration: Sendable, Hashable, Codable {
  /// TLS port; nil when not configured, which means 443.
  public var tlsPort: UInt16?
  /// DTLS port; nil when not configured, which means 443.
  public var dtlsPort: UInt16?
  /// Names of the interfaces on which it is enabled.
  public var interfaces: [String]
  public var isAnyConnectEnabled: Bool

  public init(
    tlsPort: UInt16? = nil, dtlsPort: UInt16? = nil, interfaces: [String] = [], isAnyConnectEnabled: Bool = false
  ) {
    self.tlsPort = tlsPort
    self.dtlsPort = dtlsPort
    self.interfaces = interfaces
    self.isAnyConnectEnabled = isAnyConnectEnabled
  }
}

/// What of a group policy matters to a tunnel's sizes; nil where it is not configured.
public struct GroupPolicyConfiguration: Sendable, Hashable, Codable {
  public let name: String
  /// `anyconnect mtu`, in bytes.
  public var mtu: Int?
  /// `anyconnect ssl df-bit-ignore`.
  public var ignoresDontFragment: Bool?
  /// `anyconnect ssl dtls`.
  public var isDTLSEnabled: Bool?

  public init(name: String, mtu: Int? = nil, ignoresDontFragment: Bool? = nil, isDTLSEnabled: Bool? = nil) {
    self.name = name
    self.mtu = mtu
    self.ignoresDontFragment = ignoresDontFragment
    self.isDTLSEnabled = isDTLSEnabled
  }
}

/// One session of `show vpn-sessiondb detail anyconnect`; whom it is about is the observation's subject.
public struct VPNSessionDetail: Sendable, Hashable, Codable {
  /// TCP port of the TLS tunnel at the gateway.
  public var tlsPort: UInt16?
  /// UDP port of the DTLS tunnel at the gateway; nil when there is no DTLS tunnel.
  public var dtlsPort: UInt16?
  /// Cipher names as the gateway writes them.
  public var tlsCipher: String?
  public var dtlsCipher: String?
  /// Packets the gateway dropped on the way to the client, over all its tunnels.
  public var packetsDropped: Int?

  public init(
    tlsPort: UInt16? = nil, dtlsPort: UInt16? = nil, tlsCipher: String? = nil, dtlsCipher: String? = nil,
    packetsDropped: Int? = nil
  ) {
    self.tlsPort = tlsPort
    self.dtlsPort = dtlsPort
    self.tlsCipher = tlsCipher
    self.dtlsCipher = dtlsCipher
    self.packetsDropped = packetsDropped
  }
}
