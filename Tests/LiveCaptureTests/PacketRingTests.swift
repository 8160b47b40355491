import Capture
import Foundation
import LiveCapture
import Observations
import Testing

@Suite("The ring of saved packets")
struct PacketRingTests {
  private static func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private static func ring(_ folder: String, files: Int = 3, bytes: Int = 8_192) throws -> PacketRing {
    try PacketRing(
      folder: folder, fileBytes: bytes, fileCount: files, linkTypeNumber: 1, snapLength: 65_535, interface: "eth0")
  }

  /// Saves packets of 1,000 bytes, numbered from `first` on, and flushes after every ten.
  private static func save(_ packets: Int, from first: Int = 1, to ring: inout PacketRing) throws {
    for frame in first..<first + packets {
      save(frame: frame, to: &ring)
      if frame % 10 == 0 { try ring.flush() }
    }
    try ring.flush()
  }

  private static func save(frame: Int, to ring: inout PacketRing) {
    let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: frame), count: 1_000)
    let record = PacketRecord(
      offset: 0, capturedLength: 1_000, originalLength: 1_400, time: Timestamp(nanoseconds: Int64(frame) * 1_000),
      interface: 0)
    unsafe ring.save(record, window: bytes.span.bytes, frame: frame)
  }

  private static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("keeps the latest packets in files of bounded size and number")
  func isBounded() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var ring = try Self.ring(folder)
    try Self.save(100, to: &ring)
    ring.end()
    #expect(ring.saved == 100)
    let names = try Self.names(folder)
    #expect(names.count == 3)
    for name in names {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
      #expect((attributes[.size] as? Int ?? 0) < 8_192 + 2_000)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("a file's name tells the run's number of its first packet, and the file is whole")
  func names() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var ring = try Self.ring(folder, files: 100)
    try Self.save(30, to: &ring)
    ring.end()
    var next = 1
    for name in try Self.names(folder) {
      #expect(name.hasSuffix("-from-frame-\(next).pcapng"))
      var file = try CaptureFile.open("\(folder)/\(name)")
      var batch = PacketBatch()
      while try file.readBatch(&batch) {
        for index in 0..<batch.count {
          #expect(batch[index].time == Timestamp(nanoseconds: Int64(next) * 1_000))
          #expect(batch[index].capturedLength == 1_000)
          #expect(batch[index].originalLength == 1_400)
          next += 1
        }
      }
      let isComplete = file.statistics.isComplete
      #expect(isComplete)
    }
    #expect(next == 31)
  }

  @Test("files of an earlier run count, and are never overwritten")
  func goesOn() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = FileManager.default.createFile(atPath: "\(folder)/other.pcapng", contents: Data())
    var first = try Self.ring(folder)
    try Self.save(5, to: &first)
    first.end()
    var second = try Self.ring(folder)
    try Self.save(5, to: &second)
    second.end()
    try Self.save(5, from: 6, to: &second)
    second.end()
    #expect(
      try Self.names(folder) == [
        "live-000001-from-frame-1.pcapng", "live-000002-from-frame-1.pcapng", "live-000003-from-frame-6.pcapng",
        "other.pcapng",
      ])
    try Self.save(5, from: 11, to: &second)
    #expect(try Self.names(folder).first == "live-000002-from-frame-1.pcapng")
  }

  @Test("holds back half a MiB at most, and nothing after a flush")
  func holdsBackLittle() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var ring = try Self.ring(folder, bytes: 4 << 20)
    for frame in 1...1_000 {
      Self.save(frame: frame, to: &ring)
      #expect(frame - ring.saved <= 512)
    }
    #expect((1..<1_000).contains(ring.saved))
    #expect(ring.contents(latest: 0).lastFrame == ring.saved)
    try ring.flush()
    #expect(ring.saved == 1_000)
    #expect(ring.contents(latest: 0).lastFrame == 1_000)
  }

  @Test("what cannot be saved is told by the flush, with what was saved before")
  func cannotSave() throws {
    let folder = try Self.folder()
    var ring = try Self.ring(folder)
    try Self.save(20, to: &ring)
    try FileManager.default.removeItem(atPath: folder)
    for frame in 21...60 { Self.save(frame: frame, to: &ring) }
    let problem = #expect(throws: PacketRing.Problem.self) { try ring.flush() }
    #expect(problem?.path.hasPrefix(folder) == true)
    // Those in the file that was open before, which is full after a few more.
    #expect((20..<28).contains(problem?.saved ?? 0))
    #expect(throws: PacketRing.Problem.self, "and nothing is saved afterwards") { try ring.flush() }
  }

  @Test("a folder that is not there is an error with its path")
  func missing() {
    #expect(throws: PacketRing.Problem.self) { try Self.ring("/nonexistent/folder") }
  }
}
