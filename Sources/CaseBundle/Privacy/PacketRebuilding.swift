import Dissection
import Observations

/// Puts a packet together anew from what the dissection understands, under aliases. Nothing is copied unseen: what is
/// not understood is zero, cut, or keeps the whole packet behind.
struct PacketRebuilding {
  /// Why a packet stays behind.
  enum Refusal: Error {
    /// No IP packet: ARP, spanning tree, a link type that is not known …
    case notIP
    /// Extension headers other than the fragment header.
    case extensionHeaders
    /// Neither TCP nor UDP nor an ICMP error, nor what a family of tunnels knows.
    case otherProtocol
  }

  struct Result {
    /// What the link layer became: Ethernet stays, everything else is left away.
    let linkTypeNumber: UInt16
    let bytes: [UInt8]
    /// Bytes in front of the IP packet that were left away.
    let removedHeader: Int
  }

  private let pseudonyms: Pseudonyms
  private let transport: TransportRebuilding

  init(pseudonyms: Pseudonyms) {
    self.pseudonyms = pseudonyms
    transport = TransportRebuilding(
      records: RecordRebuilding(hellos: HelloRebuilding(pseudonyms: pseudonyms)), pseudonyms: pseudonyms)
  }

  func rebuilt(
    _ frame: RawSpan, linkType: LinkType, _ continuation: inout TransportRebuilding.Continuation
  ) throws(Refusal) -> Result {
    guard case .packet(let inner) = Decapsulation.innermost(of: frame, linkType: linkType) else { throw .notIP }
    let packet = try rebuilt(
      packet: frame.upTo(inner.end).from(inner.offset), isQuote: false, &continuation)
    // A carrier is left away like any other header that is not Ethernet's.
    guard case .ethernet = linkType, !inner.isCarried, let header = rebuiltEthernet(frame, upTo: inner.offset) else {
      return Result(linkTypeNumber: 101, bytes: packet.bytes, removedHeader: inner.offset)
    }
    // Padding stays, as zeros, unless something before it was cut.
    let padding = packet.isWhole ? max(0, frame.byteCount - inner.offset - packet.bytes.count) : 0
    return Result(
      linkTypeNumber: 1, bytes: header + packet.bytes + [UInt8](repeating: 0, count: padding), removedHeader: 0)
  }

  /// Addresses and VLAN tags; nil when something else stands before the packet.
  private func rebuiltEthernet(_ frame: RawSpan, upTo end: Int) -> [UInt8]? {
    guard end >= 14, frame.byteCount >= end else { return nil }
    var at = 12
    while at + 2 < end, unsafe VLANTag.isTag(frame.u16(at)) { at += 4 }
    guard at + 2 == end else { return nil }
    var out = RebuiltBytes(count: end)
    for offset in [0, 6] {
      let address = unsafe UInt64(frame.u16(offset)) << 32 | UInt64(frame.u32(offset + 2))
      out.put([UInt8](bigEndian: pseudonyms.alias(ofHardware: address), count: 6), at: offset)
    }
    out.copy(frame, 12..<end)
    return out.bytes
  }

  // MARK: IP

  private func rebuilt(
    packet: RawSpan, isQuote: Bool, _ continuation: inout TransportRebuilding.Continuation
  ) throws(Refusal) -> (bytes: [UInt8], isWhole: Bool) {
    if let header = IPv4Header(packet) {
      var out = RebuiltBytes(count: header.headerLength)
      // All but the checksum and the addresses; options become padding.
      out.copy(packet, 0..<10)
      out.put(repeatElement(1, count: header.headerLength - 20), at: 20)
      let ends = RebuiltEnds(
        source: pseudonyms.alias(of: header.source), destination: pseudonyms.alias(of: header.destination),
        isIPv6: false)
      out.put(ends.source.wireBytes(isIPv6: false) + ends.destination.wireBytes(isIPv6: false), at: 12)
      var checksum = InternetChecksum()
      checksum.add(out.bytes)
      out.put16(checksum.value, at: 10)
      guard !header.isLaterFragment else { return (out.bytes, header.payload.isEmpty) }
      let length = header.totalLength == 0 ? header.payload.byteCount : header.totalLength - header.headerLength
      let payload = try rebuilt(
        transport: header.payload, header.protocolNumber, ends, length: length, isQuote: isQuote, &continuation)
      return (out.bytes + payload, payload.count == header.payload.byteCount)
    }
    guard let header = IPv6Header(packet) else { throw .notIP }
    let hasFragmentHeader = unsafe packet.u8(6) == 44
    guard header.headerLength == (hasFragmentHeader ? 48 : 40) else { throw .extensionHeaders }
    var out = RebuiltBytes(count: header.headerLength)
    // Version and traffic class, without the flow label; lengths and hop limit.
    out.copy(packet, 0..<2)
    out.put([unsafe packet.u8(1) & 0xF0], at: 1)
    out.copy(packet, 4..<8)
    let ends = RebuiltEnds(
      source: pseudonyms.alias(of: header.source), destination: pseudonyms.alias(of: header.destination),
      isIPv6: true)
    out.put(ends.source.wireBytes(isIPv6: true) + ends.destination.wireBytes(isIPv6: true), at: 8)
    if hasFragmentHeader { out.copy(packet, 40..<48) }
    guard !header.isLaterFragment else { return (out.bytes, header.payload.isEmpty) }
    let length = header.totalLength == 0 ? header.payload.byteCount : header.totalLength - header.headerLength
    let payload = try rebuilt(
      transport: header.payload, header.protocolNumber, ends, length: length, isQuote: isQuote, &continuation)
    return (out.bytes + payload, payload.count == header.payload.byteCount)
  }

  private func rebuilt(
    transport bytes: RawSpan, _ protocolNumber: UInt8, _ ends: RebuiltEnds, length: Int, isQuote: Bool,
    _ continuation: inout TransportRebuilding.Continuation
  ) throws(Refusal) -> [UInt8] {
    switch protocolNumber {
    case IPProtocol.tcp:
      return transport.rebuilt(tcp: bytes, ends, length: length, &continuation) ?? transport.rebuilt(cutHeader: bytes)
    case IPProtocol.udp:
      return transport.rebuilt(udp: bytes, ends, length: length) ?? transport.rebuilt(cutHeader: bytes)
    case IPProtocol.icmp where !ends.isIPv6 && !isQuote:
      guard let message = transport.rebuilt(icmp: bytes, quote: rebuiltQuote) else { throw .otherProtocol }
      return message
    case IPProtocol.icmpv6 where ends.isIPv6 && !isQuote:
      guard let message = transport.rebuilt(icmpv6: bytes, ends, length: length, quote: rebuiltQuote) else {
        throw .otherProtocol
      }
      return message
    default:
      if let payload = transport.rebuilt(bytes, in: .ip(protocolNumber: protocolNumber, length: length)) {
        return payload
      }
      guard isQuote else { throw .otherProtocol }
      return []
    }
  }

  private func rebuiltQuote(_ bytes: RawSpan) -> [UInt8]? {
    var none = TransportRebuilding.Continuation()
    return try? rebuilt(packet: bytes, isQuote: true, &none).bytes
  }
}
