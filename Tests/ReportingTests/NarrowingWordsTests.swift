import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("Narrowed reports")
struct NarrowingWordsTests {
  private func prefixes(_ texts: String...) -> [IPPrefix] { texts.compactMap { IPPrefix($0) } }

  @Test("a report says what it is limited to")
  func words() {
    #expect(
      Narrowing(since: Sample.time(0)).words == "Narrowed to packets from 2026-11-24 02:03:00.000 UTC on.")
    #expect(
      Narrowing(until: Sample.time(0), filter: "port 443").words
        == "Narrowed to packets up to 2026-11-24 02:03:00.000 UTC that pass the filter \"port 443\".")
    #expect(
      Narrowing(
        since: Sample.time(0), until: Sample.time(60),
        tunnels: TunnelSelection(clients: prefixes("10.0.0.0/8", "2001:db8::1"), gateways: prefixes("203.0.113.20")),
        otherTunnels: 2
      ).words
        == "Narrowed to packets from 2026-11-24 02:03:00.000 UTC to 2026-11-24 02:04:00.000 UTC, and to tunnels of "
        + "client 10.0.0.0/8 or 2001:db8::1 to gateway 203.0.113.20. 2 other tunnels are not shown.")
    #expect(
      Narrowing(tunnels: TunnelSelection(gateways: prefixes("203.0.113.20")), otherTunnels: 1).words
        == "Narrowed to tunnels to gateway 203.0.113.20. 1 other tunnel is not shown.")
    #expect(Narrowing(filter: "port\u{1B}[1m 443").words.contains("port\\u{1B}[1m 443"))
  }

  @Test(
    "every format says that the report is narrowed, and how much was left out",
    arguments: [ReportFormat.text, .markdown, .html, .json])
  func formats(format: ReportFormat) throws {
    // Lines break at spaces.
    let text = try format.render(Sample.narrowed.report, generator: Sample.generator)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("port 443"))
    #expect(text.contains(format == .json ? "\"skipped_packets\": 793" : "793 packets left out"))
    #expect(text.contains(format == .json ? "\"other_tunnels\": 3" : "3 other tunnels"))
    let whole = try format.render(Sample.healthy.report, generator: Sample.generator)
    #expect(!whole.contains("left out") && !whole.contains("arrowed"))
  }

  @Test("a narrowed report without a finding says that only part of the input was analysed")
  func answers() {
    var report = Sample.healthy.report
    #expect(!Answer(report).text.contains("Only part"))
    report.narrowing = Narrowing(filter: "port 443")
    #expect(Answer(report).text.contains("Only part"))
    report.tunnels = []
    report.narrowing?.otherTunnels = 4
    #expect(Answer(report).text == "4 tunnels were found and not selected, so there is nothing to judge.")
    report.captures[0].skippedPackets = report.captures[0].packets
    report.captures[0].packets = 0
    #expect(Answer(report).text == "1,105 packets were read and not selected, so there is nothing to judge.")
  }
}
