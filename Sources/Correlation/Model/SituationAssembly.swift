import Algorithms
import Observations

/// Puts what the capture points saw together into one situation: clocks first, then connections and attempts that
/// are the same seen twice, then tunnels.
struct SituationAssembly {
  private struct Ends: Hashable {
    let client: IPAddress
    let gateway: IPAddress
  }

  private let histories: [PointHistory]
  private let captures: [CaptureDescription]
  private let offsets: [Int: ClockOffset]
  private let clockOffsets: [ClockOffset]
  private let limits: CorrelationLimits

  init(
    _ histories: [PointHistory], captures: [CaptureDescription], limits: CorrelationLimits = CorrelationLimits()
  ) {
    self.limits = limits
    self.histories = histories
    self.captures = captures
    // One clock alone is right.
    clockOffsets = histories.count > 1 ? ClockComparison(histories).offsets() : []
    offsets = Dictionary(uniqueKeysWithValues: clockOffsets.map { ($0.point, $0) })
  }

  func situation() -> Situation {
    let points = histories.map(point)
    let tunnels = (histories.count == 1 ? tunnels(of: histories[0], points) : mergedTunnels(points))
      .ordered(by: { ($0.start, $0.client, $0.gateway) }, <)
    let omitted = max(0, tunnels.count - limits.tunnels)
    return Situation(
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
    history.pairs.compactMap { pair, known in
      guard !known.attempts.isEmpty || known.connections.contains(where: \.isTunnel) else { return nil }
      let sessions = known.connections.ordered(by: { ($0.start, $0.startFrame) }, <).map { Session(first: $0) }
      let attempts = known.attempts.ordered(by: { ($0.start.time, $0.start.frame) }, <).map { [$0] }
      return tunnel(Ends(client: pair.client, gateway: pair.server), sessions, attempts, points)
    }
  }

  /// The tunnels that several capture points show, each with all their views.
  private func mergedTunnels(_ points: [Situation.Point]) -> [Tunnel] {
    let sessions = mergedSessions()
    let attempts = mergedAttempts()
    let translations = Translations(sessions)
    var groups: [Ends: (sessions: [Session], attempts: [[ObservedAttempt]])] = [:]
    for session in sessions {
      let ends = Ends(
        client: translations.client(of: session.view.flow, at: session.view.point),
        gateway: session.view.flow.server.address)
      groups[ends, default: ([], [])].sessions.append(session)
    }
    for views in attempts {
      let ends = Ends(
        client: translations.client(of: views[0].flow, at: views[0].point), gateway: views[0].flow.server.address)
      groups[ends, default: ([], [])].attempts.append(views)
    }
    return groups.compactMap { tunnel($0, $1.sessions, $1.attempts, points) }
  }

  // MARK: Points

  private func offset(_ point: Int, at time: Timestamp) -> Int64 { offsets[point]?.correction(at: time) ?? 0 }

  private func shifted<Fact: ClockShifting>(
    _ facts: PointHistory.Facts<Fact>, _ point: Int
  ) -> [PointHistory.Dated<Fact>] {
    facts.items.map {
      let offset = offset(point, at: $0.sighting.time)
      return PointHistory.Dated(sighting: $0.sighting.shifted(by: offset), fact: $0.fact.shifted(by: offset))
    }
  }

  private func point(_ history: PointHistory) -> Situation.Point {
    let own = captures.filter { $0.point == history.point }
    var (connections, wholes, oneSided) = (0, 0, 0)
    for pair in history.pairs.values {
      connections += pair.connections.count
      wholes += pair.connections.count { $0.whole != nil }
      oneSided += pair.connections.count(where: \.isOneSided)
    }
    let tooBig = shifted(history.tooBig, history.point)
    // A point without packets has no time of its own; that of the others stands in.
    let start = own.compactMap(\.start).min() ?? captures.compactMap(\.start).min() ?? Timestamp(nanoseconds: 0)
    let end = own.compactMap(\.end).max() ?? captures.compactMap(\.end).max() ?? start
    return Situation.Point(
      index: history.point, name: own.map(\.name).joined(separator: " + "), captures: own,
      start: start.adding(nanoseconds: offset(history.point, at: start)),
      end: end.adding(nanoseconds: offset(history.point, at: end)),
      tooBig: tooBig,
      tooBigByPath: Dictionary(grouping: tooBig) {
        HostPath(source: $0.fact.quoted.source.address, destination: $0.fact.quoted.destination.address)
      },
      oversized: shifted(history.oversized, history.point),
      offers: shifted(history.offers, history.point), stuck: shifted(history.stuck, history.point),
      fragments: shifted(history.fragments, history.point),
      seesBothDirections: wholes == 0 || oneSided * 2 < wholes, connections: connections,
      reachedLimits: history.reachedLimits)
  }

  // MARK: The same thing seen twice

  private func mergedSessions() -> [Session] {
    var merged: [[ObservedConnection]] = []
    var byRandom: [HandshakeToken: Int] = [:]
    var byFlow: [Flow: [Int]] = [:]
    for history in histories {
      let connections = history.pairs.values.flatMap(\.connections)
        .map { $0.shifted(by: offset(history.point, at: $0.start)) }
        .ordered(by: { ($0.start, $0.startFrame) }, <)
      for connection in connections {
        let same = twin(of: connection, in: merged, byRandom, byFlow)
        if let same {
          merged[same].append(connection)
        } else {
          merged.append([connection])
          byFlow[connection.flow, default: []].append(merged.count - 1)
          if let random = connection.random, random.isComplete { byRandom[random] = merged.count - 1 }
        }
      }
    }
    return merged.map { views in
      let ordered = views.ordered(by: responseSeconds, >)
      return Session(first: ordered[0], others: Array(ordered.dropFirst()))
    }
  }

  private func twin(
    of connection: ObservedConnection, in merged: [[ObservedConnection]], _ byRandom: [HandshakeToken: Int],
    _ byFlow: [Flow: [Int]]
  ) -> Int? {
    if let random = connection.random, random.isComplete, let index = byRandom[random] {
      return merged[index].contains { $0.point == connection.point } ? nil : index
    }
    // Without a whole hello, the same endpoints at the same time are the same connection.
    return byFlow[connection.flow]?.first { index in
      merged[index].allSatisfy { $0.point != connection.point } && overlap(merged[index][0], connection)
    }
  }

  private func overlap(_ a: ObservedConnection, _ b: ObservedConnection) -> Bool {
    a.start <= b.end.adding(seconds: 1) && b.start <= a.end.adding(seconds: 1)
  }

  /// From the ClientHello to the ServerHello: the nearer to the client, the longer it takes.
  private func responseSeconds(_ connection: ObservedConnection) -> Double {
    guard let hello = connection.helloTime, let answer = connection.serverHelloTime else { return 0 }
    return answer.seconds(since: hello)
  }

  private func mergedAttempts() -> [[ObservedAttempt]] {
    var merged: [[ObservedAttempt]] = []
    var byRandom: [HandshakeToken: Int] = [:]
    var byFlow: [Flow: [Int]] = [:]
    for history in histories {
      let attempts = history.pairs.values.flatMap(\.attempts)
        .map { $0.shifted(by: offset(history.point, at: $0.start.time)) }
        .ordered(by: { ($0.start.time, $0.start.frame) }, <)
      for attempt in attempts {
        var same: Int?
        if let random = attempt.random, random.isComplete {
          same = byRandom[random]
        } else {
          same = byFlow[attempt.flow]?.first { index in
            abs(merged[index][0].start.time.seconds(since: attempt.start.time)) < 2
          }
        }
        if let index = same, merged[index].allSatisfy({ $0.point != attempt.point }) {
          merged[index].append(attempt)
        } else {
          merged.append([attempt])
          byFlow[attempt.flow, default: []].append(merged.count - 1)
          if let random = attempt.random, random.isComplete { byRandom[random] = merged.count - 1 }
        }
      }
    }
    // Nearest to the client first: it sees every hello, only the answers that arrive, and those later; and it sees
    // the hello first, as far as the estimate of the clocks is right.
    return merged.map { views in
      views.sorted {
        ($1.helloCount, $0.gatewayMessages, responseSeconds($1), $0.start.time, $0.point)
          < ($0.helloCount, $1.gatewayMessages, responseSeconds($0), $1.start.time, $1.point)
      }
    }
  }

  /// From the first hello to the first answer: the nearer to the client, the longer it takes.
  private func responseSeconds(_ attempt: ObservedAttempt) -> Double {
    guard let hello = attempt.hellos.first, let answer = attempt.firstAnswer else { return 0 }
    return answer.time.seconds(since: hello.time)
  }

  // MARK: Tunnels

  private func tunnel(
    _ ends: Ends, _ sessions: [Session], _ attempts: [[ObservedAttempt]], _ points: [Situation.Point]
  ) -> Tunnel? {
    // Media streams hand out SRTP keys over DTLS; that is no tunnel.
    let own = attempts.filter { views in !views.contains(where: \.offersSRTP) }
    let indices = Set(sessions.flatMap { $0.views.map(\.point) } + own.flatMap { $0.map(\.point) })
    let ownPoints = points.filter { indices.contains($0.index) }
    guard let captureEnd = ownPoints.map(\.end).max() else { return nil }
    let isTunnel =
      own.isEmpty
      ? sessions.contains(where: \.isTunnel) : own.contains { isTunnelAttempt($0[0], hasTLS: !sessions.isEmpty) }
    guard isTunnel else { return nil }
    let tracks = SessionTrack.tracks(of: sessions, captureEnd: captureEnd)
    let starts = own.map { $0[0].start.time }.sorted()
    let judged = own.map { views in
      Attempt(first: views[0], others: Array(views.dropFirst())) { view in
        judgement(of: view, sessions, points, starts: starts).outcome(of: view)
      }
    }
    let translated = Set(sessions.flatMap { $0.views.map(\.flow.client.address) }).subtracting([ends.client])
    return Tunnel(
      id: "", client: ends.client, gateway: ends.gateway, translatedClients: translated.sorted(),
      sessions: sessions.ordered(by: { ($0.start, $0.view.startFrame) }, <), tracks: tracks,
      attempts: judged.ordered(by: { ($0.start, $0.view.start.frame) }, <),
      points: pointOrder(sessions, own, indices), captureEnd: captureEnd)
  }

  /// DTLS towards a host that never spoke TLS is a tunnel only on the tunnels' own port.
  private func isTunnelAttempt(_ attempt: ObservedAttempt, hasTLS: Bool) -> Bool {
    hasTLS || attempt.flow.server.port == 443
  }

  private func judgement(
    of view: ObservedAttempt, _ sessions: [Session], _ points: [Situation.Point], starts: [Timestamp]
  ) -> AttemptJudgement {
    let point = points.first { $0.index == view.point }
    return AttemptJudgement(
      captureEnd: point?.end ?? view.last.time, seesGateway: point?.seesBothDirections ?? true, sessions: sessions,
      nextAttempt: starts[starts.partitioningIndex { $0 > view.start.time }...].first)
  }

  private func pointOrder(_ sessions: [Session], _ attempts: [[ObservedAttempt]], _ indices: Set<Int>) -> [Int] {
    let ordered =
      sessions.max { $0.views.count < $1.views.count }?.views.map(\.point)
      ?? attempts.max { $0.count < $1.count }?.map(\.point) ?? []
    return ordered + indices.subtracting(ordered).sorted()
  }
}

/// Which client stands behind a translated address, learnt from connections that were seen on both sides.
private struct Translations {
  private struct Key: Hashable {
    let point: Int
    let client: IPAddress
    let gateway: IPAddress
  }

  private var clients: [Key: Set<IPAddress>] = [:]

  init(_ sessions: [Session]) {
    for session in sessions where session.views.count > 1 {
      for view in session.views.dropFirst() {
        let key = Key(point: view.point, client: view.flow.client.address, gateway: view.flow.server.address)
        clients[key, default: []].insert(session.view.flow.client.address)
      }
    }
  }

  /// The client's own address, when just one is known behind the address that the point shows.
  func client(of flow: Flow, at point: Int) -> IPAddress {
    let known = clients[Key(point: point, client: flow.client.address, gateway: flow.server.address)] ?? []
    guard known.count == 1, let client = known.first else { return flow.client.address }
    return client
  }
}
