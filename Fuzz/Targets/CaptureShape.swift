import Capture
import Observations

/// A shape that the same packets may have in files, and that must not change what is found in them.
enum CaptureShape: String, CaseIterable {
  /// The classic format in place of pcapng.
  case classic
  /// A VLAN tag on every frame.
  case tagged
  /// A mirror's VXLAN around every frame.
  case mirrored
  /// gzip around the file.
  case compressed
  /// Two files, one of which goes on where the other ends.
  case parts
  /// Packets up to a tenth of a second out of order, as from several queues.
  case reordered
  /// Every packet twice, as a mirror of two ports writes it.
  case twice

  /// Packets of a sequence with their times, each later than the one before.
  struct Packets {
    let linkTypeNumber: UInt16
    let packets: [PacketSequence.Packet]
    let times: [Timestamp]

    /// The sequence, whose clock never stands still nor goes back: of such packets alone the order is known.
    init(_ sequence: PacketSequence) {
      linkTypeNumber = sequence.linkTypeNumber
      packets = sequence.packets
      var time = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
      times = sequence.packets.map { packet in
        time = time.adding(nanoseconds: Int64(max(1, packet.milliseconds.magnitude)) * 1_000_000)
        return time
      }
    }

    /// Frames that can be wrapped up: Ethernet that carries IP, short enough for a datagram around it.
    var areWrappable: Bool {
      linkTypeNumber == 1
        && packets.allSatisfy { packet in
          packet.frame.count >= 34 && packet.frame.count + Int(packet.missing) < 60_000
            && (packet.frame[12...13] == [0x08, 0x00] || packet.frame[12...13] == [0x86, 0xDD])
        }
    }

    /// Packets of which copies are recognised: IP in Ethernet with 16 bytes behind its header, which is what tells one from
    /// another, and no other packet inside, which may have fewer. ARP counts for nothing.
    var areRecognisable: Bool {
      linkTypeNumber == 1
        && packets.allSatisfy { packet in
          guard packet.missing == 0, packet.frame.count >= 34 else { return false }
          let frame = packet.frame
          switch (frame[12], frame[13]) {
          case (0x08, 0x06): return true
          case (0x08, 0x00):
            let header = Int(frame[14] & 15) * 4
            let total = Int(frame[16]) << 8 | Int(frame[17])
            return frame[14] >> 4 == 4 && header >= 20 && total >= header + 16 && frame.count >= 14 + header + 16
              && Self.isTransport(frame[23], ports: frame[(14 + header)..<(14 + header + 4)])
          case (0x86, 0xDD):
            return frame.count >= 70 && Int(frame[18]) << 8 | Int(frame[19]) >= 16
              && Self.isTransport(frame[20], ports: frame[54..<58])
          default: return false
          }
        }
    }

    /// TCP, ICMP, ESP, or UDP to and from ports that carry no packets.
    private static func isTransport(_ number: UInt8, ports: ArraySlice<UInt8>) -> Bool {
      guard number == 17 else { return [1, 6, 50, 58].contains(number) }
      let ports = Array(ports)
      return [Int(ports[0]) << 8 | Int(ports[1]), Int(ports[2]) << 8 | Int(ports[3])].allSatisfy { port in
        ![1701, 2152, 3544, 4789, 4790, 5246, 5247, 6081, 6635, 4754, 8472, 37_008].contains(port)
      }
    }

    /// A pcapng file of some of the packets, in this order.
    ///
    /// - Parameter copies: How often each is there, at intervals of two microseconds.
    func file(
      _ order: some Sequence<Int>, copies: Int = 1, wrapped wrap: (PacketSequence.Packet) -> [UInt8] = { $0.frame }
    ) -> [UInt8] {
      var writer = PcapNGWriter()
      writer.addInterface(linkTypeNumber: linkTypeNumber)
      for index in order {
        let frame = wrap(packets[index])
        for copy in 0..<copies {
          unsafe writer.addPacket(
            frame.span.bytes, originalLength: frame.count + Int(packets[index].missing),
            time: times[index].adding(nanoseconds: Int64(copy) * 2_000), interface: 0)
        }
      }
      return writer.takeBytes()
    }
  }

  /// Longest time that a packet waits before it is written out of order; less than the program puts in order (250 ms).
  private static let mostDisorder: Int64 = 100_000_000

  /// The files of this shape; nil when these packets cannot have it.
  func files(of all: Packets) -> [[UInt8]]? {
    let order = all.packets.indices
    switch self {
    case .classic: return [Self.classicFile(all)]
    case .tagged: return all.areWrappable ? [all.file(order, wrapped: Self.tag)] : nil
    case .mirrored: return all.areWrappable ? [all.file(order, wrapped: Self.mirror)] : nil
    case .compressed: return [Self.gzip(all.file(order))]
    case .parts:
      guard order.count >= 2 else { return nil }
      return [all.file(0..<order.count / 2), all.file(order.count / 2..<order.count)]
    case .reordered:
      var random = SplitMix(state: UInt64(order.count))
      let keys = all.times.map { time in
        time.adding(nanoseconds: Int64.random(in: 0..<Self.mostDisorder, using: &random))
      }
      return [all.file(order.sorted { (keys[$0], $0) < (keys[$1], $1) })]
    case .twice: return all.areRecognisable ? [all.file(order, copies: 2)] : nil
    }
  }

  private static func classicFile(_ all: Packets) -> [UInt8] {
    var bytes = little(0xA1B2_3C4D)
    bytes += [2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    bytes += little(262_144)
    bytes += little(UInt32(all.linkTypeNumber))
    for (packet, time) in zip(all.packets, all.times) {
      bytes += little(UInt32(time.nanoseconds / 1_000_000_000))
      bytes += little(UInt32(time.nanoseconds % 1_000_000_000))
      bytes += little(UInt32(packet.frame.count))
      bytes += little(UInt32(packet.frame.count + Int(packet.missing)))
      bytes += packet.frame
    }
    return bytes
  }

  private static func tag(_ packet: PacketSequence.Packet) -> [UInt8] {
    var frame = packet.frame
    frame.insert(contentsOf: [0x81, 0, 0, 100], at: 12)
    return frame
  }

  private static func mirror(_ packet: PacketSequence.Packet) -> [UInt8] {
    let carried = 8 + packet.frame.count + Int(packet.missing)
    var frame: [UInt8] = [2, 0, 0, 0, 0, 0xFE, 2, 0, 0, 0, 0, 0xFD, 8, 0, 0x45, 0]
    frame += big(28 + carried)
    frame += [0, 7, 0, 0, 64, 17, 0, 0, 10, 255, 0, 1, 10, 255, 0, 2]
    for field in [49_152, 4_789, 8 + carried, 0] { frame += big(field) }
    frame += [8, 0, 0, 0, 0, 0x30, 0x39, 0]
    return frame + packet.frame
  }

  /// A gzip file of stored blocks (RFC 1952, RFC 1951 section 3.2.4).
  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    for start in stride(from: 0, to: bytes.count, by: 65_535) {
      let block = bytes[start..<min(bytes.count, start + 65_535)]
      let length = UInt16(block.count)
      file.append(block.endIndex == bytes.count ? 1 : 0)
      for number in [length, ~length] { file += [UInt8(number & 255), UInt8(number >> 8)] }
      file += block
    }
    file += little(checksum(bytes))
    file += little(UInt32(truncatingIfNeeded: bytes.count))
    return file
  }

  /// CRC-32 (RFC 1952 section 8).
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
    }
    return ~sum
  }

  private static func little(_ number: UInt32) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) } }

  private static func big(_ number: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)] }
}
