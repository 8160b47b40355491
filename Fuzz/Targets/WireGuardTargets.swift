import Dissection
import Families

/// WireGuard: messages one by one, and sequences of them between two peers.
enum WireGuardTargets {
  static let all = [
    FuzzTarget("wireguard", "WireGuard messages, handshakes, sessions and moves to other ports", walking: walk)
  ]

  private static func walk(_ bytes: RawSpan) -> Int {
    var peers = FuzzPeers<WireGuardTracker>(ports: [51_820], protocols: [IPProtocol.udp], mostObservations: 8)
    return peers.walk(bytes) { packet, length in dissect(packet, length: length) }
  }

  private static func dissect(_ bytes: RawSpan, length: Int) -> Int {
    guard let message = WireGuardMessage(bytes, length: length) else { return 0 }
    promise(message.type == .data || message.length == message.type.length, "a handshake message has its length")
    promise(message.ephemeral.byteCount <= 32 && message.firstCode.byteCount <= 16, "a field has its length")
    promise(message.token.byteCount == message.ephemeral.byteCount, "a token is as long as the key")
    return message.secondCode.byteCount &+ message.encryptedPacket.byteCount &+ Int(message.receiverIndex & 1)
  }
}
