/// PPP over Ethernet, session stage (RFC 2516 section 4), what a DSL line's outside interface shows.
///
///     0            1      2            4        6
///     | version,   | code | session ID | length | PPP …
///     | type       |  0   |            |        |
public enum PPPoEHeader {
  @usableFromInline enum Field {
    @inlinable static var versionAndCode: Int { 0 }
    @inlinable static var end: Int { 6 }
  }

  @inlinable
  static func networkLayer(of frame: RawSpan, at offset: Int) -> NetworkLayer? {
    // Version 1, type 1, code 0: session data. Everything else is discovery.
    guard frame.byteCount &- offset >= Field.end, (unsafe frame.u16(offset &+ Field.versionAndCode)) == 0x1100
    else { return nil }
    return PPPHeader.networkLayer(of: frame, protocolAt: offset &+ Field.end)
  }

  /// What a session packet leads to; discovery has an EtherType of its own.
  static func payload(of bytes: RawSpan) -> HeaderPayload {
    guard bytes.byteCount >= Field.end else { return .unread(.cutHeader) }
    guard unsafe bytes.u16(Field.versionAndCode) == 0x1100 else { return .unread(.badHeader) }
    return .content(.ppp, offset: Field.end)
  }
}
