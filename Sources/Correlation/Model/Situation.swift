import Observations

/// Everything the observations say, put together: the tunnels, and the path facts of every capture point.
public struct Situation {
  /// A capture point, and what it can show.
  package struct Point {
    package let index: Int
    package let name: String
    package let captures: [CaptureDescription]
    package let start: Timestamp
    package let end: Timestamp
    package let tooBig: [PointHistory.Dated<PacketTooBig>]
    /// The same by the path of the packets that were too big.
    package let tooBigByPath: [HostPath: [PointHistory.Dated<PacketTooBig>]]
    package let oversized: [PointHistory.Dated<OversizedPackets>]
    package let offers: [PointHistory.Dated<MSSOffer>]
    package let stuck: [PointHistory.Dated<StuckSegment>]
    package let fragments: [PointHistory.Dated<Fragments>]
    /// Packets that the host which captured them then dropped.
    package let hostDrops: [PointHistory.Dated<DroppedPacket>]
    /// Whether its connections, if any, show both directions.
    package let seesBothDirections: Bool
    /// Associations it shows at all.
    package let connections: Int
    /// Limits that what was observed at it reached.
    package let reachedLimits: [ReachedLimit]
  }

  package let families: FamilyTable
  package let tunnels: [Tunnel]
  package let points: [Point]
  package let clockOffsets: [ClockOffset]
  /// Tunnels that are known and that were not selected.
  package let otherTunnels: [Tunnel]
  /// What logs add.
  package let logs: LogKnowledge
  /// Limits that the report as a whole reached.
  package var reachedLimits: [ReachedLimit]
  /// Whether a capture says of packets that the host which captured them dropped them.
  package let hasHostDrops: Bool
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
    families: FamilyTable, tunnels: [Tunnel], points: [Point], clockOffsets: [ClockOffset], otherTunnels: [Tunnel] = [],
    logs: LogKnowledge = LogKnowledge(), reachedLimits: [ReachedLimit] = []
  ) {
    self.families = families
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
      guard tunnel.isSeen, let client = tunnel.client, let gateway = tunnel.gateway else { continue }
      if placesByHost[client] == nil { placesByHost[client] = index }
      if placesByHost[gateway] == nil { placesByHost[gateway] = index }
      if places[Ends(client, gateway)] == nil { places[Ends(client, gateway)] = index }
      guard tunnel.isTranslated else { continue }
      for host in tunnel.translatedClients + tunnel.translatedGateways where placesByHost[host] == nil {
        placesByHost[host] = index
      }
      for (client, gateway) in tunnel.addressPairs where places[Ends(client, gateway)] == nil {
        places[Ends(client, gateway)] = index
      }
    }
    self.places = places
    self.placesByHost = placesByHost
    hasHostDrops = points.contains { !$0.hostDrops.isEmpty }
    // Only what logs say, and what a host did with its packets, is looked up by name.
    placesByName =
      logs.isEmpty && !hasHostDrops
      ? [:] : Dictionary(tunnels.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    pointsWithTunnels = Set((tunnels + otherTunnels).flatMap(\.points))
    innerAddresses = InnerAddresses(tunnels, unselected: otherTunnels)
    pathMTUs = Dictionary(
      points.flatMap(\.oversized).map { (Ends($0.fact.source, $0.fact.destination), $0.fact.mtu) },
      uniquingKeysWith: min)
  }

  /// The tunnel through which two hosts speak at a point that shows no tunnel itself: the one to which a log assigns
  /// one of their addresses, or else the only one that was up at the time; nil when neither is known.
  package func tunnelInside(
    _ point: Point, between a: IPAddress, and b: IPAddress, from start: Timestamp, to end: Timestamp
  ) -> InnerTunnel? {
    guard !pointsWithTunnels.contains(point.index) else { return nil }
    switch innerAddresses.owner(of: a, or: b, where: { tunnels[$0].isUp(from: start, to: end) }) {
    case .tunnel(let place): return InnerTunnel(tunnel: tunnels[place], isKnownByAddress: true)
    case .another: return nil
    case .unknown:
      let seen = tunnels.filter(\.isSeen)
      guard seen.count == 1, otherTunnels.isEmpty, let tunnel = seen.first, tunnel.isUp(from: start, to: end)
      else { return nil }
      return InnerTunnel(tunnel: tunnel, isKnownByAddress: false)
    }
  }

  /// A tunnel to which logs may add, by its identifier; nil without logs.
  package func tunnel(named id: String) -> Tunnel? { placesByName[id].map { tunnels[$0] } }

  /// The tunnel whose outer packets run between two hosts.
  package func tunnel(between a: IPAddress, and b: IPAddress) -> Tunnel? { places[Ends(a, b)].map { tunnels[$0] } }

  /// The first tunnel of which a host is the client or the gateway.
  package func tunnel(endingAt host: IPAddress) -> Tunnel? { placesByHost[host].map { tunnels[$0] } }

  /// The smallest outer path MTU that an ICMP error reported, in bytes.
  package func outerPathMTU(of tunnel: Tunnel) -> Int? {
    pathMTUs.isEmpty ? nil : tunnel.addressPairs.compactMap { pathMTUs[Ends($0, $1)] }.min()
  }

  /// Whether a capture point lies outside, where the tunnels themselves are seen.
  package func showsTunnels(_ point: Point) -> Bool { pointsWithTunnels.contains(point.index) }

  package func point(_ index: Int) -> Point? { points.first { $0.index == index } }
}

/// The tunnel that carries an inner flow, and how that is known.
package struct InnerTunnel {
  package let tunnel: Tunnel
  /// A log assigns one of the flow's addresses to its client; otherwise it was the only tunnel at the time.
  package let isKnownByAddress: Bool

  package var id: String { tunnel.id }

  /// Why it is this tunnel, after "attributed to tunnel T1, ".
  package var reason: String {
    isKnownByAddress ? "to whose client a log assigns the inner address" : "the only one that was up at the time"
  }
}

extension Tunnel {
  fileprivate func isUp(from begin: Timestamp, to finish: Timestamp) -> Bool {
    isSeen && start.map { $0 <= finish } ?? false && end.map { $0 >= begin } ?? false
  }
}

extension Situation {
  /// The profile of a channel and the family that it belongs to.
  package func family(of tunnel: Tunnel) -> (any FamilyProfile.Type)? { families.family(named: tunnel.family) }

  /// The sides whose logs say something of the tunnels.
  var loggingSides: Set<Side> {
    Set([Side.client, .server].filter { side in tunnels.contains { $0.hasLog && $0.log.isWritten(by: side) } })
  }

  /// A gateway's product, as far as a log shows it, the gateway says it in a handshake, or its channels suggest it.
  package func product(of tunnel: Tunnel) -> Product? {
    namedProduct(of: tunnel) ?? likelyProduct(of: tunnel)?.product
  }

  /// The same as reports name it: what is only likely says so.
  package func productWords(of tunnel: Tunnel) -> String? {
    namedProduct(of: tunnel)?.name ?? likelyProduct(of: tunnel)?.words
  }

  private func namedProduct(of tunnel: Tunnel) -> Product? { tunnel.log.product ?? tunnel.seenProduct }

  private func likelyProduct(of tunnel: Tunnel) -> LikelyProduct? {
    family(of: tunnel)?.likelyProduct(of: tunnel.channels)
  }

  /// What to change in general words and on the product, as far as it is known; the rule's own remedies where the family
  /// has none.
  ///
  /// - Parameter port: The port at the gateway, where it is not the one that the channel used last.
  package func remedies(
    _ rule: any Rule.Type, for tunnel: Tunnel?, channel: Channel? = nil, port: Int? = nil,
    adding change: (inout RemedyRequest) -> Void = { _ in }
  ) -> [String] {
    guard let tunnel, let family = family(of: tunnel) else { return rule.documentation.remedies }
    var request = RemedyRequest(
      rule: rule.name, channel: channel?.profile, port: port ?? channel?.port, client: tunnel.clientName,
      gateway: tunnel.gatewayName, product: product(of: tunnel))
    request.isOverTCP = channel?.transport == "TCP"
    request.isSeenAtBothEnds = tunnel.points.count > 1
    request.hasGatewayLog = tunnel.hasLog && tunnel.log.isWritten(by: .server)
    change(&request)
    let own = family.remedies(request)
    return own.isEmpty ? rule.documentation.remedies : own
  }
}
