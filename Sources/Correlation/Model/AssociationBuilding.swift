import Observations

// From observations about one handshake, in order, to what is known of it.
extension Association {
  /// An opening: the first, or its repetition.
  mutating func absorb(_ opening: Opening, _ sighting: Sighting) {
    openingCount += 1
    noteSpeaker(opening.sender)
    if openings.count < Self.sightingsKept { openings.append(sighting) }
    if let token = opening.token, tokens.last != token, tokens.count < Self.sightingsKept { tokens.append(token) }
    if opening.sender == .client { lastClientMessage = nil } else { lastGatewayMessage = nil }
    initiator = opening.sender
    renews = renews ?? opening.renews
    isForeign = isForeign || opening.isForeign
    transport = opening.transport ?? transport
    answeredChallenge = answeredChallenge || opening.answersChallenge
    if opening.isRedirected ?? false { isRedirectedHere = true }
    dataMeanwhile += opening.dataMeanwhile
    if !opening.sessionID.isEmpty { sessionID = opening.sessionID }
    if let name = opening.serverName, serverName == nil { serverName = name }
    if let begun = opening.connection, connection == nil { connection = begun }
    // After a challenge the opening comes again with its answer, as it should.
    let wasAnswered = opening.sender == .client ? gatewayMessages > 0 : lastClientMessage != nil
    if wasAnswered, !opening.answersChallenge { repeatedAfterAnswer += 1 }
    note(sighting)
  }

  mutating func absorb(_ message: HandshakeMessage, _ sighting: Sighting) {
    note(sighting)
    noteSpeaker(message.sender)
    noteRepetition(message.stage, sighting)
    if message.sender == .client {
      lastClientMessage = message.name
      if message.stage == .finish { clientFinished = true }
      if initiator == .server, firstAnswer == nil {
        firstAnswer = sighting
        firstAnswerName = message.name
      }
      return
    }
    gatewayMessages += 1
    if message.stage == .challenge { challenges += 1 }
    if message.stage == .redirect { redirect = redirect ?? sighting }
    product = message.product ?? product
    lastGatewayMessage = message.name
    if firstAnswer == nil {
      firstAnswer = sighting
      firstAnswerName = message.name
    }
    if message.stage == .answer {
      version = message.version ?? version
      cipherSuite = message.cipherSuite ?? cipherSuite
    }
    gatewayStages.note(message.stage)
    if message.stage == .finish { gatewayFinishedLast = clientFinished }
  }

  private mutating func noteRepetition(_ stage: HandshakeMessage.Stage, _ sighting: Sighting) {
    switch stage {
    case .repetition: repeatedAfterAnswer += 1
    case .repeatedAnswer: answersAgain += 1
    case .challenge, .answer, .progress, .redirect, .finish: return
    }
    if repetitions.count < Self.sightingsKept { repetitions.append(sighting) }
  }

  mutating func absorb(_ silence: Silence, _ sighting: Sighting) {
    let since = Sighting(time: silence.unansweredSince, frame: silence.unansweredFrame)
    let kind: Silent.Kind = silence.answers != nil ? .answers : silence.controlMessages != nil ? .data : .all
    if let known = silences.lastIndex(where: { $0.side == silence.silentSide && !$0.isOver && $0.kind == kind }) {
      silences[known].packets = max(silences[known].packets, silence.packets)
      silences[known].until = max(silences[known].until, sighting.moment)
      silences[known].latest = sighting
      silences[known].isOver = silence.heardAgain
    } else if !silence.heardAgain, silences.count < Self.sightingsKept {
      silences.append(
        Silent(
          side: silence.silentSide, lastHeard: silence.lastHeard, since: since, packets: silence.packets,
          noticed: sighting, latest: sighting, until: sighting.moment, kind: kind, isUnasked: silence.isUnasked ?? false
        ))
    }
    note(sighting)
  }

  mutating func absorb(_ refusal: Refusal, _ sighting: Sighting) {
    guard refusals.count < Self.sightingsKept else { return }
    refusals.append(Refused(sighting: sighting, refusal: refusal, wasEstablished: carriedBothWays))
    note(sighting)
  }

  mutating func absorb(_ data: ChannelData, _ sighting: Sighting) {
    if data.sender == .client { clientData = clientData ?? sighting } else { gatewayData = gatewayData ?? sighting }
    note(sighting)
  }

  mutating func absorb(_ rejection: Rejection, _ sighting: Sighting) {
    if self.rejection == nil { self.rejection = (sighting, rejection) }
    closing = sighting
    closingSender = rejection.sender
    note(sighting)
  }

  mutating func absorb(_ closing: Closing, _ sighting: Sighting) {
    self.closing = sighting
    closingSender = closing.sender
    note(sighting)
  }

  mutating func absorb(_ change: AddressChange, _ sighting: Sighting) {
    if addressChanges.count < Self.sightingsKept { addressChanges.append((sighting, change)) }
    note(sighting)
  }

  mutating func absorb(_ summary: ChannelSummary, at frame: FrameReference) {
    whole = Whole(
      end: summary.end, endFrame: frame, ending: summary.ending, client: summary.client, server: summary.server,
      openingRequests: summary.openingRequests, turns: summary.turns, turnMarks: summary.turnMarks ?? [],
      clientTTL: summary.clientTTL, serverTTL: summary.serverTTL)
    transport = summary.transport ?? transport
    if let marks = summary.marks { self.marks = marks }
    last.time = max(last.moment, summary.end)
  }

  // MARK: What logs say, and packets of some families

  mutating func absorb(_ establishment: Establishment, _ sighting: Sighting) {
    established = established ?? sighting
    // That the client came back says more than that its connection replaces none.
    let saysMore = relation != .resumed || establishment.relation == .replacing
    if establishment.relation != .unknown, saysMore { relation = establishment.relation }
    note(sighting)
  }

  mutating func absorb(_ failure: HandshakeFailure, _ sighting: Sighting) {
    if failures.count < Self.sightingsKept { failures.append((sighting, failure.cause)) }
    note(sighting)
  }

  private mutating func note(_ sighting: Sighting) {
    if let time = sighting.time { last.time = max(last.time ?? time, time) }
  }
}
