import Observations

// tunnel-lost, of what logs alone show.
extension TunnelLost {
  /// Dead-peer detection gave the control connection up, and the log shows none after it.
  static func loggedConnectionFinding(
    _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let last = channel.deadConnection, let dead = last.deadPeer, PeerDead.deaths(in: tunnel) == nil
    else { return nil }
    let side = last.writer.opposite.name
    let writer = last.writer.name
    let lived = last.established.flatMap { dead.seconds(since: $0) }
    let failed = channel.handshakes.flatMap { $0.view.failures }.count
    // A log that ends there does not show whether the client comes back, as it may have done before.
    let isGivenUp = tunnel.log.facts(.ended).contains { Sighting.isBefore(dead, $0.sighting) }
    guard failed > 0 || isGivenUp else { return nil }
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      // A client that is gone may sleep.
      severity: side == "gateway" ? .error : .note, confidence: failed > 0 ? .likely : .possible,
      confidenceReason: channel.profile.deadPeerSign.reason
        + (failed > 0 ? ", and new connections fail" : "; a capture would show since when nothing came"),
      tunnel: tunnel.id, title: "\(channel.profile.name) was lost: the \(side) is not heard any more",
      headline:
        "\(channel.place) worked\(lived.map { " for \(Phrase.duration($0))" } ?? "") and then nothing more came from the \(side)",
      explanation: """
        According to the \(writer)'s log, \(channel.place) was established\(lived.map { " for \(Phrase.duration($0))" } ?? ""); then \
        \(channel.profile.deadPeerSign.event(of: last.writer)). \
        \(failed > 0 ? "Since then \(Phrase.count(failed, "new connection")) failed." : "Then the tunnel ended.")
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel),
      start: last.established?.time ?? dead.time,
      end: dead.time,
      facts: channel.portFact + (lived.map { [("established_seconds", .number($0))] } ?? [])
        + [("silent_side", .text(side))],
      amount: 1, seconds: lived, evidence: last.logEvidence(channel.kind))
  }

  /// The control connection broke off, and the client gave the tunnel up. A log that ends there does not show whether it
  /// comes back.
  static func brokenConnectionFinding(
    _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let last = channel.brokenConnection, let (broken, end) = last.ended, PeerDead.deaths(in: tunnel) == nil,
      end.id == nil || tunnel.log.facts(.ended).contains(where: { Sighting.isBefore(broken, $0.sighting) })
    else { return nil }
    let lived = last.established.flatMap { broken.seconds(since: $0) }
    let reason = end.reason.map { " (\($0))" } ?? ""
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      // It does not say how long users were without a tunnel.
      severity: .warning, confidence: .likely,
      confidenceReason: "the client's log says that it broke off, and shows no new session",
      tunnel: tunnel.id, title: "\(channel.profile.name) broke off and did not come back",
      headline: "\(channel.place) worked\(lived.map { " for \(Phrase.duration($0))" } ?? "") and then broke off",
      explanation: """
        According to the client's log, \(channel.place) was established\(lived.map { " for \(Phrase.duration($0))" } ?? "") and then \
        broke off\(reason): without an orderly close. The log does not show the tunnel coming back.
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel),
      start: last.established?.time ?? broken.time, end: broken.time,
      facts: channel.portFact + (lived.map { [("established_seconds", .number($0))] } ?? []),
      amount: 1, seconds: lived, evidence: last.logEvidence(channel.kind))
  }

  /// The channel was established, and later its peer was found dead.
  static func loggedFinding(
    _ lost: Handshake, _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let dead = lost.view.deadPeer, PeerDead.deaths(in: tunnel) == nil else { return nil }
    let writer = lost.view.writer
    let side = writer.opposite.name
    let later = channel.handshakes.filter {
      Sighting.isBefore(dead, $0.view.start) && $0.view.witness == lost.view.witness
    }
    let comesBack = later.contains { $0.view.established != nil }
    let failed = later.filter { !$0.view.failures.isEmpty }
    // What is known to be up by the very line that says it is lost, began before the log.
    let lived = lost.view.established.flatMap { dead.seconds(since: $0) }.flatMap { $0 > 0 ? $0 : nil }
    let all = channel.handshakes(.lost)
    // A client may go to sleep, or be switched off, without a word; a gateway is there to stay.
    let mayHaveLeft = writer == .server && failed.isEmpty
    var facts = channel.portFact
    if let lived { facts.append(("established_seconds", .number(lived))) }
    facts.append(("silent_side", .text(side)))
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      severity: comesBack || mayHaveLeft ? .warning : .error, confidence: failed.isEmpty ? .possible : .likely,
      confidenceReason: loggedReason(channel, failed.isEmpty, mayHaveLeft: mayHaveLeft),
      tunnel: tunnel.id, title: "\(channel.profile.name) was lost: the \(side) is not heard any more",
      headline:
        "\(channel.place) worked\(lived.map { " for \(Phrase.duration($0))" } ?? "") and then nothing more came from the \(side)",
      explanation: """
        \(channel.place) was established\(lived.map { " for \(Phrase.duration($0))" } ?? ""); then \
        \(channel.profile.deadPeerSign.event(of: writer))\(all.count > 1 ? ", \(all.count) times in all" : ""). \
        \(loggedAfterwards(comesBack: comesBack, failed.count, channel))\
        \(mayHaveLeft ? " A client that goes to sleep, or is switched off, leaves the same lines." : "")
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel),
      start: lost.view.established?.time ?? dead.time, end: failed.last?.view.last.time ?? dead.time, facts: facts,
      amount: all.count, seconds: lived,
      evidence: lost.view.logEvidence(channel.kind) + failed.prefix(3).flatMap { $0.view.logEvidence(channel.kind) })
  }

  private static func loggedReason(_ channel: Channel, _ isAlone: Bool, mayHaveLeft: Bool) -> String {
    channel.profile.deadPeerSign.reason
      + (mayHaveLeft
        ? "; a client that was switched off without a word looks the same"
        : isAlone ? "; a capture would show since when nothing came" : ", and new handshakes fail")
  }

  private static func loggedAfterwards(comesBack: Bool, _ failed: Int, _ channel: Channel) -> String {
    if comesBack { return "\(channel.profile.name) came back later." }
    guard failed > 0 else { return "The log does not show \(channel.profile.name) coming back." }
    return "Since then \(Phrase.count(failed, "handshake")) failed"
      + (channel.profile.fallback.map { "; traffic runs over \($0.name)." } ?? ".")
  }
}
