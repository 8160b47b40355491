import Observations

/// The channels of one tunnel as logs show them: handshakes with what became of them, and sessions that follow each other.
struct LoggedChannels {
  let channels: [Channel]

  /// - Parameters:
  ///   - gateway: What the gateway says of itself; it may name the ports that clients are given.
  ///   - seen: The channels that packets show: their ports are those that clients use.
  init(
    _ log: TunnelLog, _ family: FamilyName, _ families: FamilyTable, gateway: GatewayKnowledge? = nil,
    seen: [Channel] = []
  ) {
    let profiles = families.family(named: family).map { $0.channels + $0.companions } ?? []
    let associations = Self.associations(log, families)
    channels = profiles.compactMap { profile in
      let own = associations.filter { $0.id.channel == profile.kind }
      if profile.judgesHandshakes {
        let used = seen.first { $0.kind == profile.kind }?.port.flatMap(UInt16.init(exactly:))
        let ports = [used, log.announcedPort(profile.kind), gateway?.announcedPort(profile.kind)].compactMap(\.self)
        return LoggedHandshakes(
          own, log, log.droppedRequests(to: ports.isEmpty ? [profile.usualPort] : Set(ports)), profile,
          port: ports.first.map(Int.init)
        ).channel
      }
      return Self.sessions(own, log, profile)
    }
  }

  // MARK: From lines to associations

  private static func associations(_ log: TunnelLog, _ families: FamilyTable) -> [Association] {
    let facts = log.facts
    var all: [Association] = []
    var places: [HandshakeID: Int] = [:]
    places.reserveCapacity(facts.count)
    // Where they stand: a copy counts a reference.
    for index in facts.indices {
      guard let id = facts[index].event.handshake else { continue }
      let place = places[id] ?? all.count
      if place == all.count {
        all.append(
          Association(
            witness: .log(facts[index].side), id: id, flow: nil, sawStart: true, first: facts[index].sighting))
        places[id] = place
      }
      all[place].absorb(facts[index].event, facts[index].sighting, families)
    }
    return all
  }

  // MARK: Sessions of the control channel

  private static func sessions(_ all: [Association], _ log: TunnelLog, _ profile: ChannelProfile) -> Channel? {
    let side = teller(of: all, log)
    var sessions = sessions(all, toldBy: side)
    guard !sessions.isEmpty else { return failures(all, profile, port: gatewayPort(log, profile)) }
    let reconnecting = reconnecting(&sessions, log, side, profile)
    let views = sessions.map { Session($0) }
    let port = log.facts(.state).lazy.compactMap { fact -> UInt16? in
      if case .statement(.vpnSession(let detail)) = fact.event { detail.tlsPort } else { nil }
    }.first
    return Channel(
      profile: profile, handshakes: failures(all, after: sessions.last), connections: views,
      tracks: [SessionTrack(sessions: views, reconnecting: reconnecting)], isLogged: true,
      namedPort: port.map(Int.init) ?? gatewayPort(log, profile))
  }

  /// Both sides log the same sessions, so those of one side count: the gateway's, which knows what a connection replaces,
  /// unless only the client's have times.
  private static func teller(of all: [Association], _ log: TunnelLog) -> Side {
    func worth(_ side: Side) -> (Int, Int) {
      let sessions = all.lazy.filter { isSession($0, toldBy: side) }
      let sources = Set(sessions.compactMap(\.established?.source))
      let facts = log.facts
      let hasTime = facts.indices.contains { index in
        facts[index].side == side && facts[index].time != nil && !facts[index].isTimeOfSession
          && sources.contains(.line(facts[index].line))
      }
      return (hasTime ? 1 : 0, sessions.count)
    }
    return worth(.server) >= worth(.client) ? .server : .client
  }

  /// What one side says came up, in order.
  private static func sessions(_ all: [Association], toldBy side: Side) -> [Association] {
    all.filter { isSession($0, toldBy: side) }.map(\.withoutUnseenStart)
      .ordered(by: { $0.established ?? $0.start }, Sighting.isBefore)
  }

  private static func isSession(_ association: Association, toldBy side: Side) -> Bool {
    association.witness == .log(side) && (association.established != nil || association.wasUpBefore)
      && !association.isDisowned
  }

  /// The sessions of a channel whose handshakes are judged, as they follow each other. That one was taken down in an orderly
  /// way stands in no association: who begins anew after that does so on purpose, or makes new keys that way.
  static func track(of all: [Association], _ log: TunnelLog) -> SessionTrack? {
    let sessions = sessions(all, toldBy: teller(of: all, log))
    return sessions.isEmpty ? nil : SessionTrack(sessions: sessions.map { Session($0) })
  }

  /// The gateway's address may be hidden, or only its name be told.
  private static func gatewayPort(_ log: TunnelLog, _ profile: ChannelProfile) -> Int? {
    log.gateways.first { $0.port != 0 }.map { Int($0.port) } ?? log.announcedPort(profile.kind).map(Int.init)
  }

  /// Handshakes of a control channel that all failed, and sessions that were up before the log begins and died in it; nil
  /// where there are none.
  private static func failures(_ all: [Association], _ profile: ChannelProfile, port: Int?) -> Channel? {
    let failed = all.filter { !$0.failures.isEmpty || $0.deadPeer != nil }
    guard !failed.isEmpty, !all.contains(where: { $0.established != nil }) else { return nil }
    return Channel(
      profile: profile, handshakes: failed.map(failure), connections: [], tracks: [],
      isLogged: true, namedPort: port)
  }

  /// Handshakes of a control channel that failed after its last session, so that it does not come back.
  private static func failures(_ all: [Association], after last: Association?) -> [Handshake] {
    guard let begin = last.map({ $0.established ?? $0.start }) else { return [] }
    return all.filter {
      !$0.failures.isEmpty && $0.established == nil && Sighting.isBefore(begin, $0.start)
    }.map(failure)
  }

  private static func failure(_ view: Association) -> Handshake {
    guard view.deadPeer == nil else { return Handshake(logged: view, outcome: .lost) }
    let causes = view.failures.map(\.cause)
    let isRejected = causes.allSatisfy { if case .rejected = $0 { true } else { false } }
    return Handshake(
      logged: view, outcome: causes.allSatisfy { $0 == .timedOut } ? .unanswered : isRejected ? .rejected : .failed)
  }

  /// Gives each session the end of the tunnel that is logged between it and the next, and finds those before which the
  /// client begins anew by itself.
  private static func reconnecting(
    _ sessions: inout [Association], _ log: TunnelLog, _ side: Side, _ profile: ChannelProfile
  ) -> Set<Int> {
    var reconnecting: Set<Int> = []
    var begins = false
    var next = 0
    let facts = log.facts
    for index in facts.indices where facts[index].side == side {
      while next < sessions.count {
        let begin = sessions[next].established ?? sessions[next].start
        guard begin.source == .line(facts[index].line) || Sighting.isBefore(begin, facts[index].sighting) else { break }
        if begins, next > 0 { reconnecting.insert(next) }
        begins = false
        next += 1
      }
      guard facts[index].kind == .ended || facts[index].kind == .reconnecting else { continue }
      switch facts[index].event {
      case .ended(let end) where end.id == nil && !end.isUnnamedConnection && next > 0:
        if sessions[next - 1].ended == nil { sessions[next - 1].ended = (facts[index].sighting, end) }
      case .reconnecting(let channel) where channel == nil || channel == profile.kind: begins = true
      default: break
      }
    }
    return reconnecting
  }
}

extension Association {
  /// Whether a session that came up before its log begins broke off in it.
  fileprivate var wasUpBefore: Bool { established == nil && failures.isEmpty && ended?.end.isBreak ?? false }

  /// The same; the line that shows the end of a session is not its beginning.
  fileprivate var withoutUnseenStart: Association {
    guard wasUpBefore else { return self }
    var copy = self
    copy.sawStart = false
    return copy
  }

  /// What a line tells of it.
  fileprivate mutating func absorb(_ event: Observation.Event, _ sighting: Sighting, _ families: FamilyTable) {
    switch event {
    case .opened(let opening): absorb(opening, sighting)
    // A login's connections complete their handshakes, too.
    case .established(let event)
    where !event.completesHandshakeOnly || families.profile(id.channel)?.judgesHandshakes ?? true:
      absorb(event, sighting)
    case .failed(let failure): absorb(failure, sighting)
    case .rejected(let rejection): absorb(rejection, sighting)
    case .deadPeer: deadPeer = deadPeer ?? sighting
    case .ended(let end): ended = ended ?? (sighting, end)
    default: break
    }
  }
}
