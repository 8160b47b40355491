import Observations

/// Handshakes that succeed while no data comes back: the channel is up and useless.
enum DataBlocked: ChannelRule {
  static let name = RuleName("data-blocked")
  static let sameInLogs: Set<ChannelOutcome> = [.stalled, .lost]

  static let documentation = RuleDocumentation(
    summary: "The handshake works, and no data comes back.",
    meaning: "The tunnel looks connected, and nothing passes through it.",
    recognisedBy: """
      The handshake is answered and the client's data follows, none of the gateway comes back, and the client begins anew or \
      goes on unheard.
      """,
    notToConfuseWith: "A tunnel that nobody uses: without data that asks for an answer nothing has to come back.",
    remedies: [
      "Look on the path for a device that passes the handshake and drops what follows (inspection, size, rate).",
      "Check on the gateway that the client's inner address is allowed and routed.",
    ])

  static let holdSeconds = 5.0

  static func plural(_ about: FindingSubject) -> String {
    "get no data back through \(about.channelName)\(about.onPort)"
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    let blocked = channel.handshakes(.blocked)
    guard let first = blocked.first, let last = blocked.last, channel.outcome != .established else { return nil }
    let isApart = channel.profile.hasDataApart
    let sent = isApart
      ? blocked.reduce(0) { $0 + $1.decisiveView.silences.filter { $0.kind == .data }.reduce(0) { $0 + $1.packets } }
      : blocked.reduce(0) { $0 + ($1.decisiveView.whole?.client.packets ?? 0) }
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .error,
      confidence: isApart ? .likely : blocked.count >= 2 || first.decisiveView.lastingSilence != nil ? .certain : .likely,
      confidenceReason: isApart ? "control messages are answered meanwhile, and traffic in one direction only is rare" : "the handshake is answered \(Phrase.count(blocked.reduce(0) { $0 + $1.decisiveView.gatewayMessages }, "time")), and no data of the gateway is in the capture",
      tunnel: tunnel.id, title: isApart ? "\(channel.place) works, and no data comes back" : "No data comes back through \(channel.place)",
      explanation: """
        The \(channel.profile.name) handshake with \(tunnel.gatewayName) succeeds, \(tunnel.clientName) sends \
        \(Phrase.count(sent, "packet")) with data, and none of the gateway's comes back: data is dropped on the way in one \
        direction or both, while handshake messages pass.
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: first.start, end: last.end,
      facts: channel.portFact + [("sent_packets", .integer(sent)), ("attempts", .integer(blocked.count))], amount: sent,
      evidence: blocked.prefix(4).flatMap { handshake -> [Evidence] in
        let view = handshake.decisiveView
        if let silence = view.silences.first(where: { $0.kind == .data }) {
          return [
            silence.since.evidence("the client's data, which none of the gateway follows"),
            silence.noticed.evidence("still no data, while the gateway answers control messages"),
          ]
        }
        return (view.openings.prefix(1).map { $0.evidence(channel.profile.openingMessage) })
          + (view.firstAnswer.map { [$0.evidence("the gateway's \(view.firstAnswerName?.rawValue ?? "answer")")] } ?? [])
          + (view.clientData.map { [$0.evidence("the client's first data; none of the gateway follows")] } ?? [])
          + view.silences.prefix(1).map { $0.noticed.evidence("still no data of the gateway") }
      })
  }
}
