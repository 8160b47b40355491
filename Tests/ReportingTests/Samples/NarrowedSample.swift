import Correlation
import Observations

@testable import Reporting

/// A minute of one client's tunnel, through a capture filter that cannot judge all packets.
extension Sample {
  static var narrowedReport: Report {
    var report = blockedReport
    report.captures[0].packets = 312
    report.captures[0].skippedPackets = 793
    report.captures[0].unfilterablePackets = 5
    report.captures[0].firstFrame = 17
    report.narrowing = Narrowing(
      since: time(0), until: time(60), filter: "host 198.51.100.10 and port 443",
      tunnels: TunnelSelection(
        clients: [IPPrefix(address("198.51.100.10"))], gateways: [IPPrefix("203.0.113.0/24")].compactMap { $0 }),
      otherTunnels: 3)
    return report
  }
}
