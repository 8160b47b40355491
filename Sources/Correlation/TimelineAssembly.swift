import Observations

/// Everything that happened, in time order: repeated events of one kind folded, evidence marked with its finding.
struct TimelineAssembly {
  let situation: Situation
  /// The finding that cites a packet or line, worst first.
  let citing: [Source: String]
  private let limit: Int
  /// What a tunnel may have at least, however many there are.
  private static let leastPerTunnel = 12

  init(_ situation: Situation, _ findings: [Finding], limit: Int) {
    self.situation = situation
    self.limit = limit
    let joining = Set(situation.families.rules.filter { $0.joinsFindings }.map { $0.name })
    var citing: [Source: String] = [:]
    for finding in findings where finding.rule != .captureQuality && !joining.contains(finding.rule) {
      for evidence in finding.evidence where citing[evidence.source] == nil { citing[evidence.source] = finding.id }
    }
    self.citing = citing
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
    let logged = logEvents()
    kept += Self.mostTelling(of: logged, limit)
    omitted += max(0, logged.count - limit)
    return (Self.inOrder(kept), omitted)
  }

  /// By time; packets before lines of the same moment.
  private static func inOrder(_ entries: [TimelineEntry]) -> [TimelineEntry] {
    entries.ordered(by: \.time, <) { $0.source < $1.source }
  }

  /// The entries that findings cite, then the first of the others.
  private static func mostTelling(of entries: [TimelineEntry], _ limit: Int) -> [TimelineEntry] {
    guard entries.count > limit else { return entries }
    let ordered = inOrder(entries)
    let cited = Array(ordered.lazy.filter { $0.finding != nil }.prefix(limit))
    return cited + ordered.lazy.filter { $0.finding == nil }.prefix(limit - cited.count)
  }

  private func entry(
    _ first: Sighting, until last: Timestamp? = nil, count: Int = 1, _ kind: TimelineEntry.Kind, _ tunnel: String?,
    channel: ChannelKind? = nil, _ text: String
  ) -> TimelineEntry {
    TimelineEntry(
      time: first.moment, end: last, count: count, kind: kind, tunnel: tunnel, channel: channel, source: first.source,
      text: text, finding: citing[first.source])
  }

  // MARK: Tunnels

  private func events(of tunnel: Tunnel) -> [TimelineEntry] {
    var entries: [TimelineEntry] = []
    for channel in tunnel.seen {
      if channel.profile.judgesHandshakes {
        let differ = Self.differ(channel.handshakes.lazy.map(\.view.cipherSuite))
        for handshake in channel.handshakes { add(handshake, channel, tunnel, namesKeys: differ, to: &entries) }
      } else {
        let differ = Self.differ(channel.sessions.lazy.map { Keys($0.view) })
        for session in channel.sessions { add(session, channel, tunnel, namesKeys: differ, to: &entries) }
      }
    }
    return entries
  }

  private static func words(of silence: Association.Silent, on channel: String) -> String {
    let (sender, silent) = (silence.side.opposite.name, silence.side.name)
    return switch silence.kind {
    case .all: "\(channel) packet of the \(sender), nothing from the \(silent)"
    case .data: "packet with data of the \(sender), none of the \(silent)'s"
    case .answers: "\(channel) packet of the \(sender) again, although the \(silent) answers"
    }
  }

  /// Whether they are not all the same.
  private static func differ(_ values: some Sequence<some Equatable>) -> Bool {
    let first = values.first { _ in true }
    return values.contains { $0 != first }
  }

  /// What a session's keys were agreed on with.
  private struct Keys: Equatable {
    let version: String?
    let suite: String?

    init(_ view: Association) { (version, suite) = (view.version?.name, view.cipherSuite?.name) }

    /// " (TLS 1.3, TLS_AES_256_GCM_SHA384)"; empty where neither is known.
    var words: String {
      let known = [version, suite].compactMap(\.self)
      return known.isEmpty ? "" : " (\(known.joined(separator: ", ")))"
    }
  }

  /// - Parameter namesKeys: Whether sessions differ in their version or cipher suite. What they have in common is said of the
  ///   tunnel.
  private func add(
    _ session: Session, _ channel: Channel, _ tunnel: Tunnel, namesKeys: Bool, to entries: inout [TimelineEntry]
  ) {
    let view = session.view
    let name = channel.profile.name
    let port = view.port.map { ", port \($0)" } ?? ""
    let text =
      view.sawStart
      ? "\(name) session begins\(port)\(namesKeys ? Keys(view).words : "")"
      : "\(name) session under way when the capture begins\(port)"
    entries.append(entry(view.begin, .session, tunnel.id, channel: channel.kind, text))
    if let closing = session.closing {
      entries.append(
        entry(closing, .sessionEnd, tunnel.id, channel: channel.kind, "\(name) session \(session.endReason)"))
    }
  }

  private func add(
    _ handshake: Handshake, _ channel: Channel, _ tunnel: Tunnel, namesKeys: Bool, to entries: inout [TimelineEntry]
  ) {
    let view = handshake.view
    let (name, kind) = (channel.profile.name, channel.kind)
    func add(
      _ first: Sighting, until last: Timestamp? = nil, count: Int = 1, _ what: TimelineEntry.Kind, _ text: String
    ) {
      entries.append(entry(first, until: last, count: count, what, tunnel.id, channel: kind, text))
    }
    if let first = view.openings.first {
      let answer = handshake.outcome == .unanswered ? ", no answer" : ""
      let opening = view.isRefusedByReset ? "SYN for \(name)" : channel.profile.opening
      let what = handshake.isRenewal ? "\(opening) for new keys" : opening
      add(
        first, until: view.openings.last?.time, count: view.openingCount, .opening,
        "\(what) to \(view.port.map { "\(channel.transport) \($0)" } ?? "the gateway")\(answer)"
          + (view.isRedirectedHere ? ", sent here by another gateway" : ""))
    }
    // What another point alone shows belongs to the story.
    let refusals = handshake.first(\.refusals)
    for refused in refusals.prefix(1) {
      guard case .icmp(let type, let code, let isIPv6) = refused.refusal.kind else {
        add(
          refused.sighting, until: refusals.last?.sighting.time, count: refusals.count, .icmp,
          "TCP reset from \(refused.refusal.reporter) refuses the connection")
        continue
      }
      add(
        refused.sighting, until: refusals.last?.sighting.time, count: refusals.count, .icmp,
        "ICMP\(isIPv6 ? "v6" : "") \(type)/\(code) from \(refused.refusal.reporter) refuses \(refused.wasEstablished ? "a packet" : "the opening")"
      )
    }
    if handshake.outcome == .redirected, let redirect = view.redirect {
      add(redirect, .answer, "the gateway sends the client to another one")
    } else if let rejection = view.rejection {
      add(
        rejection.sighting, .rejected,
        "the \(rejection.word.sender.name) rejects the \(name) handshake: \(rejection.word.reason)"
      )
    }
    if let answer = view.firstAnswer, answer.source != view.redirect?.source {
      add(answer, .answer, "\(name) answer from the \(view.initiator.opposite.name)")
    }
    if let data = view.gatewayData, view.clientData != nil {
      let begin = view.sawStart ? "\(name) established" : "\(name) under way"
      add(data, .established, begin + (namesKeys ? view.cipherSuite.map { " (\($0.name))" } ?? "" : ""))
    }
    for silence in handshake.first(\.silences) {
      add(
        silence.since, until: silence.until, count: silence.packets, .silence,
        Self.words(of: silence, on: name))
    }
    for change in handshake.first(\.addressChanges) {
      add(change.sighting, .addressChange, "the client goes on from \(change.change.to)")
    }
    if let closing = view.closing, view.rejection == nil {
      add(closing, .closing, "\(name) alert from the \(view.closingSender == .server ? "gateway" : "client")")
    }
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
    }.map { tooBigEvent($0.first, $0.last, kept: $0.count, at: point) }
  }

  private func tooBigEvent(
    _ first: PointHistory.Dated<PacketTooBig>, _ last: PointHistory.Dated<PacketTooBig>, kept: Int,
    at point: Situation.Point
  ) -> TimelineEntry {
    let quoted = first.fact.quoted
    let (source, destination) = (quoted.source.address, quoted.destination.address)
    let mtu = first.fact.nextHopMTU.map(String.init) ?? "not given"
    return entry(
      first.sighting, until: last.sighting.time, count: max(kept, errorsAtOnce(about: quoted, at: point)), .icmp,
      tunnelID(source, destination, at: point, first.sighting.moment),
      "\(destination.tooBigError), next-hop MTU \(mtu), about \(quoted.length) bytes from \(source) to \(destination)")
  }

  /// Errors about a path, where they all came within a second of the first: of each flow only the first ones are kept,
  /// and the others are counted. 0 where they did not.
  private func errorsAtOnce(about quoted: QuotedFlow, at point: Situation.Point) -> Int {
    let path = point.oversized.first {
      $0.fact.source == quoted.source.address && $0.fact.destination == quoted.destination.address
    }
    return path.map { $0.fact.packetsAfterwards == 0 ? $0.fact.errors : 0 } ?? 0
  }

  private func offerEvents(at point: Situation.Point) -> [TimelineEntry] {
    MSSExceedsMTU.offers(at: point).map { offer in
      entry(
        offer.sighting, .mss, tunnelID(offer.host, offer.peer, at: point, offer.sighting.moment),
        "\(offer.host) offers MSS \(offer.mss); the path to it carries \(offer.mtu)")
    }
  }

  private func stuckEvents(at point: Situation.Point) -> [TimelineEntry] {
    point.stuck.map { stuck in
      let flow = stuck.fact.flow
      let first = Sighting(time: stuck.fact.firstSent, frame: stuck.fact.firstFrame)
      return entry(
        first, until: stuck.fact.lastSent, count: stuck.fact.retransmissions, .retransmission,
        tunnelID(flow.client.address, flow.server.address, at: point, first.moment),
        (stuck.fact.missingBytes.map { "\($0) bytes missing, and asked for" }
          ?? "retransmission of \(stuck.fact.length) bytes\(stuck.fact.dontFragment ? flow.server.address.unfragmentedMark : "")")
          + (stuck.fact.acknowledged ? ", acknowledged in the end" : ", never acknowledged"))
    }
  }

  private func fragmentEvents(at point: Situation.Point) -> [TimelineEntry] {
    point.fragments.map { fragments in
      entry(
        fragments.sighting, count: fragments.fact.fragments, .fragments,
        tunnelID(fragments.fact.source, fragments.fact.destination, at: point, fragments.sighting.moment),
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
        event.sighting.moment.seconds(since: latest.last.sighting.moment) <= seconds
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
