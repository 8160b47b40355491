import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("Pictures")
struct PictureTests {
  @Test("what lies closer together than can be seen is drawn once")
  func folding() {
    let tunnel = Sample.healthyTunnel()
    let entries = (0..<20_000).map { index in
      TimelineEntry(
        time: Sample.time(Double(index)), kind: .icmp, tunnel: "T1", source: .frame(Sample.frame(index + 1)),
        text: "fragmentation needed")
    }
    let chart = LaneChart(tunnel: tunnel, entries: entries, findings: [], end: Sample.time(20_000))
    #expect(chart.lanes.map(\.name) == ["TLS", "DTLS", "MTU, retransmissions", "ICMP, resets"])
    #expect(chart.lanes[3].total == "20,000")
    #expect((100...200).contains(chart.lanes[3].dots.count))
  }

  @Test("a strip shows the whole time, however many sessions it has")
  func strip() throws {
    let sessions = (0..<500).map { number in
      ChannelDescription.Session(
        start: Sample.time(Double(number) * 60), end: Sample.time(Double(number) * 60 + 50), endReason: "")
    }
    let channel = ChannelDescription(
      kind: .tls, role: .control, name: "TLS", port: 443, transport: "TCP", outcome: .established, sessions: sessions)
    let healthy = Sample.healthyTunnel()
    let tunnel = TunnelDescription(
      id: "T1", client: healthy.client, gateway: healthy.gateway, channels: [channel], mtu: healthy.mtu)
    let scale = TimeScale([Sample.time(0), Sample.time(30_000)])
    for most in [5, 40] {
      let bars = TunnelStrip(tunnel, findings: [], scale: scale, mostBars: most).bars
      #expect((2...most).contains(bars.count))
      let last = try #require(bars.last)
      let ends = [last.x, last.width].map { Double($0.dropLast()) ?? 0 }.reduce(0, +)
      #expect(ends > 97)
    }
  }

  @Test("five sessions are five bars a minute apart, each with its finding's mark")
  func sessions() throws {
    let report = Sample.blocked.report
    let chart = LaneChart(
      tunnel: report.tunnels.first, entries: report.timeline, findings: report.findings, end: Sample.time(300.25))
    #expect(chart.lanes[0].bars.count == 5)
    #expect(chart.lanes[1].bars.map(\.look) == Array(repeating: "attempt unanswered", count: 5))
    #expect(chart.lanes.map(\.total) == ["5 sessions", "5 handshakes, never answered", "12", "12"])
    let cycle = try #require(chart.flags.first { $0.finding == "F3" })
    #expect(cycle.moments.count == 5)
    #expect(chart.ticks.map(\.label) == ["0", "1 min", "2 min", "3 min", "4 min", "5 min"])
  }

  @Test("a channel that was lost is drawn well until it was last heard, and then as lost")
  func loss() throws {
    let channel = ChannelDescription(
      kind: .wireguard, role: .both, name: "WireGuard", port: 51_820, transport: "UDP", outcome: .lost,
      handshakes: [.init(start: Sample.time(0), end: Sample.time(100), outcome: .lost, openings: 1)],
      sessions: [.init(start: Sample.time(0), end: Sample.time(50), endReason: "lost")])
    let tunnel = TunnelDescription(
      id: "T1", client: Sample.address("198.51.100.10"), gateway: Sample.address("203.0.113.20"), channels: [channel])
    let silence = TimelineEntry(
      time: Sample.time(55), end: Sample.time(100), kind: .silence, tunnel: "T1", channel: .wireguard,
      source: .frame(Sample.frame(9)), text: "nothing from the gateway")
    let lane = try #require(
      LaneChart(tunnel: tunnel, entries: [silence], findings: [], end: Sample.time(100)).lanes.first)
    #expect(lane.bars.map(\.look) == ["carrying", "attempt established", "channel loss silence"])
    let ends = lane.bars.map { [$0.x, $0.width].compactMap { Double($0.dropLast()) }.reduce(0, +) }
    #expect(ends[0] == ends[1] && ends[1] < 55)
  }

  @Test("a line of a log is told beside the ladder's messages, and is none")
  func logLine() throws {
    let line = TimelineEntry(
      time: Sample.time(0), kind: .opening, tunnel: "T1", channel: .dtls,
      source: .line(LogLine(log: 0, number: 7)), text: "client's log: DTLS handshake begins")
    let ladder = try #require(
      HandshakeLadder(tunnel: Sample.healthyTunnel(), entries: [line], severalCaptures: false))
    #expect(ladder.rungs.map(\.isArrow) == [false])
  }

  @Test("a scale of one moment, and one over years, has few ticks inside the picture")
  func scales() {
    for times in [
      [Sample.time(0)], [Sample.time(0), Sample.time(3e8)], [.init(nanoseconds: .min), .init(nanoseconds: .max)],
    ] {
      let ticks = TimeScale(times).ticks
      #expect((1...7).contains(ticks.count))
      #expect(ticks.allSatisfy { (0...100).contains($0.percent) })
    }
  }

  @Test("where nothing has a time no time is written")
  func withoutTimes() { #expect(TimeScale([]).ticks.isEmpty) }

  @Test("causes stand above their effects, and a link that a longer way implies is left out")
  func chain() throws {
    let chart = try #require(CauseChart(Sample.blocked.report.findings))
    #expect(chart.boxes.map(\.finding) == ["F2", "F1", "F3"])
    #expect(chart.inWords == "F2 causes F1, F1 causes F3")
    #expect(chart.arrows.count == 2)
    #expect(CauseChart(Sample.healthy.report.findings) == nil)
  }

  @Test("findings that name each other as causes, or themselves, end the drawing")
  func circle() {
    var findings = Sample.blocked.report.findings
    findings[0].causes = ["F2", "F1", "F9"]
    findings[1].causes = ["F3"]
    findings[2].causes = ["F1"]
    let chart = CauseChart(findings)
    #expect((chart?.boxes.count ?? 0) <= 3)
  }

  @Test("the ladder shows the sender of each message, and an unanswered opening as lost")
  func ladder() throws {
    let report = Sample.blocked.report
    let tunnel = try #require(report.tunnels.first)
    let ladder = try #require(
      HandshakeLadder(tunnel: tunnel, entries: report.timeline, severalCaptures: false))
    #expect(ladder.rungs.map(\.look) == ["session", "opening", "icmp"])
    #expect(ladder.rungs.map(\.isLost) == [false, true, false])
    #expect(ladder.rungs[1].note == "+0.775 s, frame 25")
    let healthy = Sample.healthy.report
    let answered = try #require(
      HandshakeLadder(tunnel: Sample.healthyTunnel(), entries: healthy.timeline, severalCaptures: false))
    #expect(answered.rungs[2].fromX == "94%")
    #expect(HandshakeLadder(tunnel: tunnel, entries: [], severalCaptures: false) == nil)
  }
}
