import Observations

extension RuleName {
  package static let setupFailed = RuleName("setup-failed")
}

/// A side that cannot set a channel, or its tunnel adapter, up by itself: no packet of the other side is to blame.
enum SetupFailed: Rule {
  static let name = RuleName.setupFailed
  static let topic = RuleTopic.channel

  static let documentation = RuleDocumentation(
    summary: "A side cannot set a channel up by itself.",
    meaning: "The channel never begins; where it has a fallback, the tunnel runs over that, more slowly.",
    recognisedBy: """
      A log in which a side says that its own library, adapter or rights do not let it set up what the tunnel needs: a library \
      that cannot be initialised, an MTU that may not be set, a password that nobody is there to give.
      """,
    notToConfuseWith: """
      A channel that the gateway does not offer (channel-not-offered); a handshake that begins and fails (handshake-failed).
      """,
    remedies: [
      "Look at the lines before it in the log of the side that says so: its library names the reason.",
      "Update or reinstall the client, or the TLS library that it uses.",
      "Run it with the rights to configure its adapter; in a container it needs NET_ADMIN and /dev/net/tun.",
    ])

  static func plural(_ about: FindingSubject) -> String { "cannot set the channel up by themselves" }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.filter(\.hasLog).flatMap { tunnel -> [Finding] in
      tunnel.logged.compactMap { channel(about: $0, of: tunnel, in: situation) }
        + [adapter(of: tunnel, tunnel.log.facts(.adapterFailed), in: situation)].compactMap(\.self)
    } + situation.logs.gateways.compactMap { adapter(of: nil, $0.facts, in: situation) }
  }

  /// Whether a side's own word is that it could not set the channel up.
  static func isSetup(_ handshake: Handshake) -> Bool {
    handshake.view.failures.contains { if case .setup = $0.cause { true } else { false } }
  }

  private static func channel(about channel: Channel, of tunnel: Tunnel, in situation: Situation) -> Finding? {
    let failed = channel.handshakes(.failed).filter(isSetup)
    guard let first = failed.first, let last = failed.last, channel.outcome != .established else { return nil }
    let side = first.view.writer
    let writer = side.name
    let reason = failed.lazy.flatMap(\.view.failures).compactMap { failure -> String? in
      if case .setup(let reason) = failure.cause { reason } else { nil }
    }.first
    let what = "the \(writer) cannot set \(channel.place) up"
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      severity: channel.profile.fallback == nil ? .error : .warning, confidence: reason == nil ? .possible : .likely,
      confidenceReason: reason.map { "the \(writer)'s log says why: \($0)" }
        ?? "the \(writer)'s log says that it failed, and not why",
      tunnel: tunnel.id, title: what.capitalizedStart, headline: what,
      explanation: """
        According to the \(writer)'s log, \(Phrase.count(failed.count, "\(channel.profile.name) handshake"))\(channel.onPort) could not be set \
        up\(reason.map { " (\($0))" } ?? ""). Nothing on the way is to blame: the fault is in the \(writer)'s library or \
        settings, or these do not fit the \(side.opposite.name)'s.\(HandshakeUnanswered.fallback(channel))
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel) { $0.reason = reason },
      start: first.view.start.time,
      end: last.view.last.time,
      facts: channel.portFact + [("attempts", .integer(failed.count))] + (reason.map { [("reason", .text($0))] } ?? []),
      amount: failed.count, evidence: failed.prefix(6).flatMap { $0.view.logEvidence(channel.kind) })
  }

  private static func adapter(of tunnel: Tunnel?, _ facts: [LogFact], in situation: Situation) -> Finding? {
    let failed = facts.filter { $0.kind == .adapterFailed }
    guard let first = failed.first, let last = failed.last,
      case .statement(.adapterFailed(let reason)) = first.event
    else { return nil }
    let writer = first.side == .server ? "gateway" : "client"
    let isOfMTU = reason.hasPrefix("MTU")
    return Finding(
      rule: name, about: tunnel == nil ? .device(nil) : .tunnel, severity: .warning, confidence: .likely,
      confidenceReason: "the \(writer)'s log says so", tunnel: tunnel?.id,
      title: "The \(writer) could not set its tunnel adapter up",
      headline: "the \(writer) could not set its tunnel adapter up (\(reason))",
      explanation: """
        According to its log, the \(writer)'s system refused to set the tunnel adapter up as the tunnel needs it: \(reason). \
        \(isOfMTU ? "With another MTU than was agreed on, large packets do not fit the tunnel." : "Without it the tunnel carries nothing.")
        """,
      remedies: situation.remedies(self, for: tunnel) { $0.reason = reason }, start: first.time, end: last.time,
      facts: [("reason", .text(reason))], amount: failed.count, evidence: failed.evidence())
  }

  static func whyNotVisible(in views: CheckedViews) -> String? {
    views.points == 0 ? nil : views.logs.isEmpty ? "only a side's own log would say so" : "no log that was read says so"
  }
}
