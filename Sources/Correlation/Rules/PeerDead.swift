import Observations

extension RuleName {
  package static let peerDead = RuleName("peer-dead")
}

/// All channels of a tunnel that die in the same moment: not one port is blocked, the path or the other host is gone.
enum PeerDead: Rule {
  static let name = RuleName.peerDead
  static let topic = RuleTopic.channel

  static let documentation = RuleDocumentation(
    summary: "All channels of a tunnel die at the same moment.",
    meaning:
      "Nothing is heard from the other side any more, whatever the port or protocol: the tunnel is down as a whole.",
    recognisedBy: """
      Packets in which one side sends the same segment of the control connection again and again for 10 seconds or more, hears \
      nothing, and hears nothing on the data channel either. Or a log in which dead-peer detection gives up every established channel of the tunnel, over TCP and over UDP, within a \
      minute and with nothing established in between; or gives up the only one that came up, and packets of the other \
      one, or new connections, do not leave the client's host.
      """,
    notToConfuseWith: """
      A lost data channel, whose control channel lives on (tunnel-lost); a laptop that sleeps and comes back; an orderly end.
      """,
    remedies: [
      "Look at the client's routes while the tunnel is up: the route to the gateway must not lead into the tunnel itself.",
      "Look for what cut the path off: Wi-Fi or uplink changes, sleep, another VPN or a firewall that starts.",
      "Find out on the gateway whether it restarted or removed the session at that moment.",
    ])

  static let holdSeconds = 5.0

  /// Dead-peer detection of two channels may be this far apart: their intervals are a minute at most as a rule.
  private static let apartSeconds = 60.0

  static func plural(_ about: FindingSubject) -> String { "lose all channels at once" }

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    tunnel?.channels.first { !$0.sessions.isEmpty }?.wordOfSession(since: finding.start)
  }

  /// The channels of a tunnel that died together, each with what shows it, by when they died; nil when one lived on.
  static func deaths(in tunnel: Tunnel) -> [(channel: Channel, view: Association)]? {
    guard !tunnel.isSeen else { return nil }
    var deaths: [(channel: Channel, view: Association)] = []
    var isCutOff = false
    for channel in tunnel.logged {
      let views = channel.views
      if let dead = views.first(where: { $0.deadPeer != nil }) {
        deaths.append((channel, dead))
        // New connections do not leave the client's host either.
        let isBack = views.contains { view in
          view.established.map { established in dead.deadPeer.map { Sighting.isBefore($0, established) } ?? false }
            ?? false
        }
        isCutOff = isCutOff || !isBack && views.contains { $0.deadPeer == nil && $0.death != nil }
      } else if let unsent = views.first(where: { $0.isUnsent(sinceAll: views) }) {
        // Its packets did not even leave the client's host: no way to the gateway.
        deaths.append((channel, unsent))
      } else if views.contains(where: { $0.established != nil }) {
        return nil
      }
    }
    guard deaths.count >= 2 || isCutOff, deaths.contains(where: { $0.view.deadPeer != nil }) else { return nil }
    deaths.sort { a, b in
      guard let x = a.view.death, let y = b.view.death else { return false }
      return Sighting.isBefore(x, y)
    }
    guard let first = deaths.first?.view.death, let last = deaths.last?.view.death else { return nil }
    if let seconds = last.seconds(since: first), seconds > apartSeconds { return nil }
    let comesBackBetween = tunnel.logged.contains { channel in
      channel.views.contains { view in
        view.established.map { Sighting.isBefore(first, $0) && Sighting.isBefore($0, last) } ?? false
      }
    }
    return comesBackBetween ? nil : deaths
  }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.compactMap { finding(about: $0, in: situation) }
  }

  private static func finding(about tunnel: Tunnel, in situation: Situation) -> Finding? {
    tunnel.isSeen ? seenFinding(about: tunnel, in: situation) : loggedFinding(about: tunnel, in: situation)
  }

  // MARK: What packets show

  private static func seenFinding(about tunnel: Tunnel, in situation: Situation) -> Finding? {
    for channel in tunnel.seen {
      guard let loss = ConnectionLoss(in: channel, of: tunnel), let data = loss.data, !loss.isDataAlive else {
        continue
      }
      let silence = loss.silence
      let side = silence.side.name
      let names = "\(channel.profile.name) and \(data.channel.profile.name)"
      let lived = max(silence.since.moment.seconds(since: loss.session.start), 0)
      // A client that is gone may sleep; the gateway's packets alone do not tell.
      let isServed = silence.side == .server || loss.next != nil
      var evidence = loss.evidence(channel)
      if let unanswered = data.handshake.view.silences.last(where: { $0.side == silence.side }) {
        evidence.insert(
          unanswered.since.evidence("\(data.channel.profile.name): the first packet that stays unanswered"), at: 1)
      }
      return Finding(
        rule: name, about: .tunnel, severity: isServed ? .error : .note,
        confidence: loss.next != nil ? .certain : .likely,
        confidenceReason: "what is sent on both channels stays unanswered"
          + (loss.next != nil ? ", and the client began anew" : ", but the client has not begun anew yet"),
        tunnel: tunnel.id, title: "The \(side) is gone: all channels died at the same moment",
        headline: "\(names) were up, and then nothing more came from the \(side) on either of them",
        explanation: """
          \(names) worked for \(Phrase.duration(lived)). Then the \(silence.side.opposite.name) sent on both and heard nothing \
          from the \(side) for \(Phrase.duration(loss.seconds)), so no single port is blocked: the path to the \(side), a \
          route, or the \(side) itself was gone. \
          \(loss.next == nil ? "The capture does not show the client beginning anew." : "Then the client began anew.")
          """,
        remedies: situation.remedies(self, for: tunnel), start: silence.since.time, end: silence.until,
        facts: [
          ("silent_side", .text(side)), ("silence_seconds", .number(loss.seconds)), ("channels", .integer(2)),
        ], amount: 1, seconds: lived, evidence: evidence)
    }
    return nil
  }

  // MARK: What logs alone show

  private static func loggedFinding(about tunnel: Tunnel, in situation: Situation) -> Finding? {
    guard let deaths = deaths(in: tunnel), let first = deaths.first?.view.death,
      let last = deaths.last?.view.death
    else { return nil }
    let unsent = deaths.filter { $0.view.deadPeer == nil }.map(\.channel.profile.name)
    let side = deaths[0].view.writer.opposite.name
    let writer = deaths[0].view.writer.name
    let names = deaths.map(\.channel.profile.name).joined(separator: " and ")
    let comesBack = tunnel.logged.contains { channel in
      channel.views.contains {
        $0.established.map { Sighting.isBefore(last, $0) } ?? false
      }
    }
    let after = comesBack ? "The tunnel came back later." : "The log does not show the tunnel coming back."
    let story =
      deaths.count == 1
      ? "\(names) was established. Then the \(writer)'s dead-peer detection gave the \(side) up, and since then no connection leaves the \(writer)'s host: it has no network, or no route"
      : unsent.isEmpty
        ? "\(names) were established. Then the \(writer)'s dead-peer detection gave the \(side) up on all of them together"
        : "Packets of \(unsent.joined(separator: " and ")) did not leave the \(writer)'s host, and its dead-peer detection gave the \(side) up on the other channel"
    return Finding(
      rule: name, about: .tunnel, severity: comesBack ? .warning : .error, confidence: .likely,
      confidenceReason: "dead-peer detection gave up every channel; a capture would show where packets end",
      tunnel: tunnel.id,
      title: deaths.count == 1
        ? "The \(writer) has lost its way to the \(side)" : "The \(side) is gone: all channels died at the same moment",
      headline: deaths.count == 1
        ? "\(names) was up, and then the \(writer) had no way to the \(side) any more"
        : unsent.isEmpty
          ? "\(names) were up, and then nothing more came from the \(side) on any of them"
          : "packets no longer get to the \(side), over \(names) alike",
      explanation: """
        \(story), so no single port is blocked: the path to the \(side), a route, or the \(side) itself was gone. \(after)
        """,
      remedies: situation.remedies(self, for: tunnel),
      start: first.time, end: last.time,
      facts: [("silent_side", .text(side)), ("channels", .integer(deaths.count))], amount: 1,
      evidence: deaths.flatMap { $0.view.logEvidence($0.channel.kind) })
  }
}

extension Association {
  /// When it was found dead, or could not be sent.
  fileprivate var death: Sighting? {
    deadPeer ?? failures.first { $0.cause == .sendFailed }?.sighting
  }

  /// Whether it could not be sent, and none of the channel's came up after that.
  fileprivate func isUnsent(sinceAll views: [Association]) -> Bool {
    guard let death else { return false }
    return views.allSatisfy { $0.established.map { Sighting.isBefore($0, death) } ?? true }
  }
}

extension Channel {
  /// How each of its handshakes and connections is seen best.
  fileprivate var views: [Association] { handshakes.map(\.view) + connections.map(\.view) }
}
