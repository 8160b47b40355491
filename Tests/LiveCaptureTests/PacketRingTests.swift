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
  private static func save(_ packets: Int, from first: Int = 1, to ring: inout PacketRing) {
    for frame in first..<first + packets {
      save(frame: frame, to: &ring)
      if frame % 10 == 0 { #expect(ring.flush() == []) }
    }
    #expect(ring.flush() == [])
  }

  private static func save(frame: Int, second: Int = 0, to ring: inout PacketRing) {
    let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: frame), count: 1_000)
    let time = Timestamp(nanoseconds: Int64(second) * 1_000_000_000 + Int64(frame) * 1_000)
    let record = PacketRecord(offset: 0, capturedLength: 1_000, originalLength: 1_400, time: time, interface: 0)
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
    Self.save(100, to: &ring)
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
    Self.save(30, to: &ring)
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
    Self.save(5, to: &first)
    first.end()
    var second = try Self.ring(folder)
    Self.save(5, to: &second)
    second.end()
    Self.save(5, from: 6, to: &second)
    second.end()
    #expect(
      try Self.names(folder) == [
        "live-000001-from-frame-1.pcapng", "live-000002-from-frame-1.pcapng", "live-000003-from-frame-6.pcapng",
        "other.pcapng",
      ])
    Self.save(5, from: 11, to: &second)
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
    #expect(ring.flush() == [])
    #expect(ring.saved == 1_000)
    #expect(ring.contents(latest: 0).lastFrame == 1_000)
  }

  @Test("what cannot be saved is reported by the flush, once, with what was saved before")
  func cannotSave() throws {
    let folder = try Self.folder()
    var ring = try Self.ring(folder)
    Self.save(20, to: &ring)
    try FileManager.default.removeItem(atPath: folder)
    for frame in 21...60 { Self.save(frame: frame, to: &ring) }
    guard case .stopped(let problem) = try #require(ring.flush().first) else {
      Issue.record("nothing stopped")
      return
    }
    #expect(problem.path.hasPrefix(folder))
    // Those in the file that was open before, which is full after a few more.
    #expect((20..<28).contains(problem.saved))
    #expect(ring.flush() == [])
    #expect(ring.saved == problem.saved)
    #expect(ring.lostSinceStop == 60 - problem.saved)
  }

  @Test("saving goes on once it can, and reports how many packets were lost in between")
  func resumes() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var ring = try Self.ring(folder)
    Self.save(10, to: &ring)
    ring.end()
    try FileManager.default.removeItem(atPath: folder)
    Self.save(frame: 11, to: &ring)
    #expect(ring.flush().count == 1)
    // Tried again after five seconds, and still in vain.
    for second in 1...7 { Self.save(frame: 11 + second, second: second, to: &ring) }
    #expect(ring.flush() == [])
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    Self.save(frame: 19, second: 8, to: &ring)
    #expect(ring.flush() == [], "the next attempt is due at second 10")
    Self.save(frame: 20, second: 10, to: &ring)
    #expect(ring.flush() == [.resumed(lost: 9)])
    #expect(ring.saved == 11)
    #expect(ring.lostSinceStop == nil)
    let name = try #require(try Self.names(folder).first)
    #expect(name.hasSuffix("-from-frame-20.pcapng"))
    #expect(ring.contents(latest: 0).lastFrame == 20)
  }

  @Test("a clock that is set back keeps no attempt from being made")
  func clockSetBack() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var ring = try Self.ring(folder)
    try FileManager.default.removeItem(atPath: folder)
    Self.save(frame: 1, second: 100, to: &ring)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    Self.save(frame: 2, second: 40, to: &ring)
    #expect(ring.flush().last == .resumed(lost: 1))
  }

  @Test("a folder that is not there is an error with its path")
  func missing() {
    #expect(throws: PacketRing.Problem.self) { try Self.ring("/nonexistent/folder") }
  }
}
