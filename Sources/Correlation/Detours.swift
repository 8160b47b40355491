import Observations

/// Clients that cannot get one kind of tunnel to a gateway and take another kind, as those that try IPsec first and then TLS
/// do. It is one story, told where the first kind fails.
struct Detours {
  private struct Hosts: Hashable {
    let client: IPAddress
    let gateway: IPAddress
  }

  private let situation: Situation
  /// All tunnels between the hosts of a tunnel that is not their only one, by its identifier. Made when the first finding
  /// asks: most reports need none.
  private lazy var tunnelsOfHosts = Self.tunnelsOfHosts(in: situation)

  init(_ situation: Situation) { self.situation = situation }

  private static func tunnelsOfHosts(in situation: Situation) -> [String: [Tunnel]] {
    let byHosts = Dictionary(grouping: situation.tunnels.filter(\.isSeen)) { tunnel -> Hosts? in
      guard let client = tunnel.client, let gateway = tunnel.gateway else { return nil }
      return Hosts(client: client, gateway: gateway)
    }
    return byHosts.reduce(into: [:]) { known, entry in
      guard entry.key != nil, entry.value.count > 1 else { return }
      for tunnel in entry.value { known[tunnel.id] = entry.value }
    }
  }

  /// A finding about a channel that never came up; where the client took a detour it says so, and users have a tunnel.
  mutating func told(_ finding: Finding) -> Finding {
    guard finding.severity == .error, let kind = finding.channel, let start = finding.start,
      let tunnels = finding.tunnel.flatMap({ tunnelsOfHosts[$0] }),
      let tunnel = tunnels.first(where: { $0.id == finding.tunnel }), tunnel.channel(kind)?.sessions.isEmpty == true
    else { return finding }
    for other in tunnels where other.family != tunnel.family {
      guard let channel = other.seen.first(where: { $0.outcome == .established && !$0.sessions.isEmpty }),
        let taken = channel.sessions.first?.begin, let moment = taken.time, moment > start
      else { continue }
      var told = finding
      told.severity = .warning
      told.explanation +=
        " The client went on over \(channel.profile.name) to the same gateway (\(other.id)) "
        + "\(Phrase.duration(moment.seconds(since: start))) after the first attempt, and that works."
      told.evidence += [taken.evidence("the client goes on over \(channel.profile.name)")]
      told.evidence += other.seen.lazy.compactMap { $0.sessions.first?.view.gatewayData }.prefix(1).map {
        $0.evidence("the gateway's first data there: it works")
      }
      told.stopgap = "The tunnel over \(channel.profile.name) (\(other.id)) works; users need not do anything."
      return told
    }
    return finding
  }
}
