import Algorithms
import Observations

/// Puts what the capture points saw together into one situation: clocks first, then associations that are the same seen
/// twice, then tunnels.
struct SituationAssembly {
  /// The two ends of a tunnel and what kind it is: a host may reach another one by two families.
  private struct Ends: Hashable {
    let client: IPAddress
    let gateway: IPAddress
    let family: FamilyName
  }

  /// What belongs to one tunnel, each association in all its views, the one nearest to the client first.
  private struct Parts {
    /// Of each channel whose sessions are judged; a family has few channels.
    private(set) var connections: [(kind: ChannelKind, sessions: [Session])] = []
    /// Of each channel whose handshakes are judged.
    private(set) var handshakes: [(kind: ChannelKind, views: [[Association]])] = []

    mutating func add(_ sessions: [Session], of kind: ChannelKind) {
      if let known = connections.firstIndex(where: { $0.kind == kind }) {
        connections[known].sessions += sessions
      } else {
        connections.append((kind, sessions))
      }
    }

    mutating func add(_ views: [[Association]], of kind: ChannelKind) {
      if let known = handshakes.firstIndex(where: { $0.kind == kind }) {
        handshakes[known].views += views
      } else {
        handshakes.append((kind, views))
      }
    }

    /// Media streams agree on keys over DTLS; that is no tunnel. Web clients are no tunnel either; beside a data channel
    /// they may be the client's own login.
    ///
    /// - Parameters:
    ///   - mayBeCut: Whether hellos may lack the extension that says so. Without a tunnel over connections beside them, they are none either.
    ///   - family: Whose channels they are; without connections beside its handshakes it has no hellos.
    mutating func removeForeign(mayBeCut: Bool, of family: any FamilyProfile.Type) {
      for place in handshakes.indices {
        handshakes[place].views.removeAll { views in views.contains(where: \.isForeign) }
      }
      let hasControl = family.channels.contains { !$0.judgesHandshakes }
      if mayBeCut, hasControl, !connections.contains(where: { $0.sessions.contains(where: \.isTunnel) }) {
        for place in handshakes.indices where family.channels.contains(where: { $0.kind == handshakes[place].kind }) {
          handshakes[place].views.removeAll { views in views.allSatisfy(\.sessionID.isEmpty) }
        }
      }
      guard handshakes.allSatisfy({ $0.views.isEmpty }) else { return }
      for place in connections.indices {
        connections[place].sessions.removeAll { $0.views.contains(where: \.isForeign) }
      }
    }
  }

  private let histories: [PointHistory]
  /// Points whose captures hold the packets of further ones.
  private let holders: Set<Int>
  /// By point, in their order, and when the first of all begins and the last ends.
  private let captures: [Int: [CaptureDescription]]
  /// Whether a capture's packets are cut so short that hellos may not be whole.
  private let mayBeCut: Bool
  private let start: Timestamp?
  private let end: Timestamp?
  private let offsets: [Int: ClockOffset]
  private let clockOffsets: [ClockOffset]
  private let limits: CorrelationLimits
  private let families: FamilyTable

  init(
    _ histories: [PointHistory], captures: [CaptureDescription], families: FamilyTable,
    limits: CorrelationLimits = CorrelationLimits()
  ) {
    self.limits = limits
    self.histories = PointDivision.divided(histories, families: families).map {
      Redirections.noted(MovedSessions.joined($0))
    }
    holders = Set(histories.lazy.filter { $0.point != $0.holder }.map(\.holder))
    self.captures = Dictionary(grouping: captures, by: \.point)
    mayBeCut = captures.contains {
      $0.cutPackets > 0 && $0.shortestCut < CaptureQuality.comfortableSnapLength
    }
    start = captures.lazy.compactMap(\.start).min()
    end = captures.lazy.compactMap(\.end).max()
    self.families = families
    // One clock alone is right, and a capture has one.
    let clocks = histories.filter { $0.point == $0.holder }
    clockOffsets = clocks.count > 1 ? ClockComparison(clocks).offsets() : []
    offsets = Dictionary(uniqueKeysWithValues: clockOffsets.map { ($0.point, $0) })
  }

  func situation() -> Situation {
    let points = histories.map(point)
    let none = Timestamp(nanoseconds: .max)
    let nobody = IPAddress(v4: 0)
    let tunnels = (histories.count == 1 ? tunnels(of: histories[0], points) : mergedTunnels(points))
      .ordered(by: { ($0.start ?? none, $0.client ?? nobody, $0.gateway ?? nobody) }, <)
    let omitted = max(0, tunnels.count - limits.tunnels)
    return Situation(
      families: families,
      tunnels: tunnels.prefix(limits.tunnels).enumerated().map { index, tunnel in
        var named = tunnel
        named.id = "T\(index + 1)"
        return named
      },
      points: points, clockOffsets: clockOffsets,
      reachedLimits: omitted == 0 ? [] : [ReachedLimit(.tunnels, limit: limits.tunnels, count: omitted)])
  }

  /// The tunnels that a single capture point shows. Nothing is seen twice, so that each pair of hosts is looked at
  /// alone; the many that are no tunnel are not copied for it.
  private func tunnels(of history: PointHistory, _ points: [Situation.Point]) -> [Tunnel] {
    history.pairs.flatMap { pair, known -> [Tunnel] in
      let companions = CompanionChannels(of: known, families)
      return families.all.compactMap { family in
        let profiles = companions.channels(of: family)
        guard TunnelCandidate.mayBeTunnel(known, by: profiles) else { return nil }
        var parts = Parts()
        for profile in profiles {
          let associations = known.associations(profile.kind).ordered(by: { ($0.begin.moment, $0.start.source) }, <)
          guard !associations.isEmpty else { continue }
          if profile.judgesHandshakes {
            parts.add(associations.map { [$0] }, of: profile.kind)
          } else {
            parts.add(associations.map { Session($0) }, of: profile.kind)
          }
        }
        return tunnel(Ends(client: pair.client, gateway: pair.server, family: family.name), family, parts, points)
      }
    }
  }

  /// The tunnels that several capture points show, each with all their views.
  private func mergedTunnels(_ points: [Situation.Point]) -> [Tunnel] {
    var all: [(family: any FamilyProfile.Type, profile: ChannelProfile, merged: [[Association]])] = []
    for family in families.all {
      for profile in family.channels {
        let merged = merged(profile)
        if !merged.isEmpty { all.append((family, profile, merged)) }
      }
    }
    let translations = Translations(all.flatMap(\.merged))
    var groups: [Ends: Parts] = [:]
    for (family, profile, merged) in all {
      for views in merged {
        guard let flow = views[0].flow, let point = views[0].point else { continue }
        let (client, gateway) = translations.ends(of: flow, at: point)
        let ends = Ends(client: client, gateway: gateway, family: family.name)
        if profile.judgesHandshakes {
          groups[ends, default: Parts()].add([views], of: profile.kind)
        } else {
          groups[ends, default: Parts()].add([Session(views: views)], of: profile.kind)
        }
      }
    }
    adoptCompanions(in: &groups)
    return groups.compactMap { ends, parts in
      families.family(named: ends.family).flatMap { tunnel(ends, $0, parts, points) }
    }
  }

  /// Data channels that look like another family's go to the tunnel whose connections they stand beside.
  private func adoptCompanions(in groups: inout [Ends: Parts]) {
    for (ends, parts) in groups {
      for companion in families.family(named: ends.family)?.companions ?? [] {
        guard let owner = families.family(of: companion.kind)?.name else { continue }
        let lookAlike = Ends(client: ends.client, gateway: ends.gateway, family: owner)
        guard let theirs = groups[lookAlike], theirs.connections.isEmpty,
          theirs.handshakes.allSatisfy({ $0.kind == companion.kind }),
          companion.isCompanion(
            theirs.handshakes.flatMap(\.views).map { $0[0] }, of: parts.connections.flatMap(\.sessions).map(\.view))
        else { continue }
        for channel in theirs.handshakes { groups[ends]?.add(channel.views, of: companion.kind) }
        groups[lookAlike] = nil
      }
    }
  }

  // MARK: Points

  private func offset(_ point: Int, at time: Timestamp) -> Int64 { offsets[point]?.correction(at: time) ?? 0 }

  private func shifted<Fact: ClockShifting>(
    _ facts: PointHistory.Facts<Fact>, _ point: Int
  ) -> [PointHistory.Dated<Fact>] {
    facts.items.map {
      let offset = offset(point, at: $0.sighting.moment)
      return PointHistory.Dated(sighting: $0.sighting.shifted(by: offset), fact: $0.fact.shifted(by: offset))
    }
  }

  /// What tells a point from the others in its captures, after their names.
  private func place(of history: PointHistory) -> String {
    if history.translates { return " beyond the address translation" }
    guard holders.contains(history.holder) else { return "" }
    return " (point \(CapturePoint.place(of: history.point) + 1))"
  }

  private func point(_ history: PointHistory) -> Situation.Point {
    // What one file shows of several points belongs to its captures once.
    let isDivision = history.point != history.holder
    let whole = captures[history.holder] ?? []
    let own = isDivision ? [] : whole
    let name = whole.map(\.name).joined(separator: " + ") + place(of: history)
    var (connections, wholes, oneSided) = (0, 0, 0)
    for pair in history.pairs.values {
      for channel in pair.channels where !(families.profile(channel.kind)?.judgesHandshakes ?? true) {
        connections += channel.associations.count
        wholes += channel.associations.count { $0.whole != nil }
        oneSided += channel.associations.count(where: \.isOneSided)
      }
    }
    let tooBig = shifted(history.tooBig, history.holder)
    // A point without packets has no time of its own; that of the others stands in.
    let start = whole.compactMap(\.start).min() ?? self.start ?? Timestamp(nanoseconds: 0)
    let end = whole.compactMap(\.end).max() ?? self.end ?? start
    return Situation.Point(
      index: history.point, name: name, captures: own,
      start: start.adding(nanoseconds: offset(history.holder, at: start)),
      end: end.adding(nanoseconds: offset(history.holder, at: end)),
      tooBig: tooBig,
      tooBigByPath: Dictionary(grouping: tooBig) {
        HostPath(source: $0.fact.quoted.source.address, destination: $0.fact.quoted.destination.address)
      },
      oversized: shifted(history.oversized, history.holder),
      offers: shifted(history.offers, history.holder), stuck: shifted(history.stuck, history.holder),
      fragments: shifted(history.fragments, history.holder), hostDrops: shifted(history.hostDrops, history.holder),
      seesBothDirections: wholes == 0 || oneSided * 2 < wholes, connections: connections,
      reachedLimits: history.reachedLimits)
  }

  // MARK: The same thing seen twice

  /// The associations of a channel, each in all its views, the one nearest to the client first.
  private func merged(_ profile: ChannelProfile) -> [[Association]] {
    var merged: [[Association]] = []
    var byToken: [HandshakeToken: Int] = [:]
    var byFlow: [Flow: [Int]] = [:]
    for history in histories {
      let own = history.pairs.values.flatMap { $0.associations(profile.kind) }
        .map { $0.shifted(by: offset(history.holder, at: $0.start.moment)) }
        .ordered(by: { ($0.start.moment, $0.start.source) }, <)
      for association in own {
        let twin = twin(of: association, in: merged, byToken, byFlow)
        let place: Int
        if let twin {
          merged[twin].append(association)
          place = twin
        } else {
          merged.append([association])
          place = merged.count - 1
          if let flow = association.flow { byFlow[flow, default: []].append(place) }
        }
        for token in association.tokens where token.isComplete && byToken[token] == nil { byToken[token] = place }
      }
    }
    return merged.map { profile.judgesHandshakes ? Self.handshakeViews($0) : Self.connectionViews($0) }
  }

  private func twin(
    of association: Association, in merged: [[Association]], _ byToken: [HandshakeToken: Int], _ byFlow: [Flow: [Int]]
  ) -> Int? {
    let complete = association.tokens.filter(\.isComplete)
    if let index = complete.lazy.compactMap({ byToken[$0] }).first {
      return merged[index].contains { $0.point == association.point } ? nil : index
    }
    // Without a whole opening, the same endpoints at the same time are the same association.
    guard let flow = association.flow, let known = byFlow[flow] else { return nil }
    // Associations of one flow follow each other, in the order in which they came: only those around the same time can be it.
    let limit = association.end.adding(seconds: 1)
    let later = known.partitioningIndex { merged[$0][0].start.moment > limit }
    return known[..<later].suffix(Self.flowNeighbours).first { index in
      merged[index].allSatisfy { $0.point != association.point }
        && (complete.isEmpty || merged[index].allSatisfy { $0.tokens.isEmpty })
        && overlap(merged[index][0], association)
    }
  }

  /// Associations of one flow that are looked at to find the same one at another point.
  private static let flowNeighbours = 16

  private func overlap(_ a: Association, _ b: Association) -> Bool {
    a.start.moment <= b.end.adding(seconds: 1) && b.start.moment <= a.end.adding(seconds: 1)
  }

  /// From the opening to the answer: the nearer to the client, the longer it takes.
  private static func responseSeconds(_ association: Association) -> Double {
    guard let opening = association.openings.first, let answer = association.firstAnswer else { return 0 }
    return answer.seconds(since: opening) ?? 0
  }

  private static func connectionViews(_ views: [Association]) -> [Association] {
    views.ordered(by: responseSeconds, >)
  }

  /// Nearest to the client first. The packets of the side that begins have the most hops to go there. Where that says nothing: it
  /// sees every opening, only the answers that arrive, and those later; and the opening first, as far as the estimate of the
  /// clocks is right.
  private static func handshakeViews(_ views: [Association]) -> [Association] {
    let isByServer = views.first?.initiator == .server
    let knowsHops = views.allSatisfy { hopsToGo($0) != 0 }
    func hops(_ association: Association) -> UInt8 { knowsHops ? hopsToGo(association) : 0 }
    let byInitiator = views.sorted {
      (
        hops($1), $1.openingCount, $0.gatewayMessages, responseSeconds($1), $0.start.moment, $0.point ?? 0
      ) < (hops($0), $0.openingCount, $1.gatewayMessages, responseSeconds($0), $1.start.moment, $1.point ?? 0)
    }
    return isByServer ? byInitiator.reversed() : byInitiator
  }

  /// The time to live that the packets of the side that began have left; 0 where it is not known.
  private static func hopsToGo(_ association: Association) -> UInt8 {
    guard let whole = association.whole else { return 0 }
    return association.initiator == .server ? whole.serverTTL : whole.clientTTL
  }

  // MARK: Tunnels

  private func tunnel(
    _ ends: Ends, _ family: any FamilyProfile.Type, _ all: Parts, _ points: [Situation.Point]
  ) -> Tunnel? {
    var parts = all
    let hasControl = family.channels.contains { !$0.judgesHandshakes }
    parts.removeForeign(mayBeCut: mayBeCut, of: family)
    let connections = parts.connections.flatMap(\.sessions)
    let handshakes = parts.handshakes.flatMap(\.views)
    var indices: Set<Int> = []
    var (clients, gateways): (Set<IPAddress>, Set<IPAddress>) = ([], [])
    var latest: Int?
    func note(_ views: [Association]) {
      for place in views.indices {
        if let point = views[place].point, point != latest {
          indices.insert(point)
          latest = point
        }
        guard let flow = views[place].flow else { continue }
        if flow.client.address != ends.client { clients.insert(flow.client.address) }
        if flow.server.address != ends.gateway { gateways.insert(flow.server.address) }
      }
    }
    for connection in connections { note(connection.views) }
    for views in handshakes { note(views) }
    guard
      let captureEnd = points.indices.lazy.filter({ indices.contains(points[$0].index) }).map({ points[$0].end }).max()
    else { return nil }
    let candidate = TunnelCandidate(
      connections: connections, handshakes: handshakes.map { $0[0] })
    guard family.isTunnel(candidate) else { return nil }
    let channels = chain(family.channels, family.companions).compactMap { profile -> Channel? in
      if let own = parts.connections.first(where: { $0.kind == profile.kind })?.sessions {
        let tracks = SessionTrack.tracks(
          of: own.filter { !$0.view.isRefusedByReset }, captureEnd: captureEnd,
          carriesRequests: profile.carriesRequests, renewal: profile.renewal)
        return Channel(
          profile: profile, handshakes: [], connections: own.ordered(by: { ($0.start, $0.view.start.source) }, <),
          tracks: tracks.isEmpty ? SessionTrack.resting(own, beside: handshakes, renewal: profile.renewal) : tracks)
      }
      guard let own = parts.handshakes.first(where: { $0.kind == profile.kind })?.views, !own.isEmpty else {
        return nil
      }
      return channel(
        profile, own, controlSessions: connections, hasControl: hasControl, points, captureEnd: captureEnd)
    }
    return Tunnel(
      family: ends.family, client: ends.client, gateway: ends.gateway,
      translatedClients: clients.sorted(), translatedGateways: gateways.sorted(), seen: channels,
      points: pointOrder(connections, handshakes, indices),
      captureEnd: captureEnd)
  }

  private func channel(
    _ profile: ChannelProfile, _ associations: [[Association]], controlSessions: [Session], hasControl: Bool,
    _ points: [Situation.Point], captureEnd: Timestamp
  ) -> Channel {
    // Each point knows of renewals what it has seen: what renews a session at one may begin one at another.
    let starts = Dictionary(
      grouping: associations.lazy.flatMap(\.self).filter { $0.renews == nil }, by: { $0.point }
    ).mapValues { $0.map(\.start.moment).sorted() }
    let judged = associations.map { views in
      Handshake(views: views) { view in
        let point = points.first { $0.index == view.point }
        let own = starts[view.point] ?? []
        return HandshakeJudgement(
          profile: profile, captureEnd: point?.end ?? view.last.moment, seesGateway: point?.seesBothDirections ?? true,
          sessions: controlSessions, hasControl: hasControl,
          next: own[own.partitioningIndex { $0 > view.start.moment }...].first
        ).outcome(of: view)
      }
    }.ordered(by: { ($0.start, $0.view.start.source) }, <)
    // Where both sides know that the handshake is done, a session whose data is lost is one all the same.
    let sessions = judged.filter {
      !$0.isRenewal && $0.view.wasAnswered
        && ($0.view.carriedBothWays
          || profile.acknowledges && ($0.view.clientData != nil || $0.view.gatewayData != nil))
    }.map {
      Session(views: $0.views)
    }
    return Channel(
      profile: profile, handshakes: judged, connections: sessions,
      tracks: SessionTrack.tracks(
        of: sessions, captureEnd: captureEnd, carriesRequests: false, renewal: profile.renewal))
  }

  private func pointOrder(_ sessions: [Session], _ handshakes: [[Association]], _ indices: Set<Int>) -> [Int] {
    let ordered =
      sessions.max { $0.views.count < $1.views.count }?.views.compactMap(\.point)
      ?? handshakes.max { $0.count < $1.count }?.compactMap(\.point) ?? []
    return ordered + indices.filter { !ordered.contains($0) }.sorted()
  }
}

extension TunnelCandidate {
  /// Whether what two hosts did may have been a tunnel of the family with these channels, without putting it together.
  static func mayBeTunnel(_ pair: PointHistory.PairHistory, by channels: [ChannelProfile]) -> Bool {
    channels.contains { profile in
      let own = pair.associations(profile.kind)
      return profile.judgesHandshakes ? !own.isEmpty : own.contains(where: \.isTunnelConnection)
    }
  }

  /// Whether what two hosts did made a tunnel of any family, or may be about to. Openings alone, which nothing answered,
  /// made none.
  static func wasTunnel(_ pair: PointHistory.PairHistory, _ families: FamilyTable) -> Bool {
    let handshakes = pair.channels.filter { families.profile($0.kind)?.judgesHandshakes ?? true }.flatMap(
      \.associations)
    let connections = pair.channels.filter { !(families.profile($0.kind)?.judgesHandshakes ?? true) }
      .flatMap(\.associations)
    if !handshakes.isEmpty, !connections.isEmpty || handshakes.contains(where: \.wasAnswered) { return true }
    return connections.contains { $0.whole == nil && !$0.isRefusedByReset || $0.isTunnelConnection }
  }
}

/// Which client and which gateway stand behind translated addresses, learnt from associations that were seen on both sides.
private struct Translations {
  private struct Key: Hashable {
    let point: Int
    let pair: PointHistory.Pair
  }

  private struct Known {
    var clients: Set<IPAddress> = []
    var gateways: Set<IPAddress> = []
  }

  private var known: [Key: Known] = [:]

  init(_ associations: [[Association]]) {
    for views in associations where views.count > 1 {
      guard let own = views[0].flow else { continue }
      for view in views.dropFirst() {
        guard let flow = view.flow, let point = view.point else { continue }
        let key = Key(point: point, pair: PointHistory.Pair(flow))
        known[key, default: Known()].clients.insert(own.client.address)
        known[key, default: Known()].gateways.insert(own.server.address)
      }
    }
  }

  /// The addresses at the client's end of the path, each when just one is known behind the one that the point shows.
  func ends(of flow: Flow, at point: Int) -> (client: IPAddress, gateway: IPAddress) {
    let known = known[Key(point: point, pair: PointHistory.Pair(flow))]
    return (
      known.flatMap { Self.only($0.clients) } ?? flow.client.address,
      known.flatMap { Self.only($0.gateways) } ?? flow.server.address
    )
  }

  private static func only(_ addresses: Set<IPAddress>) -> IPAddress? {
    addresses.count == 1 ? addresses.first : nil
  }
}
