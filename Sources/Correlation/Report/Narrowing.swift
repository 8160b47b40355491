import Observations

/// What a report is limited to; whatever it does not show may still be in the captures.
public struct Narrowing: Sendable, Hashable {
  /// Packets before this moment, or after the next one, were left out, by the clock of their own capture.
  public var since: Timestamp?
  public var until: Timestamp?
  /// The capture filter that packets had to pass, in the syntax of pcap-filter(7).
  public var filter: String?
  /// Which tunnels are reported.
  public var tunnels: TunnelSelection
  /// Tunnels that were found and are not reported.
  public var otherTunnels: Int

  public init(
    since: Timestamp? = nil, until: Timestamp? = nil, filter: String? = nil,
    tunnels: TunnelSelection = TunnelSelection(), otherTunnels: Int = 0
  ) {
    self.since = since
    self.until = until
    self.filter = filter
    self.tunnels = tunnels
    self.otherTunnels = otherTunnels
  }
}

/// Tunnels by their ends: a client and a gateway that each lie in one of the prefixes; without prefixes, any.
public struct TunnelSelection: Sendable, Hashable {
  public var clients: [IPPrefix]
  public var gateways: [IPPrefix]

  public init(clients: [IPPrefix] = [], gateways: [IPPrefix] = []) {
    self.clients = clients
    self.gateways = gateways
  }

  var isEverything: Bool { clients.isEmpty && gateways.isEmpty }

  /// Both ends are known by their own addresses and by those that translation gave them.
  func selects(_ tunnel: Tunnel) -> Bool {
    let addresses = tunnel.clients + (tunnel.isSeen ? [] : tunnel.log.clients)
    return (clients.isEmpty || clients.contains { addresses.contains(where: $0.contains) })
      && (gateways.isEmpty || gateways.contains { tunnel.gateways.contains(where: $0.contains) })
  }
}
