import Foundation
import Testing

@Suite("Options that narrow the analysis")
struct SelectionOptionsTests {
  private static let capture = Program.sample("blocked-client.pcap")

  private struct Report: Decodable {
    struct Narrowing: Decodable, Equatable {
      var since: String?
      var until: String?
      var filter: String?
      var clients: [String]
      var gateways: [String]
    }

    let narrowing: Narrowing?
  }

  private static func narrowing(_ options: String...) throws -> Report.Narrowing? {
    let result = try Program.run(["analyze", capture, "--format", "json"] + options)
    return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8)).narrowing
  }

  @Test("times, addresses and a filter are what the report says it is limited to")
  func selection() throws {
    let narrowing = try #require(
      try Self.narrowing(
        "--since", "+90s", "--until", "2026-11-24T20:17:30Z", "--client", "198.51.100.0/24", "--client", "2001:db8::1",
        "--gateway", "203.0.113.20", "--filter", "udp port 443"))
    #expect(
      narrowing
        == Report.Narrowing(
          // The first packet comes at 20:16:45.472371.
          since: "2026-11-23T20:18:15.472371000Z", until: "2026-11-24T20:17:30.000000000Z", filter: "udp port 443",
          clients: ["198.51.100.0/24", "2001:db8::1"], gateways: ["203.0.113.20"]))
  }

  @Test("an empty filter passes everything", arguments: ["", " "])
  func emptyFilter(filter: String) throws { #expect(try Self.narrowing("--filter", filter) == nil) }

  @Test(
    "what cannot be understood is a usage error that says what is accepted",
    arguments: [
      (["--since", "yesterday"], "+90s"), (["--until", "-5m"], "end"), (["--client", "vpn"], "198.51.100.0/24"),
      (["--gateway", "10.0.0.0/33"], "198.51.100.0/24"), (["--filter", "host 10.0.0.1 and"], "syntax error"),
      (["--since", "+5m", "--until", "+2m"], "before"),
    ])
  func errors(arguments: [String], words: String) throws {
    let result = try Program.run(["analyze", Self.capture] + arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains(words))
    #expect(result.output.isEmpty)
  }
}
