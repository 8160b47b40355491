import Testing

@Suite("Options of live")
struct LiveOptionsTests {
  private static let words = "are about the cases that --save keeps"

  @Test("cases that are to have no names need a folder for cases", arguments: ["--anonymize", "--no-payload"])
  func privacy(option: String) throws {
    let refused = try Program.run("live", "nosuch0", option)
    #expect(refused.status == 64)
    #expect(refused.errors.contains(Self.words))
    try TemporaryFolder.with { folder in
      // Where the right to capture is missing, that is the first error.
      let accepted = try Program.run("live", "nosuch0", option, "--save", folder("saved"))
      #expect([66, 77].contains(accepted.status))
      #expect(!accepted.errors.contains(Self.words))
      #expect(folder.names.isEmpty)
    }
  }

  @Test("--top without a terminal is a usage error that says what to do")
  func noTerminal() throws {
    let result = try Program.run("live", "nosuch0", "--top")
    #expect(result.status == 64)
    #expect(result.errors.contains("--top needs a terminal"))
    #expect(result.errors.contains("without --top each event is a line"))
    #expect(result.errors.filter(\.isNewline).count == 1)
    #expect(result.output.isEmpty)
  }

  @Test(
    "a terminal that cannot be drawn on is none for --top",
    .enabled(if: Program.canMakeTerminals, "needs util-linux's script"))
  func dumbTerminal() throws {
    let result = try Program.runOnTerminal("live", "nosuch0", "--top", environment: ["TERM": "dumb"])
    #expect(result.status == 64)
    #expect(result.output.contains("--top needs a terminal"))
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test("--top leaves no room for JSON but in a file")
  func topAndJSON() throws {
    let refused = try Program.run("live", "nosuch0", "--top", "--format", "json")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("name a file for --format json with --output"))
    let dash = try Program.run("live", "nosuch0", "--top", "--format", "json", "--output", "-")
    #expect(dash.errors.contains("name a file for --format json with --output"))
  }

  @Test("a key without --anonymize is a usage error")
  func key() throws {
    let result = try Program.run("live", "nosuch0", "--save", "folder", "--anonymize-key", "key")
    #expect(result.status == 64)
    #expect(result.errors.contains("--anonymize-key belongs to --anonymize"))
  }
}
