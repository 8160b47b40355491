import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("The first lines")
struct BriefTests {
  private func summary(_ report: Report, width: Int = 80) -> String {
    TextReport(TextLayout(width: width, isSummary: true)).render(report, generator: Sample.generator)
  }

  @Test("they are at most twelve, in every sample and at every width", arguments: Sample.allCases, [80, 100, 120])
  func short(sample: Sample, width: Int) {
    var report = sample.report
    report.tunnels = Array(report.tunnels.prefix(1))
    #expect(summary(report, width: width).split(separator: "\n").count <= 12)
  }

  @Test("they say what is wrong, where, what to do, what until then, how sure that is and where it shows")
  func content() {
    let text = summary(Sample.blocked.report)
    #expect(text.hasPrefix("DTLS on UDP 443 gets no answer"))
    #expect(text.contains("\nWhere       T1 198.51.100.10 → 203.0.113.20: between client.pcap and"))
    #expect(text.contains("\nTo do       Let UDP 443 pass in both directions.\n"))
    #expect(text.contains("\nUntil then  Set `anyconnect mtu 1347` in the group policy.\n"))
    #expect(text.contains("\nHow sure    F2 certain; F1 likely: "))
    #expect(text.contains("\nLook at     frame 25 of client.pcap; F2 lists the rest\n"))
  }

  @Test("a summary of many tunnels has a line for each, the troubled ones first")
  func many() {
    let report = Sample.many.report
    let lines = summary(report).split(separator: "\n", omittingEmptySubsequences: false)
    let begin = (lines.firstIndex(of: "") ?? 0) + 1
    #expect(lines.count - begin - 1 == report.tunnels.count)
    let troubled = Set(report.findings.filter { $0.severity != .note }.compactMap(\.tunnel))
    let first = lines[begin..<(begin + troubled.count)].compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(Set(first) == troubled)
  }

  @Test("they stand last too where the report is longer than the terminal, and once where it is not")
  func last() {
    let report = Sample.blocked.report
    func render(_ height: Int?) -> String {
      TextReport(TextLayout(height: height)).render(report, generator: Sample.generator)
    }
    #expect(render(24).components(separatedBy: "To do       Let UDP 443").count == 3)
    #expect(render(500).components(separatedBy: "To do       Let UDP 443").count == 2)
    #expect(render(nil) == render(500))
  }

  @Test("without a verdict they name the capture to make next, with the addresses of the case")
  func next() {
    let text = summary(Sample.unjudged.report)
    #expect(text.contains("\nNext        "))
    #expect(text.replacing(/\s+/, with: " ").contains("tcpdump -i any -s 0 -B 8192 -w next.pcap '(host "))
  }
}

@Suite("Vital signs")
struct VitalSignsTests {
  @Test("they are what was measured: how long, what each side sent, what was lost, how fast an answer came")
  func measured() {
    let tunnel = TunnelDescription(
      id: "T1", family: .wireguard, client: Sample.address("192.0.2.1"), gateway: Sample.address("192.0.2.2"),
      channels: [
        ChannelDescription(
          kind: .wireguard, role: .both, name: "WireGuard", port: 51_820, transport: "UDP", outcome: .established,
          handshakes: [
            .init(
              start: Sample.time(0), end: Sample.time(9), outcome: .established, openings: 1, answerSeconds: 0.0213),
            .init(start: Sample.time(120), end: Sample.time(130), outcome: .established, openings: 2),
          ], data: .init(clientPackets: 1_413, gatewayPackets: 725, lostPackets: 0))
      ], lastSeen: Sample.time(146))
    #expect(
      VitalSigns(tunnel).words == [
        "watched for 2 min 26 s", "WireGuard handshake answered after 21.3 ms",
        "1,413 WireGuard data packets from the client and 725 from the gateway", "no WireGuard packet lost",
        "2 WireGuard handshakes succeeded",
      ])
  }

  @Test("what nothing measures is left out")
  func unmeasured() {
    let tunnel = TunnelDescription(
      id: "T1", client: Sample.address("192.0.2.1"), gateway: Sample.address("192.0.2.2"),
      channels: [
        ChannelDescription(kind: .tls, role: .control, name: "TLS", port: 443, transport: "TCP", outcome: .none)
      ])
    #expect(VitalSigns(tunnel).words.isEmpty)
  }
}

@Suite("Folded timeline")
struct FoldedTimelineTests {
  private func entry(_ seconds: Double, _ text: String, count: Int = 1, finding: String? = nil) -> TimelineEntry {
    TimelineEntry(
      time: Sample.time(seconds), end: Sample.time(seconds), count: count, kind: .mss, tunnel: "T1",
      source: .frame(FrameReference(capture: 0, frame: Int(seconds) + 1)), text: text, finding: finding)
  }

  @Test("what repeats is told once, in the place of the first, also with something in between")
  func folds() {
    let rows = FoldedTimeline([
      entry(0, "MSS 1378"), entry(1, "closed"), entry(2, "MSS 1378", finding: "F5"), entry(12, "MSS 1378"),
    ]).rows
    #expect(rows.map(\.words) == ["MSS 1378 ×3, every 2 to 10 s", "closed"])
    #expect(rows.map(\.finding) == ["F5", nil], "evidence keeps its mark")
    #expect(rows[0].first.time == Sample.time(0))
  }

  @Test("two alike events stand where they happened")
  func pair() {
    #expect(FoldedTimeline([entry(0, "a"), entry(5, "a")]).rows.map(\.words) == ["a", "a"])
  }

  @Test("events that are folded already count all their packets")
  func rounds() {
    let uneven = FoldedTimeline([0, 0.1, 60, 120].map { entry($0, "hello") }).rows
    #expect(uneven.map(\.words) == ["hello ×4, within 2 min"])
    let rows = FoldedTimeline((0..<5).map { entry(Double($0) * 60, "hello", count: 4) }).rows
    #expect(rows.map(\.words) == ["hello ×20 in 5 rounds, every 60 s"])
  }
}
