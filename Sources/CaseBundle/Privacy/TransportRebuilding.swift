import Dissection
import Families
import Observations

/// Rebuilds TCP segments, UDP datagrams and ICMP errors with the errors' quotes.
struct TransportRebuilding {
  let records: RecordRebuilding
  let pseudonyms: Pseudonyms

  /// Where a packet's payload goes on from the packet before it, and whether the next goes on from it.
  struct Continuation {
    var continued = 0
    var missing = 0
  }

  /// A TCP header with the options that are known; times become zero, other options padding (RFC 9293 section 3.2).
  ///
  /// - Parameter length: Bytes of the segment on the wire.
  func rebuilt(
    tcp segment: RawSpan, _ ends: RebuiltEnds, length: Int, _ continuation: inout Continuation
  ) -> [UInt8]? {
    guard let header = TCPHeader(segment) else { return nil }
    let hasOptions = segment.byteCount >= header.headerLength
    var out = RebuiltBytes(count: hasOptions ? header.headerLength : 20)
    // Ports, sequence numbers, data offset, flags, window; urgent pointer.
    out.copy(segment, 0..<16)
    out.copy(segment, 18..<20)
    if hasOptions { rebuildOptions(segment.upTo(header.headerLength), &out) }
    var bytes = out.bytes
    if hasOptions {
      bytes +=
        (continuation.continued == 0 ? rebuilt(header.payload, in: .tcp) : nil)
        ?? records.rebuilt(tcp: header.payload, continuing: continuation.continued, missing: &continuation.missing)
    }
    return Self.mended(bytes, ends, IPProtocol.tcp, length: length, checksumAt: 16)
  }

  private func rebuildOptions(_ header: RawSpan, _ out: inout RebuiltBytes) {
    var at = 20
    while at < header.byteCount {
      let kind = unsafe header.u8(at)
      if kind == 0 { return }
      let length = kind == 1 || at + 1 >= header.byteCount ? 1 : max(1, unsafe Int(header.u8(at + 1)))
      let end = min(at + length, header.byteCount)
      switch (kind, length) {
      case (2, 4), (3, 3), (4, 2): out.copy(header, at..<end)
      case (8, 10): out.copy(header, at..<(at + 2))
      default: out.put(repeatElement(1, count: end - at), at: at)
      }
      at = end
    }
  }

  /// - Parameter length: Bytes of the datagram on the wire.
  func rebuilt(udp datagram: RawSpan, _ ends: RebuiltEnds, length: Int) -> [UInt8]? {
    guard let header = UDPHeader(datagram) else { return nil }
    var out = RebuiltBytes(count: 8)
    out.copy(datagram, 0..<6)
    let payload =
      rebuilt(header.payload, in: .udp(length: header.originalPayloadLength))
      ?? records.rebuilt(udp: header.payload, originalLength: header.originalPayloadLength)
    let bytes = out.bytes + payload
    // Over IPv4 a sender may leave the checksum out.
    guard unsafe datagram.u16(6) != 0 else { return bytes }
    return Self.mended(bytes, ends, IPProtocol.udp, length: length, checksumAt: 6)
  }

  /// A message that a family knows; nil for anything else.
  func rebuilt(_ payload: RawSpan, in carrier: PayloadCarrier) -> [UInt8]? {
    RegisteredFamilies.rebuilt(payload, in: carrier, alias: pseudonyms.alias(ofValue:_:count:))
  }

  /// The first bytes of a header, as an ICMP error quotes it: the ports.
  func rebuilt(cutHeader bytes: RawSpan) -> [UInt8] {
    var out = RebuiltBytes(count: min(bytes.byteCount, 8))
    out.copy(bytes, 0..<4)
    return out.bytes
  }

  /// An ICMP error (RFC 792): nil for any other message. Extensions behind the quote stay away.
  func rebuilt(icmp bytes: RawSpan, quote: (RawSpan) -> [UInt8]?) -> [UInt8]? {
    guard let message = ICMPv4Message(bytes), message.isError else { return nil }
    var out = RebuiltBytes(count: 8)
    out.copy(bytes, 0..<2)
    out.put16(message.nextHopMTU, at: 6)
    guard let quoted = quote(message.quoted) else { return nil }
    out = Self.joined(out, quoted)
    var checksum = InternetChecksum()
    checksum.add(out.bytes)
    out.put16(checksum.value, at: 2)
    return out.bytes
  }

  /// An ICMPv6 error (RFC 4443): nil for any other message.
  func rebuilt(
    icmpv6 bytes: RawSpan, _ ends: RebuiltEnds, length: Int, quote: (RawSpan) -> [UInt8]?
  ) -> [UInt8]? {
    guard let message = ICMPv6Message(bytes), message.isError else { return nil }
    var out = RebuiltBytes(count: 8)
    out.copy(bytes, 0..<2)
    if message.type == 2 { out.copy(bytes, 4..<8) }
    guard let quoted = quote(message.quoted) else { return nil }
    return Self.mended(out.bytes + quoted, ends, IPProtocol.icmpv6, length: length, checksumAt: 2)
  }

  private static func joined(_ first: RebuiltBytes, _ rest: [UInt8]) -> RebuiltBytes {
    var out = RebuiltBytes(count: first.bytes.count + rest.count)
    out.put(first.bytes + rest, at: 0)
    return out
  }

  /// With the checksum at that place made right.
  private static func mended(
    _ bytes: [UInt8], _ ends: RebuiltEnds, _ protocolNumber: UInt8, length: Int, checksumAt place: Int
  ) -> [UInt8] {
    guard bytes.count >= place + 2 else { return bytes }
    var checksum = InternetChecksum()
    checksum.addPseudoHeader(ends, protocolNumber: protocolNumber, length: length)
    checksum.add(bytes)
    var mended = bytes
    // Zero means "no checksum" over UDP (RFC 768).
    let value = checksum.value == 0 && protocolNumber == IPProtocol.udp ? .max : checksum.value
    mended[place] = UInt8(value >> 8)
    mended[place + 1] = UInt8(value & 255)
    return mended
  }
}
