import Algorithms
import Observations

/// Finds the captured tunnel that a party of the logs is.
///
/// By address first: a gateway's log has the client's address as it sees it, which behind translation is one of the
/// tunnel's other addresses. Then by time: sessions that begin when the tunnel's do. A log without times and without a
/// known address is tied only where there is one candidate with as many sessions. What is in doubt stays untied.
struct LogTies {
  let tunnels: [Tunnel]
  let families: FamilyTable
  /// The places of the tunnels of which an address is the client's, or one that translation gave it.
  private let placesByAddress: [IPAddress: [Int]]

  init(tunnels: [Tunnel], families: FamilyTable) {
    self.tunnels = tunnels
    self.families = families
    var places: [IPAddress: [Int]] = [:]
    for (place, tunnel) in tunnels.enumerated() {
      for address in tunnel.clients where places[address]?.last != place { places[address, default: []].append(place) }
    }
    placesByAddress = places
  }

  /// The tunnels of which a party's addresses are the client's.
  private func places(of party: LogParty) -> [Int] {
    Set(party.log.clients.flatMap { placesByAddress[$0] ?? [] }).sorted()
  }
  /// Moments that are the same session: a log tells it when it is ready, and often in whole seconds.
  private static let sameSeconds = 2.5

  /// The tunnel of each party, by the party's place; nil where none is certain.
  func tunnels(of parties: [LogParty]) -> [Int?] {
    guard !tunnels.isEmpty else { return parties.map { _ in nil } }
    var places: [Int?] = parties.map(byAddress)
    // A client's own log names no address that could speak against it; of several clients' logs one event says little.
    let least = parties.count { $0.isWriter && $0.isTunnel(families) } > 1 ? 2 : 1
    for (index, party) in parties.enumerated()
    where places[index] == nil && party.sides.contains(.client) && isUnknown(party) {
      places[index] = byTime(party, least: least)
    }
    // A gateway's log names an address, and not the captured one: only translation explains that, so there has to be one
    // such client, sessions that agree, and no other word of the gateway about the tunnel.
    let strangers = parties.indices.filter {
      places[$0] == nil && parties[$0].isTunnel(families) && isUnknown(parties[$0])
    }
    if strangers.count == 1, let only = strangers.first, let place = byTime(stranger: parties[only]),
      !parties.indices.contains(where: { places[$0] == place && parties[$0].sides.contains(.server) })
    {
      places[only] = place
    }
    // One that is left over on each side.
    let open = parties.indices.filter { places[$0] == nil && parties[$0].isTunnel(families) && isUnknown(parties[$0]) }
    if tunnels.count == 1, let only = open.first, open.count == 1 {
      let sides = parties.indices.filter { places[$0] != nil }.map { parties[$0].sides }
      let isFree = sides.allSatisfy { $0.isDisjoint(with: parties[only].sides) }
      if isFree, hasAsManySessions(parties[only], tunnels[0]),
        !tunnels.places(ofGateways: parties[only].log.gateways).isEmpty
      {
        places[only] = 0
      }
    }
    return places
  }

  private func byAddress(_ party: LogParty) -> Int? {
    guard !party.log.clients.isEmpty else { return nil }
    let candidates = places(of: party)
    if candidates.count <= 1 { return candidates.first }
    let atGateway = candidates.filter { place in
      party.log.gateways.contains { tunnels[place].isGateway($0.address) }
    }
    if atGateway.count == 1 { return atGateway.first }
    // One client at several gateways: the connection's port, then the time, tells which.
    let ports = Set(party.log.facts.compactMap(\.clientPort))
    let byPort = candidates.filter { index in
      tunnels[index].seen.flatMap(\.connections).contains {
        $0.views.contains { $0.flow.map { ports.contains($0.client.port) } ?? false }
      }
    }
    return byPort.count == 1 ? byPort.first : byTime(party, among: candidates) { _ in 1 }
  }

  /// Whether its address, if it has one, says nothing because no capture shows it: translation may hide it.
  private func isUnknown(_ party: LogParty) -> Bool {
    places(of: party).isEmpty
  }

  /// By one session where the party names no address, which needs no explanation, or a public one for a client in a private
  /// network, as translation makes of it; otherwise by several.
  private func byTime(stranger party: LogParty) -> Int? {
    let mayBePrivate = !party.log.clients.contains(where: \.isPrivate)
    return byTime(party, among: tunnels.places(ofGateways: party.log.gateways)) { place in
      party.log.clients.isEmpty || mayBePrivate && tunnels[place].client?.isPrivate ?? false ? 1 : 2
    }
  }

  private func byTime(_ party: LogParty, least: Int) -> Int? {
    byTime(party, among: tunnels.places(ofGateways: party.log.gateways)) { _ in least }
  }

  /// - Parameter least: How many events have to agree for the tunnel at a place.
  private func byTime(_ party: LogParty, among candidates: [Int], least: (_ place: Int) -> Int) -> Int? {
    let own = party.log.clockEvents(families, \.time).filter { event in
      // A channel with a fallback is asked for whether the tunnel is this one or not; where it is all there is, its openings are
      // the tunnel's, and of one that never came up nothing else is known.
      if case .opening(let kind) = event.kind { families.profile(kind)?.fallback == nil } else { true }
    }
    guard !own.isEmpty else { return nil }
    let scores = candidates.map { index -> (index: Int, score: Int) in
      let times = Dictionary(grouping: tunnels[index].clockEvents, by: \.kind).mapValues { $0.map(\.time).sorted() }
      let matched = own.count { event in
        guard let known = times[event.kind] else { return false }
        let first = known.partitioningIndex { $0.seconds(since: event.time) >= -Self.sameSeconds }
        return first < known.count && known[first].seconds(since: event.time) <= Self.sameSeconds
      }
      return (index, matched)
    }
    guard let best = scores.max(by: { $0.score < $1.score }), best.score > 0,
      scores.filter({ $0.score == best.score }).count == 1
    else { return nil }
    // One session may begin by chance when another one does; where there is a choice, two have to agree.
    return best.score >= max(least(best.index), candidates.count == 1 ? 1 : 2) ? best.index : nil
  }

  private func hasAsManySessions(_ party: LogParty, _ tunnel: Tunnel) -> Bool {
    guard party.log.facts.allSatisfy({ $0.time == nil }) else { return false }
    return LoggedChannels(party.log, party.family(families), families).channels.contains { channel in
      let logged = channel.sessions.count
      return logged > 0 && logged == tunnel.seen.first { $0.kind == channel.kind }?.sessions.count
    }
  }

  // MARK: Lines without a time

  /// Lines without a time get that of the session to which they belong: the one with the client's port, and for lines
  /// without a port the one told last before them.
  func settleByPort(_ log: inout TunnelLog, _ tunnel: Tunnel) {
    var current: [Int: Session] = [:]
    for index in log.facts.indices.sorted(by: { log.facts[$0].line < log.facts[$1].line }) {
      let fact = log.facts[index]
      guard fact.written == nil else { continue }
      if let port = fact.clientPort {
        current[fact.line.log] = tunnel.seen.flatMap(\.connections).first { session in
          session.views.contains { view in
            view.flow.map { $0.client.port == port && tunnel.isClient($0.client.address) } ?? false
          }
        }
      }
      guard let session = current[fact.line.log] else { continue }
      let isEnd = fact.kind == .ended || fact.kind == .closed
      log.facts[index].time = isEnd ? session.closed ?? session.end : session.start
      log.facts[index].isTimeOfSession = true
    }
    log.sort()
  }
}
