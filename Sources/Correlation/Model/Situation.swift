import Observations

/// From one host to another.
struct HostPath: Hashable, Comparable {
  let source: IPAddress
  let destination: IPAddress

  static func < (a: HostPath, b: HostPath) -> Bool {
    a.source != b.source ? a.source < b.source : a.destination < b.destination
  }
}

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
    /// The same by the path of the packets that were too big.
    let tooBigByPath: [HostPath: [PointHistory.Dated<PacketTooBig>]]
    let oversized: [PointHistory.Dated<OversizedPackets>]
    let offers: [PointHistory.Dated<MSSOffer>]
    let stuck: [PointHistory.Dated<StuckSegment>]
    let fragments: [PointHistory.Dated<Fragments>]
    /// Whether its TLS connections, if any, show both directions.
    let seesBothDirections: Bool
    /// TLS connections it shows at all.
    let connections: Int
    /// Limits that what was observed at it reached.
    let reachedLimits: [ReachedLimit]
  }

  let tunnels: [Tunnel]
  let points: [Point]
  let clockOffsets: [ClockOffset]
  /// Tunnels that are known and that nobody asked for.
  let otherTunnels: [Tunnel]
  /// What logs add.
  let logs: LogKnowledge
  /// Limits that the report as a whole reached.
  var reachedLimits: [ReachedLimit]
  /// Which tunnel runs between two hosts, in either order.
  private let places: [Ends: Int]
  /// The first tunnel that ends at a host.
  private let placesByHost: [IPAddress: Int]
  private let placesByName: [String: Int]
  private let pointsWithTunnels: Set<Int>
  private let innerAddresses: InnerAddresses
  /// The smallest path MTU that ICMP errors report between two hosts.
  private let pathMTUs: [Ends: Int]

  private struct Ends: Hashable {
    let a: IPAddress
    let b: IPAddress

    init(_ x: IPAddress, _ y: IPAddress) { (a, b) = x < y ? (x, y) : (y, x) }
  }

  init(
    tunnels: [Tunnel], points: [Point], clockOffsets: [ClockOffset], otherTunnels: [Tunnel] = [],
    logs: LogKnowledge = LogKnowledge(), reachedLimits: [ReachedLimit] = []
  ) {
    self.reachedLimits = reachedLimits
    self.tunnels = tunnels
    self.otherTunnels = otherTunnels
    self.points = points
    self.clockOffsets = clockOffsets
    self.logs = logs
    var places: [Ends: Int] = [:]
    var placesByHost: [IPAddress: Int] = [:]
    places.reserveCapacity(tunnels.count)
    placesByHost.reserveCapacity(tunnels.count)
    for (index, tunnel) in tunnels.enumerated() {
      for host in [tunnel.client, tunnel.gateway] where placesByHost[host] == nil { placesByHost[host] = index }
      for client in [tunnel.client] + tunnel.translatedClients where places[Ends(client, tunnel.gateway)] == nil {
        places[Ends(client, tunnel.gateway)] = index
      }
    }
    self.places = places
    self.placesByHost = placesByHost
    // Only what logs say is looked up by name.
    placesByName =
      logs.isEmpty ? [:] : Dictionary(tunnels.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    pointsWithTunnels = Set((tunnels + otherTunnels).flatMap(\.points))
    innerAddresses = InnerAddresses(tunnels, logged: logs.tunnels, unselected: otherTunnels)
    pathMTUs = Dictionary(
      points.flatMap(\.oversized).map { (Ends($0.fact.source, $0.fact.destination), $0.fact.mtu) },
      uniquingKeysWith: min)
  }

  /// The tunnel through which two hosts speak at a point that shows no tunnel itself: the one to which a log assigns
  /// one of their addresses, or else the only one that was up at the time; nil when neither says.
  func tunnelInside(
    _ point: Point, between a: IPAddress, and b: IPAddress, from start: Timestamp, to end: Timestamp
  ) -> InnerTunnel? {
    guard !pointsWithTunnels.contains(point.index) else { return nil }
    switch innerAddresses.owner(of: a, or: b, where: { tunnels[$0].isUp(from: start, to: end) }) {
    case .tunnel(let place): return InnerTunnel(tunnel: tunnels[place], isKnownByAddress: true)
    case .another: return nil
    case .unknown:
      guard tunnels.count == 1, otherTunnels.isEmpty, let tunnel = tunnels.first, tunnel.isUp(from: start, to: end)
      else { return nil }
      return InnerTunnel(tunnel: tunnel, isKnownByAddress: false)
    }
  }

  /// A tunnel to which logs may add, by its identifier; nil without logs.
  func tunnel(named id: String) -> Tunnel? { placesByName[id].map { tunnels[$0] } }

  /// The tunnel whose outer packets run between two hosts.
  func tunnel(between a: IPAddress, and b: IPAddress) -> Tunnel? { places[Ends(a, b)].map { tunnels[$0] } }

  /// The first tunnel of which a host is the client or the gateway.
  func tunnel(endingAt host: IPAddress) -> Tunnel? { placesByHost[host].map { tunnels[$0] } }

  /// The smallest outer path MTU that an ICMP error reported, in bytes.
  func outerPathMTU(of tunnel: Tunnel) -> Int? {
    ([tunnel.client] + tunnel.translatedClients).compactMap { pathMTUs[Ends($0, tunnel.gateway)] }.min()
  }

  /// Whether a capture point lies outside, where the tunnels themselves are seen.
  func showsTunnels(_ point: Point) -> Bool { pointsWithTunnels.contains(point.index) }

  func point(_ index: Int) -> Point? { points.first { $0.index == index } }
}

/// The tunnel that carries an inner flow, and how that is known.
struct InnerTunnel {
  let tunnel: Tunnel
  /// A log assigns one of the flow's addresses to its client; otherwise it was the only tunnel at the time.
  let isKnownByAddress: Bool

  var id: String { tunnel.id }

  /// Why it is this tunnel, after "counted to tunnel T1, ".
  var reason: String {
    isKnownByAddress ? "to whose client a log assigns the inner address" : "the only one that was up at the time"
  }
}

extension Tunnel {
  fileprivate func isUp(from begin: Timestamp, to finish: Timestamp) -> Bool { start <= finish && end >= begin }
}
