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

  private struct Seen {
    let pair: Pair
    let opening: Sighting
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
    for sightings in shared(in: history, families) where sightings.count <= mostPoints {
      let ordered = sightings.ordered(by: { ($0.opening.moment, $0.opening.source) }, <)
      for (nearer, further) in zip(ordered, ordered.dropFirst())
      where further.pair != nearer.pair
        && further.opening.moment.seconds(since: nearer.opening.moment) <= longestForwarding
      {
        copies[further.pair, default: Copies()].copied += 1
        copies[further.pair, default: Copies()].nearer.insert(nearer.pair)
      }
    }
    guard !copies.isEmpty else { return [:] }
    // A pair of hosts is another's outside when most of its openings are.
    copies = copies.filter { pair, copy in copy.copied * 2 > openings(of: history.pairs[pair]) }
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
  private static func shared(in history: PointHistory, _ families: FamilyTable) -> [[Seen]] {
    guard history.pairs.count > 1 else { return [] }
    var first: [HandshakeToken: Seen] = [:]
    var shared: [HandshakeToken: [Seen]] = [:]
    for (pair, known) in history.pairs
    where families.all.contains(where: { TunnelCandidate.mayBeTunnel(known, by: $0.channels) }) {
      for channel in known.channels {
        // In place: an association is large, and there are many.
        for index in channel.associations.indices {
          guard let token = channel.associations[index].tokens.first, token.isComplete,
            let opening = channel.associations[index].openings.first
          else { continue }
          let seen = Seen(pair: pair, opening: opening)
          if let other = first[token] {
            if other.pair != pair { shared[token, default: [other]].append(seen) }
          } else {
            first[token] = seen
          }
        }
      }
    }
    return Array(shared.values)
  }

  private static func openings(of pair: PointHistory.PairHistory?) -> Int {
    pair?.channels.reduce(0) { $0 + $1.associations.count { $0.tokens.first?.isComplete ?? false } } ?? 0
  }
}
