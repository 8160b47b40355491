import Observations

extension Situation {
  /// The same situation under other names, so that nothing that is concluded from it holds the true ones.
  ///
  /// For what is known already. Where nothing is known yet, observations are renamed before they are absorbed, which comes
  /// to the same.
  ///
  /// - Parameter rename: Gives an observation's other self, of the same kind and about the same packets.
  func renamed(by rename: (Observation) -> Observation) -> Situation {
    withoutActuallyEscaping(rename) { rename in
      let names = OtherNames(rename: rename)
      return Situation(
        families: families, tunnels: tunnels.map { names.tunnel($0) }, points: points.map(names.point),
        clockOffsets: clockOffsets,
        otherTunnels: otherTunnels.map { names.tunnel($0, withHistory: false) }, reachedLimits: reachedLimits)
    }
  }
}

/// Renames the parts of a situation: each is put into an observation that holds it, and taken out of its other self.
private struct OtherNames {
  let rename: (Observation) -> Observation

  private func event(_ event: Observation.Event) -> Observation.Event {
    rename(
      Observation(
        time: Timestamp(nanoseconds: 0), point: 0, frame: FrameReference(capture: 0, frame: 0), event: event)
    ).event
  }

  private static let nobody = Endpoint(IPAddress(v4: 0), 0)
  private static let id = HandshakeID(.tls, firstFrame: FrameReference(capture: 0, frame: 0))

  /// Nothing at all where the other self is of another kind: a name that is not changed must not stay.
  private func flow(_ flow: Flow) -> Flow {
    guard case .data(let data) = event(.data(ChannelData(id: Self.id, flow: flow, sender: .client))) else {
      return Flow(client: Self.nobody, server: Self.nobody)
    }
    return data.flow
  }

  private func address(_ address: IPAddress) -> IPAddress {
    flow(Flow(client: Endpoint(address, 0), server: Endpoint(address, 0))).client.address
  }

  private func association(_ association: Association) -> Association {
    var other = association
    other.flow = association.flow.map(flow)
    other.serverName = nil
    // A session's identifier stands in the gateway's log; that there is one may matter.
    other.sessionID = String(repeating: "0", count: association.sessionID.count)
    if let name = association.serverName {
      let opening = Opening(id: association.id, flow: association.flow, serverName: name)
      if case .opened(let opening) = event(.opened(opening)) { other.serverName = opening.serverName }
    }
    other.refusals = association.refusals.compactMap { refused in
      guard case .refused(let refusal) = event(.refused(refused.refusal)) else { return nil }
      return Association.Refused(
        sighting: refused.sighting, refusal: refusal, wasEstablished: refused.wasEstablished)
    }
    other.addressChanges = association.addressChanges.compactMap { sighting, change in
      guard case .addressChanged(let change) = event(.addressChanged(change)) else { return nil }
      return (sighting, change)
    }
    return other
  }

  private func session(_ session: Session) -> Session {
    Session(views: session.views.map(association))
  }

  private func channel(_ channel: Channel) -> Channel {
    Channel(
      profile: channel.profile, handshakes: channel.handshakes.map { $0.renamed(association) },
      connections: channel.connections.map(session),
      tracks: channel.tracks.map {
        SessionTrack(sessions: $0.sessions.map(session), reconnecting: $0.reconnecting, renewal: $0.renewal)
      },
      isLogged: channel.isLogged, namedPort: channel.namedPort)
  }

  /// - Parameter withHistory: Whether anything is reported of it beyond that it is there.
  func tunnel(_ tunnel: Tunnel, withHistory: Bool = true) -> Tunnel {
    Tunnel(
      id: tunnel.id, family: tunnel.family, client: tunnel.client.map(address), gateway: tunnel.gateway.map(address),
      translatedClients: tunnel.translatedClients.map(address),
      translatedGateways: tunnel.translatedGateways.map(address), seen: withHistory ? tunnel.seen.map(channel) : [],
      points: tunnel.points, captureEnd: tunnel.captureEnd)
  }

  func point(_ point: Situation.Point) -> Situation.Point {
    let tooBig = facts(point.tooBig) { fact in
      if case .packetTooBig(let fact) = event(.packetTooBig(fact)) { fact } else { nil }
    }
    return Situation.Point(
      index: point.index, name: point.name, captures: point.captures, start: point.start, end: point.end,
      tooBig: tooBig,
      tooBigByPath: Dictionary(grouping: tooBig) {
        HostPath(source: $0.fact.quoted.source.address, destination: $0.fact.quoted.destination.address)
      },
      oversized: facts(point.oversized) { fact in
        if case .oversizedPackets(let fact) = event(.oversizedPackets(fact)) { fact } else { nil }
      },
      offers: facts(point.offers) { fact in
        if case .mssOffered(let fact) = event(.mssOffered(fact)) { fact } else { nil }
      },
      stuck: facts(point.stuck) { fact in
        if case .stuckSegment(let fact) = event(.stuckSegment(fact)) { fact } else { nil }
      },
      fragments: facts(point.fragments) { fact in
        if case .fragments(let fact) = event(.fragments(fact)) { fact } else { nil }
      },
      hostDrops: facts(point.hostDrops) { fact in
        if case .packetDropped(let fact) = event(.packetDropped(fact)) { fact } else { nil }
      },
      seesBothDirections: point.seesBothDirections, connections: point.connections, reachedLimits: point.reachedLimits)
  }

  private func facts<Fact>(
    _ facts: [PointHistory.Dated<Fact>], _ renamed: (Fact) -> Fact?
  ) -> [PointHistory.Dated<Fact>] {
    facts.compactMap { dated in
      renamed(dated.fact).map { PointHistory.Dated(sighting: dated.sighting, fact: $0) }
    }
  }
}
