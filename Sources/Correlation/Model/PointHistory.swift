import Observations

/// What one capture point saw, put in order as the observations come: connections, attempts, path facts.
///
/// Bounded: pairs of hosts and what is kept for each have caps; `dropped` counts what went beyond them.
struct PointHistory: Sendable {
  /// A client and a server by address.
  struct Pair: Hashable, Comparable {
    let client: IPAddress
    let server: IPAddress

    init(_ flow: Flow) { (client, server) = (flow.client.address, flow.server.address) }

    static func < (a: Pair, b: Pair) -> Bool { a.client != b.client ? a.client < b.client : a.server < b.server }
  }

  /// An observation of the path, with where and when.
  struct Dated<Fact: Sendable>: Sendable {
    var sighting: Sighting
    let fact: Fact
  }

  /// Path facts of one kind, up to a limit; more are counted.
  struct Facts<Fact: Sendable>: Sendable {
    private(set) var items: [Dated<Fact>] = []
    private(set) var dropped = 0

    mutating func keep(_ fact: Fact, _ sighting: Sighting, limit: Int) {
      guard items.count < limit else {
        dropped += 1
        return
      }
      items.append(Dated(sighting: sighting, fact: fact))
    }

    mutating func replace(_ index: Int, by fact: Fact, _ sighting: Sighting) {
      items[index] = Dated(sighting: sighting, fact: fact)
    }

    /// Forgets the older half when there are more than `limit`; returns whether it did.
    mutating func forgetOldest(keeping limit: Int) -> Bool {
      guard items.count > limit else { return false }
      dropped += items.count - limit / 2
      items.removeFirst(items.count - limit / 2)
      return true
    }
  }

  /// When all pairs together keep too much, those with more entries than this give up some of theirs first.
  private static let spareEntries = 128
  /// Of so many entries, the latest of each pair, nothing goes while the pair stays: as many sessions and attempts as
  /// the rules need to judge a tunnel.
  private static let leastEntries = 16
  let point: Int
  private let limits: CorrelationLimits
  private(set) var pairs: [Pair: PairHistory] = [:]
  private(set) var tooBig = Facts<PacketTooBig>()
  private(set) var oversized = Facts<OversizedPackets>()
  private(set) var offers = Facts<MSSOffer>()
  private(set) var stuck = Facts<StuckSegment>()
  private(set) var fragments = Facts<Fragments>()
  /// Where each stuck segment stands, by its first retransmission: it is told again when it ends.
  private var stuckPlaces: [FrameReference: Int] = [:]
  /// Observations about pairs of hosts beyond the limit.
  private(set) var droppedPairs = 0
  /// Connections and attempts of pairs that were forgotten as a whole.
  private var forgottenWithPairs = 0
  /// Connections and attempts that are kept.
  private(set) var entries = 0

  init(point: Int, limits: CorrelationLimits = CorrelationLimits()) {
    self.point = point
    self.limits = limits
  }

  /// Path facts of all kinds.
  var factCount: Int {
    tooBig.items.count + oversized.items.count + offers.items.count + stuck.items.count + fragments.items.count
  }

  mutating func absorb(_ observation: Observation) {
    let sighting = Sighting(time: observation.time, frame: observation.frame)
    switch observation.event {
    case .tlsClientHello(let hello): absorb(hello, sighting)
    case .tlsServerHello(let hello): absorb(hello, sighting)
    case .tlsConnectionEnded(let connection): absorb(connection, sighting)
    case .dtlsHandshake(let handshake): absorb(handshake, sighting)
    case .dtlsData(let data):
      withAttempt(data.flow, sighting) { attempt in
        if data.sender == .client { attempt.clientData = sighting } else { attempt.gatewayData = sighting }
      }
    case .dtlsSilence(let silence): absorb(silence, sighting)
    case .dtlsAlert(let alert):
      withAttempt(alert.flow, sighting) { attempt in
        attempt.alert = sighting
        attempt.alertSender = alert.sender
      }
    case .dtlsAssociationEnded(let whole):
      withAttempt(whole.flow, sighting, mayBegin: false) { attempt in
        attempt.last = Sighting(time: whole.end, frame: attempt.last.frame)
      }
    case .destinationUnreachable(let error): absorb(error, sighting)
    case .packetTooBig(let fact): tooBig.keep(fact, sighting, limit: limits.pathFacts)
    case .oversizedPackets(let fact): oversized.keep(fact, sighting, limit: limits.pathFacts)
    case .mssOffered(let fact): offers.keep(fact, sighting, limit: limits.pathFacts)
    case .stuckSegment(let fact): absorb(fact, sighting)
    case .fragments(let fact): fragments.keep(fact, sighting, limit: limits.pathFacts)
    }
  }

  // MARK: Forgetting

  /// Makes room for what is to come, for a capture that has no end.
  ///
  /// Little at a time, so that what is remembered, and the memory that it takes, hardly swings; but so much that it is
  /// seldom, because whom to forget is found by sorting all pairs.
  ///
  /// - Parameters:
  ///   - entries: Connections and attempts that may stay. Above it pairs of hosts go that made no tunnel, those that
  ///     ended longest ago first; then the older entries of the busiest pairs, down to the latest few of each; then
  ///     tunnels, by their end too; until fifteen sixteenths are left.
  ///   - factLimit: Path facts of each kind that may stay; above it the older half goes.
  /// - Returns: How many pairs of hosts were forgotten.
  mutating func forgetOldest(keeping entries: Int, factLimit: Int) -> Int {
    _ = tooBig.forgetOldest(keeping: factLimit)
    _ = offers.forgetOldest(keeping: factLimit)
    if stuck.forgetOldest(keeping: factLimit) {
      stuckPlaces = [:]
      for (index, item) in stuck.items.enumerated() { stuckPlaces[item.fact.firstFrame] = index }
    }
    let pairLimit = limits.hostPairs / 4 * 3
    guard self.entries > entries || pairs.count > pairLimit else { return 0 }
    let before = pairs.count
    let byAge = pairs.map { (pair: $0.key, isTunnel: $0.value.isTunnel, last: $0.value.last) }
      .sorted { ($0.last, $0.pair) < ($1.last, $1.pair) }
    let (entriesLeft, pairsLeft) = (entries - entries / 16, pairLimit - pairLimit / 16)
    func forget(_ pair: Pair) {
      let known = pairs.removeValue(forKey: pair)?.entries ?? 0
      self.entries -= known
      forgottenWithPairs += known
    }
    for old in byAge where !old.isTunnel && (self.entries > entriesLeft || pairs.count > pairsLeft) { forget(old.pair) }
    if self.entries > entries { forgetOlderEntries(keeping: entriesLeft) }
    if self.entries > entries || pairs.count > pairLimit {
      for old in byAge where old.isTunnel && (self.entries > entriesLeft || pairs.count > pairsLeft) {
        forget(old.pair)
      }
    }
    return before - pairs.count
  }

  /// Lets the pairs that keep most forget their oldest entries, until there are no more than `left`, or no pair keeps
  /// more than the least.
  private mutating func forgetOlderEntries(keeping left: Int) {
    var most = Self.spareEntries
    while entries > left, most >= Self.leastEntries {
      var isForgetting = false
      for place in pairs.values.indices where pairs.values[place].entries > most {
        let before = pairs.values[place].entries
        pairs.values[place].forgetOldest(1, of: 16)
        entries -= before - pairs.values[place].entries
        isForgetting = true
      }
      if !isForgetting { most /= 2 }
    }
  }

  /// Makes room in a capture that has an end, of which the busiest hosts may well be those that matter: their older
  /// entries go first, and whole pairs only where that frees too little.
  @inline(never)
  private mutating func makeRoom() {
    for place in pairs.values.indices where pairs.values[place].entries > Self.spareEntries {
      pairs.values[place].forgetOldest(1, of: 2)
    }
    entries = pairs.values.reduce(0) { $0 + $1.entries }
    let enough = limits.connections / 8 * 7
    if entries > enough { _ = forgetOldest(keeping: enough, factLimit: limits.pathFacts) }
  }

  /// The limits that were reached so far.
  var reachedLimits: [ReachedLimit] {
    let forgotten = pairs.values.reduce(forgottenWithPairs) { $0 + $1.forgotten }
    let facts = tooBig.dropped + oversized.dropped + offers.dropped + stuck.dropped + fragments.dropped
    return [
      ReachedLimit(.hostPairs, limit: limits.hostPairs, count: droppedPairs),
      ReachedLimit(.connections, limit: limits.connections, count: forgotten),
      ReachedLimit(.pathFacts, limit: limits.pathFacts, count: facts),
    ].filter { $0.count > 0 }
  }

  /// A segment is told again when it ends; the later word holds.
  private mutating func absorb(_ segment: StuckSegment, _ sighting: Sighting) {
    if let known = stuckPlaces[segment.firstFrame] {
      stuck.replace(known, by: segment, sighting)
      return
    }
    let place = stuck.items.count
    stuck.keep(segment, sighting, limit: limits.pathFacts)
    if stuck.items.count > place { stuckPlaces[segment.firstFrame] = place }
  }

  // MARK: TLS

  /// - Parameter mayBegin: Whether hosts that are not known yet get a place; what is only an answer makes none.
  private mutating func withPair(_ flow: Flow, mayBegin: Bool = true, _ change: (inout PairHistory) -> Void) {
    let pair = Pair(flow)
    guard mayBegin || pairs[pair] != nil else { return }
    guard pairs.count < limits.hostPairs || pairs[pair] != nil else {
      droppedPairs += 1
      return
    }
    entries += Self.growth(of: &pairs[pair, default: PairHistory()], change)
    if entries > limits.connections { makeRoom() }
  }

  private static func growth(of history: inout PairHistory, _ change: (inout PairHistory) -> Void) -> Int {
    let before = history.entries
    change(&history)
    return history.entries - before
  }

  private mutating func absorb(_ hello: TLSClientHello, _ sighting: Sighting) {
    let (point, limit) = (point, limits.connectionsPerPair)
    withPair(hello.flow) { history in
      if let index = history.openConnection(of: hello.flow),
        history.connections[index].random == hello.random || history.connections[index].random == nil
      {
        history.connections[index].random = hello.random
        return
      }
      history.add(
        ObservedConnection(
          point: point, flow: hello.flow, random: hello.random, serverName: hello.serverName,
          opening: hello.opening, helloTime: sighting.time, helloFrame: sighting.frame,
          start: hello.opening?.synTime ?? sighting.time, startFrame: hello.opening?.syn ?? sighting.frame,
          sawStart: true), limit: limit)
    }
  }

  private mutating func absorb(_ hello: TLSServerHello, _ sighting: Sighting) {
    withPair(hello.flow, mayBegin: false) { history in
      guard let index = history.openConnection(of: hello.flow) else {
        return
      }
      history.connections[index].serverHelloTime = sighting.time
      history.connections[index].serverHelloFrame = sighting.frame
      history.connections[index].version = hello.version
      history.connections[index].cipherSuite = hello.cipherSuite
    }
  }

  private mutating func absorb(_ whole: TLSConnection, _ sighting: Sighting) {
    let (point, limit) = (point, limits.connectionsPerPair)
    withPair(whole.flow) { history in
      let index = history.openConnection(of: whole.flow)
      if let index {
        history.end(index, with: whole, at: sighting.frame)
        return
      }
      history.add(
        ObservedConnection(
          point: point, flow: whole.flow, random: whole.clientRandom, start: whole.start,
          startFrame: whole.startFrame, sawStart: whole.sawStart, whole: whole, endFrame: sighting.frame), limit: limit)
    }
  }

  // MARK: DTLS

  /// The latest attempt of a flow; without one, a new attempt whose hello the capture does not show.
  private mutating func withAttempt(
    _ flow: Flow, _ sighting: Sighting, mayBegin: Bool = true, _ change: (inout ObservedAttempt) -> Void
  ) {
    let (point, limit) = (point, limits.connectionsPerPair)
    withPair(flow, mayBegin: mayBegin) { history in
      if let index = history.latestAttempt(of: flow) {
        change(&history.attempts[index])
        history.attempts[index].last.time = max(history.attempts[index].last.time, sighting.time)
      } else if mayBegin {
        var attempt = ObservedAttempt(point: point, flow: flow, random: nil, sawStart: false, first: sighting)
        change(&attempt)
        history.add(attempt, limit: limit)
      }
    }
  }

  private mutating func absorb(_ handshake: DTLSHandshake, _ sighting: Sighting) {
    guard handshake.message == .clientHello else {
      withAttempt(handshake.flow, sighting) { $0.absorb(handshake, sighting) }
      return
    }
    let (point, limit) = (point, limits.connectionsPerPair)
    withPair(handshake.flow) { history in
      let index = history.latestAttempt(of: handshake.flow)
      if let index, history.attempts[index].random == handshake.clientRandom, history.attempts[index].sawStart {
        history.attempts[index].absorb(handshake, sighting)
        history.attempts[index].last = sighting
        return
      }
      var attempt = ObservedAttempt(
        point: point, flow: handshake.flow, random: handshake.clientRandom, sawStart: true, first: sighting)
      attempt.absorb(handshake, sighting)
      history.add(attempt, limit: limit)
    }
  }

  private mutating func absorb(_ silence: DTLSSilence, _ sighting: Sighting) {
    withAttempt(silence.flow, sighting) { attempt in
      if silence.heardAgain {
        attempt.silences.removeAll { $0.silentSide == silence.silentSide }
        return
      }
      let since = Sighting(time: silence.unansweredSince, frame: silence.unansweredFrame)
      if let known = attempt.silences.lastIndex(where: { $0.silentSide == silence.silentSide }) {
        attempt.silences[known].packets = silence.packets
        attempt.silences[known].until = max(attempt.silences[known].until, sighting.time)
      } else {
        attempt.silences.append(
          ObservedAttempt.Silence(
            silentSide: silence.silentSide, lastHeard: silence.lastHeard, since: since, packets: silence.packets,
            noticed: sighting, until: sighting.time))
      }
    }
  }

  private mutating func absorb(_ error: DestinationUnreachable, _ sighting: Sighting) {
    guard error.quotesHello, error.quoted.transport == .udp else { return }
    let flow = Flow(client: error.quoted.source, server: error.quoted.destination)
    withAttempt(flow, sighting, mayBegin: false) { attempt in
      guard attempt.refusals.count < ObservedAttempt.hellosKept else { return }
      attempt.refusals.append(ObservedAttempt.Refusal(sighting: sighting, error: error))
    }
  }
}

extension ObservedAttempt {
  mutating func absorb(_ handshake: DTLSHandshake, _ sighting: Sighting) {
    if handshake.sender == .client {
      lastClientMessage = handshake.message
      switch handshake.message {
      case .clientHello:
        helloCount += 1
        if hellos.count < Self.hellosKept { hellos.append(sighting) }
        sessionID = handshake.sessionID
        offersSRTP = offersSRTP || handshake.offersSRTP
        // After a HelloVerifyRequest the hello comes again with a cookie, as it should.
        if gatewayMessages > 0, !handshake.hasCookie { repeatedAfterAnswer += 1 }
      case .encrypted: clientFinished = true
      default: break
      }
      return
    }
    gatewayMessages += 1
    lastGatewayMessage = handshake.message
    if firstAnswer == nil {
      firstAnswer = sighting
      firstAnswerMessage = handshake.message
    }
    switch handshake.message {
    case .serverHello:
      version = handshake.version
      cipherSuite = handshake.cipherSuite
    case .encrypted: gatewayFinished = true
    default: break
    }
  }
}
