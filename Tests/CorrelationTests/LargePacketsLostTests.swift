import Correlation
import Observations
import Testing

@Suite("large-packets-lost")
struct LargePacketsLostTests {
  private static let rule = RuleName("large-packets-lost")

  private static func totals(
    _ length: Int?, count: Int, last: Double, besideMerged: Bool? = nil, in scene: Scenario
  ) -> PayloadTotals {
    PayloadTotals(
      packets: 20, bytes: 9_000, last: scene.time(last),
      largest: length.map {
        LargestPackets(
          length: $0, count: count, first: scene.time(2), firstFrame: scene.frame(2), besideMerged: besideMerged)
      })
  }

  /// A session at the client's point and at the gateway's.
  ///
  /// - Parameters:
  ///   - sent: Bytes of the gateway's largest packets, in its own capture, and how many.
  ///   - arrived: Bytes of the largest in the client's capture; nil for none at all.
  ///   - merged: The point at which longer datagrams were seen too.
  ///   - clientEnd: When the client's capture ends, in seconds.
  private static func report(
    sent: (Int, Int), arrived: Int?, merged: Int? = nil, clientEnd: Double = 60, points: Int = 2
  ) -> Report {
    var scenes = [
      Scenario(lasting: clientEnd, point: 0, name: "client.pcap"),
      Scenario(lasting: 60, point: 1, name: "gateway.pcap"),
    ]
    for index in scenes.indices {
      let attempt = scenes[index].connect(at: 1, random: 1)
      let (length, count) = index == 0 ? (arrived, 1) : (sent.0, sent.1)
      let server = totals(
        length, count: count, last: 50, besideMerged: merged == index ? true : nil, in: scenes[index])
      scenes[index].summary(
        attempt, from: 1, to: 50, client: totals(300, count: 9, last: 50, in: scenes[index]), server: server,
        nextTo: index == 0 ? .client : .server)
    }
    return Scenario.report(of: Array(scenes.prefix(points)), families: Scenario.peers)
  }

  @Test("the largest packets, of which none arrives while smaller ones do, are lost for their size")
  func found() throws {
    let finding = try #require(Self.report(sent: (1_242, 5), arrived: 500).finding(Self.rule))
    #expect(finding.severity == .error)
    #expect(finding.confidence == .certain)
    #expect(
      finding.values == [
        "port": 51_820, "largest_delivered": 528, "smallest_lost": 1_270, "packets": 5,
        "direction": "gateway to client",
      ])
    #expect(finding.frames == [2001])
    #expect(finding.evidence.first?.frame?.capture == 1)
  }

  @Test("packets that arrive as large as they were sent are not lost")
  func arrived() {
    #expect(Self.report(sent: (1_242, 5), arrived: 1_242).findings(Self.rule).isEmpty)
  }

  @Test("two packets of a size may be lost by chance")
  func few() {
    #expect(Self.report(sent: (1_242, 2), arrived: 500).findings(Self.rule).isEmpty)
    #expect(Self.report(sent: (1_242, 3), arrived: 500).finding(Self.rule) != nil)
  }

  @Test("where nothing arrives, the size is not what matters")
  func nothing() {
    #expect(Self.report(sent: (1_242, 5), arrived: nil).findings(Self.rule).isEmpty)
  }

  @Test("packets that every path carries are not lost for their size")
  func small() {
    #expect(Self.report(sent: (548, 5), arrived: 300).findings(Self.rule).isEmpty)
    #expect(Self.report(sent: (549, 5), arrived: 300).finding(Self.rule) != nil)
  }

  @Test("a capture that ends inside the session lacks what came later")
  func cut() {
    #expect(Self.report(sent: (1_242, 5), arrived: 500, clientEnd: 40).findings(Self.rule).isEmpty)
  }

  @Test("captures that end together may end some milliseconds apart by their clocks")
  func drift() {
    #expect(Self.report(sent: (1_242, 5), arrived: 500, clientEnd: 49.993).finding(Self.rule) != nil)
    #expect(Self.report(sent: (1_242, 5), arrived: 500, clientEnd: 49.9).findings(Self.rule).isEmpty)
  }

  @Test(
    "where the receiver merges what arrives, the largest may be in that; what the sender merges says nothing of the rest"
  )
  func merged() {
    #expect(Self.report(sent: (1_242, 5), arrived: 500, merged: 0).findings(Self.rule).isEmpty)
    #expect(Self.report(sent: (1_242, 5), arrived: 500, merged: 1).finding(Self.rule) != nil)
  }

  @Test("one point alone cannot tell")
  func onePoint() {
    #expect(Self.report(sent: (1_242, 5), arrived: 500, points: 1).findings(Self.rule).isEmpty)
  }
}
