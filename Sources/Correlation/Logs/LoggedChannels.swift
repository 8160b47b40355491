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
    let profiles = families.family(named: family)?.channels ?? []
    let associations = Self.associations(log, families)
    channels = profiles.compactMap { profile in
      let own = associations.filter { $0.id.channel == profile.kind }
      if profile.judgesHandshakes {
        let used = seen.first { $0.kind == profile.kind }?.port.flatMap(UInt16.init(exactly:))
        let ports = [used, log.announcedPort(profile.kind), gateway?.announcedPort(profile.kind)].compactMap(\.self)
        return LoggedHandshakes(
          own, log.droppedRequests(to: ports.isEmpty ? [profile.usualPort] : Set(ports)), profile,
          port: ports.first.map(Int.init)
        ).channel
      }
      return Self.sessions(own, log, profile)
    }
  }

  // MARK: From lines to associations

  private static func associations(_ log: TunnelLog, _ families: FamilyTable) -> [Association] {
    var all: [Association] = []
    var places: [HandshakeID: Int] = [:]
    for fact in log.facts {
      guard let id = fact.event.handshake else { continue }
      let place = places[id] ?? all.count
      if place == all.count {
        all.append(
          Association(witness: .log(fact.side), id: id, flow: nil, sawStart: true, first: fact.sighting))
        places[id] = place
      }
      let judges = families.profile(id.channel)?.judgesHandshakes ?? true
      switch fact.event {
      case .opened(let opening): all[place].absorb(opening, fact.sighting)
      // A login's connections complete their handshakes, too.
      case .established(let event) where judges || !event.completesHandshakeOnly:
        all[place].absorb(event, fact.sighting)
      case .failed(let failure): all[place].absorb(failure, fact.sighting)
      case .rejected(let rejection): all[place].absorb(rejection, fact.sighting)
      case .deadPeer: all[place].deadPeer = all[place].deadPeer ?? fact.sighting
      case .ended(let end): all[place].ended = all[place].ended ?? (fact.sighting, end)
      default: break
      }
    }
    return all
  }

  // MARK: Sessions of the control channel

  /// Both sides log the same sessions, so those of one side count: the gateway's, which knows what a connection replaces,
  /// unless only the client's have times.
  private static func sessions(_ all: [Association], _ log: TunnelLog, _ profile: ChannelProfile) -> Channel? {
    func own(_ side: Side?) -> [Association] {
      all.filter { $0.witness == .log(side) && $0.established != nil }
    }
    func worth(_ side: Side) -> (Int, Int) {
      let sessions = own(side)
      let times = Set(
        log.facts.filter { $0.side == side && $0.time != nil && !$0.isTimeOfSession }.map { Source.line($0.line) })
      return (sessions.contains { $0.established.map { times.contains($0.source) } ?? false } ? 1 : 0, sessions.count)
    }
    let side: Side = worth(.server) >= worth(.client) ? .server : .client
    var sessions = own(side).ordered(by: { $0.established ?? $0.start }, Sighting.isBefore)
    guard !sessions.isEmpty else { return failures(all, profile) }
    let reconnecting = reconnecting(&sessions, log, side, profile)
    let views = sessions.map { Session($0) }
    let port = log.facts.lazy.compactMap { fact -> UInt16? in
      if case .statement(.vpnSession(let detail)) = fact.event { detail.tlsPort } else { nil }
    }.first
    return Channel(
      profile: profile, handshakes: [], connections: views,
      tracks: [SessionTrack(sessions: views, reconnecting: reconnecting)], isLogged: true,
      namedPort: port.map(Int.init) ?? log.gateways.first { $0.port != 0 }.map { Int($0.port) })
  }

  /// Handshakes of a control channel that all failed; nil where none did.
  private static func failures(_ all: [Association], _ profile: ChannelProfile) -> Channel? {
    let failed = all.filter { !$0.failures.isEmpty }
    guard !failed.isEmpty, !all.contains(where: { $0.established != nil }) else { return nil }
    return Channel(
      profile: profile, handshakes: failed.map { Handshake(logged: $0, outcome: .failed) }, connections: [], tracks: [],
      isLogged: true)
  }

  /// Gives each session the end of the tunnel that is logged between it and the next, and finds those before which the
  /// client begins anew by itself.
  private static func reconnecting(
    _ sessions: inout [Association], _ log: TunnelLog, _ side: Side, _ profile: ChannelProfile
  ) -> Set<Int> {
    var reconnecting: Set<Int> = []
    var begins = false
    var next = 0
    for fact in log.facts where fact.side == side {
      while next < sessions.count, let established = sessions[next].established,
        established.source == .line(fact.line) || Sighting.isBefore(established, fact.sighting)
      {
        if begins, next > 0 { reconnecting.insert(next) }
        begins = false
        next += 1
      }
      switch fact.event {
      case .ended(let end) where end.id == nil && !end.isUnnamedConnection && next > 0:
        if sessions[next - 1].ended == nil { sessions[next - 1].ended = (fact.sighting, end) }
      case .reconnecting(let channel) where channel == nil || channel == profile.kind: begins = true
      default: break
      }
    }
    return reconnecting
  }
}

/// What logs say became of the handshakes of one channel.
///
/// A client that resumes a session takes the channel for established before it has heard anything that proves it; what it
/// calls established and then finds dead every time, without ever keeping it, never was.
private struct LoggedHandshakes {
  private let all: [Association]
  private let dropped: [LogFact]
  private let profile: ChannelProfile
  private let port: Int?

  /// An association that never carried anything is found dead by the first dead-peer probes: 30 seconds for three of
  /// them after 20 or 30 quiet ones.
  private static let deadAtOnceSeconds = 90.0
  /// A repetition may be a packet that was lost.
  private static let leastRepeated = 2

  init(_ all: [Association], _ dropped: [LogFact], _ profile: ChannelProfile, port: Int?) {
    self.all = all
    self.dropped = dropped
    self.profile = profile
    self.port = port
  }

  var channel: Channel? {
    // A port that clients are given says that they are offered the channel, though no line shows what came of it.
    guard !all.isEmpty || !dropped.isEmpty || port != nil else { return nil }
    let failed = verdict
    var handshakes = all.map { association in
      Handshake(
        logged: association,
        outcome: failed.ids.contains(association.id)
          ? failed.outcome : established.contains { $0.id == association.id } ? .established : .none)
    }
    if failed.isByDrops { handshakes += dropped.compactMap(handshake) }
    let droppedPort = dropped.lazy.compactMap { fact -> Int? in
      if case .packetDropped(let packet) = fact.event { Int(packet.destination.port) } else { nil }
    }.first
    return Channel(
      profile: profile, handshakes: handshakes.ordered(by: { $0.view.start }, Sighting.isBefore), connections: [],
      tracks: [], isLogged: true, namedPort: port ?? droppedPort)
  }

  private func has(_ association: Association, _ isCause: (HandshakeFailure.Cause) -> Bool) -> Bool {
    association.failures.contains { isCause($0.cause) }
  }

  private func side(_ side: Side) -> [Association] { all.filter { $0.witness == .log(side) } }
  private var timedOut: [Association] { all.filter { association in has(association) { $0 == .timedOut } } }
  private var incomplete: [Association] { all.filter { association in has(association) { $0 == .incomplete } } }
  private var sendFailed: [Association] { all.filter { association in has(association) { $0 == .sendFailed } } }
  private var dead: [Association] { all.filter { $0.deadPeer != nil } }
  private var begunAtGateway: [Association] { side(.server).filter { $0.openingCount > 0 } }
  private var repeatedAtGateway: Int {
    side(.server).reduce(0) { count, association in count + association.failures.count { $0.cause == .repeated } }
  }

  /// The client knows best what works, unless its log shows nothing of the channel.
  private var established: [Association] {
    let client = side(.client).filter { $0.established != nil }
    guard client.isEmpty, !side(.client).contains(where: { association in has(association) { $0 == .timedOut } }) else {
      return client
    }
    return all.filter { $0.established != nil }
  }

  private var verdict: (outcome: ChannelOutcome, ids: Set<HandshakeID>, isByDrops: Bool) {
    func failed(_ outcome: ChannelOutcome, _ handshakes: [Association]) -> (ChannelOutcome, Set<HandshakeID>, Bool) {
      (outcome, Set(handshakes.map(\.id)), false)
    }
    if !dead.isEmpty {
      let lives = dead.map { association in
        association.established.flatMap { association.deadPeer?.seconds(since: $0) }
      }
      // Where the other side has to answer before a channel counts as established, it worked.
      let diesAtOnce =
        profile.fallback != nil && lives.count >= 2
        && lives.allSatisfy { $0.map { $0 <= Self.deadAtOnceSeconds } ?? false }
      return failed(diesAtOnce ? .stalled : .lost, dead)
    }
    guard established.isEmpty else { return (.none, [], false) }
    if !sendFailed.isEmpty { return failed(.refused, sendFailed) }
    if !incomplete.isEmpty { return failed(.stalled, incomplete + timedOut) }
    if !timedOut.isEmpty {
      return failed(begunAtGateway.isEmpty && repeatedAtGateway == 0 ? .unanswered : .stalled, timedOut)
    }
    if !dropped.isEmpty { return (.unanswered, [], true) }
    if repeatedAtGateway >= Self.leastRepeated {
      return failed(.stalled, side(.server).filter { association in has(association) { $0 == .repeated } })
    }
    let saidToFail = all.filter { association in has(association) { $0 != .repeated } }
    if !saidToFail.isEmpty { return failed(.failed, saidToFail) }
    return (.none, [], false)
  }

  /// An opening that the gateway dropped.
  private func handshake(_ fact: LogFact) -> Handshake? {
    guard case .packetDropped(let packet) = fact.event else { return nil }
    var association = Association(
      witness: .log(.server), id: HandshakeID(profile.kind, first: .line(fact.line)),
      flow: Flow(client: packet.source, server: packet.destination), sawStart: true, first: fact.sighting)
    association.openings = [fact.sighting]
    association.openingCount = 1
    association.drop = packet
    return Handshake(logged: association, outcome: .unanswered)
  }
}

extension Handshake {
  fileprivate init(logged association: Association, outcome: ChannelOutcome) {
    self.init(views: [association]) { _ in outcome }
  }
}
