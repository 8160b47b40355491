import Correlation
import Observations

@testable import Reporting

/// Literal reports that the tests render.
enum Sample: String, CaseIterable {
  case healthy, blocked, hostile, many, narrowed, logs, logsOnly, wireGuard, unjudged, empty

  var report: Report {
    switch self {
    case .healthy: Self.healthyReport
    case .blocked: Self.blockedReport
    case .hostile: Self.hostileReport
    case .many: Self.manyReport
    case .narrowed: Self.narrowedReport
    case .logs: Self.logsReport
    case .logsOnly: Self.logsOnlyReport
    case .wireGuard: Self.wireGuardReport
    case .unjudged: Self.unjudgedReport
    case .empty: Report(captures: [Self.capture(name: "x.pcap", packets: 1)])
    }
  }

  static let generator = Generator(name: "tunnelscope", version: "0.1.0")

  /// 2026-11-24 02:03:00 UTC and `seconds`.
  static func time(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_795_485_780_000_000_000).adding(seconds: seconds)
  }

  static func frame(_ number: Int, capture: Int = 0) -> FrameReference {
    FrameReference(capture: capture, frame: number)
  }

  static func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }

  static func capture(index: Int = 0, point: Int = 0, name: String, packets: Int = 1_105) -> CaptureDescription {
    CaptureDescription(
      index: index, point: point, name: name, format: "pcap, little-endian", linkTypes: ["Ethernet"],
      snapLength: 262_144, packets: packets, bytes: packets * 463, start: time(0), end: time(300.25))
  }

  static func healthyTunnel(id: String = "T1", client: String = "198.51.100.10", name: String? = "vpn.example.com")
    -> TunnelDescription
  {
    TunnelDescription(
      id: id, client: address(client), gateway: address("203.0.113.20"), serverName: name,
      channels: [
        ChannelDescription(
          kind: .tls, role: .control, name: "TLS", port: 443, transport: "TCP", version: "TLS 1.3",
          cipherSuite: "TLS_AES_256_GCM_SHA384", outcome: .established,
          sessions: [.init(start: time(0.1), end: nil, endReason: "still open at the end")], mtu: 1_402),
        ChannelDescription(
          kind: .dtls, role: .data, name: "DTLS", port: 443, transport: "UDP", version: "DTLS 1.2",
          cipherSuite: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", outcome: .established,
          handshakes: [.init(start: time(0.4), end: time(0.5), outcome: .established, openings: 2)],
          sessions: [.init(start: time(0.5), end: nil, endReason: "still open at the end")],
          data: .init(clientPackets: 412, gatewayPackets: 399, lostPackets: 0), mtu: 1_434),
      ], mtu: .init(clientMSS: 1_460, gatewayMSS: 1_460))
  }

  static var healthyReport: Report {
    Report(
      captures: [capture(name: "client.pcap")], tunnels: [healthyTunnel()],
      timeline: [
        TimelineEntry(
          time: time(0.1), kind: .session, tunnel: "T1", channel: .tls, source: .frame(frame(7)),
          text: "TLS session begins: vpn.example.com"),
        TimelineEntry(
          time: time(0.4), kind: .opening, tunnel: "T1", channel: .dtls, source: .frame(frame(24)),
          text: "DTLS hello to UDP 443"),
        TimelineEntry(
          time: time(0.41), kind: .answer, tunnel: "T1", channel: .dtls, source: .frame(frame(25)),
          text: "gateway asks for a cookie"),
        TimelineEntry(
          time: time(0.5), kind: .established, tunnel: "T1", channel: .dtls, source: .frame(frame(31)),
          text: "DTLS is established"),
      ])
  }
}
