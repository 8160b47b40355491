/// What kind of tunnel it is.
public enum FamilyName: String, Sendable, Hashable, Codable, CaseIterable {
  /// TLS for control, UDP beside it for data: AnyConnect, ocserv, GlobalProtect, FortiGate, Pulse, F5.
  case tlsVPN = "tls-vpn"
  case ipsec
  case openvpn
  case wireguard
}

/// One association that a tunnel is made of.
public enum ChannelKind: String, Sendable, Hashable, Codable, CaseIterable {
  case tls
  case dtls
  case ike
  case esp
  case openvpn
  case wireguard

  /// As people call it.
  public var name: String {
    switch self {
    case .tls: "TLS"
    case .dtls: "DTLS"
    case .ike: "IKE"
    case .esp: "ESP"
    case .openvpn: "OpenVPN"
    case .wireguard: "WireGuard"
    }
  }
}

/// What a channel carries.
public enum ChannelRole: String, Sendable, Hashable, Codable {
  case control
  case data
  case both
}

/// Identifies one handshake and the session it leads to, among all observations of one capture point or log.
///
/// The tracker or log reader that follows the handshake assigns it, and every observation about it carries it, packets'
/// with the flow on which it began: an address change alters neither. It is made of the first packet or line of the handshake, so that it is the same however the work is divided.
public struct HandshakeID: Hashable, Sendable, Codable {
  public let channel: ChannelKind
  /// The first packet or line that belongs to it.
  public let first: Source

  @inlinable
  public init(_ channel: ChannelKind, first: Source) {
    self.channel = channel
    self.first = first
  }

  @inlinable
  public init(_ channel: ChannelKind, firstFrame: FrameReference) { self.init(channel, first: .frame(firstFrame)) }
}

extension HandshakeID: Comparable {
  public static func < (a: HandshakeID, b: HandshakeID) -> Bool {
    a.first != b.first ? a.first < b.first : a.channel.rawValue < b.channel.rawValue
  }
}
