import Observations

/// Puts together what one session did from several addresses of its client.
///
/// A tracker follows a session between two hosts. When the client's address changes, the packets from the new one look like
/// a session of another client, without a handshake, while the old client falls silent. They are one session when the new
/// data is addressed with the numbers of the old (`SessionMarks`), to the same gateway, and the old
/// client is not heard any more. An address translation inside one capture shows the same numbers twice, too, but at the same time.
///
/// DTLS has no such numbers, and a gateway may not follow it; but behind an address translation that forgot it, a client goes on from
/// another port of the same address, with the record numbers that come next.
enum MovedSessions {
  private typealias Pair = PointHistory.Pair

  /// Where an association is, with what is asked of it.
  private struct Place {
    let pair: Pair
    let id: HandshakeID
    let flow: Flow
    let marks: SessionMarks
    let start: Timestamp
    /// When its client was last heard.
    let last: Timestamp

    init?(_ pair: Pair, _ flow: Flow, _ association: Association) {
      guard let marks = association.marks, let last = association.whole?.client.last else { return nil }
      self.pair = pair
      self.flow = flow
      self.marks = marks
      self.last = last
      id = association.id
      start = association.start.moment
    }

    /// Whether it goes on from another place, whose client is not heard any more. What the path held up may still come.
    func goesOn(from other: Place) -> Bool {
      isElsewhere(than: other) && other.start < start && marks.goOn(from: other.marks)
        && other.last.seconds(since: start) <= MovedSessions.longestDelay
        && last.seconds(since: other.last) > MovedSessions.longestDelay
    }

    private func isElsewhere(than other: Place) -> Bool {
      marks.isOfOneAddress ? flow != other.flow : pair.client != other.pair.client
    }
  }

  /// Data of the old address may be overtaken by the first of the new one by this much, in seconds.
  private static let longestDelay = 0.25
  /// Sessions with one mark that are compared with a later one, and moves of one session that are followed: more are no client
  /// that travels, and stay tunnels of their own.
  private static let mostMoves = 64

  /// What finds the session that goes on: where its data goes, and with which mark.
  private struct Key: Hashable {
    let channel: ChannelKind
    let gateway: IPAddress
    /// Where a mark is not random: the servers of one host count for themselves.
    let port: UInt16?
    /// Where a mark tells sessions of one address apart.
    let client: IPAddress?
    let mark: HandshakeToken

    init(_ place: Place, _ mark: HandshakeToken) {
      channel = place.id.channel
      gateway = place.flow.server.address
      port = place.marks.firstNumber == nil ? nil : place.flow.server.port
      client = place.marks.isOfOneAddress ? place.flow.client.address : nil
      self.mark = mark
    }
  }

  static func joined(_ history: PointHistory) -> PointHistory {
    var later: [(key: Key, place: Place)] = []
    forEachMarked(in: history) { place in
      guard let first = place.marks.first else { return }
      later.append((Key(place, first), place))
    }
    guard !later.isEmpty else { return history }
    let wanted = Set(later.map(\.key))
    var earlier: [Key: [Place]] = [:]
    forEachMarked(in: history) { place in
      for mark in place.marks.latest {
        let key = Key(place, mark)
        if wanted.contains(key), earlier[key]?.count ?? 0 < mostMoves { earlier[key, default: []].append(place) }
      }
    }
    var joining = Joining(history)
    for (key, place) in later.sorted(by: { ($0.place.start, $0.place.pair) < ($1.place.start, $1.place.pair) }) {
      let before = earlier[key, default: []].filter(place.goesOn).max { ($0.last, $0.pair) < ($1.last, $1.pair) }
      if let before { joining.join(before.id, before.pair, with: place.id, place.pair) }
    }
    return history.with(joining.pairs)
  }

  private static func forEachMarked(in history: PointHistory, _ body: (Place) -> Void) {
    for (pair, known) in history.pairs {
      for channel in known.channels {
        for index in channel.associations.indices {
          guard let flow = channel.associations[index].flow,
            let place = Place(pair, flow, channel.associations[index])
          else { continue }
          body(place)
        }
      }
    }
  }

  /// The pairs of hosts while sessions of theirs are put together, in the order in which they moved.
  private struct Joining {
    var pairs: [Pair: PointHistory.PairHistory]
    /// Where a session that was joined to another one is now.
    private var roots: [HandshakeID: (id: HandshakeID, pair: Pair)] = [:]
    /// How often each session moved.
    private var moves: [HandshakeID: Int] = [:]
    /// Which channel's session told of a move between two pairs of hosts: a tunnel's channels move together.
    private var tellers: [[Pair]: ChannelKind] = [:]

    init(_ history: PointHistory) { pairs = history.pairs }

    mutating func join(_ before: HandshakeID, _ from: Pair, with later: HandshakeID, _ to: Pair) {
      let root = roots[before] ?? (before, from)
      guard moves[root.id, default: 0] < MovedSessions.mostMoves else { return }
      moves[root.id, default: 0] += 1
      guard root.pair != to else { return joinReturned(root.id, with: later, in: to) }
      guard let moved = pairs[to]?.take(later.channel, where: { $0.id == later }).first,
        var session = pairs[root.pair]?.take(root.id.channel, where: { $0.id == root.id }).first
      else { return }
      roots[later] = root
      // What the client does next from the new ports is this tunnel's, too.
      let next = pairs[to]?.take(later.channel) {
        $0.renews == later || $0.flow == moved.flow && $0.start.moment >= moved.start.moment
      }
      session.goOn(as: moved, isTold: tells(later.channel, from, to))
      let address = root.pair.client
      add([session] + (next ?? []).map { $0.renewing(root.id, insteadOf: later).from(address) }, to: root.pair)
      if pairs[to]?.entries == 0 { pairs[to] = nil }
    }

    /// The client is back at an address that it had before.
    private mutating func joinReturned(_ root: HandshakeID, with later: HandshakeID, in pair: Pair) {
      guard let moved = pairs[pair]?.take(later.channel, where: { $0.id == later }).first,
        var session = pairs[pair]?.take(root.channel, where: { $0.id == root }).first
      else { return }
      roots[later] = (root, pair)
      session.goOn(as: moved, isTold: true)
      let next = pairs[pair]?.take(later.channel) { $0.renews == later } ?? []
      add([session] + next.map { $0.renewing(root, insteadOf: later) }, to: pair)
    }

    private mutating func tells(_ channel: ChannelKind, _ from: Pair, _ to: Pair) -> Bool {
      let teller = tellers[[from, to], default: channel]
      tellers[[from, to]] = teller
      return teller == channel
    }

    private mutating func add(_ associations: [Association], to pair: Pair) {
      for association in associations { pairs[pair, default: PointHistory.PairHistory()].add(association, limit: .max) }
    }
  }
}

extension Association {
  /// Its session goes on as another association, from another address of the client.
  ///
  /// While the client was on its way nobody could reach it, and what was sent to its old address may come back refused: both say
  /// nothing of the session.
  fileprivate mutating func goOn(as later: Association, isTold: Bool) {
    let left = whole?.client.last ?? last.moment
    if isTold, let flow, let moved = later.flow?.client {
      let before = addressChanges.last?.change.to ?? flow.client
      absorb(AddressChange(id: id, flow: flow, from: before, to: moved, lastHeard: left), later.start)
      for change in later.addressChanges { absorb(change.change, change.sighting) }
    }
    refusals.removeAll { $0.refusal.quotedSide == .server && $0.sighting.moment >= left }
    refusals += later.refusals.prefix(Self.sightingsKept)
    silences.removeAll { !$0.isOver && $0.side == .client }
    for place in silences.indices where !silences[place].isOver {
      silences[place].isOver = true
      silences[place].until = later.start.moment
    }
    let heard = whole?.server.last
    silences += later.silences.prefix(Self.sightingsKept).map { silence in
      var silence = silence
      if silence.side == .server { silence.lastHeard = silence.lastHeard ?? heard }
      return silence
    }
    clientData = clientData ?? later.clientData
    gatewayData = gatewayData ?? later.gatewayData
    established = established ?? later.established
    if let closing = later.closing { (self.closing, closingSender) = (closing, later.closingSender) }
    dataMeanwhile += later.dataMeanwhile
    last.time = max(last.moment, later.last.moment)
    if let end = later.whole { whole = whole.map { $0.followed(by: end) } ?? end }
    if let latest = later.marks { marks = latest }
  }

  /// A renewal of a session that is now known by another identity.
  fileprivate func renewing(_ id: HandshakeID, insteadOf other: HandshakeID) -> Association {
    guard renews == other else { return self }
    var copy = self
    copy.renews = id
    return copy
  }

  /// The same under the address by which the client's tunnel is known.
  fileprivate func from(_ address: IPAddress) -> Association {
    guard let flow else { return self }
    var copy = self
    copy.flow = Flow(client: Endpoint(address, flow.client.port), server: flow.server)
    return copy
  }
}

extension Association.Whole {
  fileprivate func followed(by later: Association.Whole) -> Association.Whole {
    Association.Whole(
      end: max(end, later.end), endFrame: later.endFrame, ending: later.ending,
      client: client.followed(by: later.client),
      server: server.followed(by: later.server), openingRequests: openingRequests, turns: turns + later.turns,
      turnMarks: turnMarks,
      clientTTL: clientTTL == 0 ? later.clientTTL : clientTTL, serverTTL: serverTTL == 0 ? later.serverTTL : serverTTL)
  }
}

extension PayloadTotals {
  fileprivate func followed(by later: PayloadTotals) -> PayloadTotals {
    PayloadTotals(
      packets: packets + later.packets, bytes: bytes + later.bytes, last: later.last ?? last,
      missing: missing.flatMap { missing in later.missing.map { missing + $0 } }, largest: largest)
  }
}
