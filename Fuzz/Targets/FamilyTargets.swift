import Dissection
import Families

/// Families whose packets come from two peers: one by one, and sequences of them.
enum FamilyTargets {
  static let all = [
    FuzzTarget("openvpn", "OpenVPN packets over UDP and TCP, sessions, moves and what leaves in a case") { bytes in
      walkOpenVPN(bytes)
    },
    FuzzTarget("ipsec", "IKE and ESP packets, associations, their data and what leaves in a case") { bytes in
      walkIPsec(bytes)
    },
  ]

  private static func walkOpenVPN(_ bytes: [UInt8]) -> Int {
    var peers = FuzzPeers<OpenVPNTracker>(ports: [1_194, 443], protocols: [IPProtocol.udp, IPProtocol.tcp])
    return unsafe peers.walk(bytes.span.bytes) { packet, length in
      guard let message = OpenVPNMessage(packet, length: length) else {
        return FuzzPrivacy.check(OpenVPN.self, packet, length: length)
      }
      promise(message.keyID < 8, "a key ID has three bits")
      promise(message.opcode.isData == (message.sessionID == 0) || !message.opcode.isData, "data has no session ID")
      return FuzzPrivacy.check(OpenVPN.self, packet, length: length)
    }
  }

  private static func walkIPsec(_ bytes: [UInt8]) -> Int {
    var peers = FuzzPeers<IPsecTracker>(ports: [500, 4_500], protocols: [IPProtocol.udp, 50])
    return unsafe peers.walk(bytes.span.bytes) { packet, length in
      let clear = IPsec.clear(packet, in: .ip(protocolNumber: 50, length: length))
      promise(clear?.kept ?? 0 <= packet.byteCount, "no more stays of ESP than there is")
      return FuzzPrivacy.check(IPsec.self, packet, length: length)
    }
  }
}
