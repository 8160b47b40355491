import Observations

/// An established DTLS tunnel in which one side is not heard any more.
///
/// Recognised by data both ways, then at least 10 seconds in which one side sends and hears nothing, while the silent
/// side is still heard over TLS. An idle tunnel sends nothing; an orderly end has an alert.
enum DTLSLost: Rule {
  static let name = RuleName.dtlsLost

  static let documentation = RuleDocumentation(
    summary: "DTLS worked and then one side was not heard any more.",
    meaning: """
      Until the client notices (usually after its dead-peer interval) everything that users send is lost; then the \
      tunnel falls back to TLS.
      """,
    recognisedBy: """
      Application data both ways, then one side goes on sending or probing for 10 seconds or more and nothing comes \
      back on that flow, while the other side is still heard over TLS; usually new hellos follow.
      """,
    notToConfuseWith: """
      An idle tunnel, an orderly end (an alert, or the session closes), a peer that is gone altogether, and the end \
      of the capture.
      """,
    remedies: [
      "Look for a device that forgets UDP state: NAT or firewall idle timeouts below the tunnel's keep-alive interval.",
      "Shorten the DTLS keep-alive and dead-peer intervals on the gateway, so that state is kept and loss is noticed.",
    ])

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.compactMap { finding(for: $0) }
      + situation.logs.tunnels.compactMap { finding(for: $0, in: situation) }
  }

  private static func finding(for tunnel: Tunnel) -> Finding? {
    let attempts = tunnel.attempts(.lost)
    guard let lost = attempts.first, let silence = lost.decisiveView.lastingSilence else { return nil }
    let view = lost.decisiveView
    let side = silence.silentSide == .server ? "gateway" : "client"
    let port = Int(view.flow.server.port)
    let lastHeard = silence.lastHeard ?? silence.since.time
    let later = tunnel.attempts.filter { $0.start > lost.start }
    let until = later.first.map { max($0.start, silence.until) } ?? silence.until
    let silentSeconds = max(until.seconds(since: silence.since.time), 0)
    let established = view.gatewayData.map { max(lastHeard.seconds(since: $0.time), 0) } ?? 0
    let comesBack = later.contains { $0.outcome == .established }
    let isHeardOverTLS = silence.lastHeardOverTLS(in: tunnel.sessions, at: view.point) != nil
    let sure = confidence(silentSeconds, hasGivenUp: !later.isEmpty, side, isHeardOverTLS: isHeardOverTLS)
    return Finding(
      rule: name, severity: .error, confidence: sure.0, confidenceReason: sure.1, tunnel: tunnel.id,
      title: "DTLS was lost: the \(side) is not heard any more",
      explanation: """
        DTLS on UDP \(port) worked for \(Phrase.duration(established)). Then the \(side == "gateway" ? "client" : "gateway") \
        sent \(Phrase.count(silence.packets, "packet")) over \(Phrase.duration(silentSeconds)) and heard nothing from the \
        \(side)\(isHeardOverTLS ? ", which is still there over TLS" : ""). \(afterwards(later, comesBack: comesBack))
        """,
      remedies: [
        "Find the device that stopped passing UDP \(port) between \(tunnel.client) and \(tunnel.gateway) at that moment: "
          + "a rule change, a NAT or firewall state that expired, a path change.",
        "Keep the state alive: a DTLS keep-alive interval below the idle timeout of the devices on the path.",
      ],
      start: silence.since.time, end: until,
      facts: [
        ("port", .integer(port)), ("established_seconds", .number(established)), ("silent_side", .text(side)),
        ("silence_seconds", .number(silentSeconds)), ("packets", .integer(silence.packets)),
      ], evidence: evidence(view, silence, side, later))
  }

  private static func confidence(
    _ silentSeconds: Double, hasGivenUp: Bool, _ side: String, isHeardOverTLS: Bool
  ) -> (Confidence, String) {
    guard isHeardOverTLS else {
      return (.possible, "the capture shows no TLS of the \(side), so it may be gone altogether")
    }
    return hasGivenUp
      ? (.certain, "the client gave the association up and began anew")
      : (.likely, "nothing was heard for \(Phrase.duration(silentSeconds)), but the client has not given up yet")
  }

  private static func afterwards(_ later: [Attempt], comesBack: Bool) -> String {
    let hellos = later.reduce(0) { $0 + $1.helloCount }
    if comesBack { return "A later attempt brought DTLS back." }
    if hellos > 0 {
      return "Since then \(Phrase.count(hellos, "new hello")) stayed without success; traffic runs over TLS."
    }
    return "The capture does not show DTLS coming back."
  }

  private static func evidence(
    _ view: ObservedAttempt, _ silence: ObservedAttempt.Silence, _ side: String, _ later: [Attempt]
  ) -> [Evidence] {
    var evidence: [Evidence] = []
    if let data = view.gatewayData {
      evidence.append(Evidence(frame: data.frame, time: data.time, note: "the gateway's first data: DTLS is up"))
    }
    evidence.append(
      Evidence(frame: silence.since.frame, time: silence.since.time, note: "the first packet that stays unanswered"))
    evidence.append(
      Evidence(
        frame: silence.noticed.frame, time: silence.noticed.time,
        note: "still nothing from the \(side) after 10 seconds"))
    for attempt in later.prefix(3) {
      if let hello = attempt.view.hellos.first {
        evidence.append(Evidence(frame: hello.frame, time: hello.time, note: "a new hello: the client gave up"))
      }
    }
    return evidence
  }
}
