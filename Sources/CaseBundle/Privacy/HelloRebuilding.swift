import Dissection

/// Bytes put together anew: zeros, until something that is understood is copied over.
///
/// Offsets are those of the original, so that every length stays true.
struct RebuiltBytes {
  private(set) var bytes: [UInt8]

  init(count: Int) { bytes = [UInt8](repeating: 0, count: count) }

  /// Copies some bytes of `source` to the same distance behind `offset`; what does not fit stays away.
  mutating func copy(_ source: RawSpan, _ range: Range<Int>, behind offset: Int = 0) {
    for index in range where index < source.byteCount && offset + index < bytes.count {
      bytes[offset + index] = unsafe source.u8(index)
    }
  }

  mutating func put(_ values: some Sequence<UInt8>, at offset: Int) {
    for (index, value) in values.enumerated() where offset + index < bytes.count { bytes[offset + index] = value }
  }

  mutating func put16(_ value: UInt16, at offset: Int) { put([UInt8(value >> 8), UInt8(value & 255)], at: offset) }

  mutating func cut(to count: Int) { if count < bytes.count { bytes.removeLast(bytes.count - count) } }
}

/// Rebuilds the handshake messages that a verdict needs: what the client offers and the server chooses. The server's
/// name becomes its alias; session identifiers, cookies, certificates, keys and the contents of all extensions but
/// the versions become zeros.
struct HelloRebuilding {
  let pseudonyms: Pseudonyms

  /// - Parameter offset: Where the message's body begins in `out`.
  func rebuild(
    _ body: RawSpan, _ type: TLSHandshakeType, _ transport: HelloTransport, in out: inout RebuiltBytes, at offset: Int
  ) {
    switch type {
    case .clientHello:
      if ClientHello(body, transport: transport) != nil { rebuildClientHello(body, transport, &out, offset) }
    case .serverHello: if ServerHello(body) != nil { rebuildServerHello(body, &out, offset) }
    // Version and length of the cookie.
    case .helloVerifyRequest: out.copy(body, 0..<3, behind: offset)
    default: break
    }
  }

  /// Whether a message of that type stands in the clear with a header worth keeping.
  static func isPlain(_ type: TLSHandshakeType) -> Bool {
    switch type {
    case .unknown, .endOfEarlyData, .encryptedExtensions, .requestConnectionID, .newConnectionID, .keyUpdate: false
    default: true
    }
  }

  private func rebuildClientHello(
    _ body: RawSpan, _ transport: HelloTransport, _ out: inout RebuiltBytes, _ offset: Int
  ) {
    // Version and random.
    out.copy(body, 0..<34, behind: offset)
    guard var at = passOver8(body, 34, &out, offset) else { return }
    if case .datagram = transport {
      guard let next = passOver8(body, at, &out, offset) else { return }
      at = next
    }
    guard at + 2 <= body.byteCount else { return }
    let suites = unsafe Int(body.u16(at))
    out.copy(body, at..<(at + 2 + suites), behind: offset)
    at += 2 + suites
    guard at < body.byteCount else { return }
    let methods = unsafe Int(body.u8(at))
    out.copy(body, at..<(at + 1 + methods), behind: offset)
    at += 1 + methods
    rebuildExtensions(body, at, &out, offset)
  }

  private func rebuildServerHello(_ body: RawSpan, _ out: inout RebuiltBytes, _ offset: Int) {
    out.copy(body, 0..<34, behind: offset)
    guard let at = passOver8(body, 34, &out, offset) else { return }
    // Cipher suite and compression method.
    out.copy(body, at..<(at + 3), behind: offset)
    rebuildExtensions(body, at + 3, &out, offset)
  }

  /// Copies the length of a vector and leaves its contents zero; returns what follows it.
  private func passOver8(_ body: RawSpan, _ at: Int, _ out: inout RebuiltBytes, _ offset: Int) -> Int? {
    guard at < body.byteCount else { return nil }
    out.copy(body, at..<(at + 1), behind: offset)
    return unsafe at + 1 + Int(body.u8(at))
  }

  private func rebuildExtensions(_ body: RawSpan, _ start: Int, _ out: inout RebuiltBytes, _ offset: Int) {
    guard start + 2 <= body.byteCount else { return }
    out.copy(body, start..<(start + 2), behind: offset)
    let end = unsafe min(body.byteCount, start + 2 + Int(body.u16(start)))
    var at = start + 2
    while at + 4 <= end {
      out.copy(body, at..<(at + 4), behind: offset)
      let length = unsafe Int(body.u16(at + 2))
      let contents = at + 4
      guard contents + length <= end else { return }
      switch unsafe body.u16(at) {
      case TLSExtensionType.supportedVersions: out.copy(body, contents..<(contents + length), behind: offset)
      case TLSExtensionType.serverName: rebuildServerName(body, contents, length, &out, offset)
      default: break
      }
      at = contents + length
    }
  }

  /// One name, of the kind that is a host's; anything else stays zero.
  private func rebuildServerName(
    _ body: RawSpan, _ at: Int, _ length: Int, _ out: inout RebuiltBytes, _ offset: Int
  ) {
    guard length > 5, length <= 5 + 255, unsafe body.u8(at + 2) == 0, unsafe Int(body.u16(at)) == length - 2,
      unsafe Int(body.u16(at + 3)) == length - 5
    else { return }
    out.copy(body, at..<(at + 5), behind: offset)
    let name = ((at + 5)..<(at + length)).map { unsafe body.u8($0) }
    out.put(pseudonyms.alias(ofName: name), at: offset + at + 5)
  }
}
