import Correlation
import Observations

/// What to capture next where what was read does not show whether the tunnels work: a command for this case.
struct NextCapture {
  /// In a sentence; nil where nothing better could be captured.
  let command: String?

  init(_ report: Report) {
    guard let tunnel = report.tunnels.first else {
      command =
        report.captures.contains { $0.packets > 0 }
        ? "capture on the client or the gateway while the client connects, for five minutes: "
          + "`\(Self.tcpdump(""))`." : nil
      return
    }
    let hosts = [tunnel.gateway, tunnel.client].compactMap(\.self).map { "host \($0)" }
    // The hosts alone would leave out the ICMP errors of routers on the way, and ARP, which says whether anybody is there.
    let filter = hosts.isEmpty ? "" : " '(\(hosts.joined(separator: " and "))) or icmp or icmp6 or arp'"
    let start = tunnel.isFromLogsOnly ? "capture" : "capture from before the client connects"
    command = "\(start), for five minutes, on the client or at the gateway: `\(Self.tcpdump(filter))`."
  }

  /// All of each packet, on every interface. No port: what the ports are may be the question.
  private static func tcpdump(_ filter: String) -> String { "tcpdump -i any -s 0 -B 8192 -w next.pcap\(filter)" }
}
