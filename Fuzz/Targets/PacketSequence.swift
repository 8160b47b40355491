import Capture
import Observations

/// Packets as a fuzzer's input: any bytes are a sequence, and a sequence comes back from its own bytes.
///
///     | link type | then for each packet:  | milliseconds, 2 | missing bytes, 2 | length, 2 | frame … |
///
/// Numbers are big-endian. Times are since the packet before, and count down with the high bit set.
public struct PacketSequence: Sendable, Equatable {
  public struct Packet: Sendable, Equatable {
    public var milliseconds: Int16
    /// Bytes that a snap length cut off.
    public var missing: UInt16
    public var frame: [UInt8]
  }

  private static let headerLength = 6

  /// Number of `HeaderTargets.linkTypes`, taken modulo their count.
  public var linkType: UInt8
  public var packets: [Packet]

  public init(linkType: UInt8, packets: [Packet]) {
    self.linkType = linkType
    self.packets = packets
  }

  /// Reads a sequence; what is cut at the end counts as far as it is there.
  public init(_ bytes: [UInt8]) {
    linkType = bytes.first ?? 0
    packets = []
    var at = 1
    while bytes.count - at >= Self.headerLength {
      let time = Int16(truncatingIfNeeded: Int(bytes[at]) << 8 | Int(bytes[at + 1]))
      let missing = UInt16(bytes[at + 2]) << 8 | UInt16(bytes[at + 3])
      let length = Int(bytes[at + 4]) << 8 | Int(bytes[at + 5])
      at += Self.headerLength
      let end = min(bytes.count, at + length)
      packets.append(Packet(milliseconds: time, missing: missing, frame: Array(bytes[at..<end])))
      at = end
    }
  }

  public var bytes: [UInt8] {
    var bytes = [linkType]
    for packet in packets {
      let length = min(packet.frame.count, 65_535)
      for field in [Int(packet.milliseconds) & 0xFFFF, Int(packet.missing), length] {
        bytes += [UInt8(truncatingIfNeeded: field >> 8), UInt8(truncatingIfNeeded: field)]
      }
      bytes += packet.frame.prefix(length)
    }
    return bytes
  }

  /// The registry's number of the link type.
  var linkTypeNumber: UInt16 {
    let numbers: [UInt16] = [
      1, 0, 9, 101, 108, 113, 228, 229, 276, 105, 127, 119, 163, 258, 239, 117, 166, 204, 51, 104, 109, 178, 197, 226,
    ]
    return numbers[Int(linkType) % numbers.count]
  }

  /// The sequence as a pcapng capture.
  func capture() -> [UInt8] {
    var writer = PcapNGWriter()
    writer.addInterface(linkTypeNumber: linkTypeNumber)
    var time = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
    for packet in packets {
      time = time.adding(nanoseconds: Int64(packet.milliseconds) * 1_000_000)
      unsafe writer.addPacket(
        packet.frame.span.bytes, originalLength: packet.frame.count + Int(packet.missing), time: time, interface: 0)
    }
    return writer.takeBytes()
  }
}
