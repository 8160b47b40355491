import ArgumentParser
import Observations
import Testing

@testable import tunnelscope

@Suite("Options that narrow the analysis")
struct SelectionOptionsTests {
  private func options(_ arguments: String...) throws -> SelectionOptions {
    try #require(AnalyzeCommand.parseAsRoot(["capture.pcap"] + arguments) as? AnalyzeCommand).narrowing
  }

  @Test("times, addresses and a filter make a selection")
  func selection() throws {
    let selection = try options(
      "--since", "+90s", "--until", "2026-11-24T20:17:30Z", "--client", "198.51.100.0/24", "--client", "2001:db8::1",
      "--gateway", "203.0.113.20", "--filter", "udp port 443"
    ).selection
    #expect(selection.since == .afterStart(90_000_000_000))
    #expect(selection.until == .moment(Timestamp(nanoseconds: 1_795_551_450_000_000_000)))
    #expect(selection.filter == "udp port 443")
    #expect(selection.tunnels.clients.map(\.description) == ["198.51.100.0/24", "2001:db8::1"])
    #expect(selection.tunnels.gateways.map(\.description) == ["203.0.113.20"])
  }

  @Test("an empty filter passes everything")
  func emptyFilter() throws {
    #expect(try options("--filter", "").selection.filter == nil)
    #expect(try options("--filter", " ").selection.filter == nil)
  }

  @Test(
    "what cannot be understood is a usage error that says what is accepted",
    arguments: [
      (["--since", "yesterday"], "+90s"), (["--until", "-5m"], "end"), (["--client", "vpn"], "198.51.100.0/24"),
      (["--gateway", "10.0.0.0/33"], "198.51.100.0/24"), (["--filter", "host 10.0.0.1 and"], "syntax error"),
      (["--since", "+5m", "--until", "+2m"], "before"),
    ])
  func errors(arguments: [String], words: String) {
    let error = #expect(throws: (any Error).self) {
      try AnalyzeCommand.parseAsRoot(["capture.pcap"] + arguments)
    }
    guard let error else { return }
    #expect(AnalyzeCommand.exitCode(for: error) == ExitStatus.usage)
    #expect(AnalyzeCommand.message(for: error).contains(words))
  }
}
