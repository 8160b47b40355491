import Foundation
import Observations

/// A classic pcap file in memory, walked packet by packet: just enough to feed the dissectors.
struct ClassicPcap {
  struct Packet {
    let bytes: Range<Int>
    let originalLength: Int
  }

  let data: [UInt8]
  let linkType: LinkType
  let packets: [Packet]

  init?(path: String) {
    guard let data = FileManager.default.contents(atPath: path).map([UInt8].init), data.count >= 24 else { return nil }
    let isLittleEndian: Bool
    switch Self.number(data, 0, littleEndian: true) {
    case 0xA1B2_C3D4, 0xA1B2_3C4D: isLittleEndian = true
    case 0xD4C3_B2A1, 0x4D3C_B2A1: isLittleEndian = false
    default: return nil
    }
    var packets: [Packet] = []
    var offset = 24
    while offset + 16 <= data.count {
      let captured = Self.number(data, offset + 8, littleEndian: isLittleEndian)
      let original = Self.number(data, offset + 12, littleEndian: isLittleEndian)
      guard captured <= data.count - offset - 16 else { break }
      packets.append(Packet(bytes: offset + 16..<offset + 16 + captured, originalLength: original))
      offset += 16 + captured
    }
    self.data = data
    self.packets = packets
    let linkNumber = Self.number(data, 20, littleEndian: isLittleEndian)
    self.linkType = LinkType(number: UInt16(truncatingIfNeeded: linkNumber))
  }

  private static func number(_ data: [UInt8], _ offset: Int, littleEndian: Bool) -> Int {
    let bytes = littleEndian ? Array(data[offset..<offset + 4].reversed()) : Array(data[offset..<offset + 4])
    return bytes.reduce(0) { $0 << 8 | Int($1) }
  }
}
