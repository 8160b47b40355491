import Testing

@testable import Capture

@Suite("snoop files")
struct SnoopTests {
  static func file(version: UInt32 = 2, linkType: UInt32 = 4) -> CaptureBytes {
    var file = CaptureBytes(isBigEndian: true)
    file.bytes = Array("snoop".utf8) + [0, 0, 0]
    file.add(version)
    file.add(linkType)
    return file
  }

  static func add(
    _ packet: [UInt8], to file: inout CaptureBytes, seconds: UInt32, micros: UInt32, original: UInt32? = nil,
    record: UInt32? = nil
  ) {
    let padding = (4 - packet.count % 4) % 4
    file.add(original ?? UInt32(packet.count))
    file.add(UInt32(packet.count))
    file.add(record ?? UInt32(24 + packet.count + padding))
    file.add(UInt32(0))
    file.add(seconds)
    file.add(micros)
    file.bytes += packet + [UInt8](repeating: 0, count: padding)
  }

  static let whole: CaptureBytes = {
    var file = Self.file()
    add(Array(1...21), to: &file, seconds: 1_700_000_000, micros: 123_456)
    add(Array(1...40), to: &file, seconds: 1_700_000_001, micros: 0, original: 1500)
    return file
  }()

  @Test("packets, times and lengths are read")
  func reads() {
    let capture = ReadCapture(Self.whole)
    #expect(capture.error == nil)
    #expect(capture.format == "snoop, big-endian")
    #expect(
      capture.packets == [
        ReadPacket(
          frame: 1, bytes: Array(1...21), nanoseconds: 1_700_000_000_123_456_000, originalLength: 21, interface: 0),
        ReadPacket(
          frame: 2, bytes: Array(1...40), nanoseconds: 1_700_000_001_000_000_000, originalLength: 1500, interface: 0),
      ])
    #expect(capture.interfaces.first?.linkType == .ethernet)
    #expect(ReadCapture(Self.whole, windowCapacity: 1).packets == capture.packets)
  }

  @Test("wherever a file is cut, the packets before the cut are delivered and then one error")
  func everyLength() {
    let ends = [16: 0, 64: 1, Self.whole.bytes.count: 2]
    for length in 1...Self.whole.bytes.count {
      let capture = ReadCapture(Array(Self.whole.bytes.prefix(length)))
      let whole = ends.filter { $0.key <= length }.map(\.value).max() ?? 0
      #expect(capture.packets.count == whole, "cut at \(length)")
      #expect((capture.error == nil) == (ends[length] != nil), "cut at \(length)")
    }
  }

  @Test("a version and a link type that are not known are named")
  func unsupported() {
    #expect(
      ReadCapture(Self.file(version: 3)).error?.description
        == "test.pcap: snoop version 3 is not supported; no frame was read")
    #expect(
      ReadCapture(Self.file(linkType: 8)).error?.description
        == "test.pcap: snoop's link type 8 is not supported; no frame was read")
  }

  @Test("lengths that cannot be are damage, and what came before is read", arguments: [UInt32(0), 20, 30, 5_000, .max])
  func damaged(record: UInt32) {
    var file = Self.whole
    Self.add(Array(1...20), to: &file, seconds: 0, micros: 0, record: record)
    let capture = ReadCapture(file)
    #expect(capture.packets.count == 2)
    guard case .damaged(_, let offset, _, 2) = capture.error else {
      Issue.record("\(String(describing: capture.error))")
      return
    }
    #expect(offset == Self.whole.bytes.count)
  }
}
