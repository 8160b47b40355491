import Observations

/// A hexadecimal dump as a pcapng capture: what text2pcap does, as the bytes are asked for and in bounded memory.
final class HexDumpStream {
  /// Bytes of text among which the first packet must be for a text to be a dump.
  static let probeLength = 64 << 10
  /// Bytes of a line that are kept; no dump has longer ones.
  private static let lineLength = 4096

  let source: ByteSource
  private var parser = HexDumpParser()
  private var writer = PcapNGWriter()
  /// The line that is being read.
  private var line: [UInt8] = []
  /// What was written and not yet delivered, and how much of it was.
  private var pending: [UInt8] = []
  private var delivered = 0
  private var prefix: [UInt8]
  private var text = [UInt8](repeating: 0, count: 32 << 10)
  private var ending: ByteRead?

  /// Interfaces of the capture that comes out: a dump says nothing of its link type, its packets do.
  private enum Interface {
    static let ethernet = 0
    static let rawIP = 1
  }

  /// Reads `prefix`, which has been read already, and then what `source` still gives.
  init(prefix: [UInt8], source: ByteSource) {
    self.prefix = prefix
    self.source = source
    writer.addInterface(linkTypeNumber: 1)
    writer.addInterface(linkTypeNumber: 101)
  }

  /// Whether a text that begins with `bytes` holds a packet.
  static func recognises(_ bytes: RawSpan) -> Bool {
    var parser = HexDumpParser()
    let text = bytes.prefixBytes(probeLength)
    for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      if let packet = parser.read(line), isPacket(packet) { return true }
    }
    return parser.finish().map(isPacket) ?? false
  }

  /// A packet has at least an Ethernet header, and more than one line of bytes would be chance.
  private static func isPacket(_ packet: HexDumpPacket) -> Bool { packet.bytes.count > 16 }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    while delivered == pending.count {
      if let ending { return ending }
      readText()
    }
    let count = min(buffer.count, pending.count - delivered)
    unsafe buffer.copyBytes(from: pending[delivered..<(delivered + count)])
    delivered += count
    return .bytes(count)
  }

  private func readText() {
    if !prefix.isEmpty {
      take(prefix[...])
      prefix = []
    } else {
      let read = unsafe text.withUnsafeMutableBytes { unsafe source.read(into: $0) }
      switch read {
      case .bytes(let count): take(text[..<count])
      case .end:
        take([0x0A])
        write(parser.finish())
        ending = damage.map { .failure($0) } ?? .end
      case .failure: ending = read
      }
    }
    pending = writer.takeBytes()
    delivered = 0
  }

  /// What could not be read, once everything else was.
  private var damage: ByteFailure? {
    guard parser.damaged > 0 else { return nil }
    let packets = parser.damaged == 1 ? "a packet of the dump has" : "\(parser.damaged) packets of the dump have"
    return ByteFailure(
      kind: .badText, reason: "\(packets) offsets that do not fit, first in line \(parser.firstDamagedLine)")
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      // A carriage return stands before a line's end, or is a terminal's.
      if byte == 0x0A {
        write(parser.read(line[...]))
        line.removeAll(keepingCapacity: true)
      } else if byte != 0x0D, line.count < Self.lineLength {
        line.append(byte)
      }
    }
  }

  private func write(_ packet: HexDumpPacket?) {
    guard let packet, !packet.bytes.isEmpty else { return }
    let total = IPLength.total(packet.bytes[...])
    // A hardware address may begin as an IP header does.
    let isIP = !IPLength.isInEthernet(packet.bytes) && total.map { $0 >= packet.bytes.count } ?? false
    // The dump may hold less than was on the wire; the packet's own length says how much that was.
    let original = isIP ? total ?? 0 : (IPLength.total(packet.bytes.dropFirst(14)) ?? 0) + 14
    unsafe writer.addPacket(
      packet.bytes.span.bytes, originalLength: max(original, packet.bytes.count), time: packet.time,
      interface: isIP ? Interface.rawIP : Interface.ethernet)
  }
}

/// The length that an IP packet's header gives.
private enum IPLength {
  /// Nil for bytes that are no header of IPv4 or IPv6.
  static func total(_ packet: ArraySlice<UInt8>) -> Int? {
    let header = Array(packet.prefix(40))
    guard let first = header.first else { return nil }
    if first >> 4 == 4, first & 15 >= 5, header.count >= 20 { return Int(header[2]) << 8 | Int(header[3]) }
    if first >> 4 == 6, header.count >= 40 { return 40 + (Int(header[4]) << 8 | Int(header[5])) }
    return nil
  }

  /// Bytes of an Ethernet frame that is padded.
  private static let leastFrame = 64

  /// Whether bytes are an Ethernet frame with an IP packet in it: its type says so, and the packet's version and length agree.
  static func isInEthernet(_ frame: [UInt8]) -> Bool {
    guard frame.count > 14 else { return false }
    let version: UInt8
    switch (frame[12], frame[13]) {
    case (0x08, 0x00): version = 4
    case (0x86, 0xDD): version = 6
    default: return false
    }
    guard frame[14] >> 4 == version, let total = total(frame.dropFirst(14)) else { return false }
    return total + 14 >= frame.count || frame.count <= leastFrame
  }
}
