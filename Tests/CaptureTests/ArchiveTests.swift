import CArchive
import Foundation
import Testing

@testable import Capture

@Suite("archives and folders of captures")
struct ArchiveTests {
  static let client = StreamTests.file.bytes
  static let gateway = SnoopTests.whole.bytes

  /// An archive of these members.
  static func archive(_ members: [(String, [UInt8])], format: String, filter: String? = nil) throws -> [UInt8] {
    let archive = unsafe try #require(archive_write_new())
    defer { unsafe archive_write_free(archive) }
    try #require(unsafe archive_write_set_format_by_name(archive, format) == ARCHIVE_OK)
    if let filter { try #require(unsafe archive_write_add_filter_by_name(archive, filter) == ARCHIVE_OK) }
    var output = [UInt8](repeating: 0, count: members.reduce(65_536) { $0 + $1.1.count * 2 + 2_048 })
    var used = 0
    let capacity = output.count
    try unsafe output.withUnsafeMutableBytes { buffer in
      try #require(unsafe archive_write_open_memory(archive, buffer.baseAddress, capacity, &used) == ARCHIVE_OK)
      for (name, bytes) in members {
        let entry = unsafe archive_entry_new()
        defer { unsafe archive_entry_free(entry) }
        unsafe archive_entry_set_filetype(entry, 0o100000)
        unsafe archive_entry_set_perm(entry, 0o644)
        unsafe archive_entry_set_pathname(entry, name)
        unsafe archive_entry_set_size(entry, Int64(bytes.count))
        try #require(unsafe archive_write_header(archive, entry) == ARCHIVE_OK)
        if !bytes.isEmpty { try #require(unsafe archive_write_data(archive, bytes, bytes.count) == bytes.count) }
      }
      try #require(unsafe archive_write_close(archive) == ARCHIVE_OK)
    }
    return Array(output.prefix(used))
  }

  static let kinds: [(format: String, filter: String?)] = [
    ("zip", nil), ("ustar", nil), ("pax", "gzip"), ("ustar", "bzip2"),
  ]

  @Test("the one capture of an archive is read, whatever lies beside it", arguments: kinds.indices)
  func single(kind: Int) throws {
    let (format, filter) = Self.kinds[kind]
    let members = [("notes.txt", Array("hello".utf8)), ("site/client.pcap", Self.client), ("empty", [])]
    let capture = ReadCapture(try Self.archive(members, format: format, filter: filter))
    #expect(capture.error == nil)
    #expect(capture.packets == ReadCapture(Self.client).packets)
    #expect(capture.format?.hasSuffix("archived") == true)
  }

  @Test("a compressed capture in an archive is read")
  func compressedMember() throws {
    let member = try StreamTests.compress(Self.client, filter: "gzip")
    let capture = ReadCapture(try Self.archive([("client.pcap.gz", member)], format: "zip"))
    #expect(capture.packets == ReadCapture(Self.client).packets)
  }

  @Test("an archive with more captures says so, and none of them goes under silently")
  func several() throws {
    let bytes = try Self.archive([("a.pcap", Self.client), ("b.pcap", Self.gateway)], format: "zip")
    let capture = ReadCapture(bytes)
    #expect(capture.packets == ReadCapture(Self.client).packets)
    #expect(
      capture.error?.description.contains("more captures; name each as ARCHIVE/MEMBER, the next is b.pcap") == true)
  }

  @Test("an archive without a capture, and a damaged one, are errors of one line")
  func without() throws {
    let none = ReadCapture(try Self.archive([("notes.txt", Array("hello".utf8))], format: "zip"))
    #expect(none.error?.description == "test.pcap: the archive holds no capture; no frame was read")
    let whole = try Self.archive([("a.pcap", Self.client)], format: "zip")
    for length in stride(from: 4, to: whole.count - 200, by: 97) {
      let capture = ReadCapture(Array(whole.prefix(length)))
      #expect(capture.error != nil, "cut at \(length)")
      #expect(ReadCapture(Self.client).packets.starts(with: capture.packets))
    }
  }

  @Test("an archive in an archive stands for its captures and logs too; what lies deeper is told, not read")
  func nested() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nested-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let deepest = try Self.archive([("deep.pcap", Self.client)], format: "zip")
    let inner = try Self.archive(
      [("b/client.pcap", Self.client), ("deep.zip", deepest)], format: "ustar", filter: "gzip")
    let logs = try Self.archive([("a.log", Array("line\n".utf8))], format: "zip")
    for (name, format) in [("outer.zip", "zip"), ("outer.tar", "ustar")] {
      let path = folder.appendingPathComponent(name).path
      let members = [("one.pcap", Self.gateway), ("inner.tar.gz", inner)]
      try Data(try Self.archive(members, format: format)).write(to: URL(fileURLWithPath: path))
      let contents = PathContents(at: path)
      #expect(contents.captures == ["\(path)/inner.tar.gz/b/client.pcap", "\(path)/one.pcap"])
      #expect(contents.logs.isEmpty)
      #expect(
        contents.problems
          == ["\(path)/inner.tar.gz/deep.zip: captures in an archive that lies deeper are not read; unpack it"])
      #expect(
        ReadCapture(path: "\(path)/inner.tar.gz/b/client.pcap").packets == ReadCapture(Self.client).packets)
      #expect(ReadCapture(path: "\(path)/one.pcap").packets == ReadCapture(Self.gateway).packets)
      #expect(ReadCapture(path: "\(path)/inner.tar.gz/deep.zip/deep.pcap").error != nil)
      #expect(ReadCapture(path: "\(path)/one.pcap/b/client.pcap").error != nil)
    }
    let path = folder.appendingPathComponent("logs.zip").path
    try Data(try Self.archive([("inner.zip", logs)], format: "zip")).write(to: URL(fileURLWithPath: path))
    #expect(PathContents(at: path).logs == [path] && PathContents(at: path).captures.isEmpty)
  }

  @Test("an archive in an archive that is cut anywhere is an error or fewer captures, never a trap")
  func nestedCut() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nested-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let inner = try Self.archive([("client.pcap", Self.client)], format: "ustar", filter: "gzip")
    let whole = try Self.archive([("inner.tar.gz", inner)], format: "zip")
    let path = folder.appendingPathComponent("outer.zip").path
    for length in stride(from: 4, to: whole.count, by: 41) {
      try Data(whole.prefix(length)).write(to: URL(fileURLWithPath: path))
      _ = PathContents(at: path)
      let capture = ReadCapture(path: "\(path)/inner.tar.gz/client.pcap")
      #expect(ReadCapture(Self.client).packets.starts(with: capture.packets))
    }
  }

  @Test("a path goes through an archive, and a folder or an archive stands for its captures and logs")
  func paths() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("archives-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let bundle = folder.appendingPathComponent("bundle.tar.gz").path
    let members = [("b/gateway.snoop", Self.gateway), ("a.pcap", Self.client), ("log.txt", Array("line\n".utf8))]
    try Data(try Self.archive(members, format: "ustar", filter: "gzip")).write(to: URL(fileURLWithPath: bundle))
    try Data(Self.client).write(to: folder.appendingPathComponent("sub/one.pcap"))
    try Data("text without a dump".utf8).write(to: folder.appendingPathComponent("sub/readme.txt"))
    try Data("<p>text".utf8).write(to: folder.appendingPathComponent("sub/report.html"))
    try Data([0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0]).write(to: folder.appendingPathComponent("sub/picture.png"))
    try Data([0xFF, 0xFE, 0x61, 0, 0x62, 0, 0x63, 0, 0x0A, 0]).write(to: folder.appendingPathComponent("sub/utf16.txt"))
    try Data("GMBU and more".utf8).write(to: folder.appendingPathComponent("sub/monitor.cap"))
    let inBundle = PathContents(at: bundle)
    #expect(inBundle.captures == ["\(bundle)/a.pcap", "\(bundle)/b/gateway.snoop"])
    #expect(inBundle.logs == [bundle])
    let inFolder = PathContents(at: folder.path)
    #expect(
      inFolder.captures == [
        "\(bundle)/a.pcap", "\(bundle)/b/gateway.snoop", "\(folder.path)/sub/monitor.cap",
        "\(folder.path)/sub/one.pcap",
      ])
    #expect(inFolder.logs == [bundle, "\(folder.path)/sub/readme.txt", "\(folder.path)/sub/utf16.txt"])
    #expect(inFolder.problems.isEmpty)
    for path in inFolder.captures where !path.hasSuffix(".cap") { #expect(ReadCapture(path: path).error == nil) }
    #expect(ReadCapture(path: "\(bundle)/b/gateway.snoop").packets == ReadCapture(Self.gateway).packets)
    #expect(
      ReadCapture(path: "\(bundle)/nothing.pcap").error?.description
        == "\(bundle)/nothing.pcap: the archive holds no member nothing.pcap; no frame was read")
    #expect(
      ReadCapture(path: "\(folder.path)/sub/one.pcap/x").error == .noSuchFile(name: "\(folder.path)/sub/one.pcap/x"))
    for path in ["-", "/nonexistent", "\(folder.path)/sub/picture.png", "\(folder.path)/sub/one.pcap"] {
      let contents = PathContents(at: path)
      #expect(contents.captures == [path] && contents.logs.isEmpty)
    }
    #expect(PathContents(at: "\(folder.path)/sub/readme.txt").captures.isEmpty)
  }
}
