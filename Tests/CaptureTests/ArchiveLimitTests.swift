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

  @Test("captures of an archive beyond the limit are not read, and a line says so")
  func captures() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("many-\(UUID().uuidString).zip")
    defer { try? FileManager.default.removeItem(at: file) }
    let members = (0...PathContents.mostCapturesOfArchive).map { ("\($0 + 100).pcap", ArchiveTests.client) }
    try Data(try ArchiveTests.archive(members, format: "zip")).write(to: file)
    let contents = PathContents(at: file.path)
    #expect(contents.captures == members.dropLast().map { "\(file.path)/\($0.0)" })
    #expect(contents.problems == ["\(file.path): only 64 captures of an archive are read; unpack it"])
  }

  @Test("folders in folders are entered to a bound")
  func folders() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("folders-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    var folder = root
    var paths: [String] = []
    for _ in 0...PathContents.folderDepth {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let path = folder.appendingPathComponent("a.pcap").path
      try Data(ArchiveTests.client).write(to: URL(fileURLWithPath: path))
      paths.append(path)
      folder = folder.appendingPathComponent("b")
    }
    let contents = PathContents(at: root.path)
    #expect(contents.captures.sorted() == Array(paths.prefix(PathContents.folderDepth)).sorted())
    #expect(
      contents.problems.count == 1 && contents.problems[0].hasSuffix(": folders that lie deeper are not looked at"))
  }
}
