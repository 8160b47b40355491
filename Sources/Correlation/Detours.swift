import Observations

/// Clients that cannot get one kind of tunnel to a gateway and take another kind, as those that try IPsec first and then TLS
/// do, or the other version of IP. It is one story, told where the first fails.
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
    guard finding.severity == .error, let kind = finding.channel, let start = finding.start else { return finding }
    if let told = overOtherVersion(finding, kind) { return told }
    guard let tunnels = finding.tunnel.flatMap({ tunnelsOfHosts[$0] }),
      let tunnel = tunnels.first(where: { $0.id == finding.tunnel }), tunnel.channel(kind)?.sessions.isEmpty == true
    else { return finding }
    for other in tunnels where other.family != tunnel.family {
      guard let channel = other.seen.first(where: { $0.outcome == .established && !$0.sessions.isEmpty }),
        let taken = channel.sessions.first?.begin, let moment = taken.time, moment > start
      else { continue }
      var told = told(
        finding, of: other, over: channel.profile.name, from: taken, need: "need not do anything",
        " The client went on over \(channel.profile.name) to the same gateway (\(other.id)) "
          + "\(Phrase.duration(moment.seconds(since: start))) after the first attempt, and that works.")
      told.evidence += other.seen.lazy.compactMap { $0.sessions.first?.view.gatewayData }.prefix(1).map {
        $0.evidence("the gateway's first data there: it works")
      }
      return told
    }
    return finding
  }

  /// A host has other addresses in the other version of IP, which nothing in its packets ties to each other: only where there is
  /// one other tunnel of the kind, to the same port, which begins when the first is given up, is it the same client's.
  private func overOtherVersion(_ finding: Finding, _ kind: ChannelKind) -> Finding? {
    guard let id = finding.tunnel, let end = finding.end, situation.tunnels.count <= Self.mostTunnels,
      let tunnel = situation.tunnels.first(where: { $0.id == id }), let client = tunnel.client, tunnel.isSeen,
      let failed = tunnel.channel(kind), failed.sessions.isEmpty
    else { return nil }
    let others = situation.tunnels.filter { $0.id != id && $0.isSeen && $0.family == tunnel.family }
    guard others.count == 1, let other = others.first, other.points.first == tunnel.points.first,
      let address = other.client, address.isIPv4 != client.isIPv4,
      let channel = other.channel(kind), channel.outcome == .established, channel.port == failed.port,
      let taken = channel.handshakes.first?.view.begin, let moment = taken.time, moment >= end,
      moment.seconds(since: end) <= Self.longestPauseSeconds
    else { return nil }
    let (here, there) = client.isIPv4 ? ("IPv4", "IPv6") : ("IPv6", "IPv4")
    return told(
      finding, of: other, over: there, from: taken, need: "only wait for it",
      " A tunnel over \(there) (\(other.id)) begins \(Phrase.duration(moment.seconds(since: end))) after the last attempt over "
        + "\(here), and works: it seems to be the same client's, which gave \(here) up.")
  }

  /// A finding that another tunnel makes milder.
  ///
  /// - Parameters:
  ///   - name: What the other tunnel runs over.
  ///   - taken: Where it begins.
  ///   - need: What users do who have it, behind "users".
  private func told(
    _ finding: Finding, of other: Tunnel, over name: String, from taken: Sighting, need: String, _ words: String
  ) -> Finding {
    var told = finding
    told.severity = .warning
    told.explanation += words
    told.evidence += [taken.evidence("the client goes on over \(name)")]
    told.stopgap = "The tunnel over \(name) (\(other.id)) works; users \(need)."
    return told
  }

  /// Among many tunnels, one that begins then may be anybody's.
  private static let mostTunnels = 4
  /// Clients go to the next address when one has not answered for up to a minute, and at once when it is refused.
  private static let longestPauseSeconds = 60.0
}
