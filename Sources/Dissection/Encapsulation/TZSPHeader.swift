import Observations

/// TZSP header (TaZmen Sniffer Protocol; its public description has no RFC).
///
///     0         1      2                       4
///     | version | type | encapsulated protocol | tags: number, length, value … up to the end tag | frame …
@frozen
public struct TZSPHeader: Sendable {
  @usableFromInline enum Field {
    @inlinable static var version: Int { 0 }
    @inlinable static var type: Int { 1 }
    @inlinable static var encapsulated: Int { 2 }
    @inlinable static var end: Int { 4 }
  }

  @usableFromInline enum Tag {
    @inlinable static var padding: UInt8 { 0 }
    @inlinable static var end: UInt8 { 1 }
  }

  /// Tags that are walked. Senders write five to ten; more is damage.
  @inlinable static var tagLimit: Int { 64 }

  /// What is carried: Ethernet, or 802.11 with or without a header before it.
  public let linkType: LinkType
  /// Bytes of the header with its tags.
  public let headerLength: Int

  /// Fails unless version, type and protocol are known and the end tag is there.
  @inlinable
  public init?(_ bytes: RawSpan) {
    // Types 0 and 1 carry frames: received, and to be sent.
    guard bytes.byteCount >= Field.end, unsafe bytes.u8(Field.version) == 1, unsafe bytes.u8(Field.type) <= 1
    else { return nil }
    switch unsafe bytes.u16(Field.encapsulated) {
    case 1: linkType = .ethernet
    case 18: linkType = .wiFi
    case 119: linkType = .wiFiPrism
    case 127: linkType = .wiFiAVS
    default: return nil
    }
    var at = Field.end
    for _ in 0..<Self.tagLimit {
      guard at < bytes.byteCount else { return nil }
      let tag = unsafe bytes.u8(at)
      at &+= 1
      if tag == Tag.end {
        headerLength = at
        return
      }
      guard tag != Tag.padding else { continue }
      guard at < bytes.byteCount else { return nil }
      at &+= unsafe 1 &+ Int(bytes.u8(at))
    }
    return nil
  }
}
