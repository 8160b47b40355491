import Correlation
import Reporting
import Testing

@Suite("Captures without a tunnel")
struct NoTunnelTests {
  private static let client = HostileCapture.client
  private static let gateway = HostileCapture.gateway

  /// What is said of a client that asks for TCP 443 at these microseconds, beside a name server that answers.
  private static func answer(asking times: [Int], isReset: Bool = false) throws -> String {
    var capture = HostileCapture()
    capture.add(HostileCapture.ip(17, from: client, to: gateway, HostileCapture.udp(40_000, 53, [1, 2, 3])), at: 0)
    capture.add(HostileCapture.ip(17, from: gateway, to: client, HostileCapture.udp(53, 40_000, [1, 2, 3])), at: 1_000)
    for time in times {
      capture.add(
        HostileCapture.ip(6, from: client, to: gateway, HostileCapture.tcp(50_000, 443, 1, 0, 0x02)),
        at: 10_000 + time)
    }
    if isReset {
      capture.add(
        HostileCapture.ip(6, from: gateway, to: client, HostileCapture.tcp(443, 50_000, 0, 2, 0x14)),
        at: 20_000)
    }
    return try ClassicPcap.withFiles([("capture.pcap", capture.data)]) { Files.analyse($0).report.answer }
  }

  @Test("a server that does not answer, or refuses, is named: that may be why there is no tunnel")
  func failedConnections() throws {
    #expect(try Self.answer(asking: [0, 1_000_000, 7_000_000]).contains("does not answer on TCP 443: "))
    #expect(try Self.answer(asking: [0], isReset: true).contains("refuses TCP 443: a reset answers the SYN of "))
  }

  @Test("a SYN that may yet be answered is no word")
  func tooEarly() throws {
    #expect(try Self.answer(asking: [0, 1_000_000]).hasSuffix("so there is nothing to judge."))
  }
}
