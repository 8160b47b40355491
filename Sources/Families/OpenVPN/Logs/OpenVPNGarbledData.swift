/// Data of sessions that arrives and is none once it is decrypted: the two sides do not compress alike (`comp-lzo`,
/// `compress`), or only one has `fragment`, so that each takes the first bytes of the other's packets for what they are not.
struct OpenVPNGarbledData {
  /// By where it comes from; nil for the only other side that a client has.
  private var packets: [OpenVPNClient?: Int] = [:]

  static let reason =
    "what arrives is no IP packet once it is decrypted: the sides' compression or fragment settings (comp-lzo, compress, fragment) differ"

  /// Packets of a session before it counts as useless: a garbled one may be an odd program's.
  private static let packetsOfMismatch = 3

  /// Counts a packet, and says whether it shows that the session is useless; only one does.
  mutating func shows(from client: OpenVPNClient?) -> Bool {
    if packets[client] == nil, packets.count >= OpenVPNLogLimits.sessions { packets.removeAll() }
    packets[client, default: 0] += 1
    return packets[client] == Self.packetsOfMismatch
  }

  /// A session with it begins.
  mutating func begin(with client: OpenVPNClient?) { packets[client] = nil }
}
