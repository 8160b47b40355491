import Dissection
import Observations

/// How the control channel is protected, which the first packet of a side shows by its length and the places of its zeros.
enum OpenVPNWrapping: Sendable, Equatable {
  case plain
  /// tls-auth: an HMAC of this many bytes, and the rest in clear.
  case authenticated(hmac: Int)
  /// tls-crypt or tls-crypt-v2.
  case encrypted

  /// Lengths of the HMACs that OpenSSL offers: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512.
  static let hmacLengths = [16, 20, 28, 32, 48, 64]
}

// A first packet has a fixed length and zeros or small numbers in fixed places. Ports decide nothing.
extension OpenVPNMessage {
  /// How a hard reset is protected; nil when it is none, or has not the structure of one.
  ///
  /// The client's acknowledges nothing and is its packet 0. The server's acknowledges packet 0 and is its own packet 0.
  /// DTLS begins with 20 to 26, STUN with 0 or 1, RTP with 128 and above, WireGuard with 1 to 4, IKE and ESP with an SPI; QUIC's
  /// short header may begin with 56, 64 or 80, and has noise where a reset has zeros.
  var resetWrapping: OpenVPNWrapping? {
    guard keyID == 0, sessionID != 0, OpenVPNSessionID.looksLikeNoise(sessionID) else { return nil }
    switch opcode {
    case .hardResetClientV2: return wrapping(plainLength: 5, isAnswer: false)
    case .hardResetClientV3:
      // The client's wrapped key ends with its length, which has room for a key of 256 bytes and its tag at least.
      guard length == bytes.byteCount, length > 54 + 290,
        unsafe Int(bytes.u16(length &- 2)) == length &- 54, hasReplayID(at: 0)
      else { return nil }
      return .encrypted
    case .hardResetServerV2: return wrapping(plainLength: 17, isAnswer: true)
    default: return nil
    }
  }

  /// - Parameter plainLength: Bytes of the acknowledgements, and of the packet ID.
  private func wrapping(plainLength: Int, isAnswer: Bool) -> OpenVPNWrapping? {
    let rest = length &- Field.body
    if rest == plainLength { return hasResetEnd(at: 0, isAnswer: isAnswer) ? .plain : nil }
    let hmac = rest &- Field.replayLength &- plainLength
    if OpenVPNWrapping.hmacLengths.contains(hmac), hasReplayID(at: hmac),
      hasResetEnd(at: hmac &+ Field.replayLength, isAnswer: isAnswer)
    {
      return .authenticated(hmac: hmac)
    }
    // A server that has early negotiation adds 6 bytes for its flags.
    let extra = hmac &- Field.tagLength
    guard extra == 0 || isAnswer && extra == 6, hasReplayID(at: 0), body.byteCount >= 40,
      OpenVPNCiphertext.looksLikeNoise(body.from(Field.replayLength))
    else { return nil }
    return .encrypted
  }

  /// A small number, or one of those with which a client of tls-crypt-v2 begins (0x0F000001), and a time that is not zero.
  func hasReplayID(at offset: Int) -> Bool {
    guard body.byteCount >= offset &+ Field.replayLength else { return false }
    let replay = unsafe body.u32(offset)
    let time = unsafe body.u32(offset &+ 4)
    return (replay >> 16 == 0 || replay >> 16 == 0x0F00) && replay & 0xFFFF != 0 && time != 0
  }

  private func hasResetEnd(at offset: Int, isAnswer: Bool) -> Bool {
    let count = isAnswer ? 17 : 5
    guard body.byteCount >= offset &+ count else { return false }
    let end = body.from(offset)
    guard isAnswer else { return unsafe end.u8(0) == 0 && end.u32(1) == 0 }
    return unsafe end.u8(0) == 1 && end.u32(1) == 0 && end.u64(5) != 0 && end.u32(13) == 0
  }
}

enum OpenVPNSessionID {
  /// Whether eight bytes look random: more than two zero bytes among them come once in 5 million times.
  static func looksLikeNoise(_ id: UInt64) -> Bool {
    (0..<8).count { id >> (UInt64($0) * 8) & 0xFF == 0 } <= 2
  }
}

enum OpenVPNCiphertext {
  /// Whether the first 16 bytes look like ciphertext: at most 3 zeros, and some byte that is not ASCII.
  static func looksLikeNoise(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 16 else { return false }
    var zeros = 0
    var high: UInt8 = 0
    for index in 0..<16 {
      let byte = unsafe bytes.u8(index)
      if byte == 0 { zeros += 1 }
      high |= byte
    }
    return zeros <= 3 && high & 0x80 != 0
  }
}

/// Data of a flow whose handshake was not captured: whether it agrees in what only OpenVPN's data agrees in.
///
/// Both directions have the same peer ID and key ID, each a packet ID that goes on from the last, and noise behind it. QUIC has
/// another connection ID in each direction and encrypted numbers; RTP and ESP do not begin with 72 to 79 and a number that both
/// directions share.
struct OpenVPNDataAgreement {
  private struct Direction {
    var header: UInt32 = 0
    var packetID: UInt32 = 0
    var repetitions = 0
  }

  private var directions = (Direction(), Direction())
  /// A packet ID this far behind the last still goes on from it: what a capture may have missed.
  private static let step: UInt32 = 1_024
  private static let repetitions = 2

  /// Takes a packet into account.
  ///
  /// - Returns: Whether the flow is OpenVPN's.
  mutating func add(_ data: OpenVPNData, direction: Int) -> Bool {
    if direction == 0 { Self.add(data, to: &directions.0) } else { Self.add(data, to: &directions.1) }
    let (a, b) = directions
    return a.header == b.header && a.repetitions >= Self.repetitions && b.repetitions >= Self.repetitions
  }

  private static func add(_ data: OpenVPNData, to direction: inout Direction) {
    let goesOn =
      data.header == direction.header && data.packetID > direction.packetID
      && data.packetID &- direction.packetID <= step
    direction.repetitions = goesOn ? direction.repetitions + 1 : 0
    direction.header = data.header
    direction.packetID = data.packetID
  }
}
