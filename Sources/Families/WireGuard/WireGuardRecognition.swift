import Dissection
import Observations

// Handshake messages are recognised one by one, by their structure; data only in agreement with other data.
extension WireGuardMessage {
  /// Whether the sender had a cookie; where a snap length cut off what says so, it may have.
  var mayHaveCookie: Bool { secondCode.byteCount < 16 || !EncryptedBytes.isZero(secondCode) }

  /// Whether an initiation or response has everything that one must have: a key that is noise and below 2^255, a first
  /// code of noise, a second code of noise or zeros. What a snap length cut off is not looked at.
  ///
  /// No other protocol has a datagram of this length, a small number with three zeros, and noise in these places: QUIC has
  /// one of the two high bits of its first byte set, DTLS begins with 20 to 26, STUN and RADIUS have a length within the
  /// first four bytes, IKE behind UDP 4500 begins with four zeros, and ESP there with an SPI, followed by a sequence number.
  ///
  /// Without the three zeros a second code of sixteen takes their place.
  var isCertain: Bool {
    guard type == .initiation || type == .response, EncryptedBytes.looksLikeNoise(ephemeral) else { return false }
    if isMarked, secondCode.byteCount < 16 || !EncryptedBytes.isZero(secondCode) { return false }
    if ephemeral.byteCount == 32, unsafe ephemeral.u8(31) & 0x80 != 0 { return false }
    if firstCode.byteCount == 16, !EncryptedBytes.looksLikeNoise(firstCode) { return false }
    if secondCode.byteCount == 16, !EncryptedBytes.isZero(secondCode), !EncryptedBytes.looksLikeNoise(secondCode) {
      return false
    }
    return true
  }
}

/// Data of a flow whose handshake was not captured: whether it agrees in what only WireGuard's data agrees in.
///
/// Each message must have an index that its direction repeats, a counter that goes on from the last, and noise behind
/// it. One repetition in both directions, or three in one, is enough. ESP in UDP may begin with 4, 0, 0, 0 where its SPI
/// does, but the four bytes behind it are a sequence number and change with each packet.
struct WireGuardDataAgreement {
  private struct Direction {
    var index: UInt32 = 0
    var counter: UInt64 = 0
    var messages = 0
    var repetitions = 0
  }

  private var directions = (Direction(), Direction())

  /// A counter this far behind the last still goes on from it: what a capture may have missed.
  private static let step: UInt64 = 1_024
  /// Packets that a session sends in its 180 seconds are far fewer.
  private static let largestCounter: UInt64 = 1 << 40
  private static let repetitionsOfOneDirection = 3

  /// Takes a message into account.
  ///
  /// - Returns: Whether the flow is WireGuard's.
  mutating func add(_ message: borrowing WireGuardMessage, direction: Int) -> Bool {
    guard message.type == .data, message.receiverIndex != 0, message.counter < Self.largestCounter,
      EncryptedBytes.looksLikeNoise(message.encryptedPacket)
    else {
      self = WireGuardDataAgreement()
      return false
    }
    if direction == 0 {
      Self.add(message.receiverIndex, message.counter, to: &directions.0)
    } else {
      Self.add(message.receiverIndex, message.counter, to: &directions.1)
    }
    let (a, b) = directions
    if a.repetitions > 0, b.repetitions > 0 { return a.index != b.index }
    return max(a.repetitions, b.repetitions) >= Self.repetitionsOfOneDirection
  }

  private static func add(_ index: UInt32, _ counter: UInt64, to direction: inout Direction) {
    let goesOn =
      direction.messages > 0 && index == direction.index && counter > direction.counter
      && counter &- direction.counter <= step
    direction.repetitions = goesOn ? direction.repetitions + 1 : 0
    direction.messages += 1
    direction.index = index
    direction.counter = counter
  }
}
