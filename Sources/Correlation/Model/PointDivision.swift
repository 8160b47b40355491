import Observations

/// Tells apart the capture points whose packets one file holds: the inside and the outside of an address translation.
///
/// Recognised by handshakes: what translation leaves alone of an opening (a hello's random, an IKE SPI, a WireGuard
/// ephemeral key, an OpenVPN session ID) is seen between other addresses within a moment. A client that moves repeats its
/// opening too, but a second later at the earliest, and has other keys for the next. Each set of addresses becomes a
/// point of its own; from there they are put together as those of several files are.
enum PointDivision {
  /// A translation forwards within this time; whoever repeats an opening waits longer.
  private static let longestForwarding = 0.25
  /// Points that one file is divided into. Two translations one behind the other make three.
  private static let mostPoints = 4

  private typealias Pair = PointHistory.Pair

  /// Where an opening is kept: few are seen twice, and only those are looked at.
  private struct Place {
    let pair: Pair
    let channel: Int
    let association: Int
  }

  private struct Seen {
    let pair: Pair
    /// Of the first opening; who tries again may change it.
    let token: HandshakeToken
    let first: Sighting
    /// With its repetitions, in order.
    let openings: [Sighting]

    init?(_ place: Place, in history: PointHistory) {
      guard let association = history.pairs[place.pair]?.channels[place.channel].associations[place.association],
        let token = association.tokens.first, let first = association.openings.first
      else { return nil }
      (self.pair, self.token, self.first, openings) = (place.pair, token, first, association.openings)
    }

    /// Whether it is another's first opening forwarded, or one of its repetitions: those before may not have arrived.
    func isForwarded(from nearer: Seen) -> Bool {
      guard let sent = nearer.openings.last(where: { $0.moment <= first.moment }) else { return false }
      return first.moment.seconds(since: sent.moment) <= longestForwarding
    }
  }

  /// How often the openings of a pair of hosts were seen between other hosts just before.
  private struct Copies {
    var copied = 0
    var nearer: Set<Pair> = []
  }

  static func divided(_ histories: [PointHistory], families: FamilyTable) -> [PointHistory] {
    var divided: [PointHistory] = []
    var free = CapturePoint.firstFree
    for history in histories {
      let levels = levels(of: history, families)
      guard !levels.isEmpty else {
        divided.append(history)
        continue
      }
      var rest = history
      var parted: [PointHistory] = []
      for level in 1..<mostPoints {
        let pairs = Set(levels.lazy.filter { $0.value == level }.map(\.key))
        guard !pairs.isEmpty else { continue }
        let parts = rest.parted(pairs, as: free)
        (rest, free) = (parts.rest, free + 1)
        parted.append(parts.apart)
      }
      divided.append(rest)
      divided += parted
    }
    return divided
  }

  /// How many translations are before each pair of hosts, of those that have some.
  private static func levels(of history: PointHistory, _ families: FamilyTable) -> [Pair: Int] {
    var copies: [Pair: Copies] = [:]
    // What more hosts send is copied, or made by a bad random number generator, and says nothing.
    for (token, places) in shared(in: history, families) where places.count <= mostPoints {
      let ordered = places.compactMap { Seen($0, in: history) }.ordered(by: { ($0.first.moment, $0.first.source) }, <)
      for (nearer, further) in zip(ordered, ordered.dropFirst())
      where further.pair != nearer.pair && further.token == token && further.isForwarded(from: nearer) {
        copies[further.pair, default: Copies()].copied += 1
        copies[further.pair, default: Copies()].nearer.insert(nearer.pair)
      }
    }
    guard !copies.isEmpty else { return [:] }
    // A pair of hosts is another's outside when most of its openings are.
    copies = copies.filter { pair, copy in copy.copied * 2 > openings(of: pair, in: history) }
    var levels: [Pair: Int] = [:]
    let further = copies.keys.sorted()
    for _ in 1..<mostPoints {
      for pair in further {
        let before = copies[pair]?.nearer.compactMap { levels[$0] }.max() ?? 0
        levels[pair] = min(before + 1, mostPoints - 1)
      }
    }
    return levels
  }

  /// The openings that are seen between more than one pair of hosts.
  private static func shared(in history: PointHistory, _ families: FamilyTable) -> [HandshakeToken: [Place]] {
    guard history.pairs.count > 1 else { return [:] }
    var first: [HandshakeToken: Place] = [:]
    var shared: [HandshakeToken: [Place]] = [:]
    for (pair, known) in history.pairs
    where families.all.contains(where: { TunnelCandidate.mayBeTunnel(known, by: $0.channels) }) {
      for (place, channel) in known.channels.enumerated() {
        // In place: an association is large, and there are many.
        for index in channel.associations.indices where isTelling(channel.associations[index]) {
          let seen = Place(pair: pair, channel: place, association: index)
          for number in channel.associations[index].tokens.indices {
            let token = channel.associations[index].tokens[number]
            guard token.isComplete else { continue }
            if let other = first[token] {
              if other.pair != pair { shared[token, default: [other]].append(seen) }
            } else {
              first[token] = seen
            }
          }
        }
      }
    }
    return shared
  }

  private static func openings(of pair: Pair, in history: PointHistory) -> Int {
    history.pairs[pair]?.channels.reduce(0) { $0 + $1.associations.count(where: isTelling) } ?? 0
  }

  /// Whether it begins with an opening of the client that is known again: the gateway's own come the other way.
  private static func isTelling(_ association: Association) -> Bool {
    association.initiator == .client && association.tokens.first?.isComplete ?? false && !association.openings.isEmpty
  }
}
