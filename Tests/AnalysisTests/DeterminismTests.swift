import Foundation
import Observations
import Reporting
import Testing

@Suite("Determinism")
struct DeterminismTests {
  static let generator = Generator(name: "tunnelscope", version: "0")

  @Test("the same captures give the same bytes every time", arguments: [ReportFormat.text, .json, .markdown])
  func sameBytes(format: ReportFormat) throws {
    let paths = ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"].map(Files.sample)
    let texts = try (0..<5).map { _ in try format.render(Files.analyse(paths).report, generator: Self.generator) }
    #expect(!texts[0].isEmpty)
    #expect(Set(texts).count == 1)
  }

  @Test(
    "the order of the files decides their numbers and whose clock is the report's, and nothing else",
    arguments: [
      ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"],
      ["blocked-client.pcap", "blocked-gateway.pcap"],
      ["nat-rebind-client.pcap", "nat-rebind-gateway.pcap"],
      ["two-nat-client.pcap", "two-nat-client2.pcap", "two-nat-gateway.pcap"],
    ])
  func order(names: [String]) {
    let first = Files.analyse(names.map(Files.sample)).report
    #expect(!first.findings.isEmpty)
    for turn in 1..<names.count {
      let turned = Array(names[turn...] + names[..<turn])
      let report = Files.analyse(turned.map(Files.sample)).report
      #expect(report.captures.map(\.name) == turned)
      #expect(report.outline(times: false) == first.outline(times: false), "\(turned)")
      #expect(report.tunnels.map(\.outline) == first.tunnels.map(\.outline))
      #expect(report.tunnels.map(\.comparison) == first.tunnels.map(\.comparison))
      #expect(report.timeline.map(\.text) == first.timeline.map(\.text))
    }
  }
}
