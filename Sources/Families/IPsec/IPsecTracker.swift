import Dissection
import Observations

/// Follows IPsec: IKE on any port, by its header; ESP of protocol 50, and in UDP where IKE speaks too or where it agrees with
/// other ESP; both over TCP (RFC 9329).
///
/// What two hosts do is kept together: an IKE SA moves from port 500 to 4500, and its ESP goes beside it. A change of the
/// client's address begins anew, because packets are divided among threads by their hosts; the marks of both (`SessionMarks`)
/// say that they are one session.
public struct IPsecTracker: ChannelTracker {
  /// A flow: whose it is, and the association whose data each direction carried last.
  @usableFromInline
  struct FlowPlace {
    @usableFromInline let hosts: Int32
    @usableFromInline var associations: (Int32, Int32) = (-1, -1)
  }

  @usableFromInline var flows = Pool<FlowPlace>()
  @usableFromInline var streams = Pool<ESPStream>()
  @usableFromInline var associations = Pool<IPsecAssociation>()
  var hosts = Pool<IPsecHosts>()
  private var hostPlaces: [IPsecHosts.Key: Int32] = [:]
  private var candidates = UndecidedFlows<ESPAgreement>()
  /// Both directions of each TCP connection, at the place of its flow.
  private var connections: [Int32: (FramedStream<IKEFraming>, FramedStream<IKEFraming>)] = [:]
  /// How the flow that was claimed last began, and its place, until its first stream takes that up.
  private var beginning: (flow: Int32, packets: ESPBeginning)?

  public init(limits: TrackingLimits) {}

  // MARK: Recognition

  /// IKE with its marker; without one IKE begins with an SPI, which looks like nothing.
  @inlinable @inline(__always)
  public static func mayBegin(first: UInt8, length: Int) -> Bool { first == 0 && length >= 32 }

  public mutating func recognize(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow
  ) -> Recognition {
    if let message = IKEMessage(datagram.payload, length: datagram.length) {
      claim(&flow, clientDirection: Self.clientDirection(of: message, datagram.direction, flow))
      return .claimed
    }
    guard let packet = ESPPacket(datagram.payload, length: datagram.length), mayBeESP(datagram, of: flow.key) else {
      return datagram.length == 1 ? .undecided : .never
    }
    // Beside IKE of the same hosts, a stream that is known goes on from another port.
    let isKnown = hostPlaces[IPsecHosts.Key(flow.key)].map {
      hosts[$0].streams[IPsecHosts.streamKey(packet.spi, datagram.direction)] != nil
    }
    guard isKnown != true else {
      claim(&flow, clientDirection: nil)
      return .claimed
    }
    guard let agreement = candidates.add(packet, of: flow.key, direction: datagram.direction, context) else {
      return .undecided
    }
    // Who sends first asks.
    claim(&flow, clientDirection: agreement.beginning?.direction)
    beginning = agreement.beginning.map { (flow.place, $0) }
    return .claimed
  }

  /// What is encrypted looks like noise. Where all of it was cut off, the numbers say enough on ESP's own ports. A relayed
  /// call's media is noise too, behind what looks like an SPI and counts upwards.
  private func mayBeESP(_ datagram: borrowing Datagram, of key: FlowKey) -> Bool {
    if TURNChannelData.begins(datagram.payload, length: datagram.length) { return false }
    let encrypted = datagram.payload.from(ESPPacket.headerLength)
    return EncryptedBytes.looksLikeNoise(encrypted)
      || encrypted.byteCount == 0 && ESPAgreement.use(of: key, datagram.direction) != .other
  }

  /// Who opens a TCP connection says that IPsec follows. One under way shows it where a segment begins with a message.
  public mutating func recognize(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow
  ) -> Recognition {
    let payload = segment.payload
    if IKEFraming.preface(of: payload) > 0 {
      claim(&flow, clientDirection: segment.direction)
      return .claimed
    }
    guard !flow.sawSYN, payload.byteCount >= IKEFraming.headerLength, unsafe payload.u32(2) == 0,
      let message = unsafe IKEMessage(payload.from(2), length: Int(payload.u16(0)) &- 2)
    else { return .never }
    claim(&flow, clientDirection: Self.clientDirection(of: message, segment.direction, flow))
    return .claimed
  }

  /// A refused SYN shows nothing but ports, so that here IANA's has to do (RFC 9329 section 2). How often it happens makes
  /// it a client.
  public mutating func readRefusal(of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter) {
    let ends = flow.flow
    guard ends.server.port == Self.portOverTCP else { return }
    emitter.emitRefusedConnection(of: flow, on: .ike, context)
  }

  private static let portOverTCP: UInt16 = 4_500

  /// Encapsulating Security Payload (RFC 4303). What an Authentication Header protects is in clear, and looked into.
  @inlinable
  public static func reads(protocolNumber: UInt8) -> Bool { protocolNumber == 50 }

  public mutating func recognize(
    _ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow
  ) -> Recognition {
    guard flow.key.protocolNumber == ESPPacket.protocolNumber,
      ESPPacket(packet.payload, length: packet.length, isNative: true) != nil
    else {
      return .never
    }
    claim(&flow, clientDirection: nil)
    return .claimed
  }

  /// The direction in which the client sends, as a message says; nil where it does not.
  private static func clientDirection(
    of message: borrowing IKEMessage, _ direction: Int, _ flow: TrackedFlow
  ) -> Int? {
    switch message.version {
    case .two: message.isFromInitiator ? direction : 1 - direction
    case .one: message.isOpening ? direction : nil
    }
  }

  private mutating func claim(_ flow: inout TrackedFlow, clientDirection: Int?) {
    let key = IPsecHosts.Key(flow.key)
    let place: Int32
    if let known = hostPlaces[key] {
      place = known
    } else {
      place = hosts.insert(IPsecHosts(key))
      hostPlaces[key] = place
    }
    hosts[place].flows += 1
    hosts[place].leader = flow.firstFrame
    if hosts[place].clientDirection == nil { hosts[place].clientDirection = clientDirection }
    flow.clientDirection = Int8(
      truncatingIfNeeded: hosts[place].clientDirection ?? clientDirection ?? flow.assumedClientDirection)
    flow.place = flows.insert(FlowPlace(hosts: place))
  }

  // MARK: IKE

  @inlinable @inline(__always)
  public mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    if let packet = ESPPacket(datagram.payload, length: datagram.length),
      datagram.payload.byteCount < 28 || !isIKE(datagram.payload, length: datagram.length)
    {
      readESP(packet, datagram.direction, &flow, context, &emitter)
    } else {
      readIKE(datagram, &flow, context, &emitter)
    }
  }

  public mutating func read(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    let place = flow.place
    let direction = segment.direction
    var both = connections.removeValue(forKey: place) ?? (FramedStream<IKEFraming>(), FramedStream<IKEFraming>())
    var stream = direction == 0 ? both.0 : both.1
    stream.read(segment, missing: context.missingBytes) { bytes, length in
      if let packet = ESPPacket(bytes, length: length) {
        readStreamedESP(packet, direction, &flow, context, &emitter)
      } else {
        readIKE(bytes, length: length, direction, timeToLive: 0, &flow, context, &emitter)
      }
    }
    if direction == 0 { both.0 = stream } else { both.1 = stream }
    connections[place] = both
  }

  /// Whether a datagram that does not begin with zeros is IKE without a marker: its length stands where IKE has it.
  @inlinable @inline(__always)
  func isIKE(_ payload: RawSpan, length: Int) -> Bool { unsafe Int(payload.u32(24)) == length }

  @usableFromInline @inline(never)
  mutating func readIKE(
    _ datagram: borrowing Datagram, _ flow: inout TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    readIKE(
      datagram.payload, length: datagram.length, datagram.direction, timeToLive: datagram.timeToLive, &flow, context,
      &emitter)
  }

  private mutating func readIKE(
    _ payload: RawSpan, length: Int, _ direction: Int, timeToLive: UInt8, _ flow: inout TrackedFlow,
    _ context: PacketContext, _ emitter: inout Emitter
  ) {
    guard let message = IKEMessage(payload, length: length) else { return }
    let place = flows[flow.place].hosts
    hosts[place].leader = flow.firstFrame
    let known = find(message.initiatorSPI, in: place)
    let association: Int32
    if let known {
      association = known
    } else if let adopted = adopt(message, in: place, flow, context, &emitter) {
      association = adopted
    } else {
      association = begin(message, direction, in: place, flow, context, &emitter)
      flow.emittedErrors = 0
    }
    let side = associations[association].side(of: direction)
    if associations[association].ports != flow.key.ports || associations[association].clientEnds.isEmpty {
      move(association, to: flow, side, context, &emitter)
    }
    associations[association].read(message, from: side, timeToLive: timeToLive, context, &emitter)
  }

  private func find(_ spi: UInt64, in place: Int32) -> Int32? {
    hosts[place].associations.last { associations[$0].spis.contains(spi) }
  }

  /// New keys of a known association bring SPIs of their own; and ESP may have been seen before its IKE.
  private mutating func adopt(
    _ message: borrowing IKEMessage, in place: Int32, _ flow: TrackedFlow, _ context: PacketContext,
    _ emitter: inout Emitter
  ) -> Int32? {
    guard !message.isOpening, message.exchange != .saInit else { return nil }
    let candidates = hosts[place].associations
    let renewed = candidates.last {
      associations[$0].ports == flow.key.ports && associations[$0].renewal?.isAnswered == true
    }
    if let renewed {
      associations[renewed].spis = Array((associations[renewed].spis + [message.initiatorSPI]).suffix(3))
      return renewed
    }
    guard candidates.count == 1, let only = candidates.first, associations[only].ikeFrame == nil else { return nil }
    associations[only].takeUp(spi: message.initiatorSPI, context, &emitter)
    return only
  }

  private mutating func begin(
    _ message: borrowing IKEMessage, _ direction: Int, in place: Int32, _ flow: TrackedFlow, _ context: PacketContext,
    _ emitter: inout Emitter
  ) -> Int32 {
    // Who began the first IKE SA of these hosts is the client of all.
    let own = Self.clientDirection(of: message, direction, flow)
    if hosts[place].clientDirection == nil { hosts[place].clientDirection = own }
    let clientDirection = hosts[place].clientDirection ?? flow.assumedClientDirection
    let initiator: Side = own.map { $0 == clientDirection ? .client : .server } ?? .client
    var followsAfterthought = false
    if message.isOpening {
      for other in hosts[place].associations
      where associations[other].initiator == initiator && mayBeSameClient(associations[other], flow.key) {
        associations[other].beOvertaken(by: initiator, context, &emitter)
        followsAfterthought = associations[other].phase == .failed
      }
    }
    var association = IPsecAssociation(
      Flow(client: flow.key.sender(in: clientDirection), server: flow.key.receiver(in: clientDirection)),
      clientDirection, initiator: initiator, message.version, spi: message.initiatorSPI, sawStart: message.isOpening,
      ports: flow.key.ports, context)
    association.followsAfterthought = followsAfterthought
    return insert(association, in: place, &emitter)
  }

  /// Behind one address there may be several clients, each with a port of its own.
  private func mayBeSameClient(_ association: IPsecAssociation, _ key: FlowKey) -> Bool {
    let end = key.sender(in: association.clientDirection)
    return association.flow.client == end || association.clientEnds.values.contains(end)
  }

  private mutating func insert(
    _ association: IPsecAssociation, in place: Int32, _ emitter: inout Emitter
  ) -> Int32 {
    if hosts[place].associations.count >= IPsecHosts.mostAssociations {
      emitter.counters.evictedSessions += 1
      let oldest = hosts[place].associations.removeFirst()
      describe(oldest, &emitter)
      remove(oldest, from: place)
    }
    let new = associations.insert(association)
    associations[new].hosts = place
    hosts[place].associations.append(new)
    return new
  }

  private mutating func remove(_ association: Int32, from place: Int32) {
    for stream in associations[association].streams {
      hosts[place].streams[IPsecHosts.streamKey(streams[stream].spi, streams[stream].direction)] = nil
      streams.remove(stream, leaving: .none)
    }
    associations.remove(association, leaving: .none)
  }

  private mutating func move(
    _ association: Int32, to flow: TrackedFlow, _ side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    associations[association].ports = flow.key.ports
    let direction = associations[association].clientDirection
    associations[association].noteEnd(
      of: Flow(client: flow.key.sender(in: direction), server: flow.key.receiver(in: direction)), from: side, context,
      &emitter)
  }

  // MARK: ESP

  @inlinable @inline(__always)
  public mutating func read(
    _ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    guard let esp = ESPPacket(packet.payload, length: packet.length, isNative: true) else { return }
    readESP(esp, packet.direction, &flow, context, &emitter)
  }

  /// The loop over datagrams has a copy of its own.
  @inline(never)
  private mutating func readStreamedESP(
    _ packet: ESPPacket, _ direction: Int, _ flow: inout TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    readESP(packet, direction, &flow, context, &emitter)
  }

  @inlinable @inline(__always)
  mutating func readESP(
    _ packet: ESPPacket, _ direction: Int, _ flow: inout TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    let place = flows[flow.place]
    let association = direction == 0 ? place.associations.0 : place.associations.1
    if association >= 0,
      let news = associations[association].readData(
        packet, direction: direction, hosts: place.hosts, ports: flow.key.ports, context)
    {
      if news != .none { finishReading(packet, direction, association, news, flow, context, &emitter) }
    } else if let found = findAssociation(packet, direction, flow, context, &emitter) {
      finishReading(packet, direction, found, .unusual, flow, context, &emitter)
    }
  }

  /// Finds the association of a packet that is not of the stream that its side sent last, and notes the packet in its stream.
  @usableFromInline @inline(never)
  mutating func findAssociation(
    _ packet: ESPPacket, _ direction: Int, _ flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) -> Int32? {
    let place = flows[flow.place].hosts
    hosts[place].leader = flow.firstFrame
    let key = IPsecHosts.streamKey(packet.spi, direction)
    let association: Int32
    if let known = hosts[place].streams[key] {
      association = streams[known].association
      let side = associations[association].side(of: direction)
      exchange(known, of: association, side)
      associations[association][side].stream.window.note(packet.number, length: packet.length, at: context.time)
    } else {
      guard hosts[place].streams.count < IPsecHosts.mostStreams else {
        emitter.counters.evictedSessions += 1
        return nil
      }
      association = self.association(forNew: packet, direction, flow, in: place, context, &emitter)
      let stream = streams.insert(
        ESPStream(
          packet, direction: direction, association: association,
          isFromStart: associations[association].sawStart && !associations[association].isBare,
          at: context.time))
      hosts[place].streams[key] = stream
      associations[association].streams.append(stream)
      exchange(stream, of: association, associations[association].side(of: direction))
    }
    if direction == 0 {
      flows[flow.place].associations.0 = association
    } else {
      flows[flow.place].associations.1 = association
    }
    return association
  }

  /// Gives a side of an association a stream from the pool to count on, and the pool the one that it had.
  private mutating func exchange(_ stream: Int32, of association: Int32, _ side: Side) {
    let former = associations[association][side].streamPlace
    guard former != stream else { return }
    if former >= 0 { streams[former] = associations[association][side].stream }
    associations[association][side].stream = streams[stream]
    associations[association][side].streamPlace = stream
  }

  /// The association whose IKE was last heard on the same ports, else the newest that is up; ESP alone, where there is none.
  private mutating func association(
    forNew packet: ESPPacket, _ direction: Int, _ flow: TrackedFlow, in place: Int32, _ context: PacketContext,
    _ emitter: inout Emitter
  ) -> Int32 {
    var up = hosts[place].associations.filter { associations[$0].isUp }
    // An initiator whose answers were lost repeats itself, and sends ESP once one has arrived.
    if up.isEmpty { up = hosts[place].associations.filter { associations[$0].repeatedAcceptance != nil } }
    if up.isEmpty {
      // Behind one address there may be several clients, each with ports of its own.
      let isOnly = hosts[place].associations.count == 1
      up = hosts[place].associations.filter {
        (isOnly || associations[$0].ports == flow.key.ports)
          && associations[$0].isCompleted(by: packet, direction: direction)
      }
    }
    if let same = up.last(where: { associations[$0].ports == flow.key.ports }) { return same }
    let isNative = flow.key.protocolNumber == ESPPacket.protocolNumber
    if let newest = up.last(where: { associations[$0].ikeFrame != nil || isNative }) { return newest }
    let direction = hosts[place].clientDirection ?? flow.assumedClientDirection
    var association = IPsecAssociation(
      espOn: Flow(client: flow.key.sender(in: direction), server: flow.key.receiver(in: direction)),
      clientDirection: direction, ports: flow.key.ports, context)
    if let beginning, beginning.flow == flow.place, beginning.packets.direction == direction {
      association.begin(with: beginning.packets, &emitter)
    }
    beginning = nil
    return insert(association, in: place, &emitter)
  }

  @usableFromInline @inline(never)
  mutating func finishReading(
    _ packet: ESPPacket, _ direction: Int, _ association: Int32, _ news: IPsecAssociation.News, _ flow: TrackedFlow,
    _ context: PacketContext, _ emitter: inout Emitter
  ) {
    let side = associations[association].side(of: direction)
    if associations[association].ports != flow.key.ports { move(association, to: flow, side, context, &emitter) }
    let clientDirection = associations[association].clientDirection
    associations[association].readUnusualData(
      packet, from: side, isCounted: news == .blocked,
      on: Flow(client: flow.key.sender(in: clientDirection), server: flow.key.receiver(in: clientDirection)), context,
      &emitter)
  }

  // MARK: Errors and ends

  public func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)? {
    guard flow.place >= 0 else { return nil }
    let all = hosts[flows[flow.place].hosts].associations
    let place = all.last { associations[$0].ports == flow.key.ports } ?? all.last
    return place.flatMap { place in associations[place].id.map { ($0, associations[place].flow) } }
  }

  public mutating func end(_ flow: inout TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter) {
    guard flow.place >= 0 else { return }
    let place = flows[flow.place].hosts
    connections[flow.place] = nil
    flows.remove(flow.place, leaving: FlowPlace(hosts: -1))
    flow.place = -1
    hosts[place].flows -= 1
    guard hosts[place].flows == 0 else { return }
    for association in hosts[place].associations {
      describe(association, &emitter)
      remove(association, from: place)
    }
    hostPlaces[hosts[place].key] = nil
    hosts.remove(place, leaving: IPsecHosts(hosts[place].key))
  }

  /// What two hosts do is described once, with the flow that began or spoke of something new last.
  public func describe(_ flow: TrackedFlow, _ totals: FlowTotals, _ emitter: inout Emitter) {
    guard flow.place >= 0 else { return }
    let place = flows[flow.place].hosts
    guard hosts[place].leader == flow.firstFrame else { return }
    for association in hosts[place].associations { describe(association, &emitter) }
  }

  private func describe(_ association: Int32, _ emitter: inout Emitter) {
    var lost = (client: 0, server: 0)
    var clientSPIs: [UInt32] = []
    for stream in associations[association].streams {
      let side = associations[association].side(of: streams[stream].direction)
      let sender = associations[association][side]
      let missing = sender.streamPlace == stream ? sender.stream.window.missing : streams[stream].window.missing
      if side == .client {
        lost.client += missing
        clientSPIs.append(streams[stream].spi)
      } else {
        lost.server += missing
      }
    }
    associations[association].describe(missing: lost, clientSPIs: clientSPIs, &emitter)
  }
}
