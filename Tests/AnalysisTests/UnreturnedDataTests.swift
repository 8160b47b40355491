import Correlation
import Foundation
import Reporting
import Testing

@Suite("Data that arrives and that nothing answers")
struct UnreturnedDataTests {
  private static func finding(_ names: String...) throws -> Finding {
    let report = Files.analyse(names.map(Files.sample)).report
    return try #require(report.findings.first { $0.rule.rawValue == "data-blocked" })
  }

  @Test("of ESP at both ends is not lost between them")
  func bothEnds() throws {
    let finding = try Self.finding("ipsec-no-return-client.pcap", "ipsec-no-return-gateway.pcap")
    #expect(finding.place?.hasPrefix("at the gateway or behind ipsec-no-return-gateway.pcap") == true)
    #expect(finding.explanation.contains("The client's data reaches ipsec-no-return-gateway.pcap, and none leaves it."))
    #expect(finding.remedies[0].contains("whether it decrypts"))
  }

  @Test("is not said to be unanswered by a capture that has the client's direction alone")
  func oneDirection() throws {
    let client = try #require(ClassicPcap(Files.sample("ipsec-no-return-client.pcap")))
    let gateway = try #require(ClassicPcap(Files.sample("ipsec-no-return-gateway.pcap")))
    let sent = gateway.keeping { $0[12..<14] == Data([8, 0]) && $0[26..<30] == Data([198, 51, 100, 10]) }
    let files = [("client.pcap", client.keeping(client.packets.indices)), ("gateway.pcap", sent)]
    try ClassicPcap.withFiles(files) { paths in
      let report = Files.analyse(paths).report
      let finding = try #require(report.findings.first { $0.rule.rawValue == "data-blocked" })
      #expect(finding.place == nil)
      #expect(finding.remedies[0].hasPrefix("Look first whether the data arrives"))
    }
  }

  @Test("of ESP next to the gateway is there, and next to the client may not be")
  func oneEnd() throws {
    let gateway = try Self.finding("ipsec-no-return-gateway.pcap")
    #expect(gateway.explanation.contains("The capture is next to the gateway, so data arrives there"))
    #expect(gateway.remedies[0].contains("whether it decrypts"))
    let client = try Self.finding("ipsec-no-return-client.pcap")
    #expect(client.explanation.contains("data is dropped on the way, in one direction or both, or the gateway gets it"))
    #expect(client.remedies[0].hasPrefix("Look first whether the data arrives"))
  }

  @Test(
    "is a note where keepalives come back, and the tunnel is not called healthy",
    arguments: ["wireguard-wrong-allowed", "openvpn-no-forwarding"])
  func keepalives(name: String) throws {
    let finding = try Self.finding("\(name)-client.pcap")
    #expect(finding.severity == .note && finding.isNoticeable)
    #expect(finding.headline.hasPrefix("only keepalives come back through"))
    let report = Files.report(Files.sample("\(name)-client.pcap"))
    #expect(report.verdict == .undecided)
    #expect(report.answer.hasPrefix("Nothing failed, but only keepalives come back through"))
    #expect(report.answer.hasSuffix("the input does not show that it works."))
  }
}
