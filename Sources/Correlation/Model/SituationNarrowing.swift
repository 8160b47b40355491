import Observations

extension Situation {
  /// The same situation with the selected tunnels alone: the rules then judge those, and nothing that belongs to
  /// another one.
  ///
  /// What is known stays known: an inner flow is not attributed to a tunnel because the others were left out, and
  /// flows that belong to no tunnel stay.
  func narrowed(to selection: TunnelSelection) -> Situation {
    guard !selection.isEverything else { return self }
    let others = tunnels.filter { !selection.selects($0) }
    let left = Situation(
      families: families, tunnels: tunnels.filter(selection.selects), points: [], clockOffsets: [], otherTunnels: others
    )
    return Situation(
      families: families, tunnels: left.tunnels,
      points: points.map { point in
        point.keeping { fact, time in
          let (a, b) = fact.ends
          // Clients that share an address share what happened behind it.
          guard left.tunnel(between: a, and: b) == nil else { return true }
          let tunnel =
            self.tunnel(between: a, and: b) ?? tunnelInside(point, between: a, and: b, from: time, to: time)?.tunnel
          return tunnel.map(selection.selects) ?? true
        }
      }, clockOffsets: clockOffsets, otherTunnels: others, logs: logs, reachedLimits: reachedLimits)
  }
}

extension Situation.Point {
  /// The same point with the path facts for which `isKept` is true.
  fileprivate func keeping(_ isKept: (any PathFact, Timestamp) -> Bool) -> Self {
    func kept<Fact: PathFact>(_ facts: [PointHistory.Dated<Fact>]) -> [PointHistory.Dated<Fact>] {
      facts.filter { isKept($0.fact, $0.sighting.moment) }
    }
    let tooBig = kept(tooBig)
    return Self(
      index: index, name: name, captures: captures, start: start, end: end, tooBig: tooBig,
      tooBigByPath: Dictionary(grouping: tooBig) { HostPath(source: $0.fact.ends.0, destination: $0.fact.ends.1) },
      oversized: kept(oversized), offers: kept(offers), stuck: kept(stuck), fragments: kept(fragments),
      hostDrops: kept(hostDrops),
      seesBothDirections: seesBothDirections, connections: connections, reachedLimits: reachedLimits)
  }
}

/// Something that happened between two hosts.
private protocol PathFact {
  var ends: (IPAddress, IPAddress) { get }
}

extension DroppedPacket: PathFact {
  fileprivate var ends: (IPAddress, IPAddress) { (source.address, destination.address) }
}

extension PacketTooBig: PathFact {
  fileprivate var ends: (IPAddress, IPAddress) { (quoted.source.address, quoted.destination.address) }
}

extension OversizedPackets: PathFact {
  fileprivate var ends: (IPAddress, IPAddress) { (source, destination) }
}

extension MSSOffer: PathFact {
  fileprivate var ends: (IPAddress, IPAddress) { (flow.client.address, flow.server.address) }
}

extension StuckSegment: PathFact {
  fileprivate var ends: (IPAddress, IPAddress) { (flow.client.address, flow.server.address) }
}

extension Fragments: PathFact {
  fileprivate var ends: (IPAddress, IPAddress) { (source, destination) }
}
