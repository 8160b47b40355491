/// Programs of tunnels whose messages are in no table: what they complain of is shown as that of any product.
enum UntabledProgram {
  /// Names in lower case; a name stands for all that begin with it.
  private static let names: [StaticString] = [
    "vpn", "ike", "ipsec", "isakmp", "l2tp", "pppd", "pptp", "nm-l2tp", "nm-vpnc", "nm-pptp", "nm-sstp",
    "nm-fortisslvpn", "nm-strongswan", "nm-iodine", "swanctl", "stroke", "tincd", "tailscaled",
    "accel-", "vtund", "nebula", "zerotier", "ocproxy", "softether",
  ]

  /// Whether the program at `word` is one.
  static func isOne(_ text: borrowing LogText, _ word: Range<Int>) -> Bool {
    for name in names where name.utf8CodeUnitCount <= word.count && text.hasFolded(name, at: word.lowerBound) {
      return true
    }
    return false
  }
}
