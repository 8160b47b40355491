import Observations

/// The words for packets that no router may fragment, which differ by the version of IP.
extension IPAddress {
  /// What marks such a packet to this host: " with DF" in IPv4 (RFC 791). IPv6 has no such bit, as no router fragments
  /// it (RFC 8200 section 5): empty.
  var unfragmentedMark: String { isIPv4 ? " with DF" : "" }

  /// The ICMP error about such a packet, as RFC 792 and RFC 4443 call it.
  var tooBigError: String { isIPv4 ? "fragmentation needed" : "Packet Too Big" }

  /// The same as filters know it.
  var tooBigErrorType: String {
    isIPv4 ? "ICMP type 3 code 4 (fragmentation needed)" : "ICMPv6 type 2 (Packet Too Big)"
  }
}
