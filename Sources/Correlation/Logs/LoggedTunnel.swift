import Observations

/// A tunnel that logs tell of and no capture shows.
struct LoggedTunnel {
  var id: String
  /// The client's address as the gateway sees it; nil where only the client's own log tells of it.
  let client: IPAddress?
  let gateway: IPAddress?
  let log: TunnelLog

  /// How findings call the client: its user, its address, or just that.
  var name: String {
    if let user = log.users.first { return "user \(user)" + (client.map { " (\($0))" } ?? "") }
    return client.map(\.description) ?? "the client"
  }

  /// "user alice (198.51.100.10)", at the beginning of a sentence.
  var capitalizedName: String { name.prefix(1).uppercased() + name.dropFirst() }

  /// The gateway in words.
  var gatewayName: String { gateway.map(\.description) ?? "the gateway" }

  var start: Timestamp? { log.facts.compactMap(\.time).min() }
  var end: Timestamp? { log.facts.compactMap(\.time).max() }

  /// The port of TLS at the gateway, as a log names it.
  var tlsPort: Int? {
    for fact in log.facts {
      if case .vpnSession(let detail) = fact.event, let port = detail.tlsPort { return Int(port) }
    }
    return log.gateways.first { $0.port != 0 }.map { Int($0.port) }
  }

  /// The port that the client was told to use for DTLS.
  var dtlsPort: Int? { log.announcedDTLSPort.map(Int.init) }
}

extension TunnelLog {
  /// The latest port that the gateway announced for DTLS.
  var announcedDTLSPort: UInt16? {
    for fact in facts.reversed() { if case .dtlsPortAnnounced(let port) = fact.event { return port } }
    return nil
  }

  /// Hellos that the gateway dropped because nobody listens, by the port they went to.
  func discardedHellos(to ports: Set<UInt16>) -> [LogFact] {
    facts.filter { fact in
      guard case .requestDiscarded(let packet) = fact.event else { return false }
      return packet.transport == .udp && ports.contains(packet.destination.port)
    }
  }

  /// What proves, by the client's own word, that it reconnects to apply a new MTU (reason code 16).
  var mtuReconfigurations: [LogFact] {
    facts.filter {
      if case .reconfigured(reasonCode: 16, _) = $0.event { return true }
      return false
    }
  }

  /// What the gateway says of packets too large for the tunnel: how many, the largest, the smallest threshold, in
  /// bytes; nil when there were none.
  var largePackets: LargePackets? {
    let told = facts.compactMap { fact -> (LogFact, LargePacket)? in
      guard case .largePacket(let packet) = fact.event, packet.size > packet.threshold, packet.towardsClient else {
        return nil
      }
      return (fact, packet)
    }
    guard let largest = told.max(by: { $0.1.size < $1.1.size }), let least = told.map(\.1.threshold).min() else {
      return nil
    }
    let more = beyond[.largePacket]
    return LargePackets(
      facts: told.map(\.0), count: told.count + (more?.count ?? 0), largest: max(largest.1.size, more?.largest ?? 0),
      threshold: min(least, more?.smallestLimit ?? least), largestFact: largest.0)
  }

  /// What the gateway refused because a packet may not be fragmented (602101).
  var refusedPackets: [(fact: LogFact, refusal: PathMTUExceeded)] {
    facts.compactMap { fact in
      guard case .pathMTUExceeded(let refusal) = fact.event else { return nil }
      return (fact, refusal)
    }
  }

  struct LargePackets {
    let facts: [LogFact]
    let count: Int
    let largest: Int
    let threshold: Int
    let largestFact: LogFact
  }
}
