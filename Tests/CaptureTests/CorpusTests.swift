import Foundation
import Testing

@testable import Capture

// Skipped where the collections of odd captures are not beside the package.
@Suite("Odd captures of other projects", .enabled(if: SharedCaptures.exists("corpora")))
struct CorpusTests {
  @Test("every file is read to its end or to one clear error")
  func everyFile() {
    let paths = SharedCaptures.files(below: "corpora")
    #expect(paths.count > 800)
    for path in paths {
      let capture = ReadCapture(path: path)
      #expect(capture.statistics.isComplete == (capture.error == nil))
      #expect(capture.statistics.packets == capture.packets.count)
      if let error = capture.error { #expect(error.description.hasPrefix(path)) }
    }
  }

  // Skipped also where Wireshark's capinfos is not installed.
  @Test("packets and bytes are counted as capinfos counts them", .enabled(if: SharedCaptures.capinfos != nil))
  func sameCounts() throws {
    let capinfos = try #require(SharedCaptures.capinfos)
    let paths = SharedCaptures.files(below: "corpora")
    let process = Process()
    process.executableURL = URL(filePath: capinfos)
    process.arguments = ["-c", "-d", "-M", "-T", "-r"] + paths
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var compared = 0
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t").map(String.init)
      try #require(fields.count == 3)
      let capture = ReadCapture(path: fields[0])
      // For capinfos each 16 zero bytes of a part that was not written yet are a packet of nothing.
      let packets = try capture.statistics.packets + capture.zeroBytes(of: fields[0]) / 16
      #expect(String(packets) == fields[1], "\(fields[0])")
      // Wireshark takes an ATM pseudo-header of four bytes off each packet; the file counts it.
      let pseudoHeaders = capture.interfaces.first?.linkTypeNumber == 123 ? 4 * capture.statistics.packets : 0
      #expect(String(capture.statistics.originalBytes - pseudoHeaders) == fields[2], "\(fields[0])")
      compared += 1
    }
    #expect(compared > 800)
  }
}

extension ReadCapture {
  /// The zero bytes at the end of a file, if that is where reading it stopped.
  fileprivate func zeroBytes(of path: String) throws -> Int {
    guard case .damaged(_, let offset, let reason, _) = error, reason.hasPrefix("zero bytes stand") else { return 0 }
    let bytes = try Data(contentsOf: URL(filePath: path))
    #expect(bytes[offset...].allSatisfy { $0 == 0 }, "\(path)")
    return bytes.count - offset
  }
}
