import Dissection

/// What of OpenVPN's packets may leave the house: what a verdict rests on stays true, and nothing says who the peers are or can
/// be compared with another capture.
///
/// Of control packets opcodes, lengths, packet IDs and acknowledgements stay, and the headers of TLS records and handshake
/// messages where they are in clear; session IDs, peer IDs and codes get aliases, the same for the same value; names, certificates,
/// wrapped keys and what is encrypted become zeros. Of data the header with the packet ID stays, and as much noise as data is
/// recognised by.
struct OpenVPNRebuilding {
  /// One packet, without TCP's length.
  private enum Packet {
    case control(OpenVPNControlLayout)
    case data(isV2: Bool)
  }

  /// Bytes of data that stay: the header, and 16 of noise behind that of P_DATA_V2. P_DATA_V1 has one byte of header, and the
  /// trackers read as many bytes as of the other.
  private static func keptOfData(isV2: Bool) -> Int { OpenVPNData.headerLength + (isV2 ? noise : 0) }
  private static let noise = 16
  private static let lengthBytes = 2

  // MARK: What stays as it is

  /// nil for what is no packet of OpenVPN's.
  static func clear(_ bytes: RawSpan, length: Int) -> ClearDatagram? {
    guard let packet = packet(bytes, length: length) else { return nil }
    switch packet {
    case .control(let layout):
      return ClearDatagram(isHandshake: true, kept: keptOfControl(bytes, behind: layout))
    case .data(let isV2):
      return ClearDatagram(isHandshake: false, kept: min(bytes.byteCount, keptOfData(isV2: isV2)))
    }
  }

  private static func packet(_ bytes: RawSpan, length: Int) -> Packet? {
    // An IKE message begins with an SPI, which may be anything.
    guard !looksLikeIKE(bytes, length: length) else { return nil }
    if let data = OpenVPNData(bytes, length: length) {
      // What begins like data may be another protocol's text: ciphertext is noise.
      let header = data.isV2 ? OpenVPNData.headerLength : 1
      guard OpenVPNCiphertext.looksLikeNoise(bytes.from(header)) else { return nil }
      // P_DATA_V1 has the first byte alone to tell it by, which is that of SNMP and other ASN.1, too.
      guard data.isV2 || isHardlyText(bytes.from(header)) else { return nil }
      return .data(isV2: data.isV2)
    }
    guard let message = OpenVPNMessage(bytes, length: length), let layout = OpenVPNControlLayout(message) else {
      return nil
    }
    return .control(layout)
  }

  /// Whether 4 of the first 16 bytes are above ASCII: of 16 random bytes 99 times in 100.
  private static func isHardlyText(_ bytes: RawSpan) -> Bool {
    (0..<min(bytes.byteCount, 16)).count { unsafe bytes.u8($0) > 127 } >= 4
  }

  /// A version of 1.0 or 2.0 and the message's own length in the places of IKE's header (RFC 7296 section 3.1).
  private static func looksLikeIKE(_ bytes: RawSpan, length: Int) -> Bool {
    guard bytes.byteCount >= 28 else { return false }
    return unsafe (bytes.u8(17) == 0x10 || bytes.u8(17) == 0x20) && Int(bytes.u32(24)) == length
  }

  /// The whole packet, but for application data of TLS, whose header says that it is some.
  private static func keptOfControl(_ bytes: RawSpan, behind layout: OpenVPNControlLayout) -> Int {
    guard layout.wrapping != .encrypted else { return bytes.byteCount }
    var records = TLSRecords(bytes.from(layout.end))
    while let record = records.next() {
      if record.contentType == .applicationData { return layout.end + records.consumed - record.fragment.byteCount }
    }
    return bytes.byteCount
  }

  // MARK: Under aliases

  let alias: ValueAlias

  /// At most as long as the packet; nil for what is none.
  func rebuilt(_ bytes: RawSpan, length: Int) -> [UInt8]? {
    guard let packet = Self.packet(bytes, length: length), let clear = Self.clear(bytes, length: length) else {
      return nil
    }
    var out = AliasedBytes(bytes, count: clear.kept)
    switch packet {
    case .control(let layout): rebuildControl(bytes, layout, &out)
    case .data(let isV2):
      let header = isV2 ? OpenVPNData.headerLength : 1
      out.copy(0..<header)
      // Both directions have the same one; all ones are none.
      if isV2, unsafe bytes.u32(0) & 0xFF_FFFF != 0xFF_FFFF { out.replace(1..<4, "peer", .noise, alias) }
      out.replace(header..<Self.keptOfData(isV2: isV2), "encrypted", .noise, alias)
    }
    return out.bytes
  }

  private func rebuildControl(_ bytes: RawSpan, _ layout: OpenVPNControlLayout, _ out: inout AliasedBytes) {
    out.copy(0..<layout.end)
    let session = OpenVPNMessage.Field.sessionID
    out.replace(session..<(session + 8), "session", .noise, alias)
    out.replace(layout.peerSession, "session", .noise, alias)
    out.replace(layout.code, "code", .noise, alias)
    switch layout.wrapping {
    case .encrypted:
      // The length of the wrapped key, at the packet's end, tells that it is one.
      if unsafe OpenVPNMessage.Opcode(rawValue: bytes.u8(0) >> 3) == .hardResetClientV3 {
        out.copy((bytes.byteCount - 2)..<bytes.byteCount)
      }
    case .plain, .authenticated: rebuildRecords(bytes, from: layout.end, &out)
    }
  }

  /// Headers of records and of handshake messages in clear; alerts whole.
  private func rebuildRecords(_ bytes: RawSpan, from start: Int, _ out: inout AliasedBytes) {
    var records = TLSRecords(bytes.from(start))
    var at = start
    while let record = records.next() {
      let fragment = start + records.consumed - record.fragment.byteCount
      out.copy(at..<fragment)
      at = start + records.consumed
      switch record.contentType {
      case .handshake: rebuildMessages(record.fragment, at: fragment, &out)
      case .alert where record.length == 2, .changeCipherSpec where record.length == 1:
        out.copy(fragment..<at)
      case .changeCipherSpec: return
      default: break
      }
    }
  }

  private func rebuildMessages(_ fragment: RawSpan, at start: Int, _ out: inout AliasedBytes) {
    var messages = TLSHandshakeMessages(fragment)
    var at = start
    while let message = messages.next() {
      if case .unknown = message.type { return }
      out.copy(at..<(at + 4))
      at += 4 + message.body.byteCount
    }
  }

  // MARK: TCP

  /// The packets that a segment begins with; nil where it does not begin with one.
  static func clear(segment: RawSpan) -> ClearDatagram? {
    var isHandshake = false
    var kept = 0
    walk(segment) { packet, length in
      guard let clear = clear(packet, length: length) else { return false }
      isHandshake = isHandshake || clear.isHandshake
      kept += lengthBytes + clear.kept
      // Behind what is cut nothing can stay.
      return clear.kept == length
    }
    return kept > 0 ? ClearDatagram(isHandshake: isHandshake, kept: kept) : nil
  }

  func rebuilt(segment: RawSpan) -> [UInt8]? {
    var out: [UInt8] = []
    Self.walk(segment) { packet, length in
      guard let rebuilt = rebuilt(packet, length: length) else { return false }
      out += [UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)] + rebuilt
      return rebuilt.count == length
    }
    return out.isEmpty ? nil : out
  }

  /// - Parameter packet: Gets what a packet has in the segment, and its length; says whether to go on.
  private static func walk(_ segment: RawSpan, packet: (_ bytes: RawSpan, _ length: Int) -> Bool) {
    var at = 0
    while segment.byteCount > at + lengthBytes {
      let length = unsafe Int(segment.u16(at))
      guard packet(segment.from(at + lengthBytes).upTo(length), length) else { return }
      at += lengthBytes + length
    }
  }
}

extension OpenVPN {
  public static func clear(_ payload: RawSpan, in carrier: PayloadCarrier) -> ClearDatagram? {
    switch carrier {
    case .udp(let length): OpenVPNRebuilding.clear(payload, length: length)
    case .tcp: OpenVPNRebuilding.clear(segment: payload)
    case .ip: nil
    }
  }

  public static func rebuilt(_ payload: RawSpan, in carrier: PayloadCarrier, alias: ValueAlias) -> [UInt8]? {
    withoutActuallyEscaping(alias) { alias in
      let rebuilding = OpenVPNRebuilding(alias: alias)
      return switch carrier {
      case .udp(let length): rebuilding.rebuilt(payload, length: length)
      case .tcp: rebuilding.rebuilt(segment: payload)
      case .ip: nil
      }
    }
  }
}
