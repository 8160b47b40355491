import Correlation
import Foundation
import Testing

@Suite("IKE of which a filter left one port")
struct FilteredIKETests {
  private static func findings(ofPort port: UInt16, in name: String) throws -> [Finding] {
    let capture = try #require(ClassicPcap(Files.sample(name)))
    let bytes = [UInt8(port >> 8), UInt8(port & 0xFF)]
    // Ethernet and an IPv4 header without options.
    let kept = capture.keeping { packet in
      packet.count > 38 && packet[23] == 17
        && (Array(packet[34..<36]) == bytes || Array(packet[36..<38]) == bytes)
    }
    return try ClassicPcap.withFiles([("filtered.pcap", kept)]) { paths in
      let report = Files.analyse(paths).report
      #expect(report.tunnels.count == 1, "the tunnel is seen")
      return report.findings.filter { $0.severity != .note }
    }
  }

  @Test("raises no alarm about a tunnel that works", arguments: [500, 4500] as [UInt16])
  func healthy(port: UInt16) throws {
    #expect(try Self.findings(ofPort: port, in: "ipsec-healthy-eap-client.pcap").isEmpty)
  }

  @Test("still shows that nothing answers")
  func unanswered() throws {
    let findings = try Self.findings(ofPort: 500, in: "ipsec-unanswered-client.pcap")
    #expect(findings.map(\.rule) == [.handshakeUnanswered])
  }
}
