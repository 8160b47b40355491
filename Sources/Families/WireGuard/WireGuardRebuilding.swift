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
    guard let message = WireGuardMessage(payload, length: length, allowsMarks: true), mayBeRebuilt(message) else {
      return nil
    }
    var out = AliasedBytes(payload, count: min(payload.byteCount, message.type.length))
    out.copy(0..<4)
    if message.isMarked { out.replace(1..<4, "client", .marked, alias) }
    switch message.type {
    case .initiation:
      out.replace(4..<8, "index", .number, alias)
      out.replace(8..<40, "ephemeral key", .marked, alias)
      out.clearHighBit(at: 39)
      out.replace(116..<132, "code", .marked, alias)
      out.replace(132..<148, "code", .marked, alias)
    case .response:
      out.replace(4..<8, "index", .number, alias)
      out.replace(8..<12, "index", .number, alias)
      out.replace(12..<44, "ephemeral key", .marked, alias)
      out.clearHighBit(at: 43)
      out.replace(60..<76, "code", .marked, alias)
      out.replace(76..<92, "code", .marked, alias)
    case .cookieReply:
      out.replace(4..<8, "index", .number, alias)
    case .data:
      out.replace(4..<8, "index", .number, alias)
      out.copy(8..<16)
      out.replace(16..<32, "encrypted", .marked, alias)
    }
    return out.bytes
  }

  /// By itself, data with anything in the reserved bytes may be anything else.
  static func mayBeRebuilt(_ message: borrowing WireGuardMessage) -> Bool { !message.isMarked || message.isCertain }
}

extension WireGuard {
  /// A handshake message is clear from end to end: what it encrypts are a key and a time. Of data the header stays, and as
  /// much of what is encrypted as data is recognised by.
  public static func clear(_ payload: RawSpan, in carrier: PayloadCarrier) -> ClearDatagram? {
    guard case .udp(let length) = carrier,
      let message = WireGuardMessage(payload, length: length, allowsMarks: true),
      WireGuardRebuilding.mayBeRebuilt(message)
    else { return nil }
    return ClearDatagram(isHandshake: message.type != .data, kept: min(payload.byteCount, message.type.length))
  }

  public static func rebuilt(_ payload: RawSpan, in carrier: PayloadCarrier, alias: ValueAlias) -> [UInt8]? {
    guard case .udp(let length) = carrier else { return nil }
    return WireGuardRebuilding.rebuilt(payload, length: length, alias: alias)
  }
}
