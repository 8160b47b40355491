import Observations

/// A tunnel in the earlier report, the later one, or both.
public struct TunnelChange: Sendable, Hashable {
  /// On what grounds two tunnels are taken for the same.
  public enum Grounds: String, Sendable, Hashable, CaseIterable {
    case clientAndGateway = "client-and-gateway"
    /// The client's address differs; no other tunnel to that gateway under that name is left on either side.
    case gatewayAndServerName = "gateway-and-server-name"
  }

  public let before: TunnelDescription?
  public let after: TunnelDescription?
  /// nil when only one report has it.
  public let grounds: Grounds?
}

/// Which tunnel of a later report is which of an earlier one.
struct TunnelMatching {
  let changes: [TunnelChange]
  private let laterIDs: [String: String]

  /// The change that a tunnel of the earlier report is part of, by the tunnel's identifier.
  func change(ofEarlier id: String) -> TunnelChange? { changes.first { $0.before?.id == id } }

  /// The identifier in the later report of a tunnel of the earlier one.
  func later(_ id: String) -> String? { laterIDs[id] }

  init(_ before: [TunnelDescription], _ after: [TunnelDescription]) {
    var partners: [Int: (index: Int, grounds: TunnelChange.Grounds)] = [:]
    var taken: Set<Int> = []

    var byEnds: [Ends: Int] = [:]
    for (index, tunnel) in after.enumerated() {
      for ends in Ends.all(of: tunnel) where byEnds[ends] == nil { byEnds[ends] = index }
    }
    for (index, tunnel) in before.enumerated() {
      guard let partner = Ends.all(of: tunnel).lazy.compactMap({ byEnds[$0] }).first(where: { !taken.contains($0) })
      else { continue }
      partners[index] = (partner, .clientAndGateway)
      taken.insert(partner)
    }

    // A client that came back with another address; with several candidates any choice would be a guess.
    let left = Dictionary(grouping: before.indices.filter { partners[$0] == nil }) { Name(before[$0]) }
    let right = Dictionary(grouping: after.indices.filter { !taken.contains($0) }) { Name(after[$0]) }
    for (name, indices) in left {
      guard indices.count == 1, let index = indices.first, let others = right[name], others.count == 1,
        let partner = others.first
      else { continue }
      partners[index] = (partner, .gatewayAndServerName)
      taken.insert(partner)
    }

    let known = before.enumerated().map { index, tunnel in
      let partner = partners[index]
      return TunnelChange(before: tunnel, after: partner.map { after[$0.index] }, grounds: partner?.grounds)
    }
    let added = after.indices.filter { !taken.contains($0) }.map {
      TunnelChange(before: nil, after: after[$0], grounds: nil)
    }
    changes = known + added
    laterIDs = Dictionary(
      known.compactMap { change in
        guard let before = change.before, let after = change.after else { return nil }
        return (before.id, after.id)
      }
    ) { first, _ in first }
  }

  private struct Ends: Hashable {
    let client: IPAddress?
    let gateway: IPAddress?
    /// Only where the client has no address: logs tell of it by its user.
    let user: String?

    /// By each of the addresses of both ends.
    static func all(of tunnel: TunnelDescription) -> [Ends] {
      guard tunnel.client != nil else {
        return tunnel.users.map { Ends(client: nil, gateway: tunnel.gateway, user: $0) }
      }
      guard tunnel.gateway != nil else { return tunnel.clients.map { Ends(client: $0, gateway: nil, user: nil) } }
      return tunnel.addressPairs.map { Ends(client: $0.client, gateway: $0.gateway, user: nil) }
    }
  }

  private struct Name: Hashable {
    let gateway: IPAddress?
    let serverName: String?
    /// Behind a gateway that nobody names, only users tell tunnels apart.
    let users: [String]

    init(_ tunnel: TunnelDescription) {
      gateway = tunnel.gateway
      serverName = tunnel.serverName
      users = tunnel.gateway == nil ? tunnel.users : []
    }
  }
}
