import Observations

/// What a line shows, with its time on the report's clock as far as that is known.
package struct LogFact: Sendable {
  /// Where what the line shows stands.
  private let block: MomentList.Block
  private let place: UInt8
  /// On the report's clock; nil for lines without a time, and where the log's clock could not be tied to it.
  package var time: Timestamp?
  /// Whether `time` is that of the session the line belongs to, because the line has none of its own.
  package var isTimeOfSession = false
  /// Whose word it is.
  package let side: Side?
  // Here and not only in the moment: facts are sorted and searched by them.
  package let kind: LogEventKind
  package let line: LogLine

  /// As the log wrote it.
  package var written: LogTime? { block[Int(place)].time }
  /// Yielded where it stands: it is looked at much more often than kept.
  package var event: Observation.Event { _read { yield block[Int(place)].event } }
  package var clientPort: UInt16? { block[Int(place)].clientPort }
  /// The channel concerned; nil where the line does not name it.
  package var channel: ChannelKind? {
    if case .sendTooLarge(let channel) = event { channel } else { event.handshake?.channel }
  }
  /// What the gateway is, where the line says that.
  var product: Product? { if case .statement(.product(let product)) = event { product } else { nil } }
  package var sighting: Sighting { Sighting(time: time, source: .line(line)) }

  /// - Parameter place: Of the moment in its block.
  init(_ block: MomentList.Block, _ place: Int, side: Side?) {
    self.block = block
    self.place = UInt8(place)
    self.side = side
    kind = block[place].kind
    line = block[place].line
  }

  /// In order of time where both have one, otherwise as the logs have them.
  package static func isBefore(_ a: LogFact, _ b: LogFact) -> Bool {
    if a.line.log != b.line.log, let x = a.time, let y = b.time, x != y { return x < y }
    return a.line < b.line
  }
}

/// What logs show of one tunnel.
package struct TunnelLog: Sendable {
  package var users: [String] = []
  package var groups: [String] = []
  package var clients: [IPAddress] = []
  package var innerAddresses: [IPAddress] = []
  package var gateways: [Endpoint] = []
  /// What the gateway is, as the kind of its logs shows.
  package var product: Product?
  /// In order.
  package var facts: [LogFact] = []
  /// Of each kind, how many facts are not among `facts`.
  package var beyond: [LogEventKind: LogHistory.Beyond] = [:]

  package init() {}

  package var isEmpty: Bool { facts.isEmpty }

  package func facts(_ kind: LogEventKind) -> [LogFact] {
    var wanted: [LogFact] = []
    // Where they stand: a copy, as `filter` takes it of each, counts a reference.
    for index in facts.indices where facts[index].kind == kind { wanted.append(facts[index]) }
    return wanted
  }

  package func facts(_ kind: LogEventKind, from side: Side) -> [LogFact] { facts(kind).filter { $0.side == side } }

  package func isWritten(by side: Side) -> Bool { facts.contains { $0.side == side } }

  /// How many of a kind there are in all.
  package func count(_ kind: LogEventKind) -> Int { facts(kind).count + (beyond[kind]?.count ?? 0) }

  /// From the first time to the last.
  package var span: ClosedRange<Timestamp>? {
    var span: ClosedRange<Timestamp>?
    for index in facts.indices {
      guard let time = facts[index].time else { continue }
      span = span.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    }
    return span
  }

  /// How many handshakes of a channel timed out beyond those that are kept one by one.
  package func timedOutBeyond(_ channel: ChannelKind) -> Int {
    guard let more = beyond[.timedOut], more.last.event.handshake?.channel == channel else { return 0 }
    return more.count
  }

  package mutating func add(_ other: TunnelLog) {
    func join<Value: Equatable>(_ list: WritableKeyPath<TunnelLog, [Value]>, _ other: TunnelLog) {
      for value in other[keyPath: list] where !self[keyPath: list].contains(value) { self[keyPath: list].append(value) }
    }
    join(\.users, other)
    join(\.groups, other)
    join(\.clients, other)
    join(\.innerAddresses, other)
    join(\.gateways, other)
    product = product ?? other.product
    facts += other.facts
    beyond.merge(other.beyond) { LogHistory.Beyond($0, $1) }
  }

  mutating func sort() {
    // Those of one log are in order, mostly.
    let isOrdered = facts.indices.dropFirst().allSatisfy { index in
      facts[index].line.log == facts[index - 1].line.log && facts[index - 1].line <= facts[index].line
    }
    if !isOrdered { facts.sort(by: LogFact.isBefore) }
  }
}

// What the path rules and the families ask for.
extension TunnelLog {
  /// The latest port that the gateway announced for a channel.
  package func announcedPort(_ channel: ChannelKind) -> UInt16? {
    for index in facts.indices.reversed() where facts[index].kind == .port {
      if case .negotiated(.port(channel, let port)) = facts[index].event { return port }
    }
    return nil
  }

  /// Whether a line says that a channel is not offered, or a listing of sessions shows it up.
  package func saysWhatBecame(of channel: ChannelKind) -> Bool {
    facts(.notOffered).contains { if case .negotiated(.notOffered(channel, _)) = $0.event { true } else { false } }
      || channel == .dtls
        && facts(.state).contains { fact in
          if case .statement(.vpnSession(let session)) = fact.event { session.dtlsPort != nil } else { false }
        }
  }

  /// Requests that the gateway dropped on their way to one of its own ports.
  package func droppedRequests(to ports: Set<UInt16>) -> [LogFact] {
    facts(.requestDropped).filter { fact in
      guard case .packetDropped(let packet) = fact.event else { return false }
      return packet.transport == .udp && ports.contains(packet.destination.port)
    }
  }

  /// Packets to one of the gateway's addresses that a firewall, which may be the gateway itself, says it dropped.
  ///
  /// - Parameter port: nil for a protocol without ports.
  package func droppedPackets(to gateways: [IPAddress], port: Int?, _ transport: TransportProtocol) -> [LogFact] {
    facts(.packetDropped).filter { fact in
      guard case .packetDropped(let packet) = fact.event else { return false }
      return packet.transport == transport && gateways.contains(packet.destination.address)
        && Int(packet.destination.port) == port ?? 0
    }
  }

  /// Tunnel MTUs that a side announced or computed.
  package func announcedMTUs(from side: Side? = nil) -> [TunnelMTUAnnouncement] {
    facts(.tunnelMTU).compactMap { fact in
      guard side == nil || fact.side == side, case .negotiated(.mtu(let mtu)) = fact.event else { return nil }
      return mtu
    }
  }

  /// What the gateway says of packets too large for the tunnel: how many, the largest, the smallest threshold, in
  /// bytes; nil when there were none.
  package var largePackets: LargePackets? {
    let towardsClient = facts(.largePacket).compactMap { fact -> (LogFact, LargePacket)? in
      guard case .largePacket(let packet) = fact.event, packet.size > packet.threshold, packet.towardsClient else {
        return nil
      }
      return (fact, packet)
    }
    guard let largest = towardsClient.max(by: { $0.1.size < $1.1.size }),
      let least = towardsClient.map(\.1.threshold).min()
    else {
      return nil
    }
    let more = beyond[.largePacket]
    return LargePackets(
      facts: towardsClient.map(\.0), count: towardsClient.count + (more?.count ?? 0),
      largest: max(largest.1.size, more?.largest ?? 0), threshold: min(least, more?.smallestLimit ?? least),
      largestFact: largest.0)
  }

  /// What the gateway refused because a packet must not be fragmented (ASA 602101).
  package var refusedPackets: [(fact: LogFact, refusal: PathMTUExceeded)] {
    facts(.pathMTUExceeded).compactMap { fact in
      guard case .pathMTUExceeded(let refusal) = fact.event else { return nil }
      return (fact, refusal)
    }
  }

  package struct LargePackets: Sendable {
    package let facts: [LogFact]
    package let count: Int
    package let largest: Int
    package let threshold: Int
    package let largestFact: LogFact
  }
}
