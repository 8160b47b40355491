import Foundation
import Testing

@testable import Capture

/// Files that change while they are read: what has been read stays right, and the end is told as it is.
@Suite("Files that change while they are read")
struct ChangingFileTests {
  /// A capture of so many packets of 100 bytes.
  private static func capture(_ packets: Int) -> CaptureBytes {
    var file = CaptureBytes.pcap()
    for number in 0..<packets { file.record(UInt32(number), 0, [UInt8](repeating: UInt8(number & 0xFF), count: 100)) }
    return file
  }

  /// Reads a file with a window of 4 KiB, and does something to it after the first batch.
  private static func read(
    _ packets: Int, changing change: (URL) throws -> Void
  ) throws -> (packets: Int, error: CaptureError?) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("changing.pcap")
    try Data(capture(packets).bytes).write(to: url)
    var file = try CaptureFile.open(url.path, windowCapacity: 4_096)
    var batch = PacketBatch(capacity: 8)
    var count = 0
    do throws(CaptureError) {
      while try file.readBatch(&batch) {
        for index in 0..<batch.count {
          let bytes = unsafe batch[index].bytes(in: file.window).withUnsafeBytes { unsafe [UInt8]($0) }
          #expect(bytes == [UInt8](repeating: UInt8((count + index) & 0xFF), count: 100))
        }
        if count == 0 { #expect(throws: Never.self) { try change(url) } }
        count += batch.count
      }
    } catch {
      return (count, error)
    }
    return (count, nil)
  }

  @Test("a file that is cut short gives the packets that were there, and the place where it ends")
  func cut() throws {
    let (packets, error) = try Self.read(1_000) {
      try FileHandle(forWritingTo: $0).truncate(atOffset: 24 + 116 * 500 + 50)
    }
    #expect(packets == 500)
    guard case .truncated(_, let offset, let part, _, let available, 500) = error else {
      Issue.record("\(error.map(\.description) ?? "no error")")
      return
    }
    #expect(offset == 24 + 116 * 500 + 50)
    #expect(part == "frame 501")
    #expect(available == 34)
  }

  @Test("a file cut down to nothing ends where it was read to")
  func emptied() throws {
    let (packets, error) = try Self.read(1_000) { try FileHandle(forWritingTo: $0).truncate(atOffset: 0) }
    // What the window holds is read.
    #expect((1..<1_000).contains(packets))
    #expect(error != nil)
  }

  @Test("a file that grows is read as far as it has grown")
  func growing() throws {
    let (packets, error) = try Self.read(1_000) { url in
      let more = Self.capture(1_250).bytes[(24 + 116 * 1_000)...]
      let file = try FileHandle(forWritingTo: url)
      try file.seekToEnd()
      try file.write(contentsOf: Data(more))
    }
    #expect(packets == 1_250)
    #expect(error == nil)
  }

  @Test("a file that is replaced is read on from the one that was opened")
  func replaced() throws {
    let (packets, error) = try Self.read(1_000) { url in
      try Data("something else".utf8).write(to: url, options: .atomic)
    }
    #expect(packets == 1_000)
    #expect(error == nil)
  }

  @Test("a file that is removed is read to its end")
  func removed() throws {
    let (packets, error) = try Self.read(1_000) { try FileManager.default.removeItem(at: $0) }
    #expect(packets == 1_000)
    #expect(error == nil)
  }
}
