import Observations

/// What captures hold that is not looked into, in words.
package enum UnreadWords {
  /// Kinds that are named; the rest is summed up.
  private static let named = 4

  /// "encrypted Wi-Fi", or "800 are encrypted Wi-Fi, 40 are damaged, and 7 are of other kinds".
  package static func kinds(of captures: [CaptureDescription]) -> String {
    var counts = UnreadCounts()
    for capture in captures { if let unread = capture.unread { counts.add(unread) } }
    let kinds = counts.relevantRanked
    guard let first = kinds.first else { return "kinds of packets that this program does not know" }
    if kinds.count == 1, counts.relevant == first.packets { return first.kind.name }
    let listed = kinds.prefix(named).map { "\($0.packets) are \($0.kind.name)" }
    let rest = counts.relevant - kinds.prefix(named).reduce(0) { $0 + $1.packets }
    return Phrase.list(listed + (rest > 0 ? ["\(rest) are of other kinds"] : []))
  }

  /// How to get a capture that can be looked into, by what hides most.
  static func remedy(for capture: CaptureDescription) -> String? {
    switch capture.unread?.relevantRanked.first?.kind {
    case .encryptedWiFi, .aggregatedWiFi:
      "Capture on the client's own interface without monitor mode, or decrypt first (`airdecap-ng`, or Wireshark's keys)."
    case .encryptedMACsec:
      "Capture behind the switch port's MACsec: on the host itself, or on a mirror of the decrypted port."
    case .linkType: "Convert the capture to Ethernet or raw IP, or capture on the interface that carries the tunnel."
    case .cutHeader: "Capture whole packets: `tcpdump -s 0`."
    default: nil
    }
  }
}
