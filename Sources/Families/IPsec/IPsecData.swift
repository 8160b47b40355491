import Observations

// ESP of an association.
extension IPsecAssociation {
  /// What an ESP packet brings.
  @usableFromInline
  enum News {
    case none
    /// The other side's data has been missing for long enough to matter.
    case blocked
    /// There is more to do than to count it: nothing was noted yet.
    case unusual
  }

  /// Takes note of an ESP packet, as nearly all are.
  ///
  /// - Parameters:
  ///   - hosts: Place of the hosts between which it goes.
  ///   - ports: Ports and carrier of its flow's key.
  /// - Returns: nil when it is not of the stream that its side sent last, and nothing was noted.
  @inlinable @inline(__always)
  mutating func readData(
    _ packet: ESPPacket, direction: Int, hosts: Int32, ports: UInt64, _ context: PacketContext
  ) -> News? {
    guard self.hosts == hosts else { return nil }
    let isUsual = isSteady && self.ports == ports
    return side(of: direction) == .client
      ? IPsecSide.readData(packet, context, from: &client, to: &server, isUsual: isUsual, isBare: isBare)
      : IPsecSide.readData(packet, context, from: &server, to: &client, isUsual: isUsual, isBare: isBare)
  }

  /// Whether nothing but counts changes with the next packet of a side that has sent data.
  private var isUndisturbed: Bool {
    phase == .established && !isRenewing && !client.emittedSilence && !server.emittedSilence
      && !client.emittedDataSilence && !server.emittedDataSilence
  }

  /// The same for what begins or ends something.
  @usableFromInline @inline(never)
  mutating func readUnusualData(
    _ packet: ESPPacket, from side: Side, isCounted: Bool, on espFlow: Flow, _ context: PacketContext,
    _ emitter: inout Emitter
  ) {
    defer { isSteady = isUndisturbed }
    confirm(&emitter)
    // A responder that takes itself for up may send at once.
    if phase != .established, side == initiator || !repeatsAuth {
      // The capture lacks what made its keys.
      accept(repeatedAcceptance ?? (context.time, context.frame))
      confirm(&emitter)
    }
    let other = side.opposite
    if self[other].emittedSilence { emitSilence(of: side, isOver: true, context, &emitter) }
    if self[other].emittedDataSilence {
      emitDataSilence(of: side, isOver: true, context.time, context.frame, &emitter)
      self[other].emittedDataSilence = false
    }
    if !isCounted {
      if side == .client {
        client.sendData(length: packet.length, context, to: &server)
      } else {
        server.sendData(length: packet.length, context, to: &client)
      }
    }
    if espFrame == nil {
      espFrame = context.frame
      self.espFlow = espFlow
      espFirst = context.time
    }
    if isProbe(packet, from: side) {
      probe(context, &emitter)
    } else if !self[side].sentData {
      beginData(from: side, context, &emitter)
    }
    if isRenewing { self[side].dataMeanwhile += 1 }
    guard !self[side].emittedSilence, !self[side].emittedDataSilence, self[side].sentData,
      self[side].isBlocked(at: context.time, isBare: isBare)
    else { return }
    if isBare {
      emitSilence(of: other, isOver: false, context, &emitter)
    } else {
      self[side].emittedDataSilence = true
      emitDataSilence(of: other, isOver: false, context.time, context.frame, &emitter)
    }
  }

  // MARK: ESP that begins without IKE

  /// Its first packets were read before the flow was known to be ESP's.
  mutating func begin(with beginning: ESPBeginning, _ emitter: inout Emitter) {
    sawStart = true
    espFrame = beginning.first.frame
    espFirst = beginning.first.time
    espFlow = flow
    probeLength = beginning.length
    probe(beginning.first, &emitter)
    hear(.client, at: beginning.first.time)
    client.unanswered.add(beginning.first)
    client.packets = 1
    guard let answer = beginning.answer else { return }
    hear(.server, at: answer.time)
    server.packets = 1
    beginData(from: .server, answer, &emitter)
  }

  /// Until it is answered, what the client sends asks whether ESP passes: the keys came another way. It asks with the same
  /// packet each time; one of another length is data, which a client that got no answer sends another way.
  private func isProbe(_ packet: ESPPacket, from side: Side) -> Bool {
    isBare && sawStart && side == .client && !server.sentData && !client.sentData && packet.length == probeLength
  }

  private mutating func probe(_ context: PacketContext, _ emitter: inout Emitter) {
    guard let id = espID, let espFlow, probes < Self.mostProbes else { return }
    probes += 1
    emitter.emit(.opened(Opening(id: id, flow: espFlow)), context)
  }

  /// More prove no more.
  private static let mostProbes = 64

  private mutating func beginData(from side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    self[side].sentData = true
    if let id = espID, let espFlow { emitter.emit(.data(ChannelData(id: id, flow: espFlow, sender: side)), context) }
    if let id = ikeID { emitter.emit(.data(ChannelData(id: id, flow: flow, sender: side)), context) }
  }

  /// IKE of an association of which only ESP was seen before.
  mutating func takeUp(spi: UInt64, _ context: PacketContext, _ emitter: inout Emitter) {
    isSteady = false
    ikeFrame = context.frame
    sawStart = false
    spis = [spi]
    guard let id = ikeID else { return }
    for side in [Side.client, .server] where self[side].sentData {
      emitter.emit(.data(ChannelData(id: id, flow: flow, sender: side)), context)
    }
  }

  /// The client goes on from another address or port, to the same port of the server.
  mutating func noteEnd(of current: Flow, from side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    guard side == .client else { return }
    let port = current.server.port
    if let known = clientEnds[port], known != current.client, let id, phase == .established {
      emitter.emit(
        .addressChanged(
          AddressChange(id: id, flow: flow, from: known, to: current.client, lastHeard: client.lastHeard)), context)
    }
    if clientEnds.count < Self.mostServerPorts || clientEnds[port] != nil { clientEnds[port] = current.client }
  }

  /// 500, 4500, none for ESP itself, and one more.
  private static let mostServerPorts = 4
}
