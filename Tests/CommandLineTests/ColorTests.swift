import Testing

/// Colours are for a terminal that takes them, and for nobody who refuses them.
@Suite("Colours")
struct ColorTests {
  private let capture = Program.sample("prohibited-client.pcap")

  // Terminals are made by util-linux's script; where it is absent the tests show as skipped.
  @Test("a terminal gets colours", .enabled(if: Program.canMakeTerminals, "needs util-linux's script"))
  func terminal() throws {
    let result = try Program.runOnTerminal("analyze", capture)
    #expect(result.status == 1)
    #expect(result.output.contains("\u{1B}[1;"))
    #expect(result.output.contains("handshake-refused"))
  }

  // As above.
  @Test(
    "NO_COLOR and a dumb terminal get none", .enabled(if: Program.canMakeTerminals, "needs util-linux's script"),
    arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
  func refused(environment: [String: String]) throws {
    let result = try Program.runOnTerminal("analyze", capture, environment: environment)
    #expect(!result.output.contains("\u{1B}"))
    #expect(result.output.contains("handshake-refused"))
  }

  @Test("a pipe or a file gets none")
  func noTerminal() throws {
    #expect(try !Program.run("analyze", capture).output.contains("\u{1B}"))
  }
}
