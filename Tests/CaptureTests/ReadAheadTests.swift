import Foundation
import Observations
import Testing

@testable import Capture

/// Another thread may read; nobody can tell from the packets.
@Suite("Reading ahead")
struct ReadAheadTests {
  /// 8 MB, several blocks: records that go on from one block to the next, and blocks longer than the room before one.
  private static let long: CaptureBytes = {
    var file = CaptureBytes.pcapng()
    file.interface()
    for index in 0..<60 {
      let length = [60, 1514, 9000, 250_000][index % 4]
      file.enhanced((0..<length).map { UInt8(truncatingIfNeeded: $0 &* index) }, ticks: UInt64(index))
      if index % 20 == 10 { file.block(0x0000_0BAD) { $0.bytes += [UInt8](repeating: 7, count: 1_300_000) } }
    }
    return file
  }()

  @Test(
    "packets, interfaces and statistics are the same, plain or compressed",
    arguments: [nil, "gzip", "zstd", "lz4", "xz"])
  func same(filter: String?) throws {
    let bytes = try filter.map { try StreamTests.compress(Self.long.bytes, filter: $0) } ?? Self.long.bytes
    let here = ReadCapture(bytes)
    let ahead = ReadCapture(bytes, ahead: true)
    #expect(here.error == nil && ahead.error == nil)
    #expect(here.packets.count == 60)
    let samePackets = ahead.packets == here.packets
    #expect(samePackets)
    #expect(ahead.interfaces == here.interfaces)
    #expect(ahead.statistics == here.statistics)
    #expect(ahead.statistics.ignoredBlocks == 3)
  }

  @Test("of a file both threads read parts, from where it stands: the packets are the same")
  func file() throws {
    let before = [UInt8](repeating: 9, count: 700_000)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("tunnelscope-\(UUID().uuidString)").path
    try #require(FileManager.default.createFile(atPath: path, contents: Data(before + Self.long.bytes)))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let descriptor = unsafe Foundation.open(path, O_RDONLY)
    try #require(lseek(descriptor, off_t(before.count), SEEK_SET) == before.count)
    let ahead = ReadCapture(source: .stream(ByteStream(descriptor: descriptor, isOwned: true)), ahead: true)
    let here = ReadCapture(Self.long.bytes)
    #expect(ahead.error == nil)
    let samePackets = ahead.packets == here.packets
    #expect(samePackets)
    #expect(ahead.statistics == here.statistics)
  }

  @Test("a capture that is cut gives the same packets and the same error", arguments: [nil, "gzip"])
  func cut(filter: String?) throws {
    let bytes = try filter.map { try StreamTests.compress(Self.long.bytes, filter: $0) } ?? Self.long.bytes
    for length in [0, 3, 24, 100, bytes.count / 3, bytes.count / 2, bytes.count - 1] {
      let piece = Array(bytes.prefix(length))
      let here = ReadCapture(piece)
      let ahead = ReadCapture(piece, ahead: true)
      #expect(here.error != nil)
      #expect(ahead.error == here.error, "cut at \(length)")
      let samePackets = ahead.packets == here.packets
      #expect(samePackets, "cut at \(length)")
      #expect(ahead.statistics == here.statistics)
    }
  }

  @Test("a capture may be left in the middle, and the next one on the same thread is read all the same")
  func abandoned() throws {
    let thread = try #require(ReaderThread())
    var batch = PacketBatch(capacity: 3)
    do {
      var file = try CaptureFile.open(bytes: Self.long.bytes, name: "left.pcapng")
      file.readAhead(on: thread)
      #expect(try file.readBatch(&batch))
    }
    var file = try CaptureFile.open(bytes: Self.long.bytes, name: "read.pcapng")
    file.readAhead(on: thread)
    while try file.readBatch(&batch) {}
    #expect(file.statistics.packets == 60)
    #expect(file.statistics.isComplete)
  }

  @Test("it is known how much of a file was read, of a compressed one in compressed bytes")
  func bytesRead() throws {
    let bytes = try StreamTests.compress(Self.long.bytes, filter: "gzip")
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("tunnelscope-\(UUID().uuidString)").path
    try #require(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var file = try CaptureFile.open(path)
    #expect(file.size == bytes.count)
    file.readAhead(on: try #require(ReaderThread()))
    var batch = PacketBatch()
    while try file.readBatch(&batch) {}
    #expect(file.bytesRead == bytes.count)
  }
}
