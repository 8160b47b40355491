import Observations

/// What the logs add to a situation beside its tunnels.
package struct LogKnowledge: Sendable {
  package var logs: [LogReport] = []
  package var gateways: [GatewayKnowledge] = []

  package init() {}

  package init(logs: [LogReport], gateways: [GatewayKnowledge]) {
    self.logs = logs
    self.gateways = gateways
  }

  package var isEmpty: Bool { logs.isEmpty }
}

/// Puts what logs show beside what captures show: clocks first, then whose it is, then what is left.
struct LogAssembly {
  private let history: LogHistory
  private let logs: [LogDescription]
  private let zone: Int?
  private let families: FamilyTable

  init(_ history: LogHistory, _ logs: [LogDescription], families: FamilyTable, zone: Int?) {
    self.families = families
    self.history = history
    self.logs = logs
    self.zone = zone
  }

  /// The same situation with the logs in it.
  func joined(to situation: Situation) -> Situation {
    guard !logs.isEmpty || !history.isEmpty else { return situation }
    var clocks = LogClocks(logs, families: families, zone: zone)
    let sides = Dictionary(logs.compactMap { log in log.format.side.map { (log.index, $0) } }) { first, _ in first }
    let products = Dictionary(logs.compactMap { log in log.format.product.map { (log.index, $0) } }) { first, _ in first
    }
    var parties = LogParties(
      history, writers: clocks.writers, sides: sides, products: products, families: families)
    let starts = situation.points.flatMap(\.captures).compactMap(\.start)
    let ends = situation.points.flatMap(\.captures).compactMap(\.end)
    let captures = starts.min().flatMap { start in ends.max().map { min(start, $0)...max(start, $0) } }
    clocks.compare(parties.parties, with: situation.tunnels, captures: captures)
    parties.settle(clocks.moment)

    let ties = LogTies(tunnels: situation.tunnels, families: families)
    var tunnels = situation.tunnels
    if tunnels.isEmpty { parties.joinOnlyCandidates() }
    let places = ties.tunnels(of: parties.parties)
    // Lines seldom name the gateway; where a log names just one, it is that one.
    var gatewaysOfLog: [Int: [IPAddress]] = [:]
    for party in parties.parties where party.isTunnel(families) {
      for gateway in party.log.gateways {
        let known = gatewaysOfLog[party.firstLine.log] ?? []
        if !known.contains(gateway.address) { gatewaysOfLog[party.firstLine.log] = known + [gateway.address] }
      }
    }
    var untied: [Int: Int] = [:]
    var logged: [Tunnel] = []
    for (party, place) in zip(parties.parties, places) {
      if let place {
        tunnels[place].log.add(party.log)
      } else if party.isTunnel(families) {
        var tunnel = Tunnel(
          family: party.family(families), client: party.log.clients.first,
          gateway: Self.only(party.log.gateways.map(\.address))
            ?? Self.only(gatewaysOfLog[party.firstLine.log] ?? []), seen: [])
        tunnel.log = party.log
        logged.append(tunnel)
      } else {
        for fact in party.log.facts { untied[fact.line.log, default: 0] += 1 }
      }
    }
    for index in tunnels.indices where !tunnels[index].log.isEmpty {
      ties.settleByPort(&tunnels[index].log, tunnels[index])
    }
    tunnels += logged
    for index in tunnels.indices where tunnels[index].id.isEmpty { tunnels[index].id = "T\(index + 1)" }
    let joined = Situation(
      families: families, tunnels: tunnels, points: situation.points, clockOffsets: situation.clockOffsets,
      otherTunnels: situation.otherTunnels,
      logs: LogKnowledge(logs: reports(clocks, untied), gateways: gateways(parties.configuration)),
      reachedLimits: situation.reachedLimits)
    // Which ports clients are given may stand in the gateway's configuration, so that comes first.
    return joined.withLoggedChannels()
  }

  /// The address that all of them are; nil for none, and for several.
  private static func only(_ addresses: [IPAddress]) -> IPAddress? {
    Set(addresses).count == 1 ? addresses.first : nil
  }

  private func reports(_ clocks: LogClocks, _ untied: [Int: Int]) -> [LogReport] {
    logs.sorted { $0.index < $1.index }.map { log in
      let clock = clocks.clocks[log.index] ?? LogClock(zone: .noTimes)
      return LogReport(
        description: log, clock: clock, start: log.start.map(clock.moment), end: log.end.map(clock.moment),
        untied: untied[log.index] ?? 0)
    }
  }

  /// Output of commands seldom names its device; with one device in all, it is that one's.
  private func gateways(_ configuration: [String?: [LogFact]]) -> [GatewayKnowledge] {
    let told = configuration.filter { !$0.value.isEmpty }
    let named = told.keys.compactMap(\.self).sorted()
    if named.count <= 1 {
      let all = told.values.flatMap(\.self)
      return all.isEmpty ? [] : [GatewayKnowledge(device: named.first, facts: all)]
    }
    return named.map { GatewayKnowledge(device: $0, facts: told[$0] ?? []) }
      + (told[nil].map { [GatewayKnowledge(device: nil, facts: $0)] } ?? [])
  }
}

extension Situation {
  /// What a tunnel's gateway says of itself; nil where that could be another one's word.
  package func gatewayKnowledge(of tunnel: Tunnel) -> GatewayKnowledge? {
    if logs.gateways.count == 1 {
      let others = Set((tunnels + otherTunnels).compactMap(\.gateway))
      // One gateway told of itself, and one is known: an address that was translated may be all that differs.
      if others.count <= 1 { return logs.gateways[0] }
    }
    guard tunnel.gateway != nil else { return nil }
    let matching = logs.gateways.filter { knowledge in
      knowledge.sockets?.listening.contains { $0.address.map(tunnel.isGateway) ?? false } ?? false
    }
    return matching.count == 1 ? matching.first : nil
  }

  /// The same situation, each tunnel with the channels that its logs show.
  fileprivate func withLoggedChannels() -> Situation {
    let judged = tunnels.map { tunnel in
      guard !tunnel.log.isEmpty else { return tunnel }
      var judged = tunnel
      judged.logged =
        LoggedChannels(
          tunnel.log, tunnel.family, families, gateway: gatewayKnowledge(of: tunnel), seen: tunnel.seen
        ).channels
      return judged
    }
    return Situation(
      families: families, tunnels: judged, points: points, clockOffsets: clockOffsets, otherTunnels: otherTunnels,
      logs: logs, reachedLimits: reachedLimits)
  }
}
