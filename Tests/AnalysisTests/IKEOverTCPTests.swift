import Correlation
import Foundation
import Testing

@Suite("IKE over TCP that nobody answers")
struct IKEOverTCPTests {
  private static let sample = "ipsec-tcp-unanswered-client.pcap"

  @Test("one opening is enough, which TCP delivered: what accepts the connection does not speak IKE")
  func unanswered() throws {
    let capture = try #require(ClassicPcap(Files.sample(Self.sample)))
    // The first of two connections.
    let report = try ClassicPcap.withFiles([("first.pcap", capture.keeping(0..<8))]) { Files.analyse($0).report }
    let finding = try #require(report.findings.first { $0.rule == .handshakeUnanswered })
    #expect(finding.confidence == .likely)
    #expect(finding.confidenceReason == "TCP delivers the opening, and no answer came in 45 s")
    #expect(finding.title == "IKE on TCP 4500 is never answered")
    #expect(finding.explanation.contains("The connection to TCP 4500 is accepted"))
    #expect(finding.remedies.first?.contains("what accepts connections to TCP 4500") == true)
  }

  @Test("a capture that ends soon after the opening does not show that nobody answers")
  func cut() throws {
    let capture = try #require(ClassicPcap(Files.sample(Self.sample)))
    try ClassicPcap.withFiles([("cut.pcap", capture.keeping(0..<5))]) { paths in
      let report = Files.analyse(paths).report
      #expect(report.findings.isEmpty)
      #expect(report.verdict == .undecided)
    }
  }
}
