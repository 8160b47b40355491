import CArchive
import Foundation
import Observations
import Testing

@testable import Capture

@Suite("Streams and compression")
struct StreamTests {
  static let file: CaptureBytes = {
    var file = CaptureBytes.pcap()
    for index in 0..<300 {
      file.record(UInt32(index), 0, (0..<(index % 90)).map { UInt8(truncatingIfNeeded: $0 &* index) })
    }
    return file
  }()

  @Test("packets are the same however small the window and the batch", arguments: [1, 17, 64, 1000], [1, 7, 256])
  func smallWindows(windowCapacity: Int, batch: Int) {
    let whole = ReadCapture(Self.file, windowCapacity: 1 << 20)
    #expect(whole.packets.count == 300)
    let capture = ReadCapture(Self.file, windowCapacity: windowCapacity, batch: batch)
    #expect(capture.error == nil)
    #expect(capture.packets == whole.packets)
    #expect(capture.statistics == whole.statistics)
  }

  @Test("a pipe is read as it fills, in pieces of any size, blocking or not", arguments: [false, true])
  func pipe(nonBlocking: Bool) throws {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe Foundation.pipe(&ends) == 0)
    let (readEnd, writeEnd) = (ends[0], ends[1])
    if nonBlocking { try #require(fcntl(readEnd, F_SETFL, O_NONBLOCK) == 0) }
    let bytes = Self.file.bytes
    // A thread of its own: the reader blocks, and the tasks' threads may be no more than it.
    Thread.detachNewThread {
      var at = 0
      while at < bytes.count {
        let piece = Array(bytes[at..<min(bytes.count, at + 37)])
        _ = unsafe write(writeEnd, piece, piece.count)
        at += piece.count
      }
      close(writeEnd)
    }
    let capture = ReadCapture(source: .stream(ByteStream(descriptor: readEnd, isOwned: true)))
    #expect(capture.error == nil)
    #expect(capture.packets == ReadCapture(Self.file).packets)
  }

  @Test("compressed captures are read as the plain one", arguments: ["gzip", "zstd", "lz4", "xz", "bzip2"])
  func compressed(filter: String) throws {
    let bytes = try Self.compress(Self.file.bytes, filter: filter)
    let capture = ReadCapture(bytes)
    #expect(capture.error == nil)
    #expect(capture.format == "pcap, little-endian, \(filter)")
    #expect(capture.packets == ReadCapture(Self.file).packets)
  }

  @Test("a compressed capture that is cut gives the packets before the cut, then one error", arguments: ["gzip", "xz"])
  func compressedCut(filter: String) throws {
    let bytes = try Self.compress(Self.file.bytes, filter: filter)
    let whole = ReadCapture(Self.file).packets
    var kinds: Set<String> = []
    for length in stride(from: 0, to: bytes.count, by: 7) {
      let capture = ReadCapture(Array(bytes.prefix(length)))
      #expect(capture.packets == Array(whole.prefix(capture.packets.count)))
      let error = try #require(capture.error, "cut at \(length) of \(bytes.count)")
      if case .damaged(_, _, let reason, let framesRead) = error {
        #expect(reason.hasPrefix("decompression: "))
        #expect(framesRead == capture.packets.count)
        kinds.insert("damaged")
      }
    }
    #expect(kinds == ["damaged"])
  }

  @Test("something else inside a compressed file is told by what it is")
  func compressedText() throws {
    let capture = try ReadCapture(Self.compress(Array("hello, world".utf8), filter: "gzip"))
    #expect(capture.error == .foreignFormat(name: "test.pcap", format: .text))
    #expect(try ReadCapture(Self.compress([], filter: "gzip")).error == .emptyFile(name: "test.pcap"))
  }

  /// The bytes in one of the compressions that captures come in.
  ///
  /// - Parameter zeros: Mebibytes of zeros behind them.
  static func compress(_ bytes: [UInt8], zeros: Int = 0, filter: String) throws -> [UInt8] {
    let archive = unsafe try #require(archive_write_new())
    defer { unsafe archive_write_free(archive) }
    unsafe archive_write_set_format_raw(archive)
    try #require(unsafe archive_write_add_filter_by_name(archive, filter) == ARCHIVE_OK)
    unsafe archive_write_set_bytes_in_last_block(archive, 1)
    var output = [UInt8](repeating: 0, count: bytes.count + 65_536 + zeros << 11)
    var used = 0
    let capacity = output.count
    try unsafe output.withUnsafeMutableBytes { buffer in
      try #require(unsafe archive_write_open_memory(archive, buffer.baseAddress, capacity, &used) == ARCHIVE_OK)
      let entry = unsafe archive_entry_new()
      defer { unsafe archive_entry_free(entry) }
      unsafe archive_entry_set_filetype(entry, 0o100000)
      unsafe archive_entry_set_pathname(entry, "data")
      try #require(unsafe archive_write_header(archive, entry) == ARCHIVE_OK)
      if !bytes.isEmpty {
        try #require(unsafe archive_write_data(archive, bytes, bytes.count) == bytes.count)
      }
      let nothing = [UInt8](repeating: 0, count: 1 << 20)
      for _ in 0..<zeros { try #require(unsafe archive_write_data(archive, nothing, nothing.count) == nothing.count) }
      try #require(unsafe archive_write_close(archive) == ARCHIVE_OK)
    }
    return Array(output.prefix(used))
  }
}
