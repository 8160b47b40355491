import Foundation
import Testing

@testable import ObservationStreams

/// Observations that cannot be read twice.
@Suite("observations through a pipe")
struct StreamInputTests {
  /// Lines read twice from a pipe, of which so many bytes are held; and what is told of the rest.
  private func lines(_ text: String, mostHeld: Int) throws -> (lines: [String], overflow: String?) {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try pipe.fileHandleForWriting.close()
    let input = try StreamInput(path: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)", mostHeld: mostHeld)
    var read: [[String]] = []
    for _ in 0..<2 {
      let reader = try input.lines()
      var lines: [String] = []
      while let line = try reader.next() { lines.append(String(decoding: line.bytes ?? [], as: UTF8.self)) }
      read.append(lines)
    }
    #expect(read[0] == read[1])
    return (read[0], input.overflow)
  }

  @Test("beyond the limit whole lines are held, and it is told that there was more", arguments: 0...14)
  func overflow(mostHeld: Int) throws {
    let (lines, overflow) = try lines("one\ntwo\nthree\n", mostHeld: mostHeld)
    let whole = ["one", "two", "three"].prefix(mostHeld == 14 ? 3 : min(2, mostHeld / 4))
    #expect(lines == Array(whole))
    #expect((overflow == nil) == (mostHeld == 14))
  }

  @Test("what is left out is an error, and the rest is judged")
  func told() throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(repeating: UInt8(ascii: "x"), count: 100))
    try pipe.fileHandleForWriting.close()
    let input = try StreamInput(path: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)", mostHeld: 10)
    #expect(input.overflow?.contains("came through a pipe; the rest is left out") == true)
  }
}
