import Observations

/// DTLS hellos to which nothing comes back.
///
/// Recognised by ClientHellos of an attempt with no packet at all from the gateway on that flow, while the capture
/// goes on, and without an ICMP error about it. An attempt that follows a lost association belongs to that finding.
enum DTLSUnanswered: Rule {
  static let name = RuleName.dtlsUnanswered

  static let documentation = RuleDocumentation(
    summary: "DTLS hellos get no answer.",
    meaning: """
      The client cannot bring up its DTLS tunnel and carries everything over TLS. Voice and video suffer from TCP \
      over TCP, and a client that set its adapter to the DTLS MTU has to reconnect to apply the smaller TLS MTU.
      """,
    recognisedBy: """
      ClientHellos to the gateway's UDP port, repeated after 1, 2 and 4 seconds or so and begun anew about every \
      minute, with no packet from the gateway on that flow and no ICMP error that quotes them, although TLS to the \
      same gateway works.
      """,
    notToConfuseWith: """
      A capture that holds one direction only, a capture that ends within 3 seconds of the hello, a hello that was \
      lost once and answered when repeated, and other UDP on port 443 (QUIC).
      """,
    remedies: [
      "Allow UDP to the gateway's DTLS port (443 unless configured) in both directions on every firewall on the path.",
      "Check on the gateway that DTLS listens on that port: `show asp table socket`.",
      "Where UDP cannot be opened, give these users a TLS-only tunnel group and an AnyConnect MTU that fits TLS.",
    ])

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.compactMap { finding(for: $0, in: situation) }
      + situation.logs.tunnels.compactMap { finding(for: $0, in: situation) }
  }

  private static func finding(for tunnel: Tunnel, in situation: Situation) -> Finding? {
    let attempts = tunnel.attempts(.unanswered)
    guard let first = attempts.first, let last = attempts.last, let port = tunnel.dtlsPort else { return nil }
    // After a loss the attempts to come back go unanswered too; the loss is the finding.
    guard !tunnel.attempts(.lost).contains(where: { $0.start < first.start }) else { return nil }
    let hellos = attempts.reduce(0) { $0 + $1.helloCount }
    // A single hello that a new attempt overtakes at once was given up, not left unanswered.
    guard attempts.contains(where: { !isOvertaken($0, in: tunnel) }) else { return nil }
    // One attempt that failed beside others that came up is ordinary loss.
    if tunnel.dtlsOutcome == .established, attempts.count == 1, hellos < 3 { return nil }
    let sure = confidence(hellos: hellos, attempts: attempts.count, tunnel)
    let schedule = attempts.count == 1 ? "" : " in \(attempts.count) attempts"
    return Finding(
      rule: name, severity: .warning, confidence: sure.0, confidenceReason: sure.1, tunnel: tunnel.id,
      title: "DTLS on UDP \(port) is never answered",
      explanation: """
        The client sent \(Phrase.count(hellos, "hello"))\(schedule) to \(tunnel.gateway) UDP \(port), and nothing came \
        back: no answer and no ICMP error\(tunnel.sessions.isEmpty ? "" : ", while TLS to the same gateway works"). \
        UDP \(port) is dropped silently on the way, or nobody listens there. \
        The tunnel runs over TLS alone.\(whereLost(attempts, tunnel, situation))
        """,
      remedies: [
        "Allow UDP \(port) between \(tunnel.client) and \(tunnel.gateway), both directions, on every firewall on the path.",
        "On the gateway, check that DTLS listens on UDP \(port) (`show asp table socket`) and that no access list drops it.",
        "If UDP cannot be opened for these users: a separate TLS-only tunnel group, with an `anyconnect mtu` that fits TLS.",
      ],
      start: first.start, end: last.end,
      facts: [("port", .integer(port)), ("attempts", .integer(attempts.count)), ("hellos", .integer(hellos))],
      evidence: evidence(attempts, tunnel))
  }

  /// A client that re-establishes its session drops the attempt under way and begins a new one.
  private static func isOvertaken(_ attempt: Attempt, in tunnel: Tunnel) -> Bool {
    guard attempt.helloCount == 1, let next = tunnel.nextAttempt(after: attempt.start) else { return false }
    return next.start.seconds(since: attempt.start) < AttemptJudgement.patienceSeconds
  }

  private static func confidence(hellos: Int, attempts: Int, _ tunnel: Tunnel) -> (Confidence, String) {
    if tunnel.sessions.isEmpty {
      return (.possible, "the capture shows no TLS to this gateway, so it may hold one direction only")
    }
    if hellos >= 3 || attempts >= 2 {
      return (.certain, "\(Phrase.count(hellos, "hello")) stayed unanswered while the gateway's TLS packets were seen")
    }
    return hellos == 2
      ? (.likely, "two hellos are few; both may have been lost")
      : (.possible, "a single hello may have been lost by chance")
  }

  /// Where the hellos or their answers disappear, when several capture points show it.
  private static func whereLost(_ attempts: [Attempt], _ tunnel: Tunnel, _ situation: Situation) -> String {
    guard tunnel.points.count > 1 else { return "" }
    guard let first = attempts.first, let gatewayPoint = tunnel.points.last, let clientPoint = tunnel.points.first,
      let there = situation.point(gatewayPoint), let here = situation.point(clientPoint)
    else { return "" }
    if let view = first.views.first(where: { $0.point == gatewayPoint }) {
      guard view.wasAnswered else { return " The hellos do reach \(there.name); no answer leaves it." }
      return " The gateway did answer: its answers are in \(there.name) and never reach \(here.name)."
    }
    guard first.start >= there.start, first.start <= there.end else { return "" }
    return " The hellos leave \(here.name) and never reach \(there.name): they are dropped in between."
  }

  private static func evidence(_ attempts: [Attempt], _ tunnel: Tunnel) -> [Evidence] {
    var evidence: [Evidence] = []
    if let session = tunnel.leadingSession?.view, let frame = session.serverHelloFrame,
      let time = session.serverHelloTime
    {
      evidence.append(Evidence(frame: frame, time: time, note: "the gateway answers TLS: ServerHello"))
    }
    for (index, attempt) in attempts.prefix(8).enumerated() {
      let kept = index == 0 ? attempt.view.hellos.prefix(6) : attempt.view.hellos.prefix(1)
      for (number, hello) in kept.enumerated() {
        let note = number == 0 ? "ClientHello, attempt \(index + 1)" : "the same hello again"
        evidence.append(Evidence(frame: hello.frame, time: hello.time, note: note + ", no answer"))
      }
    }
    return evidence
  }
}
