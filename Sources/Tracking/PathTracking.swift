import Dissection
import Families
import Observations

/// What is known of the path from one host to another.
struct PathState {
  let source: IPAddress
  let destination: IPAddress
  var mtu: Int
  let reporter: IPAddress
  var errors = 0
  var packets = 0
  var packetsAfterwards = 0
  var largest = 0
  var largestFrame = PackedFrame.none
  var largestTime = Timestamp(nanoseconds: 0)
  let firstError: Timestamp
  let firstErrorFrame: PackedFrame
  var lastError: Timestamp

  /// For how long a path is known by an error: a sender may try larger packets again after that (RFC 1191 section 6.3).
  static let knownSeconds = 600.0

  /// Whether a packet that is too large is sent against what the sender must know.
  func isKnown(at time: Timestamp) -> Bool { time.seconds(since: lastError) <= Self.knownSeconds }
}

/// Path MTU by pair of hosts, and which hosts were heard. Bounded; the first come stay.
struct PathTable {
  private struct Pair: Hashable {
    let source: IPAddress
    let destination: IPAddress
  }

  private var places: [Pair: Int] = [:]
  private(set) var paths: [PathState] = []
  private struct Watch {
    var count = 0
    var lastHeard = Timestamp(nanoseconds: .min)
  }

  private var watched: [Pair: Watch] = [:]
  let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  var isEmpty: Bool { paths.isEmpty }
  var isFull: Bool { paths.count >= capacity }
  var watchesHosts: Bool { !watched.isEmpty }

  func place(from source: IPAddress, to destination: IPAddress) -> Int? {
    places[Pair(source: source, destination: destination)]
  }

  mutating func add(_ path: PathState) -> Int {
    paths.append(path)
    places[Pair(source: path.source, destination: path.destination)] = paths.count - 1
    return paths.count - 1
  }

  mutating func update(_ place: Int, _ change: (inout PathState) -> Void) { change(&paths[place]) }

  /// Begins to remember when a host is heard by another.
  mutating func watch(_ host: IPAddress, by other: IPAddress) {
    let pair = Pair(source: host, destination: other)
    guard watched[pair] != nil || watched.count < capacity else { return }
    watched[pair, default: Watch()].count += 1
  }

  mutating func unwatch(_ host: IPAddress, by other: IPAddress) {
    let pair = Pair(source: host, destination: other)
    guard var watch = watched[pair] else { return }
    watch.count -= 1
    watched[pair] = watch.count > 0 ? watch : nil
  }

  func isWatched(_ host: IPAddress, by other: IPAddress) -> Bool {
    watched[Pair(source: host, destination: other)] != nil
  }

  mutating func heard(_ host: IPAddress, by other: IPAddress, at time: Timestamp) {
    watched[Pair(source: host, destination: other)]?.lastHeard = time
  }

  func lastHeard(_ host: IPAddress, by other: IPAddress) -> Timestamp? {
    watched[Pair(source: host, destination: other)]?.lastHeard
  }
}

// ICMP errors and what they say of a path: next-hop MTU, packets that are too large for it, MSS that asks for such.
// State: the path table; a known MTU also stands in the directions of the flows concerned, for the packet loop.
extension PointTracker {
  @inline(never)
  mutating func readICMP(_ payload: RawSpan, _ packet: IPHeader, _ given: PacketContext) {
    let context = Self.context(given, payload, packet)
    if paths.watchesHosts { paths.heard(packet.source, by: packet.destination, at: context.time) }
    exchanges.add(from: packet.source, to: packet.destination)
    guard let error = ICMPError(payload, isIPv6: packet.isIPv6) else {
      if context.missingBytes > 0, let error = ICMPError(cut: payload, in: packet) {
        unreachable(error, packet, context)
      }
      return
    }
    if error.isReassemblyTimeout {
      guard error.quoted.isWhole else { return }
      fragments.countReassemblyFailure(
        from: error.quoted.source, to: error.quoted.destination, protocolNumber: error.quoted.protocolNumber, context)
    } else if error.isTooBig {
      tooBig(error, packet, context)
    } else {
      unreachable(error, packet, context)
    }
  }

  /// The packet's own length tells too that bytes of it are missing: programs that cut captures forget how long packets were.
  private static func context(_ given: PacketContext, _ payload: RawSpan, _ packet: IPHeader) -> PacketContext {
    let missing = packet.length &- packet.headerLength &- payload.byteCount
    guard given.missingBytes == 0, missing > 0 else { return given }
    return PacketContext(time: given.time, frame: given.frame, missingBytes: missing, carrier: given.carrier)
  }

  /// The flow that an ICMP error quotes. An error about a flow that was never seen says nothing: it may be forged.
  private mutating func quotedFlow(
    _ quoted: borrowing QuotedPacket, _ context: PacketContext
  ) -> (index: Int, direction: Int)? {
    if !quoted.hasPorts, context.missingBytes > 0, quoted.mayHavePorts { return onlyFlow(of: quoted, context) }
    guard quoted.hasPorts || quoted.isWhole && RegisteredFamilies.reads(protocolNumber: quoted.protocolNumber)
    else { return nil }
    let (key, direction) = FlowKey.of(
      source: quoted.source, destination: quoted.destination, protocolNumber: quoted.protocolNumber,
      sourcePort: quoted.sourcePort, destinationPort: quoted.destinationPort, carrier: context.carrier)
    return table.index(of: key).map { ($0, direction) }
  }

  /// The only conversation that an error can be about whose ports, or the end of whose address, the snap length cut off: of
  /// those between the hosts that it quotes, the one that sent a moment before.
  ///
  /// All flows are looked at, so this is done for so many errors and no more.
  private mutating func onlyFlow(
    of quoted: borrowing QuotedPacket, _ context: PacketContext
  ) -> (index: Int, direction: Int)? {
    guard cutQuotes < limits.cutQuotes else {
      emitter.counters.skippedCutQuotes += 1
      return nil
    }
    cutQuotes += 1
    let kind = FlowKey.of(
      source: quoted.source, destination: quoted.destination, protocolNumber: quoted.protocolNumber,
      sourcePort: 0, destinationPort: 0, carrier: context.carrier
    ).key.ports
    let sourcePort = quoted.transport.byteCount >= 2 ? unsafe quoted.transport.u16(0) : nil
    var found: (index: Int, direction: Int)?
    for index in table.flows.indices where table.isLive(index) {
      let key = table.flows[index].key
      guard key.ports >> 32 == kind >> 32 else { continue }
      let direction = key.a == quoted.source && quoted.mayBeFor(key.b) ? 0 : 1
      let sender = key.sender(in: direction)
      guard sender.address == quoted.source, quoted.mayBeFor(key.receiver(in: direction).address) else { continue }
      let age = context.time.seconds(since: table.directions[2 * index + direction].last)
      guard sourcePort.map({ sender.port == $0 }) ?? true, (0...Self.longestWayOfErrors).contains(age)
      else { continue }
      guard found == nil else { return nil }
      found = (index, direction)
    }
    return found
  }

  /// An error comes back within the round trip; a slow satellite link needs less, in seconds.
  private static var longestWayOfErrors: Double { 3 }

  private func description(
    of quoted: borrowing QuotedPacket, _ key: FlowKey, _ direction: Int
  ) -> QuotedFlow {
    QuotedFlow(
      transport: TransportProtocol(protocolNumber: quoted.protocolNumber),
      source: key.sender(in: direction), destination: key.receiver(in: direction), length: quoted.totalLength,
      isCut: quoted.mayHavePorts && !quoted.hasPorts ? true : nil)
  }

  /// A refusal is about a channel; where there is none, nothing depends on it.
  private mutating func unreachable(
    _ error: borrowing ICMPError, _ packet: IPHeader, _ context: PacketContext
  ) {
    guard let (index, direction) = quotedFlow(error.quoted, context), table.flows[index].claim.isTracked,
      let channel = channels.channel(of: table.flows[index]), mayEmitError(flow: index)
    else { return }
    let sentSomething = table.directions[2 * index + direction].last.nanoseconds != .min
    guard sentSomething else { return }
    emitter.emit(
      .refused(
        Refusal(
          id: channel.id, flow: channel.flow,
          kind: .icmp(type: Int(error.type), code: Int(error.code), isIPv6: packet.isIPv6), reporter: packet.source,
          quoted: description(of: error.quoted, table.flows[index].key, direction),
          quotedSide: table.flows[index].side(of: direction))),
      context)
  }

  private mutating func tooBig(_ error: borrowing ICMPError, _ packet: IPHeader, _ context: PacketContext) {
    guard let (index, direction) = quotedFlow(error.quoted, context) else { return }
    let own = 2 * index + direction
    guard table.directions[own].last.nanoseconds != .min else { return }
    let seen = Int(table.directions[own].largest)
    let largest = max(seen, error.quoted.totalLength)
    // RFC 1191 section 3: no path carries less than 68 bytes; such a report is an error or an attack.
    let minimum = packet.isIPv6 ? 1_280 : 68
    let mtu = error.nextHopMTU >= minimum && error.nextHopMTU < 65_535 ? error.nextHopMTU : nil
    if let mtu { learn(mtu, flow: index, direction: direction, reporter: packet.source, largest: largest, context) }
    guard mayEmitError(flow: index) else { return }
    let receiver = table.directions[own ^ 1]
    emitter.emit(
      .packetTooBig(
        PacketTooBig(
          isIPv6: packet.isIPv6, nextHopMTU: mtu, reporter: packet.source,
          quoted: description(of: error.quoted, table.flows[index].key, direction),
          largest: largest, largestFrame: table.directions[own].largestFrame.orNil,
          offeredMSS: receiver.mss == 0 ? nil : Int(receiver.mss), offerFrame: receiver.offerFrame.orNil,
          offerTime: receiver.mss == 0 ? nil : receiver.offerTime)),
      context)
  }

  private mutating func mayEmitError(flow index: Int) -> Bool {
    guard Int(table.flows[index].emittedErrors) < limits.errorsPerFlow else { return false }
    table.flows[index].emittedErrors &+= 1
    return true
  }

  private mutating func learn(
    _ mtu: Int, flow index: Int, direction: Int, reporter: IPAddress, largest: Int, _ context: PacketContext
  ) {
    let key = table.flows[index].key
    let own = 2 * index + direction
    let source = key.sender(in: direction).address
    let destination = key.receiver(in: direction).address
    let isFirst: Bool
    let place: Int
    if let known = paths.place(from: source, to: destination) {
      place = known
      isFirst = false
    } else {
      guard !paths.isFull else {
        emitter.counters.skippedPaths += 1
        return
      }
      place = paths.add(
        PathState(
          source: source, destination: destination, mtu: mtu, reporter: reporter, firstError: context.time,
          firstErrorFrame: context.frame, lastError: context.time))
      isFirst = true
    }
    // What this flow sent before the first error was too large already.
    let isNewToFlow = table.directions[own].pathMTU == .max
    let earlier =
      isNewToFlow && Int(table.directions[own].largest) > mtu ? Int(table.directions[own].largestCount) : 0
    let frame = table.directions[own].largestFrame
    let time = table.directions[own].largestTime
    paths.update(place) { path in
      path.errors += 1
      path.lastError = context.time
      path.mtu = isFirst ? mtu : min(path.mtu, mtu)
      if isNewToFlow { path.packets += max(earlier, 1) }
      if largest > path.largest {
        path.largest = largest
        path.largestFrame = frame
        path.largestTime = time
      }
    }
    table.directions[own].pathMTU = UInt16(clamping: mtu)
  }

  /// A new flow between hosts whose path is known.
  mutating func learnPathMTU(ofFlow index: Int) {
    let key = table.flows[index].key
    for direction in 0...1 {
      guard
        let place = paths.place(from: key.sender(in: direction).address, to: key.receiver(in: direction).address)
      else { continue }
      table.directions[2 * index + direction].pathMTU = UInt16(clamping: paths.paths[place].mtu)
    }
  }

  /// A DF packet larger than the MTU that was reported for its path.
  @inline(never)
  mutating func noteOversized(_ length: Int, direction own: Int, flow index: Int, _ context: PacketContext) {
    let key = table.flows[index].key
    guard let place = paths.place(from: key.sender(in: own & 1).address, to: key.receiver(in: own & 1).address)
    else { return }
    // A path that still carries no more answers the attempt with another error.
    guard paths.paths[place].isKnown(at: context.time) else { return }
    paths.update(place) { path in
      path.packets += 1
      if context.time.seconds(since: path.firstError) > 1 { path.packetsAfterwards += 1 }
      if length > path.largest {
        path.largest = length
        path.largestFrame = context.frame
        path.largestTime = context.time
      }
    }
  }

  /// A SYN or SYN-ACK towards whose sender the path MTU is known already.
  mutating func checkOffer(flow index: Int, direction: Int, _ packet: IPHeader, _ context: PacketContext) {
    let mss = Int(table.directions[2 * index + direction].mss)
    guard mss > 0, !paths.isEmpty, let place = paths.place(from: packet.destination, to: packet.source) else { return }
    let mtu = paths.paths[place].mtu
    guard mss > mtu - packet.tcpOverhead else { return }
    emitter.emit(
      .mssOffered(
        MSSOffer(
          flow: table.flows[index].flow, sender: table.flows[index].side(of: direction), mss: mss, pathMTU: mtu)),
      context)
  }
}

extension PathTable {
  /// Emits what is known of each path so far.
  func emit(into emitter: inout Emitter) {
    for path in paths {
      emitter.end(.paths, first: path.firstErrorFrame)
      emitter.emit(
        .oversizedPackets(
          OversizedPackets(
            source: path.source, destination: path.destination, mtu: path.mtu, reporter: path.reporter,
            errors: path.errors, packets: path.packets, largest: path.largest,
            largestFrame: path.largestFrame.orNil,
            largestTime: path.largestFrame.isNone ? nil : path.largestTime,
            packetsAfterwards: path.packetsAfterwards)),
        time: path.firstError, frame: path.firstErrorFrame)
    }
  }
}
