import Correlation
import Testing

@Suite("Data that stops while the control channel goes on")
struct StoppedDataTests {
  private static func report(_ points: String...) -> Report {
    Files.analyse(points.map { Files.sample("ipsec-nat-moved-\($0).pcap") }).report
  }

  @Test("the client's capture shows for how long it passed, and that something changed on the path")
  func clientAlone() throws {
    let finding = try #require(Self.report("client").findings.first { $0.rule.rawValue == "data-blocked" })
    #expect(finding.title == "IKE on UDP 500 works, and data no longer comes back")
    #expect(finding.explanation.contains("Data passed both ways for 40 s."))
    #expect(finding.explanation.contains("has forgotten or moved the flow"))
    #expect(finding.remedies.first?.hasPrefix("Find what changed on the path at that moment") == true)
  }

  @Test("beside the gateway's capture it names the NAT's new port, and the NAT's errors come of it")
  func bothSides() throws {
    let findings = Self.report("client", "gateway").findings
    let blocked = try #require(findings.first { $0.rule.rawValue == "data-blocked" })
    #expect(blocked.explanation.contains("from port 53018 of 203.0.113.1 instead of 32886"))
    #expect(blocked.evidence.last?.note == "the client goes on from port 53018")
    #expect(findings.first { $0.rule.rawValue == "tunnel-refused" }?.causes == [blocked.id])
  }
}
