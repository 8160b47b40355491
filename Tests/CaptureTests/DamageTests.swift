import Observations
import Testing

@testable import Capture

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Damage and truncation")
struct DamageTests {
  static let packets: [[UInt8]] = [[1, 2, 3, 4, 5], Array(0..<40), [], [7]]

  static var pcap: CaptureBytes {
    var file = CaptureBytes.pcap()
    for (index, packet) in packets.enumerated() { file.record(UInt32(index), 0, packet) }
    return file
  }

  static var pcapng: CaptureBytes {
    var file = CaptureBytes.pcapng()
    file.interface(options: [(2, Array("eth0".utf8)), (9, [9])])
    for (index, packet) in packets.enumerated() {
      file.enhanced(packet, ticks: UInt64(index), options: [(1, Array("note".utf8))])
    }
    return file
  }

  /// The offsets at which the file may end without anything missing, and the packets before each.
  private func orderlyEnds(_ file: CaptureBytes) throws -> [Int: Int] {
    var ends: [Int: Int] = [:]
    if file.bytes[0] == 0x0A {
      var at = 0
      var packets = 0
      while at < file.bytes.count {
        if file.bytes[at] == 6 { packets += 1 }
        at += Int(file.bytes[at + 4]) + Int(file.bytes[at + 5]) * 256
        ends[at] = packets
      }
    } else {
      var at = 24
      ends[at] = 0
      for (index, packet) in Self.packets.enumerated() {
        at += 16 + packet.count
        ends[at] = index + 1
      }
    }
    return ends
  }

  @Test(
    "wherever a file is cut, the packets before the cut are delivered and then one error",
    arguments: [DamageTests.pcap.bytes, DamageTests.pcapng.bytes], [1, 4096])
  func everyTruncation(bytes: [UInt8], windowCapacity: Int) throws {
    let ends = try orderlyEnds(CaptureBytes(bytes: bytes))
    #expect(ends[bytes.count] == Self.packets.count)
    for length in 0...bytes.count {
      let capture = ReadCapture(Array(bytes.prefix(length)), windowCapacity: windowCapacity)
      let whole = ends.filter { $0.key <= length }.map(\.value).max() ?? 0
      #expect(capture.packets.map(\.bytes) == Array(Self.packets.prefix(whole)), "cut at \(length)")
      #expect((capture.error == nil) == (ends[length] != nil), "cut at \(length)")
      #expect(capture.statistics.isComplete == (capture.error == nil))
      switch capture.error {
      case nil: break
      case .emptyFile: #expect(length == 0)
      case .notACapture(_, let firstBytes):
        #expect(length < 4)
        #expect(firstBytes == Array(bytes.prefix(length)))
      case .truncated(_, let offset, let part, let needed, let available, let framesRead):
        #expect(offset == length)
        #expect(available < needed, "\(part)")
        #expect(framesRead == whole)
      case .some(let other): Issue.record("cut at \(length): \(other)")
      }
    }
  }

  @Test("a packet cut by the end of the file is told with what it needs and what is there")
  func truncationText() {
    let cut = ReadCapture(Array(Self.pcap.bytes.prefix(24 + 21 + 16 + 29)))
    #expect(
      cut.error?.description
        == "test.pcap: offset 90: the file ends inside frame 2 (needs 40 bytes, has 29); the frame before it was read")
    let header = ReadCapture(Array(Self.pcap.bytes.prefix(24 + 5)))
    #expect(
      header.error?.description
        == "test.pcap: offset 29: the file ends inside the header of frame 1 (needs 16 bytes, has 5); "
        + "no frame was read")
  }

  @Test("any single byte changed to any extreme neither crashes nor loses what came before it")
  func everyByteFlip() throws {
    for bytes in [Self.pcap.bytes, Self.pcapng.bytes] {
      let whole = ReadCapture(bytes)
      let starts = try orderlyEnds(CaptureBytes(bytes: bytes))
      for index in bytes.indices {
        for value in [UInt8(0), 1, 0x7F, 0x80, 0xFF] where value != bytes[index] {
          var flipped = bytes
          flipped[index] = value
          let capture = ReadCapture(flipped, windowCapacity: 64)
          let untouched = starts.filter { $0.key <= index }.map(\.value).max() ?? 0
          // A header's bytes rule over all that follows.
          guard untouched > 0 else { continue }
          #expect(capture.packets.prefix(untouched) == whole.packets.prefix(untouched), "byte \(index) = \(value)")
        }
      }
    }
  }

  @Test("what is no capture is told with what may help, and no bytes")
  func notACapture() {
    let capture = ReadCapture([0x50, 0x4B, 0x07, 0x04, 0x00, 0x0F, 0xA0, 0xFF, 1, 2, 3])
    #expect(
      capture.error?.description
        == "test.pcap: not a capture file: its first bytes are those of no format known here; "
        + "if another program wrote it, try: editcap -F pcapng IN OUT")
    #expect(capture.error?.exitCategory == .unreadableData)
  }

  @Test("an empty file, a missing one and a directory are told apart, with their exit codes")
  func unopenable() {
    let empty = ReadCapture([UInt8]())
    #expect(empty.error == .emptyFile(name: "test.pcap"))
    #expect(empty.error?.exitCategory.rawValue == 65)
    let missing = ReadCapture(path: "/nonexistent/x.pcap")
    #expect(missing.error == .noSuchFile(name: "/nonexistent/x.pcap"))
    #expect(missing.error?.exitCategory.rawValue == 66)
    let directory = ReadCapture(path: "/tmp")
    #expect(directory.error == .isDirectory(name: "/tmp"))
    #expect(directory.error?.exitCategory.rawValue == 66)
    #expect(ReadCapture(path: "/dev/null").error == .emptyFile(name: "/dev/null"))
    #expect(ReadCapture(path: "").error == .noSuchFile(name: ""))
    #expect(ReadCapture(path: "/dev/null\0.pcap").error == .noSuchFile(name: "/dev/null\0.pcap"))
  }

  // The superuser may read everything, so there is nothing to see then.
  @Test("a file that may not be read is told as that", .enabled(if: geteuid() != 0))
  func permission() throws {
    var template = Array("/tmp/tunnelscope-test-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    defer {
      close(descriptor)
      unsafe unlink(template)
    }
    try #require(fchmod(descriptor, 0) == 0)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let capture = ReadCapture(path: path)
    #expect(capture.error == .permissionDenied(name: path))
    #expect(capture.error?.exitCategory.rawValue == 77)
  }

  @Test("a descriptor that fails is an I/O error, not an end")
  func brokenDescriptor() {
    let capture = ReadCapture(source: .stream(ByteStream(descriptor: -1, isOwned: false)))
    #expect(capture.error == .inputOutput(name: "stream", offset: 0, reason: "Bad file descriptor", framesRead: 0))
    #expect(capture.error?.exitCategory.rawValue == 74)
  }
}
