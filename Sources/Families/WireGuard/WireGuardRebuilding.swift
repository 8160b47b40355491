import Dissection

/// Rebuilds messages for a bundle that leaves the house: what a verdict rests on stays true, and nothing says who the peers
/// are or can be compared with another capture.
///
/// Types, lengths, counters and "zero or not" of the second code stay. Indices and ephemeral keys get aliases, the same
/// for the same value, so that a handshake is still recognised at each point. The first code is computed from the
/// receiver's public key, so whoever guesses the key could prove it: it becomes noise. What is encrypted becomes zeros or is
/// cut; a few bytes behind the header of data are noise, by which data is recognised.
enum WireGuardRebuilding {
  /// - Parameters:
  ///   - payload: What was captured of a datagram's payload.
  ///   - length: Bytes of the payload on the wire.
  ///   - alias: As many bytes as asked for, which depend on the kind and the value and on a key that nobody else has.
  /// - Returns: What takes the payload's place, at most as long; nil when it is not WireGuard.
  static func rebuilt(
    _ payload: RawSpan, length: Int, alias: ValueAlias
  ) -> [UInt8]? {
    guard let message = WireGuardMessage(payload, length: length) else { return nil }
    var out = [UInt8](repeating: 0, count: min(payload.byteCount, message.type.length))
    func copy(_ range: Range<Int>) {
      for index in range where index < out.count { out[index] = unsafe payload.u8(index) }
    }
    func replace(_ range: Range<Int>, _ kind: String, isNoise: Bool) {
      let value = range.filter { $0 < payload.byteCount }.map { unsafe payload.u8($0) }
      guard !isZero(value) else { return }
      var new = alias(kind, value, range.count)
      // What is noise to the tracker must stay noise.
      if isNoise, let first = new.first { new[0] = first | 0x80 }
      for (offset, byte) in new.enumerated() where range.lowerBound + offset < out.count {
        out[range.lowerBound + offset] = byte
      }
    }
    copy(0..<4)
    switch message.type {
    case .initiation:
      replace(4..<8, "index", isNoise: false)
      replace(8..<40, "ephemeral key", isNoise: true)
      if out.count > 39 { out[39] &= 0x7F }
      replace(116..<132, "code", isNoise: true)
      replace(132..<148, "code", isNoise: true)
    case .response:
      replace(4..<8, "index", isNoise: false)
      replace(8..<12, "index", isNoise: false)
      replace(12..<44, "ephemeral key", isNoise: true)
      if out.count > 43 { out[43] &= 0x7F }
      replace(60..<76, "code", isNoise: true)
      replace(76..<92, "code", isNoise: true)
    case .cookieReply:
      replace(4..<8, "index", isNoise: false)
    case .data:
      replace(4..<8, "index", isNoise: false)
      copy(8..<16)
      replace(16..<32, "encrypted", isNoise: true)
    }
    return out
  }

  private static func isZero(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 == 0 } }
}

extension WireGuard {
  /// A handshake message is clear from end to end: what it encrypts are a key and a time. Of data the header stays, and as
  /// much of what is encrypted as data is recognised by.
  public static func clear(_ payload: RawSpan, length: Int) -> ClearDatagram? {
    guard let message = WireGuardMessage(payload, length: length) else { return nil }
    return ClearDatagram(isHandshake: message.type != .data, kept: min(payload.byteCount, message.type.length))
  }

  public static func rebuilt(_ payload: RawSpan, length: Int, alias: ValueAlias) -> [UInt8]? {
    WireGuardRebuilding.rebuilt(payload, length: length, alias: alias)
  }
}
