import Dissection

/// Rebuilds messages for a bundle that leaves the house: what a verdict rests on stays true, and nothing says who the peers
/// are or can be compared with another capture.
///
/// Of IKE the header stays, with aliases for the SPIs, and of the payloads in clear the chain, the proposals and the types
/// of notifies; keys, nonces, identities, certificates, and hashes of addresses become zeros. Of ESP the sequence number
/// stays. What is encrypted is cut, but for a few bytes of noise by which a message is told from its repetition and data is
/// recognised.
struct IPsecRebuilding {
  let alias: ValueAlias

  // MARK: What stays as it is

  /// Bytes of a message that say how the tunnel does: all of what is in clear, the headers of what is encrypted.
  static func kept(of message: borrowing IKEMessage) -> Int {
    isEncrypted(message) ? min(message.bytes.byteCount, IKEMessage.headerLength + noise) : message.bytes.byteCount
  }

  /// Bytes of an ESP packet: its header and what shows that noise follows.
  static let keptOfESP = ESPPacket.headerLength + noise

  /// The header of the encrypted payload and the number of a fragment are among them, and the bytes that tell a message of
  /// IKEv1 from the next.
  private static let noise = 16

  private static func isEncrypted(_ message: borrowing IKEMessage) -> Bool {
    switch message.version {
    case .one: message.isEncrypted
    case .two: message.nextPayload == IKEPayload.encrypted || message.nextPayload == IKEPayload.encryptedFragment
    }
  }

  // MARK: IKE

  /// Without the marker in front of it.
  func rebuilt(_ message: borrowing IKEMessage) -> [UInt8] {
    var out = AliasedBytes(message.bytes, count: Self.kept(of: message))
    out.copy(16..<IKEMessage.headerLength)
    out.replace(0..<8, "SPI", .marked, alias)
    out.replace(8..<16, "SPI", .marked, alias)
    if Self.isEncrypted(message) {
      let start = Self.startOfNoise(message)
      out.copy(IKEMessage.headerLength..<start)
      out.replace(start..<(IKEMessage.headerLength + Self.noise), "encrypted", .marked, alias)
    } else {
      rebuildPayloads(message, &out)
    }
    return out.bytes
  }

  /// IKEv1 encrypts everything behind the header; IKEv2 has a payload's header there, and a fragment's two numbers.
  private static func startOfNoise(_ message: borrowing IKEMessage) -> Int {
    switch (message.version, message.nextPayload) {
    case (.one, _): IKEMessage.headerLength
    case (.two, IKEPayload.encryptedFragment): IKEMessage.headerLength + 8
    case (.two, _): IKEMessage.headerLength + IKEPayload.headerLength
    }
  }

  private func rebuildPayloads(_ message: borrowing IKEMessage, _ out: inout AliasedBytes) {
    var payloads = IKEPayloadChain(message)
    var isFirst = true
    while let payload = payloads.next() {
      let body = payload.body
      out.copy(payload.header)
      switch payload.type {
      case IKEPayload.securityAssociation, IKEPayload.securityAssociationV1: out.copy(body)
      case IKEPayload.notify, IKEPayload.notificationV1:
        let fields = IKEPayloads.typeOfNotify(isV1: message.version == .one) + 2
        out.copy(body.lowerBound..<min(body.upperBound, payload.header.lowerBound + fields))
      default:
        // The first payload's first bytes tell a message of IKEv1 from the next one under its ID.
        if isFirst {
          out.replace(body.lowerBound..<min(body.upperBound, body.lowerBound + 8), "payload", .marked, alias)
        }
      }
      isFirst = false
    }
  }

  // MARK: ESP

  func rebuilt(_ packet: ESPPacket, _ bytes: RawSpan) -> [UInt8] {
    var out = AliasedBytes(bytes, count: min(bytes.byteCount, Self.keptOfESP))
    out.replace(0..<4, "ESP SPI", .marked, alias)
    out.copy(4..<8)
    out.replace(8..<Self.keptOfESP, "encrypted", .marked, alias)
    return out.bytes
  }
}

extension IPsec {
  /// IKE is a handshake from the first message to the last. ESP in UDP is looked at by itself here, and noise alone is no
  /// evidence of it: what else begins with four bytes that are no marker, DTLS above all, is left to others.
  public static func clear(_ payload: RawSpan, in carrier: PayloadCarrier) -> ClearDatagram? {
    if case .udp(let length) = carrier, let message = IKEMessage(payload, length: length) {
      let marker = payload.byteCount - message.bytes.byteCount
      return ClearDatagram(isHandshake: true, kept: marker + IPsecRebuilding.kept(of: message))
    }
    if case .tcp = carrier { return IPsecSegments.clear(payload) }
    return esp(payload, in: carrier).map { _ in
      ClearDatagram(isHandshake: false, kept: min(payload.byteCount, IPsecRebuilding.keptOfESP))
    }
  }

  public static func rebuilt(_ payload: RawSpan, in carrier: PayloadCarrier, alias: ValueAlias) -> [UInt8]? {
    withoutActuallyEscaping(alias) { alias in
      let rebuilding = IPsecRebuilding(alias: alias)
      if case .udp(let length) = carrier, let message = IKEMessage(payload, length: length) {
        return [UInt8](repeating: 0, count: payload.byteCount - message.bytes.byteCount) + rebuilding.rebuilt(message)
      }
      if case .tcp = carrier { return IPsecSegments.rebuilt(payload, by: rebuilding) }
      return esp(payload, in: carrier).map { rebuilding.rebuilt($0, payload) }
    }
  }

  private static func esp(_ payload: RawSpan, in carrier: PayloadCarrier) -> ESPPacket? {
    switch carrier {
    case .udp(let length): espInUDP(payload, length: length)
    case .ip(ESPPacket.protocolNumber, let length): ESPPacket(payload, length: length, isNative: true)
    case .ip, .tcp: nil
    }
  }

  private static func espInUDP(_ payload: RawSpan, length: Int) -> ESPPacket? {
    guard let packet = ESPPacket(payload, length: length), !looksLikeDTLS(payload),
      EncryptedBytes.looksLikeNoise(payload.from(ESPPacket.headerLength))
    else { return nil }
    return packet
  }

  /// A content type and a version (RFC 9147 section 4), which is no SPI that chance gives.
  private static func looksLikeDTLS(_ payload: RawSpan) -> Bool {
    unsafe (20...26).contains(payload.u8(0)) && payload.u8(1) == 0xFE
  }
}
