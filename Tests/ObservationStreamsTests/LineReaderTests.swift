import Foundation
import SystemPackage
import Testing

@testable import ObservationStreams

@Suite("reading lines")
struct LineReaderTests {
  private func lines(_ source: LineReader.Source) throws -> [String?] {
    let reader = try LineReader(source, from: LinePosition())
    var lines: [String?] = []
    while let line = try reader.next() {
      #expect(line.position.line == lines.count + 1)
      lines.append(line.bytes.map { String(decoding: $0, as: UTF8.self) })
    }
    return lines
  }

  private func onDisk(_ bytes: Data, _ body: (LineReader.Source) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try bytes.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(.file(try FileDescriptor.open(FilePath(url.path), .readOnly)))
  }

  @Test(
    "lines are what stands between line feeds, with or without one at the end",
    arguments: [("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "", "b"]), ("\n", [""])])
  func plain(text: String, expected: [String]) throws {
    #expect(try lines(.memory(Array(text.utf8))) == expected)
    try onDisk(Data(text.utf8)) { source in
      let read = try lines(source)
      #expect(read == expected)
    }
  }

  @Test("lines longer than a block are whole, and reading can begin at any of them")
  func blocks() throws {
    let long = (0..<5).map { String(repeating: "\($0)", count: 200_000 + $0) }
    try onDisk(Data(long.joined(separator: "\n").utf8)) { source in
      let read = try lines(source)
      #expect(read == long)
    }
    try onDisk(Data(long.joined(separator: "\n").utf8)) { source in
      let reader = try LineReader(source, from: LinePosition(offset: 200_001, line: 2))
      let line = try #require(try reader.next())
      #expect(line.position.line == 2)
      #expect(line.bytes.map { String(decoding: $0, as: UTF8.self) } == long[1])
      #expect(reader.nextPosition.offset == 400_003)
    }
  }

  @Test("a line that is too long is passed over, and the next one is read")
  func tooLong() throws {
    let bytes = Data(repeating: 97, count: LineReader.longestLine + 300_000) + Data("\nb\n".utf8)
    try onDisk(bytes) { source in
      let read = try lines(source)
      #expect(read == [nil, "b"])
    }
  }
}
