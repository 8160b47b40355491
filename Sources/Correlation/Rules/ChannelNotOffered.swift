import Observations

extension RuleName {
  package static let channelNotOffered = RuleName("channel-not-offered")
}

/// A channel that the gateway does not offer, by what the client says.
enum ChannelNotOffered: Rule {
  static let name = RuleName.channelNotOffered
  static let topic = RuleTopic.channel

  static let documentation = RuleDocumentation(
    summary: "The gateway does not offer a channel that the client asks for.",
    meaning: "The tunnel runs over its fallback alone, more slowly; nothing on the path is to blame.",
    recognisedBy: """
      A log of the client that wanted to set the channel up and had been given nothing to do it with: no address, no cipher, \
      no port in the gateway's answer.
      """,
    notToConfuseWith: """
      A port that is blocked (handshake-unanswered); a channel that is switched off on purpose in the client (a note).
      """,
    remedies: [
      "Find out on the gateway whether the channel is enabled for this group, and on this interface.",
      "Compare the cipher suites that the gateway allows for the channel with those of the client: without one in common it is not offered.",
    ])

  static func plural(_ about: FindingSubject) -> String { "are not offered \(about.channelName)" }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.flatMap { tunnel -> [Finding] in
      let facts = Dictionary(grouping: tunnel.log.facts(.notOffered), by: channel)
      return facts.sorted { ($0.key?.rawValue ?? "") < ($1.key?.rawValue ?? "") }.compactMap { kind, facts in
        kind.flatMap { finding($0, facts, tunnel, situation) }
      }
    }
  }

  private static func channel(of fact: LogFact) -> ChannelKind? {
    if case .negotiated(.notOffered(let channel, _)) = fact.event { channel } else { nil }
  }

  private static func finding(
    _ kind: ChannelKind, _ facts: [LogFact], _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let first = facts.first, let last = facts.last, tunnel.channel(kind)?.outcome != .established else {
      return nil
    }
    // A client that was told to do without says the same.
    let isWanted = facts.contains {
      if case .negotiated(.notOffered(_, mayBeByClient: false)) = $0.event { true } else { false }
    }
    let fallback = situation.families.profile(kind)?.fallback
    return Finding(
      rule: name, about: .channel(kind, port: nil), severity: isWanted ? .warning : .note,
      confidence: isWanted ? .likely : .possible,
      confidenceReason: isWanted
        ? "the client wanted to set \(kind.name) up, and the gateway's answer had nothing for it"
        : "it may be switched off on purpose, at the client or at the gateway",
      tunnel: tunnel.id, title: "The gateway does not offer \(kind.name)",
      headline: "the gateway does not offer \(kind.name)\(isWanted ? "" : ", or it is switched off")",
      explanation: """
        According to the client's log, it could not set \(kind.name) up, and no handshake was tried: the gateway's answer had no \
        parameters for it. No firewall is to blame.\(fallback.map { " The tunnel runs over \($0.name) alone." } ?? "")
        """,
      remedies: situation.remedies(self, for: tunnel), start: first.time, end: last.time, facts: [],
      amount: facts.count, evidence: facts.evidence())
  }

  static func whyNotApplicable(to views: CheckedViews) -> String? {
    let hasFallback = views.tunnels.contains { tunnel in
      views.families.family(named: tunnel.family)?.channels.contains { $0.fallback != nil } ?? true
    }
    return hasFallback ? nil : "no tunnel that was seen can do without one of its channels"
  }

  static func whyNotVisible(in views: CheckedViews) -> String? {
    if views.points == 0, views.logs.contains(.client) { return nil }
    return views.logs.contains(.client)
      ? "no client's log that was read says so" : "what the gateway offers is encrypted; a client's log shows it"
  }
}
