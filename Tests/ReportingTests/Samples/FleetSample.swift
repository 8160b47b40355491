import Correlation
import Observations

@testable import Reporting

/// Fleets of tunnels as a live capture has them, for the view of `live --top`.
enum Fleet {
  /// So many tunnels; the first five of them fail in five ways, the others work, but for every fortieth, of which too
  /// little was seen.
  ///
  /// - Parameter gateways: How many gateways they share.
  static func content(_ count: Int, gateways: Int = 2) -> TopContent {
    var content = TopContent(interface: "eth0")
    content.standings = (0..<count).map { standing($0, gateways: gateways) }
    content.now = Sample.time(count == 0 ? 1 : 600)
    content.judged = content.now
    content.status.packets = 1_234_567
    content.packetsPerSecond = 4_321.4
    return content
  }

  static func standing(_ number: Int, gateways: Int = 2) -> Standing {
    let client = IPAddress(v4: 0xC633_6401 + UInt32(number))
    let gateway = IPAddress(v4: 0xCB00_7114 + UInt32(number % gateways))
    let failure = failures.indices.contains(number) ? failures[number] : nil
    let isUnclear = failure == nil && number % 40 == 39
    let dtls: ChannelOutcome = failure?.dtls ?? .established
    let tunnel = TunnelDescription(
      id: "T\(number + 1)", product: number % 3 == 0 ? "Cisco ASA" : nil, client: client, gateway: gateway,
      channels: [
        channel(.tls, "TLS", isUnclear ? .none : .established, from: Double(number)),
        channel(.dtls, "DTLS", isUnclear ? .none : dtls, from: Double(number) + 0.4),
      ])
    var finding = failure?.finding
    finding?.tunnel = tunnel.id
    finding?.id = "L\(number + 1)"
    let condition: Standing.Condition =
      switch finding?.severity {
      case .error: .error
      case .warning: .warning
      case .note: .note
      case nil: isUnclear ? .undecided : .healthy
      }
    return Standing(
      identity: .tunnel(client: client, gateway: gateway, family: .tlsVPN, ordinal: 0), condition: condition,
      tunnel: tunnel, findings: finding.map { [$0] } ?? [], since: finding?.start,
      rates: isUnclear ? nil : Standing.Rates(fromClient: 12.4, fromGateway: number % 2 == 0 ? 1_350 : 0.2))
  }

  private static func channel(
    _ kind: ChannelKind, _ name: String, _ outcome: ChannelOutcome, from start: Double
  ) -> ChannelDescription {
    ChannelDescription(
      kind: kind, role: kind == .tls ? .control : .data, name: name, port: 443, transport: kind == .tls ? "TCP" : "UDP",
      outcome: outcome,
      sessions: outcome == .established
        ? [.init(start: Sample.time(start), end: nil, endReason: "still open when last seen")] : [])
  }

  private static let failures: [(dtls: ChannelOutcome, finding: Finding)] = [
    (.lost, finding("tunnel-lost", .error, .certain, "DTLS on UDP 443 was lost and did not come back", 61)),
    (
      .unanswered,
      finding("handshake-unanswered", .error, .likely, "DTLS on UDP 443 gets no answer", 125)
    ),
    (.refused, finding("handshake-refused", .error, .certain, "DTLS on UDP 443 is refused by 192.0.2.1", 400)),
    (
      .established,
      finding("reconnect-cycle", .warning, .possible, "its sessions reconnect every minute", 300)
    ),
    (.established, finding("packet-loss", .note, .certain, "1 of 40 packets is lost on the way to the client", 500)),
  ]

  private static func finding(
    _ rule: String, _ severity: Severity, _ confidence: Confidence, _ headline: String, _ start: Double
  ) -> Finding {
    Finding(
      rule: RuleName(rule), about: .channel(.dtls, port: 443), severity: severity, confidence: confidence,
      confidenceReason: "Both directions are in the capture.", tunnel: nil, title: "A title", headline: headline,
      explanation: "What it means.", remedies: ["Let UDP 443 pass."], start: Sample.time(start),
      end: Sample.time(start + 9), facts: [],
      evidence: [Evidence(frame: Sample.frame(25), time: Sample.time(start), note: "a hello that nothing answers")])
  }
}
