import Observations

/// What logs say became of the handshakes of one channel.
///
/// A client that resumes a session takes the channel for established before it has heard anything that proves it; what it
/// calls established and then finds dead every time, without ever keeping it, never was.
struct LoggedHandshakes {
  private let all: [Association]
  private let established: [Association]
  private let log: TunnelLog
  private let dropped: [LogFact]
  private let profile: ChannelProfile
  private let port: Int?

  /// An association that never carried anything is found dead by the first dead-peer probes: 30 seconds for three of
  /// them after 20 or 30 quiet ones.
  private static let deadAtOnceSeconds = 90.0
  /// What whole seconds, and the client's own timers, add to the silence after which a peer is dead.
  private static let slackSeconds = (announced: 2.0, usual: 5.0)
  /// A repetition may be a packet that was lost.
  private static let leastRepeated = 2

  init(_ all: [Association], _ log: TunnelLog, _ dropped: [LogFact], _ profile: ChannelProfile, port: Int?) {
    self.all = all
    established = Self.established(all)
    self.log = log
    self.dropped = dropped
    self.profile = profile
    self.port = port
  }

  var channel: Channel? {
    // A port that clients are given says that they are offered the channel, though no line shows what came of it.
    guard !all.isEmpty || !dropped.isEmpty || port != nil else { return nil }
    let failed = verdict
    let up = Set(established.map(\.id))
    var handshakes = all.map { association in
      Handshake(
        logged: association,
        outcome: failed.ids.contains(association.id)
          ? failed.outcome : up.contains(association.id) ? .established : .none)
    }
    if failed.isByDrops { handshakes += dropped.compactMap(handshake) }
    let droppedPort = dropped.lazy.compactMap { fact -> Int? in
      if case .packetDropped(let packet) = fact.event { Int(packet.destination.port) } else { nil }
    }.first
    // Where a channel has a fallback, the tunnel's sessions are those of the other one.
    let track = profile.fallback == nil ? LoggedChannels.track(of: all, log) : nil
    return Channel(
      profile: profile, handshakes: handshakes.ordered(by: { $0.view.start }, Sighting.isBefore),
      connections: track?.sessions ?? [], tracks: track.map { [$0] } ?? [], isLogged: true,
      namedPort: port ?? droppedPort)
  }

  private func failed(with cause: HandshakeFailure.Cause) -> [Association] {
    all.filter { association in association.has { $0 == cause } }
  }

  private func side(_ side: Side) -> some Sequence<Association> { Self.side(side, of: all) }

  private static func side(_ side: Side, of all: [Association]) -> some Sequence<Association> {
    all.lazy.filter { $0.witness == .log(side) }
  }

  private var dead: [Association] { all.filter { $0.deadPeer != nil } }
  private var begunAtGateway: [Association] { side(.server).filter { $0.openingCount > 0 } }
  private var repeatedAtGateway: Int {
    side(.server).reduce(0) { count, association in count + association.failures.count { $0.cause == .repeated } }
  }

  /// The client knows best what works, unless its log shows nothing of the channel: one that hears nothing, or cannot use
  /// what it hears, has no session, whatever the gateway says.
  private static func established(_ all: [Association]) -> [Association] {
    let client = side(.client, of: all).filter(\.cameUp)
    let isInVain = side(.client, of: all).contains { association in
      association.has { if case .setup = $0 { true } else { $0 == .timedOut } }
    }
    return client.isEmpty && !isInVain ? all.filter(\.cameUp) : client
  }

  private var verdict: (outcome: ChannelOutcome, ids: Set<HandshakeID>, isByDrops: Bool) {
    func failed(_ outcome: ChannelOutcome, _ handshakes: [Association]) -> (ChannelOutcome, Set<HandshakeID>, Bool) {
      (outcome, Set(handshakes.map(\.id)), false)
    }
    if !dead.isEmpty {
      guard wereDeadFromTheBeginning else { return failed(.lost, dead) }
      return failed(profile.fallback == nil ? .blocked : .stalled, dead)
    }
    guard established.isEmpty else { return failed(.refused, unsentSinceUp + longUnsentBefore) }
    let unheard = all.filter { $0.unheardPackets != nil }
    if !unheard.isEmpty { return failed(.blocked, unheard) }
    let sendFailed = self.failed(with: .sendFailed)
    if !sendFailed.isEmpty { return failed(.refused, sendFailed) }
    let ignored = all.filter { association in association.has { if case .ignored = $0 { true } else { false } } }
    if !ignored.isEmpty { return failed(.unanswered, ignored) }
    let rejected = all.filter { association in association.has { if case .rejected = $0 { true } else { false } }
    }
    if !rejected.isEmpty { return failed(.rejected, rejected) }
    let incomplete = self.failed(with: .incomplete)
    let timedOut = self.failed(with: .timedOut)
    if !incomplete.isEmpty { return failed(.stalled, incomplete + timedOut) }
    if !timedOut.isEmpty {
      return failed(begunAtGateway.isEmpty && repeatedAtGateway == 0 ? .unanswered : .stalled, timedOut)
    }
    if !dropped.isEmpty { return (.unanswered, [], true) }
    if repeatedAtGateway >= Self.leastRepeated {
      return failed(.stalled, side(.server).filter { association in association.has { $0 == .repeated } })
    }
    let waiting = all.filter { $0.listedState != nil }
    let saidToFail = all.filter { association in association.listedState == nil && association.has { $0 != .repeated } }
    if !saidToFail.isEmpty { return failed(.failed, saidToFail) }
    if !waiting.isEmpty {
      return failed(waiting.contains { $0.listedState?.isAnswered != false } ? .stalled : .unanswered, waiting)
    }
    return (.none, [], false)
  }

  /// What the client's own host does not send any more since the channel was up. Without a fallback the session's own end
  /// tells more.
  private var unsentSinceUp: [Association] {
    guard profile.fallback != nil, let up = established.compactMap(\.established).max(by: Sighting.isBefore) else {
      return []
    }
    return Self.side(.client, of: all).filter { association in
      association.failures.contains { $0.cause == .sendFailed && Sighting.isBefore(up, $0.sighting) }
    }
  }

  /// What was refused for so long before the channel came up that users ask why. With a fallback they had a tunnel.
  private var longUnsentBefore: [Association] {
    guard profile.fallback == nil else { return [] }
    return Self.side(.client, of: all).filter { association in
      association.established == nil && association.has { $0 == .sendFailed }
        && association.last.seconds(since: association.start) ?? 0 >= LongWait.leastSeconds
    }
  }

  /// Whether of several sessions each was found dead as early as one can be of which nothing was ever heard.
  private var wereDeadFromTheBeginning: Bool {
    guard let limit = longestLifeUnheard else { return false }
    let lives = dead.map { association in
      association.established.flatMap { association.deadPeer?.seconds(since: $0) }
    }
    return lives.count >= 2 && lives.allSatisfy { $0.map { $0 <= limit } ?? false }
  }

  /// For how long a session counts as established of which nothing is heard, in seconds; nil where that is not known.
  private var longestLifeUnheard: Double? {
    if profile.fallback != nil { return Self.deadAtOnceSeconds }
    let announced = log.facts(.timers).compactMap { fact -> Int? in
      guard case .negotiated(.timers(profile.kind, let timers)) = fact.event else { return nil }
      return timers.deadPeerDetection.flatMap { $0 > 0 ? $0 : nil }
    }.min()
    if let announced { return Double(announced) + Self.slackSeconds.announced }
    return profile.isDoneWithAnswer ? profile.longSilenceSeconds + Self.slackSeconds.usual : nil
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

extension Association {
  fileprivate func has(_ isCause: (HandshakeFailure.Cause) -> Bool) -> Bool {
    failures.contains { isCause($0.cause) }
  }

  /// Whether a log says that it came up, and not that the other side refused it then.
  fileprivate var cameUp: Bool { established != nil && !isDisowned }

  /// Whether the other side did not accept what had come up by the log.
  var isDisowned: Bool {
    failures.contains { failure in
      guard failure.cause != .repeated, !failure.cause.isOfRenewal, let established else { return false }
      return !Sighting.isBefore(failure.sighting, established)
    }
  }
}

extension Association {
  /// Packets for which nothing came back by the counters of the side that sent them; nil where no counter says so.
  var unheardPackets: Int? {
    failures.lazy.compactMap { if case .unheard(let packets) = $0.cause { packets } else { nil } }.first
  }
}

extension Association {
  /// What a listing says of a handshake that is under way; nil where none says so.
  var listedState: (words: String, isAnswered: Bool?)? {
    failures.lazy.compactMap { failure -> (String, Bool?)? in
      if case .waiting(let state, let isAnswered) = failure.cause { (state, isAnswered) } else { nil }
    }.first
  }
}

extension Handshake {
  init(logged association: Association, outcome: ChannelOutcome) {
    self.init(views: [association]) { _ in outcome }
  }
}
