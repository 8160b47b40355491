import Observations

/// Everything the observations say, put together: the tunnels, and the path facts of every capture point.
struct Situation {
  /// A capture point, and what it can tell.
  struct Point {
    let index: Int
    let name: String
    let captures: [CaptureDescription]
    let start: Timestamp
    let end: Timestamp
    let tooBig: [PointHistory.Dated<PacketTooBig>]
    let oversized: [PointHistory.Dated<OversizedPackets>]
    let offers: [PointHistory.Dated<MSSOffer>]
    let stuck: [PointHistory.Dated<StuckSegment>]
    let fragments: [PointHistory.Dated<Fragments>]
    /// Whether its TLS connections, if any, show both directions.
    let seesBothDirections: Bool
    /// TLS connections it shows at all.
    let connections: Int
  }

  var tunnels: [Tunnel]
  let points: [Point]
  let clockOffsets: [ClockOffset]

  /// The only tunnel that was up when something happened at a point that shows no tunnel itself; nil otherwise.
  func tunnelInside(_ point: Point, from start: Timestamp, to end: Timestamp) -> Tunnel? {
    guard !tunnels.contains(where: { $0.points.contains(point.index) }) else { return nil }
    let candidates = tunnels.filter { $0.start <= end && $0.end >= start }
    return candidates.count == 1 && tunnels.count == 1 ? candidates[0] : nil
  }

  /// The tunnel whose outer packets run between two hosts.
  func tunnel(between a: IPAddress, and b: IPAddress) -> Tunnel? {
    tunnels.first { tunnel in
      let clients = [tunnel.client] + tunnel.translatedClients
      return tunnel.gateway == a && clients.contains(b) || tunnel.gateway == b && clients.contains(a)
    }
  }

  func point(_ index: Int) -> Point? { points.first { $0.index == index } }
}
