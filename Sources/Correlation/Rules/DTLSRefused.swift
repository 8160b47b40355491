import Observations

/// DTLS hellos that an ICMP error refuses.
///
/// Recognised by an ICMP "destination unreachable" that quotes a hello which the capture shows before it; errors
/// about other flows, and such that quote nothing seen, are left aside.
enum DTLSRefused: Rule {
  static let name = RuleName.dtlsRefused

  static let documentation = RuleDocumentation(
    summary: "DTLS hellos are refused with an ICMP error.",
    meaning: """
      Somebody on the path, or the gateway itself, says that UDP to the DTLS port is not wanted. The client falls \
      back to TLS at once.
      """,
    recognisedBy: """
      ICMP type 3 with code 3 (port), 1, 2, 9, 10 or 13 (prohibited), or ICMPv6 type 1, that quotes a ClientHello \
      seen before it.
      """,
    notToConfuseWith: """
      ICMP errors about other flows, and forged ones: an error that quotes no hello of the capture is ignored.
      """,
    remedies: [
      "Code 3 from the gateway: nobody listens on that port. Compare the DTLS port that clients are told with "
        + "`show asp table socket`.",
      "Code 9, 10 or 13: the router or firewall that reports it has a rule against this UDP port; change that rule.",
    ])

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.compactMap { finding(for: $0) }
      + situation.logs.tunnels.compactMap { finding(for: $0, in: situation) }
  }

  private static func finding(for tunnel: Tunnel) -> Finding? {
    let attempts = tunnel.attempts(.refused)
    guard let first = attempts.first, let last = attempts.last,
      let refusal = first.views.lazy.compactMap(\.refusals.first).first
    else { return nil }
    let error = refusal.error
    let port = Int(first.view.flow.server.port)
    let isGateway = error.reporter == tunnel.gateway
    let passed = tunnel.dtlsOutcome == .established
    return Finding(
      rule: name, severity: passed ? .note : .warning, confidence: .certain,
      confidenceReason: "the ICMP error quotes a hello that the capture shows", tunnel: tunnel.id,
      title: "DTLS on UDP \(port) is refused by \(isGateway ? "the gateway" : "\(error.reporter)")",
      explanation: """
        \(error.reporter)\(isGateway ? ", the gateway itself," : "") answers the DTLS \
        \(attempts.count == 1 ? "hello" : "hellos of \(attempts.count) attempts") to \(tunnel.gateway) UDP \(port) \
        with ICMP\(error.isIPv6 ? "v6" : "") type \(error.type) code \(error.code): \(meaning(error)). \
        \(isPort(error) && isGateway ? "Nobody listens on that port." : "A rule on that device forbids it.") \
        The tunnel runs over TLS alone\(passed ? " until a later attempt succeeds" : "").
        """,
      remedies: remedies(error, isGateway: isGateway, port: port, tunnel),
      start: first.start, end: last.end,
      facts: [
        ("port", .integer(port)), ("icmp_type", .integer(error.type)), ("icmp_code", .integer(error.code)),
        ("reporter", .text("\(error.reporter)")), ("attempts", .integer(attempts.count)),
      ], evidence: evidence(attempts))
  }

  private static func isPort(_ error: DestinationUnreachable) -> Bool {
    error.isIPv6 ? error.code == 4 : error.code == 3
  }

  /// RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1.
  private static func meaning(_ error: DestinationUnreachable) -> String {
    if error.isIPv6 {
      return switch error.code {
      case 0: "no route to destination"
      case 1: "communication administratively prohibited"
      case 3: "address unreachable"
      case 4: "port unreachable"
      case 5: "source address failed policy"
      case 6: "reject route"
      default: "destination unreachable"
      }
    }
    return switch error.code {
    case 0: "network unreachable"
    case 1: "host unreachable"
    case 2: "protocol unreachable"
    case 3: "port unreachable"
    case 9: "network administratively prohibited"
    case 10: "host administratively prohibited"
    case 13: "communication administratively prohibited"
    default: "destination unreachable"
    }
  }

  private static func remedies(
    _ error: DestinationUnreachable, isGateway: Bool, port: Int, _ tunnel: Tunnel
  ) -> [String] {
    if isPort(error), isGateway {
      return [
        "On the gateway, compare the port that clients are told (\(port)) with the one DTLS listens on: "
          + "`show asp table socket`.",
        "If they differ: disable webvpn on the interface, set `dtls port \(port)`, enable webvpn again.",
      ]
    }
    return [
      "On \(error.reporter), find the rule that rejects UDP \(port) to \(tunnel.gateway) and allow it, both directions.",
      "If it cannot be allowed: a TLS-only tunnel group for these users, with an `anyconnect mtu` that fits TLS.",
    ]
  }

  private static func evidence(_ attempts: [Attempt]) -> [Evidence] {
    attempts.prefix(6).flatMap { attempt -> [Evidence] in
      let view = attempt.decisiveView
      guard let hello = view.hellos.first, let refusal = view.refusals.first else { return [] }
      return [
        Evidence(frame: hello.frame, time: hello.time, note: "ClientHello"),
        Evidence(
          frame: refusal.sighting.frame, time: refusal.sighting.time,
          note: "\(meaning(refusal.error)), from \(refusal.error.reporter), quoting the hello"),
      ]
    }
  }
}
