import Observations

/// Everything that happened, in time order: repeated events of one kind folded, evidence marked with its finding.
struct TimelineAssembly {
  let situation: Situation
  /// The finding that cites a frame, worst first.
  private let citing: [FrameReference: String]
  /// The same for the lines of logs.
  let citingLines: [LogLine: String]
  private let limit: Int
  /// What a tunnel may have at least, however many there are.
  private static let leastPerTunnel = 12

  init(_ situation: Situation, _ findings: [Finding], limit: Int) {
    self.situation = situation
    self.limit = limit
    var citing: [FrameReference: String] = [:]
    for finding in findings where finding.rule != .captureQuality && finding.rule != .mtuReconnect {
      for evidence in finding.evidence where citing[evidence.frame] == nil { citing[evidence.frame] = finding.id }
    }
    self.citing = citing
    var citingLines: [LogLine: String] = [:]
    for finding in findings where finding.rule != .mtuReconnect {
      for evidence in finding.logEvidence where citingLines[evidence.line] == nil {
        citingLines[evidence.line] = finding.id
      }
    }
    self.citingLines = citingLines
  }

  /// The entries in time order, and how many there were too many.
  func entries() -> (kept: [TimelineEntry], omitted: Int) {
    let perTunnel = max(Self.leastPerTunnel, limit / max(1, situation.tunnels.count))
    var kept: [TimelineEntry] = []
    var omitted = 0
    for tunnel in situation.tunnels {
      let all = events(of: tunnel)
      kept += Self.mostTelling(of: all, perTunnel)
      omitted += max(0, all.count - perTunnel)
    }
    for point in situation.points {
      let all = events(at: point)
      kept += Self.mostTelling(of: all, limit)
      omitted += max(0, all.count - limit)
    }
    let told = logEvents()
    kept += Self.mostTelling(of: told, limit)
    omitted += max(0, told.count - limit)
    return (Self.inOrder(kept), omitted)
  }

  /// By time; packets before lines of the same moment.
  private static func inOrder(_ entries: [TimelineEntry]) -> [TimelineEntry] {
    entries.ordered(by: \.time, <) { place(of: $0) < place(of: $1) }
  }

  private static func place(of entry: TimelineEntry) -> (FrameReference, LogLine) {
    (entry.frame ?? FrameReference(capture: .max, frame: 0), entry.line ?? LogLine(log: -1, number: 0))
  }

  /// The entries that findings cite, then the first of the others.
  private static func mostTelling(of entries: [TimelineEntry], _ limit: Int) -> [TimelineEntry] {
    guard entries.count > limit else { return entries }
    let ordered = inOrder(entries)
    return Array((ordered.filter { $0.finding != nil } + ordered.filter { $0.finding == nil }).prefix(limit))
  }

  private func entry(
    _ first: Sighting, until last: Timestamp? = nil, count: Int = 1, _ kind: TimelineEntry.Kind, _ tunnel: String?,
    _ text: String
  ) -> TimelineEntry {
    TimelineEntry(
      time: first.time, end: last, count: count, kind: kind, tunnel: tunnel, frame: first.frame, text: text,
      finding: citing[first.frame])
  }

  // MARK: Tunnels

  private func events(of tunnel: Tunnel) -> [TimelineEntry] {
    tunnel.mainSessions.flatMap { events(of: $0, tunnel) } + tunnel.attempts.flatMap { events(of: $0, tunnel) }
  }

  private func events(of session: Session, _ tunnel: Tunnel) -> [TimelineEntry] {
    let view = session.view
    var entries: [TimelineEntry] = []
    let suite = [view.version?.name, view.cipherSuite?.name].compactMap { $0 }.joined(separator: ", ")
    let text =
      view.sawStart
      ? "TLS session begins, port \(view.flow.server.port)" + (suite.isEmpty ? "" : " (\(suite))")
      : "TLS session under way when the capture begins, port \(view.flow.server.port)"
    let hello = view.helloTime.flatMap { time in view.helloFrame.map { Sighting(time: time, frame: $0) } }
    entries.append(
      entry(hello ?? Sighting(time: view.start, frame: view.startFrame), .tlsSession, tunnel.id, text))
    if let closed = session.closed, let frame = session.views.first(where: { $0.ending != .open })?.endFrame {
      entries.append(
        entry(Sighting(time: closed, frame: frame), .tlsEnd, tunnel.id, "TLS session \(session.endReason)"))
    }
    return entries
  }

  private func events(of attempt: Attempt, _ tunnel: Tunnel) -> [TimelineEntry] {
    let view = attempt.view
    var entries: [TimelineEntry] = []
    if let first = view.hellos.first {
      let answer = attempt.outcome == .unanswered ? ", no answer" : ""
      entries.append(
        entry(
          first, until: view.hellos.last?.time, count: view.helloCount, .dtlsHello, tunnel.id,
          "DTLS hello to UDP \(view.flow.server.port)\(answer)"))
    }
    for refusal in view.refusals.prefix(1) {
      let error = refusal.error
      entries.append(
        entry(
          refusal.sighting, until: view.refusals.last?.sighting.time, count: view.refusals.count, .icmp, tunnel.id,
          "ICMP\(error.isIPv6 ? "v6" : "") \(error.type)/\(error.code) from \(error.reporter) refuses the hello"))
    }
    if let answer = view.firstAnswer {
      entries.append(
        entry(answer, count: 1, .dtlsAnswer, tunnel.id, "DTLS answer from the gateway"))
    }
    if let data = view.gatewayData, view.clientData != nil {
      let begin = view.sawStart ? "DTLS established" : "DTLS under way"
      entries.append(
        entry(data, .dtlsEstablished, tunnel.id, begin + (view.cipherSuite.map { " (\($0.name))" } ?? "")))
    }
    for silence in view.silences {
      let talking = silence.silentSide == .server ? "client" : "gateway"
      let silent = silence.silentSide == .server ? "gateway" : "client"
      entries.append(
        entry(
          silence.since, until: silence.until, count: silence.packets, .dtlsSilence, tunnel.id,
          "DTLS packet of the \(talking), nothing from the \(silent)"))
    }
    if let alert = view.alert {
      entries.append(
        entry(alert, .dtlsAlert, tunnel.id, "DTLS alert from the \(view.alertSender == .server ? "gateway" : "client")")
      )
    }
    return entries
  }

  // MARK: Paths

  private func events(at point: Situation.Point) -> [TimelineEntry] {
    tooBigEvents(at: point) + offerEvents(at: point) + stuckEvents(at: point) + fragmentEvents(at: point)
  }

  private func tunnelID(_ a: IPAddress, _ b: IPAddress, at point: Situation.Point, _ time: Timestamp) -> String? {
    situation.tunnel(between: a, and: b)?.id
      ?? situation.tunnelInside(point, between: a, and: b, from: time, to: time)?.id
  }

  /// Errors about the same destination within a second are one event.
  private func tooBigEvents(at point: Situation.Point) -> [TimelineEntry] {
    fold(point.tooBig, within: 1) {
      $0.quoted.source.address == $1.quoted.source.address
        && $0.quoted.destination.address == $1.quoted.destination.address && $0.nextHopMTU == $1.nextHopMTU
    }.map { first, last, count in
      let quoted = first.fact.quoted
      return entry(
        first.sighting, until: last.sighting.time, count: count, .icmp,
        tunnelID(quoted.source.address, quoted.destination.address, at: point, first.sighting.time),
        "fragmentation needed, next-hop MTU \(first.fact.nextHopMTU.map(String.init) ?? "not given"), about \(quoted.length) bytes "
          + "from \(quoted.source.address) to \(quoted.destination.address)")
    }
  }

  private func offerEvents(at point: Situation.Point) -> [TimelineEntry] {
    point.offers.map { offer in
      let flow = offer.fact.flow
      let host = offer.fact.sender == .client ? flow.client.address : flow.server.address
      return entry(
        offer.sighting, .mss, tunnelID(flow.client.address, flow.server.address, at: point, offer.sighting.time),
        "\(host) offers MSS \(offer.fact.mss); the path to it carries \(offer.fact.pathMTU)")
    }
  }

  private func stuckEvents(at point: Situation.Point) -> [TimelineEntry] {
    point.stuck.map { stuck in
      let flow = stuck.fact.flow
      let first = Sighting(time: stuck.fact.firstSent, frame: stuck.fact.firstFrame)
      return entry(
        first, until: stuck.fact.lastSent, count: stuck.fact.retransmissions, .retransmission,
        tunnelID(flow.client.address, flow.server.address, at: point, first.time),
        "retransmission of \(stuck.fact.length) bytes\(stuck.fact.dontFragment ? " with DF" : "")"
          + (stuck.fact.acknowledged ? ", acknowledged in the end" : ", never acknowledged"))
    }
  }

  private func fragmentEvents(at point: Situation.Point) -> [TimelineEntry] {
    point.fragments.map { fragments in
      entry(
        fragments.sighting, count: fragments.fact.fragments, .fragments,
        tunnelID(fragments.fact.source, fragments.fact.destination, at: point, fragments.sighting.time),
        "IP fragment from \(fragments.fact.source) to \(fragments.fact.destination)")
    }
  }

  /// Neighbours that are alike and close in time become one: the first, the last and how many.
  private func fold<Fact>(
    _ events: [PointHistory.Dated<Fact>], within seconds: Double, alike: (Fact, Fact) -> Bool
  ) -> [(first: PointHistory.Dated<Fact>, last: PointHistory.Dated<Fact>, count: Int)] {
    var folded: [(first: PointHistory.Dated<Fact>, last: PointHistory.Dated<Fact>, count: Int)] = []
    for event in events {
      if let latest = folded.last, alike(latest.first.fact, event.fact),
        event.sighting.time.seconds(since: latest.last.sighting.time) <= seconds
      {
        folded[folded.count - 1].last = event
        folded[folded.count - 1].count += 1
      } else {
        folded.append((event, event, 1))
      }
    }
    return folded
  }
}
