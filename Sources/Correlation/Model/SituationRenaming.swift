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
        tunnels: tunnels.map { names.tunnel($0) }, points: points.map(names.point), clockOffsets: clockOffsets,
        otherTunnels: otherTunnels.map { names.tunnel($0, withSessions: false) }, reachedLimits: reachedLimits)
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

  /// Nothing at all where the other self is of another kind: a name that is not changed must not stay.
  private func flow(_ flow: Flow) -> Flow {
    guard case .dtlsData(let data) = event(.dtlsData(DTLSData(flow: flow, sender: .client))) else {
      let nobody = Endpoint(IPAddress(v4: 0), 0)
      return Flow(client: nobody, server: nobody)
    }
    return data.flow
  }

  private func address(_ address: IPAddress) -> IPAddress {
    flow(Flow(client: Endpoint(address, 0), server: Endpoint(address, 0))).client.address
  }

  private func connection(_ connection: ObservedConnection) -> ObservedConnection {
    var other = connection
    other.flow = flow(connection.flow)
    other.serverName = nil
    other.whole = nil
    if let name = connection.serverName, let random = connection.random {
      let hello = TLSClientHello(
        flow: connection.flow, random: random, serverName: name, applicationProtocols: [], opening: nil)
      if case .tlsClientHello(let hello) = event(.tlsClientHello(hello)) { other.serverName = hello.serverName }
    }
    if let whole = connection.whole, case .tlsConnectionEnded(let whole) = event(.tlsConnectionEnded(whole)) {
      other.whole = whole
    }
    return other
  }

  private func attempt(_ attempt: ObservedAttempt) -> ObservedAttempt {
    var other = attempt
    other.flow = flow(attempt.flow)
    // A session's identifier stands in the gateway's log; that there is one may matter.
    other.sessionID = String(repeating: "0", count: attempt.sessionID.count)
    other.refusals = attempt.refusals.compactMap { refusal in
      guard case .destinationUnreachable(let error) = event(.destinationUnreachable(refusal.error)) else { return nil }
      return ObservedAttempt.Refusal(sighting: refusal.sighting, error: error)
    }
    return other
  }

  private func session(_ session: Session) -> Session {
    Session(first: connection(session.view), others: session.views.dropFirst().map(connection))
  }

  /// - Parameter withSessions: Whether anything is told of it beyond that it is there.
  func tunnel(_ tunnel: Tunnel, withSessions: Bool = true) -> Tunnel {
    Tunnel(
      id: tunnel.id, client: address(tunnel.client), gateway: address(tunnel.gateway),
      translatedClients: tunnel.translatedClients.map(address),
      sessions: withSessions ? tunnel.sessions.map(session) : [],
      tracks: withSessions ? tunnel.tracks.map { SessionTrack(sessions: $0.sessions.map(session)) } : [],
      attempts: withSessions ? tunnel.attempts.map { $0.renamed(attempt) } : [], points: tunnel.points,
      captureEnd: tunnel.captureEnd)
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
