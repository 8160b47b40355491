import Correlation
import Observations
import Testing

@Suite("Data of one side that only keepalives answer")
struct UnreturnedDataTests {
  private static let keepalives = PayloadTotals(packets: 6, bytes: 6 * 32, missing: 0)
  private static let data = sent(40, keepalives: 20)

  private static func sent(_ packets: Int, keepalives: Int) -> PayloadTotals {
    PayloadTotals(
      packets: packets + keepalives, bytes: packets * 128 + keepalives * 32, missing: 0,
      largest: LargestPackets(
        length: 128, count: packets, first: Timestamp(nanoseconds: 0), firstFrame: FrameReference(capture: 0, frame: 3))
    )
  }

  private static func report(client: PayloadTotals, server: PayloadTotals, until end: Double = 61) -> Report {
    var scene = Scenario(lasting: 70)
    let attempt = scene.initiation(at: 1)
    scene.answer(attempt, at: 1.05)
    scene.data(attempt, from: .client, at: 1.1)
    scene.data(attempt, from: .server, at: 11.1)
    scene.summary(attempt, from: 1, to: end, client: client, server: server, nextTo: .client)
    return scene.peerReport()
  }

  @Test("it is a note that users are told of")
  func found() throws {
    let report = Self.report(client: Self.data, server: Self.keepalives)
    let finding = try #require(report.finding(.dataBlocked))
    #expect(finding.severity == .note)
    #expect(finding.confidence == .likely)
    #expect(finding.isNoticeable)
    #expect(finding.fact("silent_side") == "gateway")
    // All but one in 5 s, which may be keepalives.
    #expect(finding.explanation.contains("the client sent at least 49 packets with data, and the gateway 6 keepalives"))
    #expect(report.rules == [.dataBlocked])
    #expect(report.tunnels.first?.channel(.wireguard)?.outcome == .established)
    #expect(report.tunnels.first?.channel(.wireguard)?.data.onlyKeepalives == .server)
  }

  @Test("the gateway's data is found that the client does not answer")
  func towardsClient() throws {
    let report = Self.report(client: Self.keepalives, server: Self.data)
    #expect(try #require(report.finding(.dataBlocked)).explanation.contains("the gateway sent at least"))
    #expect(report.tunnels.first?.channel(.wireguard)?.data.onlyKeepalives == .client)
  }

  @Test("data that goes both ways, or neither, is none")
  func none() {
    #expect(Self.report(client: Self.data, server: Self.data).rules == [])
    #expect(Self.report(client: Self.keepalives, server: Self.keepalives).rules == [])
    let one = PayloadTotals(packets: 6, bytes: 5 * 32 + 128, missing: 0)
    #expect(Self.report(client: Self.data, server: one).rules == [])
  }

  @Test("little data, a short time and packets that the capture lacks tell nothing")
  func little() {
    #expect(Self.report(client: Self.sent(9, keepalives: 6), server: Self.keepalives).rules == [])
    #expect(Self.report(client: Self.data, server: Self.keepalives, until: 15).rules == [])
    let missing = PayloadTotals(packets: 6, bytes: 6 * 32, missing: 2)
    #expect(!Self.report(client: Self.data, server: missing).rules.contains(.dataBlocked))
  }
}
