import Observations

extension PointHistory {
  /// What two hosts did with each other: the associations of each channel in the order in which they became known.
  struct PairHistory {
    private(set) var channels: [ChannelHistory] = []
    /// Associations that were forgotten.
    private(set) var forgotten = 0

    var entries: Int { channels.reduce(0) { $0 + $1.associations.count } }

    func associations(_ kind: ChannelKind) -> [Association] { channels.first { $0.kind == kind }?.associations ?? [] }

    /// Adds an association, and forgets the older half of its channel's when there are `limit` already.
    mutating func add(_ association: Association, limit: Int) {
      let channel = place(of: association.id.channel)
      if channels[channel].associations.count >= limit {
        forgotten += channels[channel].forget(channels[channel].associations.count / 2)
      }
      channels[channel].add(association)
    }

    private mutating func place(of kind: ChannelKind) -> Int {
      if let known = channels.firstIndex(where: { $0.kind == kind }) { return known }
      channels.append(ChannelHistory(kind: kind))
      return channels.count - 1
    }

    /// Changes the association with an identity; false when it is not known, or no longer.
    mutating func change(_ id: HandshakeID, _ change: (inout Association) -> Void) -> Bool {
      guard let channel = channels.firstIndex(where: { $0.kind == id.channel }) else { return false }
      return channels[channel].change(id, change)
    }

    /// Takes out the associations of a channel for which `isTaken` holds.
    mutating func take(_ kind: ChannelKind, where isTaken: (Association) -> Bool) -> [Association] {
      guard let channel = channels.firstIndex(where: { $0.kind == kind }) else { return [] }
      return channels[channel].take(where: isTaken)
    }

    /// Forgets the oldest part: many at once, because to forget one costs as much.
    mutating func forgetOldest(_ parts: Int, of all: Int) {
      for place in channels.indices {
        forgotten += channels[place].forget((channels[place].associations.count * parts + all - 1) / all)
      }
    }

    /// The same, as another point's.
    func seen(at point: Int) -> PairHistory {
      var other = self
      for place in other.channels.indices { other.channels[place].move(to: point) }
      return other
    }

    /// When they last did something; a TLS connection that is still open counts as now.
    var last: Timestamp {
      if associations(.tls).contains(where: { $0.whole == nil }) { return Timestamp(nanoseconds: .max) }
      return channels.compactMap { $0.associations.last?.end }.max() ?? Timestamp(nanoseconds: .min)
    }
  }

  /// The associations of one channel between two hosts.
  struct ChannelHistory {
    let kind: ChannelKind
    private(set) var associations: [Association] = []
    /// Above this many, entries are found by their identity; walking through fewer is quicker and takes no memory.
    private static let walked = 32
    /// Places of the associations whose summary is not known yet; empty while there are few.
    private var places: [HandshakeID: Int] = [:]

    init(kind: ChannelKind) { self.kind = kind }

    mutating func add(_ association: Association) {
      // Long histories grow by a quarter: to double them, as arrays do, would leave half of their memory unused.
      if associations.count >= Self.walked / 2, associations.count == associations.capacity {
        associations.reserveCapacity(associations.count / 4 * 5)
      }
      associations.append(association)
      if associations.count == Self.walked + 1 {
        index()
      } else if associations.count > Self.walked, association.whole == nil {
        places[association.id] = associations.count - 1
      }
    }

    mutating func move(to point: Int) {
      for place in associations.indices { associations[place].witness = .point(point) }
    }

    mutating func change(_ id: HandshakeID, _ change: (inout Association) -> Void) -> Bool {
      guard associations.count > Self.walked else {
        guard let place = associations.lastIndex(where: { $0.id == id }) else { return false }
        change(&associations[place])
        return true
      }
      guard let place = places[id] else { return false }
      change(&associations[place])
      if associations[place].whole != nil { places[id] = nil }
      return true
    }

    /// Forgets the first few; returns how many.
    mutating func forget(_ count: Int) -> Int {
      associations.removeFirst(count)
      index()
      return count
    }

    /// Takes out those for which `isTaken` holds.
    mutating func take(where isTaken: (Association) -> Bool) -> [Association] {
      let taken = associations.filter(isTaken)
      guard !taken.isEmpty else { return [] }
      associations.removeAll(where: isTaken)
      index()
      return taken
    }

    private mutating func index() {
      places = [:]
      guard associations.count > Self.walked else { return }
      for (place, association) in associations.enumerated() where association.whole == nil {
        places[association.id] = place
      }
    }
  }
}
