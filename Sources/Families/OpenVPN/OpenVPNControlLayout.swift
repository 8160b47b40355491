import Dissection

/// Where the parts of one control packet stand, which it shows by itself: small numbers in fixed places, and noise where the
/// protection has its code.
struct OpenVPNControlLayout {
  let wrapping: OpenVPNWrapping
  /// The HMAC of tls-auth or the tag of tls-crypt, in bytes from the packet's beginning; empty without.
  let code: Range<Int>
  /// The receiver's session ID behind acknowledgements; empty without.
  let peerSession: Range<Int>
  /// Where TLS records begin, or what is encrypted.
  let end: Int

  private typealias Field = OpenVPNMessage.Field

  /// Fails for data, and where the fields were not captured or have not the structure of a control packet's.
  init?(_ message: borrowing OpenVPNMessage) {
    guard !message.opcode.isData, OpenVPNSessionID.looksLikeNoise(message.sessionID) else { return nil }
    if let wrapping = message.resetWrapping {
      self.init(message, wrapping)
      return
    }
    guard !message.opcode.opensSession, message.opcode != .hardResetServerV2 else { return nil }
    // A replay ID and a time in front of noise are read first: they may look like a packet ID without acknowledgements.
    let candidates = [OpenVPNWrapping.encrypted, .plain] + OpenVPNWrapping.hmacLengths.map { .authenticated(hmac: $0) }
    for wrapping in candidates {
      guard let layout = Self(message, wrapping) else { continue }
      self = layout
      return
    }
    return nil
  }

  private init?(_ message: borrowing OpenVPNMessage, _ wrapping: OpenVPNWrapping) {
    self.wrapping = wrapping
    let fields: Int
    switch wrapping {
    case .encrypted:
      code = (Field.body + Field.replayLength)..<(Field.body + Field.replayLength + Field.tagLength)
      peerSession = code.upperBound..<code.upperBound
      end = code.upperBound
      guard message.hasReplayID(at: 0), message.length > end, message.bytes.byteCount >= end,
        OpenVPNCiphertext.looksLikeNoise(message.bytes.from(code.lowerBound))
      else { return nil }
      return
    case .plain:
      fields = Field.body
      code = fields..<fields
    case .authenticated(let hmac):
      guard message.hasReplayID(at: hmac) else { return nil }
      fields = Field.body + hmac + Field.replayLength
      code = Field.body..<(Field.body + hmac)
    }
    guard let acknowledged = Acknowledged(message.bytes.from(fields), message.opcode) else { return nil }
    end = fields + acknowledged.length
    peerSession = (fields + acknowledged.peerSession.lowerBound)..<(fields + acknowledged.peerSession.upperBound)
    let mayCarry = message.opcode == .control || message.opcode == .controlWithKey
    guard mayCarry ? message.length > end : message.length == end else { return nil }
  }

  /// What a packet acknowledges, and its own ID unless it is an acknowledgement alone.
  private struct Acknowledged {
    let peerSession: Range<Int>
    let length: Int

    init?(_ bytes: RawSpan, _ opcode: OpenVPNMessage.Opcode) {
      guard bytes.byteCount >= 1 else { return nil }
      let count = unsafe Int(bytes.u8(0))
      let isAlone = opcode == .acknowledgement
      guard count <= OpenVPNMessage.mostAcknowledgements, count > 0 || !isAlone else { return nil }
      let behind = 1 + 4 * count
      peerSession = behind..<(behind + (count > 0 ? 8 : 0))
      length = peerSession.upperBound + (isAlone ? 0 : 4)
      guard bytes.byteCount >= length else { return nil }
      let numbers = stride(from: 1, to: behind, by: 4) + (isAlone ? [] : [peerSession.upperBound])
      // A session's control packets are few.
      guard numbers.allSatisfy({ unsafe bytes.u32($0) >> 16 == 0 }) else { return nil }
    }
  }
}
