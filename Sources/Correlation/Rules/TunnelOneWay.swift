import Observations

extension RuleName {
  package static let tunnelOneWay = RuleName("tunnel-one-way")
}

/// A lost channel of which another capture point shows that the side that is not heard goes on sending: one direction of the
/// path is dead.
enum TunnelOneWay: ChannelRule {
  static let name = RuleName.tunnelOneWay
  static let mayBeDrops = true

  static let documentation = RuleDocumentation(
    summary: "One direction of an established channel is dead.",
    meaning: "It says where to look for a loss: the path from the side that is still sending.",
    recognisedBy: """
      Comparing two capture points: one side is not heard at one of them any more, while the other shows its packets.
      """,
    notToConfuseWith: """
      A side that stopped sending: then no point shows its packets. A path that is dead in both directions, and a side of \
      which data alone is missing: tunnel-lost and data-blocked say between which points.
      """,
    remedies: [
      "Follow the dead direction from the sender, hop by hop: asymmetric routing, a firewall state of one direction, a NAT "
        + "mapping that expired."
    ])

  static func plural(_ about: FindingSubject) -> String {
    "lose one direction of \(about.channelName)\(about.onPort)"
  }

  static func whyNotVisible(in views: CheckedViews) -> String? {
    views.points < 2 ? "only captures at two points show it" : nil
  }

  /// Packets sent this long after the silence began were not on their way already, in seconds.
  private static let afterSeconds = 2.0

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    recoveryOnceQuiet(from: finding, tunnel, at: now)
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    guard channel.isLogged || channel.handshakes.contains(where: hasSilence) else { return nil }
    // What lacks large packets alone is no dead direction.
    guard !earlier.has(LargePacketsLost.name, about: channel, of: tunnel) else { return nil }
    if channel.isLogged { return loggedFinding(channel, tunnel, situation) }
    let isLost = earlier.has(TunnelLost.name, about: channel, of: tunnel)
    for handshake in channel.handshakes where !handshake.isRenewal {
      if let finding = repeatedRequests(of: handshake, channel, tunnel, situation, isLost: isLost) { return finding }
      for view in handshake.views {
        // A side whose data alone is missing is heard.
        guard let silence = view.silences.filter({ $0.kind == .all }).max(by: { $0.seconds < $1.seconds }),
          silence.seconds >= afterSeconds, silence.isOver || !isHeard(silence.side, in: view, after: silence),
          let other = handshake.views.first(where: { other in
            other.point != view.point
              && other.lastPayload(from: silence.side).map { last in
                last.seconds(since: silence.since.moment) >= afterSeconds && (!silence.isOver || last < silence.until)
              } ?? false
              // Where nothing of the asking side arrives either, the path is dead in both directions.
              && isHeard(silence.side.opposite, in: other, after: silence)
          }), let here = view.point.flatMap(situation.point), let there = other.point.flatMap(situation.point)
        else { continue }
        let (from, to) = silence.side == .server ? ("gateway", "client") : ("client", "gateway")
        var finding = Finding(
          // The loss is what users feel, and has a finding of its own.
          rule: name, about: .channel(channel.kind, port: channel.port), severity: .note, confidence: .certain,
          confidenceReason: "packets of the \(from) are in \(there.name) and none of them is in \(here.name)",
          tunnel: tunnel.id, title: "\(channel.place) is dead in one direction: from the \(from) to the \(to)",
          explanation: """
            From some moment on nothing of the \(from) arrives in \(here.name), while it goes on sending in \(there.name): \
            packets from the \(from) to the \(to) disappear in between.
            """,
          remedies: situation.remedies(self, for: tunnel, channel: channel), start: silence.since.time,
          end: silence.until,
          facts: channel.portFact + [("dead_direction", .text("\(from) to \(to)"))],
          evidence: [
            silence.since.evidence("the first packet in \(here.name) that stays unanswered"),
            silence.noticed.evidence("still nothing from the \(from) in \(here.name)"),
          ])
        finding.place = "between \(there.name) and \(here.name), on the way to the \(to)"
        // A side that is not heard any more, and that still sends, was lost on the way.
        finding.effects = earlier.ids(of: TunnelLost.name, HandshakeStalled.name, about: channel, of: tunnel) {
          $0 >= silence.since.moment
        }
        return finding
      }
    }
    return nil
  }

  /// Whether a view shows a side's packets after a silence of the path began.
  private static func isHeard(_ side: Side, in view: Association, after silence: Association.Silent) -> Bool {
    view.lastPayload(from: side).map { $0.seconds(since: silence.since.moment) >= afterSeconds } ?? false
  }

  private static func hasSilence(_ handshake: Handshake) -> Bool {
    handshake.views.indices.contains { !handshake.views[$0].silences.isEmpty }
  }

  /// At one point: a side repeats a request although the capture shows its answer each time.
  private static func repeatedRequests(
    of handshake: Handshake, _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation, isLost: Bool
  ) -> Finding? {
    for view in handshake.views {
      guard let lost = view.silences.first(where: { $0.kind == .answers }) else { continue }
      let (from, to) = (lost.side.name, lost.side.opposite.name)
      return Finding(
        // The loss is what users feel, and has a finding of its own.
        rule: name, about: .channel(channel.kind, port: channel.port), severity: isLost ? .note : .error,
        confidence: .likely,
        confidenceReason:
          "the same request came \(Phrase.times(lost.packets)), and its answers are in the capture",
        tunnel: tunnel.id, title: "\(channel.place) is dead in one direction: from the \(from) to the \(to)",
        explanation: """
          The \(to) repeats a request of the established session over \(Phrase.duration(lost.seconds)), although the \(from) \
          answers it each time: the \(from)'s packets do not reach the \(to).
          """,
        remedies: situation.remedies(self, for: tunnel, channel: channel), start: lost.since.time, end: lost.until,
        facts: channel.portFact + [("dead_direction", .text("\(from) to \(to)"))], amount: lost.packets,
        evidence: [
          lost.since.evidence("the first of these requests"),
          lost.noticed.evidence("the same request again, although it was answered"),
        ])
    }
    return nil
  }

  // MARK: What logs alone show

  /// A side says of an established session that it was asked again and again what it had answered.
  private static func loggedFinding(_ channel: Channel, _ tunnel: Tunnel, _ situation: Situation) -> Finding? {
    let asked = channel.handshakes { $0.outcome == .established && !$0.view.failures.isEmpty }.map { handshake in
      let view = handshake.view
      return view.failures.filter { failure in
        failure.cause == .repeated && (view.established.map { Sighting.isBefore($0, failure.sighting) } ?? false)
      }.map(\.sighting)
    }
    guard let repeated = asked.first(where: { !$0.isEmpty }), let first = repeated.first, let last = repeated.last,
      let witness = channel.handshakes.first?.view.witness
    else { return nil }
    let writer: Side = witness == .log(.client) ? .client : .server
    let (from, to) = (writer.name, writer.opposite.name)
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .error, confidence: .likely,
      confidenceReason: "the \(from)'s log says that the \(to) repeats a request that was answered",
      tunnel: tunnel.id, title: "\(channel.place) is dead in one direction: from the \(from) to the \(to)",
      explanation: """
        According to the \(from)'s log, the \(to) repeats a request of the established session although it was answered each time: the \
        \(from)'s packets do not reach the \(to).
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: first.time, end: last.time,
      facts: channel.portFact + [("dead_direction", .text("\(from) to \(to)"))], amount: repeated.count,
      evidence: repeated.prefix(4).map { $0.evidence("the same request again, although it was answered") })
  }
}
