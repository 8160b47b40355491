import Observations

/// The capture filter that keeps just what the rules need, in the language of pcap-filter(7).
///
/// TCP, UDP, ESP and AH carry the tunnels, ICMP and ICMPv6 tell of paths. Later fragments carry the same protocol number in
/// IPv4; in IPv6 they, and packets with other extension headers, are known by the header that comes next.
public enum CaptureFilter {
  /// IPv6 extension headers that the dissection walks through: hop-by-hop, routing, fragment, destination options.
  private static let ipv6 = [0, 43, 44, 60].map { " or ip6 proto \($0)" }.joined()

  /// ESP (RFC 4303) and AH (RFC 4302).
  private static let ipsec = [50, 51].map { " or ip proto \($0)" }.joined()
  private static let ipsecv6 = [50, 51].map { " or ip6 proto \($0)" }.joined()

  /// What stands directly behind the link layer's header.
  static let untagged = "(ip and (tcp or udp or icmp\(ipsec))) or (ip6 and (tcp or udp or icmp6\(ipv6)\(ipsecv6)))"

  /// The filter for a link type.
  ///
  /// Ethernet frames may carry up to two VLAN tags and PPPoE. Each `vlan` moves the offsets of all that follows it in
  /// the expression, so the tagged forms are nested and come last.
  public static func standard(for linkType: LinkType) -> String {
    guard linkType == .ethernet else { return untagged }
    let inner = "\(untagged) or ether proto 0x8864"
    return "\(inner) or (vlan and (\(inner) or (vlan and (\(inner)))))"
  }
}
