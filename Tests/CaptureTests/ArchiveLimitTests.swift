import Foundation
import Testing

@testable import Capture

@Suite("limits of archives and folders")
struct ArchiveLimitTests {
  @Test("members beyond the limit are not read, and an error says so")
  func members() throws {
    let empty = (0...ArchiveStream.mostMembers).map { ("file-\($0)", [UInt8]()) }
    let capture = ReadCapture(try ArchiveTests.archive(empty + [("a.pcap", ArchiveTests.client)], format: "ustar"))
    #expect(capture.packets.isEmpty)
    #expect(capture.error?.description.contains("more than 10000 members") == true)
  }

  @Test("an archive that grows without bound is read to a bound")
  func growth() throws {
    let zeros = [UInt8](repeating: 0, count: 8 << 20)
    let bytes = try ArchiveTests.archive([("notes", zeros), ("a.pcap", ArchiveTests.client)], format: "zip")
    // Passing over such a member is no harm.
    #expect(ReadCapture(bytes).packets.count == 300)
    let floor = 1 << 20
    let stream = try #require(
      ArchiveStream(prefix: [], source: .memory(ByteMemory(bytes)), growthFloor: floor))
    #expect(stream.nextMember() == "notes")
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var unpacked = 0
    var reason: String?
    while reason == nil {
      let read = unsafe buffer.withUnsafeMutableBytes { unsafe stream.read(into: $0) }
      switch read {
      case .bytes(let count): unpacked += count
      case .end: reason = "ended"
      case .failure(let failure): reason = failure.reason
      }
    }
    #expect(reason?.contains("grows more than 250 times") == true)
    #expect(unpacked < zeros.count)
  }

  @Test("folders in folders are entered to a bound")
  func folders() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("folders-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    var folder = root
    var paths: [String] = []
    for _ in 0...CaptureFile.folderDepth {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let path = folder.appendingPathComponent("a.pcap").path
      try Data(ArchiveTests.client).write(to: URL(fileURLWithPath: path))
      paths.append(path)
      folder = folder.appendingPathComponent("b")
    }
    #expect(CaptureFile.captures(at: root.path) == Array(paths.prefix(CaptureFile.folderDepth)))
  }
}
