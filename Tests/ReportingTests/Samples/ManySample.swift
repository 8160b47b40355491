import Correlation
import Observations

@testable import Reporting

/// Two capture points, 300 tunnels, a broken one in ten, several thousand timeline entries.
extension Sample {
  static var manyReport: Report {
    var report = Report(
      captures: [
        capture(name: "client-side.pcapng", packets: 1_200_000),
        capture(
          index: 1, point: 1,
          name: "gateway-side-with-a-name-that-is-long-enough-to-need-more-than-a-line-of-eighty.pcapng",
          packets: 1_150_000),
      ],
      clockOffsets: [ClockOffset(point: 1, reference: 0, seconds: 0.004213, matches: 8_112)])
    for number in 1...300 {
      let id = "T\(number)"
      let client = "198.51.\(number / 250).\(number % 250 + 1)"
      let offset = Double(number) * 0.5
      guard number.isMultiple(of: 10) else {
        report.tunnels.append(healthyTunnel(id: id, client: client))
        report.timeline.append(
          TimelineEntry(
            time: time(offset), kind: .session, tunnel: id, channel: .tls, source: .frame(frame(number)),
            text: "TLS session begins"))
        report.timeline.append(
          TimelineEntry(
            time: time(offset + 0.3), kind: .established, tunnel: id, channel: .dtls,
            source: .frame(frame(number + 9, capture: 1)),
            text: "DTLS is established"))
        continue
      }
      report.tunnels.append(
        TunnelDescription(
          id: id, client: address(client), gateway: address("203.0.113.20"), serverName: "vpn.example.com",
          channels: blockedTunnel.channels, mtu: blockedTunnel.mtu))
      for finding in blockedReport.findings where finding.tunnel != nil {
        report.findings.append(copy(of: finding, tunnel: id))
      }
      report.timeline += blockedReport.timeline.map { entry in
        TimelineEntry(
          time: entry.time.adding(seconds: offset), end: entry.end.adding(seconds: offset), count: entry.count,
          kind: entry.kind, tunnel: id, channel: entry.channel, source: entry.source, text: entry.text)
      }
    }
    report.findings.sort { $0.severity > $1.severity }
    for index in report.findings.indices { report.findings[index].id = "F\(index + 1)" }
    report.timeline.sort { $0.time < $1.time }
    for index in report.timeline.indices where index.isMultiple(of: 7) {
      report.timeline[index].finding = "F\(index % 90 + 1)"
    }
    return report
  }

  private static func copy(of finding: Finding, tunnel: String) -> Finding {
    var copy = finding
    copy.tunnel = tunnel
    copy.causes = []
    return copy
  }
}
