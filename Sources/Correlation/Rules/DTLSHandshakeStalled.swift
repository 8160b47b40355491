import Observations

/// DTLS handshakes that the gateway answers and that are never completed.
///
/// Recognised by flights that come again although they were answered, by data that the client sends after its last
/// flight and to which the gateway never says anything, or by a handshake that stays unfinished while the capture
/// goes on. A handshake that a lost packet delayed is completed in the end and is none.
enum DTLSHandshakeStalled: Rule {
  static let name = RuleName.dtlsHandshakeStalled

  static let documentation = RuleDocumentation(
    summary: "The DTLS handshake begins and never completes.",
    meaning: """
      UDP gets through, but not all of it: one direction, or packets of one kind, are lost. The client waits, gives \
      up and carries on over TLS.
      """,
    recognisedBy: """
      The gateway answers (HelloVerifyRequest, ServerHello …), then flights repeat. At the gateway's own capture: \
      the client repeats the same hello although it was answered, so the answers do not reach it.
      """,
    notToConfuseWith: "A handshake that one lost packet delayed; a capture that starts or ends inside it.",
    remedies: [
      "Look for a stateful device that passes the first UDP packet and drops what follows: idle or pseudo-connection "
        + "timeouts, DTLS inspection, asymmetric routing.",
      "Capture at the other end: the direction in which packets disappear names the device.",
    ])

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.compactMap { finding(for: $0) }
      + situation.logs.tunnels.compactMap { finding(for: $0, in: situation) }
  }

  private static func finding(for tunnel: Tunnel) -> Finding? {
    let attempts = tunnel.attempts(.stalled)
    guard let first = attempts.first, let last = attempts.last else { return nil }
    guard !tunnel.attempts(.lost).contains(where: { $0.start < first.start }) else { return nil }
    let passed = tunnel.dtlsOutcome == .established
    if passed, attempts.count == 1 { return nil }
    let view = first.decisiveView
    let port = Int(view.flow.server.port)
    let answersLost = attempts.contains { $0.decisiveView.repeatedAfterAnswer >= 2 }
    let repeated = attempts.reduce(0) { $0 + $1.decisiveView.repeatedAfterAnswer }
    let isCertain = attempts.count >= 2 || repeated >= 2
    return Finding(
      rule: name, severity: .warning, confidence: isCertain ? .certain : .likely,
      confidenceReason: isCertain
        ? (attempts.count >= 2
          ? "\(attempts.count) attempts stopped at the same place" : "the same hello came again \(repeated) times")
        : "one attempt; a single loss could look alike", tunnel: tunnel.id,
      title: "The DTLS handshake on UDP \(port) stalls",
      explanation: answersLost
        ? """
        The gateway answers each hello, but the client repeats the same hello: the gateway's answers do not reach \
        it. UDP \(port) from \(tunnel.gateway) to \(tunnel.client) is lost on the way.
        """
        : """
        The gateway answers the hello, the client sends \(words(view.lastClientMessage)), and from then on the gateway \
        says nothing more: the client's next flight does not reach it, or it does not accept it. \
        \(attempts.count > 1 ? "It happened in \(attempts.count) attempts." : "")
        """,
      remedies: [
        answersLost
          ? "Follow UDP \(port) from \(tunnel.gateway) back to \(tunnel.client): look for asymmetric routing, or a firewall that allows one direction only."
          : "Look between client and gateway for a device that passes the first packet of a UDP flow and drops the next ones (inspection, connection limits).",
        "Capture on the other side at the same time and give both captures to one analysis: it says where packets disappear.",
      ],
      start: first.start, end: last.end,
      facts: [
        ("port", .integer(port)), ("attempts", .integer(attempts.count)),
        ("last_client_message", .text(words(last.decisiveView.lastClientMessage))),
        ("last_gateway_message", .text(words(last.decisiveView.lastGatewayMessage))),
      ], evidence: evidence(attempts))
  }

  private static func words(_ message: DTLSHandshake.Message?) -> String {
    switch message {
    case .clientHello: "ClientHello"
    case .helloVerifyRequest: "HelloVerifyRequest"
    case .serverHello: "ServerHello"
    case .other: "handshake message"
    case .changeCipherSpec: "ChangeCipherSpec"
    case .encrypted: "Finished"
    case nil: "nothing"
    }
  }

  private static func evidence(_ attempts: [Attempt]) -> [Evidence] {
    attempts.prefix(6).flatMap { attempt -> [Evidence] in
      let view = attempt.decisiveView
      var evidence: [Evidence] = []
      for (number, hello) in view.hellos.prefix(4).enumerated() {
        let note = number == 0 ? "ClientHello" : "the same hello again, although it was answered"
        evidence.append(Evidence(frame: hello.frame, time: hello.time, note: note))
      }
      if let answer = view.firstAnswer {
        evidence.append(
          Evidence(frame: answer.frame, time: answer.time, note: "the gateway's \(words(view.firstAnswerMessage))"))
      }
      if let silence = view.silences.first(where: { $0.silentSide == .server }) {
        evidence.append(
          Evidence(
            frame: silence.since.frame, time: silence.since.time,
            note: "the client's data; \(silence.packets) packets and no word from the gateway"))
      }
      return evidence.sorted { ($0.time, $0.frame) < ($1.time, $1.frame) }
    }
  }
}
