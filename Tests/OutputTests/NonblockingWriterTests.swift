import Foundation
import Output
import SystemPackage
import Testing

/// A pipe of one page that a test reads when it wants to.
private struct SmallPipe {
  let reading: FileDescriptor
  let writing: FileDescriptor

  init() throws {
    (reading, writing) = try FileDescriptor.pipe()
    _ = fcntl(writing.rawValue, 1031 /* F_SETPIPE_SZ */, 4_096)
    _ = fcntl(reading.rawValue, F_SETFL, O_NONBLOCK)
    signal(SIGPIPE, SIG_IGN)
  }

  /// What is in it now.
  func read() -> String {
    var bytes = [UInt8](repeating: 0, count: 8_192)
    let count = unsafe (try? bytes.withUnsafeMutableBytes { try unsafe reading.read(into: $0) }) ?? 0
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  func close() {
    try? reading.close()
    try? writing.close()
  }
}

@Suite("Writing to a reader that may be slow")
struct NonblockingWriterTests {
  private static func text(_ number: Int) -> String { String(repeating: "\(number % 10)", count: 2_999) + "\n" }

  @Test("what the reader does not take waits, and comes whole and in order when it reads on")
  func waits() throws {
    let pipe = try SmallPipe()
    defer { pipe.close() }
    var writer = NonblockingWriter()
    for number in 0..<50 {
      writer.add(Self.text(number))
      _ = try writer.write(to: pipe.writing)
    }
    #expect(!writer.isEmpty)
    var read = ""
    while read.utf8.count < 150_000 {
      read += pipe.read()
      let wasWritten = try writer.write(to: pipe.writing)
      #expect(wasWritten || writer.isEmpty)
    }
    #expect(read == (0..<50).map(Self.text).joined())
    #expect(writer.unread == 0)
  }

  @Test("above its limit what is new is left out whole and counted; the last text is kept")
  func leavesOut() throws {
    let pipe = try SmallPipe()
    defer { pipe.close() }
    var writer = NonblockingWriter(capacity: 5_000)
    for number in 0..<10 {
      writer.add(Self.text(number))
      _ = try writer.write(to: pipe.writing)
    }
    // One in the pipe, as much of the second as has room there, and two more here.
    #expect(writer.lost == 7)
    writer.add("last\n", isLast: true)
    var read = ""
    while !writer.isEmpty {
      read += pipe.read()
      _ = try writer.write(to: pipe.writing)
    }
    read += pipe.read()
    #expect(read == (0..<3).map(Self.text).joined() + "last\n")
    #expect(writer.unread == 7)
  }

  @Test("a reader that is gone is told from one that is slow")
  func gone() throws {
    let pipe = try SmallPipe()
    defer { try? pipe.writing.close() }
    var writer = NonblockingWriter()
    writer.add(Self.text(0))
    try pipe.reading.close()
    #expect(throws: NonblockingWriter.Failure.readerIsGone) { _ = try writer.write(to: pipe.writing) }
  }
}
