import Observations

/// Whose inner addresses are whose, as gateways' and clients' logs say.
struct InnerAddresses {
  /// What is known of an address at some time.
  enum Owner {
    /// No log mentions it.
    case unknown
    /// The tunnel of this place among the situation's.
    case tunnel(Int)
    /// Somebody else's, or more than one tunnel's: an address pool gives an address away again.
    case another
  }

  private var tunnels: [IPAddress: [Int]] = [:]
  private var others: Set<IPAddress> = []

  /// - Parameters:
  ///   - tunnels: Those whose places `owner` gives; those that only logs show have no inner packets here.
  ///   - unselected: Tunnels that were not selected.
  init(_ tunnels: [Tunnel], unselected: [Tunnel]) {
    for (place, tunnel) in tunnels.enumerated() where tunnel.isSeen {
      for address in tunnel.log.innerAddresses { self.tunnels[address, default: []].append(place) }
    }
    others = Set((tunnels.filter { !$0.isSeen } + unselected).flatMap(\.log.innerAddresses))
  }

  /// Who has one of two addresses, of those for whom `isUp` holds.
  func owner(of a: IPAddress, or b: IPAddress, where isUp: (Int) -> Bool) -> Owner {
    let places = Set([a, b].flatMap { tunnels[$0] ?? [] }.filter(isUp))
    if others.contains(a) || others.contains(b) { return .another }
    guard let place = places.first else {
      return tunnels[a] == nil && tunnels[b] == nil ? .unknown : .another
    }
    return places.count == 1 ? .tunnel(place) : .another
  }
}
