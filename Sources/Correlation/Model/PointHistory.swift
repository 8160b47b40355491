import Observations

/// What one capture point saw, put in order as the observations come: associations of each channel, path facts.
///
/// Bounded: pairs of hosts and what is kept for each have caps; `dropped` counts what went beyond them.
package struct PointHistory: Sendable {
  /// A client and a server by address.
  struct Pair: Hashable, Comparable {
    let client: IPAddress
    let server: IPAddress

    init(_ flow: Flow) { (client, server) = (flow.client.address, flow.server.address) }

    static func < (a: Pair, b: Pair) -> Bool { a.client != b.client ? a.client < b.client : a.server < b.server }
  }

  /// An observation of the path, with where and when.
  package struct Dated<Fact: Sendable>: Sendable {
    package var sighting: Sighting
    package let fact: Fact
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
  /// The latest entries of each pair that stay while the pair stays: as many sessions and handshakes as
  /// the rules need to judge a tunnel.
  private static let leastEntries = 16
  private(set) var point: Int
  /// The point whose captures hold it: another than `point` for what one file shows of several points.
  private(set) var holder: Int
  /// Whether it is what its holder shows beyond an address translation.
  private(set) var translates = false
  private let limits: CorrelationLimits
  private let isTunnel: @Sendable (PairHistory) -> Bool
  private(set) var pairs: [Pair: PairHistory] = [:]
  private(set) var tooBig = Facts<PacketTooBig>()
  private(set) var oversized = Facts<OversizedPackets>()
  private(set) var offers = Facts<MSSOffer>()
  private(set) var stuck = Facts<StuckSegment>()
  private(set) var fragments = Facts<Fragments>()
  private(set) var hostDrops = Facts<DroppedPacket>()
  /// Where each stuck segment stands, by its first retransmission: it is reported again when it ends.
  private var stuckPlaces: [FrameReference: Int] = [:]
  /// Whether an opening says that another gateway sent the client there.
  private(set) var sawRedirect = false
  /// Observations about pairs of hosts beyond the limit.
  private(set) var droppedPairs = 0
  /// Associations of pairs that were forgotten as a whole.
  private var forgottenWithPairs = 0
  /// Associations that are kept.
  private(set) var entries = 0

  /// - Parameter isTunnel: Whether what two hosts did made a tunnel, or may be about to: they are forgotten last.
  init(
    point: Int, limits: CorrelationLimits = CorrelationLimits(),
    isTunnel: @escaping @Sendable (PairHistory) -> Bool = { _ in true }
  ) {
    self.point = point
    self.holder = CapturePoint.holder(of: point)
    self.limits = limits
    self.isTunnel = isTunnel
  }

  /// The history without some pairs of hosts, and theirs alone as another point's. What was seen of paths stays.
  func parted(_ apart: Set<Pair>, as other: Int) -> (rest: PointHistory, apart: PointHistory) {
    var rest = self
    var parted = PointHistory(point: other, limits: limits, isTunnel: isTunnel)
    parted.holder = holder
    parted.translates = true
    for pair in apart {
      guard let history = rest.pairs.removeValue(forKey: pair) else { continue }
      parted.pairs[pair] = history.seen(at: other)
      parted.entries += history.entries
    }
    rest.entries -= parted.entries
    return (rest, parted)
  }

  /// The same with other pairs of hosts. What was seen of paths stays.
  func with(_ pairs: [Pair: PairHistory]) -> PointHistory {
    var other = self
    other.pairs = pairs
    other.entries = pairs.values.reduce(0) { $0 + $1.entries }
    return other
  }

  /// Path facts of all kinds.
  var factCount: Int {
    tooBig.items.count + oversized.items.count + offers.items.count + stuck.items.count + fragments.items.count
      + hostDrops.items.count
  }

  mutating func absorb(_ event: Observation.Event, _ sighting: Sighting, at frame: FrameReference) {
    switch event {
    case .opened(let opening): absorb(opening, sighting)
    case .summary(let summary): absorb(summary, sighting, at: frame)
    case .message(let message): with(message.id, message.flow, sighting) { $0.absorb(message, sighting) }
    case .data(let data): with(data.id, data.flow, sighting) { $0.absorb(data, sighting) }
    case .silence(let silence): with(silence.id, silence.flow, sighting) { $0.absorb(silence, sighting) }
    case .closing(let closing): with(closing.id, closing.flow, sighting) { $0.absorb(closing, sighting) }
    case .rejected(let rejection): with(rejection.id, rejection.flow, sighting) { $0.absorb(rejection, sighting) }
    case .addressChanged(let change): with(change.id, change.flow, sighting) { $0.absorb(change, sighting) }
    case .refused(let refusal):
      with(refusal.id, refusal.flow, sighting, mayBegin: false) { $0.absorb(refusal, sighting) }
    case .established(let establishment):
      guard let flow = establishment.flow else { return }
      with(establishment.id, flow, sighting) { $0.absorb(establishment, sighting) }
    case .packetTooBig(let fact): tooBig.keep(fact, sighting, limit: limits.pathFacts)
    case .oversizedPackets(let fact): oversized.keep(fact, sighting, limit: limits.pathFacts)
    case .mssOffered(let fact): offers.keep(fact, sighting, limit: limits.pathFacts)
    case .stuckSegment(let fact): absorb(fact, sighting)
    case .fragments(let fact): fragments.keep(fact, sighting, limit: limits.pathFacts)
    case .failed(let failure):
      guard let flow = failure.flow else { return }
      with(failure.id, flow, sighting) { $0.absorb(failure, sighting) }
    case .packetDropped(let fact): hostDrops.keep(fact, sighting, limit: limits.pathFacts)
    // Only lines say these.
    case .deadPeer, .ended, .reconnecting, .negotiated, .largePacket, .pathMTUExceeded, .sendTooLarge, .statement:
      break
    }
  }

  // MARK: Forgetting

  /// Makes room for what is to come, for a capture that has no end.
  ///
  /// Little at a time, so that what is remembered, and the memory that it takes, hardly swings; but so much that it is
  /// seldom, because whom to forget is found by sorting all pairs.
  ///
  /// - Parameters:
  ///   - entries: Associations that may stay. Above it pairs of hosts go that made no tunnel, those that
  ///     ended longest ago first; then the older entries of the busiest pairs, down to the latest few of each; then
  ///     tunnels, by their end too; until fifteen sixteenths are left.
  ///   - factLimit: Path facts of each kind that may stay; above it the older half goes.
  /// - Returns: How many pairs of hosts were forgotten.
  mutating func forgetOldest(keeping entries: Int, factLimit: Int) -> Int {
    _ = tooBig.forgetOldest(keeping: factLimit)
    _ = offers.forgetOldest(keeping: factLimit)
    _ = hostDrops.forgetOldest(keeping: factLimit)
    if stuck.forgetOldest(keeping: factLimit) {
      stuckPlaces = [:]
      for (index, item) in stuck.items.enumerated() { stuckPlaces[item.fact.firstFrame] = index }
    }
    let pairLimit = limits.hostPairs / 4 * 3
    guard self.entries > entries || pairs.count > pairLimit else { return 0 }
    let before = pairs.count
    let byAge = pairs.map { (pair: $0.key, isTunnel: isTunnel($0.value), last: $0.value.last) }
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
    let facts =
      tooBig.dropped + oversized.dropped + offers.dropped + stuck.dropped + fragments.dropped + hostDrops.dropped
    return [
      ReachedLimit(.hostPairs, limit: limits.hostPairs, count: droppedPairs),
      ReachedLimit(.connections, limit: limits.connections, count: forgotten),
      ReachedLimit(.pathFacts, limit: limits.pathFacts, count: facts),
    ].filter { $0.count > 0 }
  }

  /// A segment is reported again when it ends; the later word holds.
  private mutating func absorb(_ segment: StuckSegment, _ sighting: Sighting) {
    if let known = stuckPlaces[segment.firstFrame] {
      stuck.replace(known, by: segment, sighting)
      return
    }
    let place = stuck.items.count
    stuck.keep(segment, sighting, limit: limits.pathFacts)
    if stuck.items.count > place { stuckPlaces[segment.firstFrame] = place }
  }

  // MARK: Channels

  /// - Parameter mayBegin: Whether hosts that are not known yet get a place; what is only an answer makes none.
  private mutating func withPair(_ flow: Flow, mayBegin: Bool = true, _ change: (inout PairHistory) -> Void) {
    let pair = Pair(flow)
    if let place = pairs.index(forKey: pair) {
      entries += Self.growth(of: &pairs.values[place], change)
    } else {
      guard mayBegin else { return }
      guard pairs.count < limits.hostPairs else {
        droppedPairs += 1
        return
      }
      var history = PairHistory()
      entries += Self.growth(of: &history, change)
      pairs[pair] = history
    }
    if entries > limits.connections { makeRoom() }
  }

  private static func growth(of history: inout PairHistory, _ change: (inout PairHistory) -> Void) -> Int {
    let before = history.entries
    change(&history)
    return history.entries - before
  }

  /// The association with an identity; without one, a new association whose beginning is not seen.
  private mutating func with(
    _ id: HandshakeID, _ flow: Flow, _ sighting: Sighting, mayBegin: Bool = true,
    _ change: (inout Association) -> Void
  ) {
    let (point, limit) = (point, limits.connectionsPerPair)
    withPair(flow, mayBegin: mayBegin) { history in
      if history.change(id, change) || !mayBegin { return }
      var association = Association(witness: .point(point), id: id, flow: flow, sawStart: false, first: sighting)
      change(&association)
      history.add(association, limit: limit)
    }
  }

  private mutating func absorb(_ opening: Opening, _ sighting: Sighting) {
    guard let flow = opening.flow else { return }
    if opening.isRedirected ?? false { sawRedirect = true }
    let (point, limit) = (point, limits.connectionsPerPair)
    withPair(flow) { history in
      if history.change(opening.id, { $0.absorb(opening, sighting) }) { return }
      let first = opening.connection.map { Sighting(time: $0.synTime, frame: $0.syn) } ?? sighting
      var association = Association(witness: .point(point), id: opening.id, flow: flow, sawStart: true, first: first)
      association.absorb(opening, sighting)
      history.add(association, limit: limit)
    }
  }

  private mutating func absorb(_ summary: ChannelSummary, _ sighting: Sighting, at frame: FrameReference) {
    let (point, limit) = (point, limits.connectionsPerPair)
    withPair(summary.flow) { history in
      if history.change(summary.id, { $0.absorb(summary, at: frame) }) { return }
      var association = Association(
        witness: .point(point), id: summary.id, flow: summary.flow, sawStart: summary.sawStart,
        first: Sighting(time: summary.start, frame: summary.startFrame))
      if let token = summary.token { association.tokens = [token] }
      association.absorb(summary, at: frame)
      history.add(association, limit: limit)
    }
  }
}
