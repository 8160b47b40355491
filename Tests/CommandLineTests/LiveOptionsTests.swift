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

  @Test("a key without --anonymize is a usage error")
  func key() throws {
    let result = try Program.run("live", "nosuch0", "--save", "folder", "--anonymize-key", "key")
    #expect(result.status == 64)
    #expect(result.errors.contains("--anonymize-key belongs to --anonymize"))
  }
}
