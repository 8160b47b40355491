import Foundation
import Testing

/// Every sentence that the program can print, as `script/words` lists them.
@Suite("Words")
struct WordsTests {
  private static func sentences() throws -> [String] {
    let script = Process()
    script.executableURL = URL(fileURLWithPath: "\(Program.packageRoot)/script/words")
    let pipe = Pipe()
    script.standardOutput = pipe
    try script.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    script.waitUntilExit()
    #expect(script.terminationStatus == 0)
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Words of this house, and sentences whose subject is not who acts.
  private static let jargon = [
    "counted to", "by the log", "By the log", "observed apart", "takes its leave", "in vain", "sandbox' tells",
    "would tell", "still tells", "is told", "are told", "gets told", "last words", "no word from", "was heard of",
    "is health.",
  ]

  @Test("script/words finds the sentences of all sources")
  func found() throws {
    let sentences = try Self.sentences()
    #expect(sentences.count > 2_000)
    for part in [
      "Rules/PortMismatch.swift:", "Clients are given a port on which the gateway does not listen.",
      "Text/TextFindings.swift:", "What follows from it:",
    ] {
      #expect(sentences.contains { $0.contains(part) }, "\(part)")
    }
  }

  @Test("no sentence is in the jargon of the house", arguments: jargon)
  func plain(words: String) throws {
    let found = try Self.sentences().filter { $0.contains(words) }
    #expect(found.isEmpty, "\(found.prefix(3))")
  }

  @Test("a count and its noun are written by the functions that know the plural")
  func plurals() throws {
    // "1 packets" comes from a noun that is written behind a number by hand.
    let found = try Self.sentences().filter {
      $0.contains(/… (packet|line|frame|tunnel|session|finding|handshake)\(s\)/)
    }
    #expect(found.isEmpty, "\(found.prefix(3))")
  }
}
