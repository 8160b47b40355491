import Observations

/// Observations under aliases. Everything that a report says comes from observations, so that a report of these holds
/// no original name anywhere.
extension Pseudonyms {
  /// The observation with every address and name in it replaced, and the free text of logs left out.
  ///
  /// Each kind is put together anew from its parts, so that a part that is added later does not slip through.
  public func renamed(_ observation: Observation) -> Observation {
    let origin: Observation.Origin =
      switch observation.origin {
      case .packet(let time, let point, let frame): .packet(time: time, point: point, frame: frame)
      case .line(let line):
        .line(LineOrigin(time: line.time, line: line.line, subject: renamed(line.subject)))
      }
    return Observation(origin, event: renamed(observation.event))
  }

  private func renamed(_ event: Observation.Event) -> Observation.Event {
    switch event {
    case .opened(let opening): .opened(renamed(opening))
    case .message(let message): .message(renamed(message))
    case .established(let it):
      .established(
        Establishment(
          id: renamed(it.id), flow: it.flow.map(renamed), relation: it.relation,
          completesHandshakeOnly: it.completesHandshakeOnly))
    case .failed(let failure): .failed(renamed(failure))
    case .refused(let refusal): .refused(renamed(refusal))
    case .rejected(let it):
      // The reason is a word of the protocol's own.
      .rejected(
        Rejection(
          id: renamed(it.id), flow: renamed(it.flow), sender: it.sender, reason: it.reason, isInferred: it.isInferred,
          offered: it.offered, wanted: it.wanted))
    case .data(let data): .data(ChannelData(id: renamed(data.id), flow: renamed(data.flow), sender: data.sender))
    case .silence(let silence): .silence(renamed(silence))
    case .deadPeer(let dead): .deadPeer(DeadPeer(id: renamed(dead.id)))
    case .addressChanged(let change):
      .addressChanged(
        AddressChange(
          id: renamed(change.id), flow: renamed(change.flow), from: renamed(change.from), to: renamed(change.to),
          lastHeard: change.lastHeard))
    case .closing(let it): .closing(Closing(id: renamed(it.id), flow: renamed(it.flow), sender: it.sender))
    case .summary(let summary): .summary(renamed(summary))
    case .ended(let end):
      .ended(
        SessionEnd(
          id: end.id.map(renamed), reason: nil, byClient: end.byClient, isUnnamedConnection: end.isUnnamedConnection,
          isBreak: end.isBreak))
    case .reconnecting(let channel): .reconnecting(channel)
    case .negotiated(let negotiation): .negotiated(renamed(negotiation))
    case .packetTooBig(let error): .packetTooBig(renamed(error))
    case .oversizedPackets(let path): .oversizedPackets(renamed(path))
    case .mssOffered(let offer):
      .mssOffered(
        MSSOffer(flow: renamed(offer.flow), sender: offer.sender, mss: offer.mss, pathMTU: offer.pathMTU))
    case .stuckSegment(let segment): .stuckSegment(renamed(segment))
    case .fragments(let fragments): .fragments(renamed(fragments))
    case .largePacket(let packet):
      .largePacket(
        LargePacket(towardsClient: packet.towardsClient, size: packet.size, threshold: packet.threshold))
    case .pathMTUExceeded(let refusal): .pathMTUExceeded(renamed(refusal))
    case .packetDropped(let packet): .packetDropped(renamed(packet))
    case .sendTooLarge(let channel): .sendTooLarge(channel)
    case .statement(let statement): .statement(renamed(statement))
    }
  }

  // MARK: Handshakes and sessions

  /// Names a channel, a packet or a line, and no one.
  func renamed(_ id: HandshakeID) -> HandshakeID { HandshakeID(id.channel, first: id.first) }

  private func renamed(_ opening: Opening) -> Opening {
    Opening(
      id: renamed(opening.id), flow: opening.flow.map(renamed), token: opening.token,
      renews: opening.renews.map(renamed), sender: opening.sender, answersChallenge: opening.answersChallenge,
      isRedirected: opening.isRedirected, isForeign: opening.isForeign, version: opening.version,
      // The session's identifier stands in the gateway's log; that there is one may matter.
      sessionID: opening.sessionID.isEmpty ? "" : String(repeating: "0", count: opening.sessionID.count),
      serverName: opening.serverName.map(alias(ofName:)), applicationProtocols: [],
      dataMeanwhile: opening.dataMeanwhile,
      connection: opening.connection, transport: opening.transport)
  }

  private func renamed(_ message: HandshakeMessage) -> HandshakeMessage {
    HandshakeMessage(
      id: renamed(message.id), flow: renamed(message.flow), sender: message.sender, stage: message.stage,
      name: message.name, renews: message.renews.map(renamed), version: message.version,
      cipherSuite: message.cipherSuite, product: message.product)
  }

  private func renamed(_ refusal: Refusal) -> Refusal {
    Refusal(
      id: renamed(refusal.id), flow: renamed(refusal.flow), kind: refusal.kind, reporter: alias(of: refusal.reporter),
      quoted: renamed(refusal.quoted), quotedSide: refusal.quotedSide)
  }

  private func renamed(_ silence: Silence) -> Silence {
    Silence(
      id: renamed(silence.id), flow: renamed(silence.flow), silentSide: silence.silentSide,
      lastHeard: silence.lastHeard, unansweredSince: silence.unansweredSince,
      unansweredFrame: silence.unansweredFrame, packets: silence.packets, heardAgain: silence.heardAgain,
      controlMessages: silence.controlMessages, answers: silence.answers, isUnasked: silence.isUnasked)
  }

  private func renamed(_ summary: ChannelSummary) -> ChannelSummary {
    ChannelSummary(
      id: renamed(summary.id), flow: renamed(summary.flow), start: summary.start, startFrame: summary.startFrame,
      sawStart: summary.sawStart, token: summary.token, end: summary.end, ending: summary.ending,
      client: summary.client, server: summary.server, openingRequests: summary.openingRequests, turns: summary.turns,
      turnMarks: summary.turnMarks, clientTTL: summary.clientTTL, serverTTL: summary.serverTTL,
      transport: summary.transport,
      marks: summary.marks)
  }

  // MARK: The path

  private func renamed(_ error: PacketTooBig) -> PacketTooBig {
    PacketTooBig(
      isIPv6: error.isIPv6, nextHopMTU: error.nextHopMTU, reporter: alias(of: error.reporter),
      quoted: renamed(error.quoted), largest: error.largest, largestFrame: error.largestFrame,
      offeredMSS: error.offeredMSS, offerFrame: error.offerFrame, offerTime: error.offerTime)
  }

  private func renamed(_ path: OversizedPackets) -> OversizedPackets {
    OversizedPackets(
      source: alias(of: path.source), destination: alias(of: path.destination), mtu: path.mtu,
      reporter: alias(of: path.reporter), errors: path.errors, packets: path.packets, largest: path.largest,
      largestFrame: path.largestFrame, largestTime: path.largestTime, packetsAfterwards: path.packetsAfterwards)
  }

  private func renamed(_ segment: StuckSegment) -> StuckSegment {
    StuckSegment(
      flow: renamed(segment.flow), sender: segment.sender, length: segment.length,
      dontFragment: segment.dontFragment, retransmissions: segment.retransmissions, firstSent: segment.firstSent,
      firstFrame: segment.firstFrame, lastSent: segment.lastSent, lastFrame: segment.lastFrame,
      largestDelivered: segment.largestDelivered, acknowledged: segment.acknowledged,
      receiverAlive: segment.receiverAlive, smallPacketsArrive: segment.smallPacketsArrive,
      missingBytes: segment.missingBytes)
  }

  private func renamed(_ fragments: Fragments) -> Fragments {
    Fragments(
      source: alias(of: fragments.source), destination: alias(of: fragments.destination),
      transport: fragments.transport, sourcePort: fragments.sourcePort, destinationPort: fragments.destinationPort,
      datagrams: fragments.datagrams, fragments: fragments.fragments, largest: fragments.largest,
      laterFragments: fragments.laterFragments, reassemblyFailures: fragments.reassemblyFailures)
  }

  func renamed(_ flow: Flow) -> Flow { Flow(client: renamed(flow.client), server: renamed(flow.server)) }

  func renamed(_ endpoint: Endpoint) -> Endpoint { Endpoint(alias(of: endpoint.address), endpoint.port) }

  private func renamed(_ quoted: QuotedFlow) -> QuotedFlow {
    QuotedFlow(
      transport: quoted.transport, source: renamed(quoted.source), destination: renamed(quoted.destination),
      length: quoted.length, isCut: quoted.isCut)
  }
}
