import Correlation
import Reporting
import Testing

/// IPv6 has no DF bit, and its routers answer with Packet Too Big (RFC 8200 section 5, RFC 4443 section 3.2).
@Suite("Packet Too Big")
struct PacketTooBigTests {
  private static let ipv4 = ["with DF", "DF set", "fragmentation needed"]

  @Test("every form of a report on IPv6 says Packet Too Big, and nothing of DF", arguments: ReportFormat.allCases)
  func sixth(format: ReportFormat) throws {
    let report = Files.report(Files.sample("ipv6-shrink-gateway.pcap"))
    #expect(report.findings.contains { $0.rule.rawValue == "oversized-df" })
    let text = try format.render(report, generator: Generator(name: "tunnelscope", version: "test"))
    let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    // A test result names the finding and shows no evidence.
    if format != .junit { #expect(flat.contains("Packet Too Big, next-hop MTU")) }
    for words in Self.ipv4 { #expect(!flat.contains(words), "\(words)") }
  }

  @Test("IPv4 keeps its own words")
  func fourth() throws {
    let report = Files.report(Files.sample("shrink-client.pcap"))
    let notes = report.findings.flatMap { $0.evidence.map(\.note) }.joined(separator: "\n")
    #expect(notes.contains("fragmentation needed") && notes.contains("bytes with DF"))
    #expect(!notes.contains("Packet Too Big"))
  }
}
