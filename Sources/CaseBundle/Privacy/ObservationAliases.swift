import Observations

/// Observations under aliases. Everything that a report says comes from observations, so that a report of these holds
/// no original name anywhere.
extension Pseudonyms {
  /// The observation with every address and name in it replaced.
  ///
  /// Each kind is put together anew from its parts: what is added to one later has to be thought of here.
  public func renamed(_ observation: Observation) -> Observation {
    Observation(
      time: observation.time, point: observation.point, frame: observation.frame, event: renamed(observation.event))
  }

  private func renamed(_ event: Observation.Event) -> Observation.Event {
    switch event {
    case .tlsClientHello(let hello):
      .tlsClientHello(
        TLSClientHello(
          flow: renamed(hello.flow), random: hello.random, serverName: hello.serverName.map(alias(ofName:)),
          applicationProtocols: [], opening: hello.opening))
    case .tlsServerHello(let hello):
      .tlsServerHello(
        TLSServerHello(flow: renamed(hello.flow), version: hello.version, cipherSuite: hello.cipherSuite))
    case .tlsConnectionEnded(let whole):
      .tlsConnectionEnded(
        TLSConnection(
          flow: renamed(whole.flow), start: whole.start, startFrame: whole.startFrame, sawStart: whole.sawStart,
          clientRandom: whole.clientRandom, end: whole.end, ending: whole.ending, client: whole.client,
          server: whole.server, openingRequests: whole.openingRequests, turns: whole.turns))
    case .dtlsHandshake(let handshake): .dtlsHandshake(renamed(handshake))
    case .dtlsData(let data): .dtlsData(DTLSData(flow: renamed(data.flow), sender: data.sender))
    case .dtlsSilence(let silence):
      .dtlsSilence(
        DTLSSilence(
          flow: renamed(silence.flow), silentSide: silence.silentSide, lastHeard: silence.lastHeard,
          unansweredSince: silence.unansweredSince, unansweredFrame: silence.unansweredFrame,
          packets: silence.packets, heardAgain: silence.heardAgain))
    case .dtlsAlert(let alert): .dtlsAlert(DTLSAlert(flow: renamed(alert.flow), sender: alert.sender))
    case .dtlsAssociationEnded(let whole):
      .dtlsAssociationEnded(
        DTLSAssociation(
          flow: renamed(whole.flow), start: whole.start, end: whole.end, sawStart: whole.sawStart,
          client: whole.client, server: whole.server))
    case .destinationUnreachable(let error):
      .destinationUnreachable(
        DestinationUnreachable(
          isIPv6: error.isIPv6, type: error.type, code: error.code, reporter: alias(of: error.reporter),
          quoted: renamed(error.quoted), quotesHello: error.quotesHello))
    case .packetTooBig(let error): .packetTooBig(renamed(error))
    case .oversizedPackets(let path):
      .oversizedPackets(
        OversizedPackets(
          source: alias(of: path.source), destination: alias(of: path.destination), mtu: path.mtu,
          reporter: alias(of: path.reporter), errors: path.errors, packets: path.packets, largest: path.largest,
          largestFrame: path.largestFrame, largestTime: path.largestTime,
          packetsAfterwards: path.packetsAfterwards))
    case .mssOffered(let offer):
      .mssOffered(
        MSSOffer(flow: renamed(offer.flow), sender: offer.sender, mss: offer.mss, pathMTU: offer.pathMTU))
    case .stuckSegment(let segment): .stuckSegment(renamed(segment))
    case .fragments(let fragments):
      .fragments(
        Fragments(
          source: alias(of: fragments.source), destination: alias(of: fragments.destination),
          transport: fragments.transport, sourcePort: fragments.sourcePort,
          destinationPort: fragments.destinationPort, datagrams: fragments.datagrams,
          fragments: fragments.fragments, largest: fragments.largest))
    }
  }

  private func renamed(_ handshake: DTLSHandshake) -> DTLSHandshake {
    DTLSHandshake(
      flow: renamed(handshake.flow), sender: handshake.sender, message: handshake.message,
      clientRandom: handshake.clientRandom, version: handshake.version,
      // The session's identifier stands in the gateway's log; that there is one may matter.
      sessionID: handshake.sessionID.isEmpty ? "" : String(repeating: "0", count: handshake.sessionID.count),
      hasCookie: handshake.hasCookie, offersSRTP: handshake.offersSRTP, cipherSuite: handshake.cipherSuite)
  }

  private func renamed(_ error: PacketTooBig) -> PacketTooBig {
    PacketTooBig(
      isIPv6: error.isIPv6, nextHopMTU: error.nextHopMTU, reporter: alias(of: error.reporter),
      quoted: renamed(error.quoted), largest: error.largest, largestFrame: error.largestFrame,
      offeredMSS: error.offeredMSS, offerFrame: error.offerFrame, offerTime: error.offerTime)
  }

  private func renamed(_ segment: StuckSegment) -> StuckSegment {
    StuckSegment(
      flow: renamed(segment.flow), sender: segment.sender, length: segment.length,
      dontFragment: segment.dontFragment, retransmissions: segment.retransmissions, firstSent: segment.firstSent,
      firstFrame: segment.firstFrame, lastSent: segment.lastSent, lastFrame: segment.lastFrame,
      largestDelivered: segment.largestDelivered, acknowledged: segment.acknowledged,
      receiverAlive: segment.receiverAlive, smallPacketsArrive: segment.smallPacketsArrive)
  }

  private func renamed(_ flow: Flow) -> Flow { Flow(client: renamed(flow.client), server: renamed(flow.server)) }

  private func renamed(_ endpoint: Endpoint) -> Endpoint { Endpoint(alias(of: endpoint.address), endpoint.port) }

  private func renamed(_ quoted: QuotedFlow) -> QuotedFlow {
    QuotedFlow(
      transport: quoted.transport, source: renamed(quoted.source), destination: renamed(quoted.destination),
      length: quoted.length)
  }
}
