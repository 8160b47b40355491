import Observations

// What an association emits of its state: how its handshake ended, its silences, its whole.
extension IPsecAssociation {
  func emit(
    _ stage: HandshakeMessage.Stage, _ name: String, _ side: Side, by product: Product? = nil, _ context: PacketContext,
    _ emitter: inout Emitter
  ) {
    guard let id = ikeID else { return }
    emitter.emit(
      .message(
        HandshakeMessage(id: id, flow: flow, sender: side, stage: stage, name: MessageName(name), product: product)),
      context)
  }

  // MARK: How the handshake ended

  /// The handshake led to a session: what follows shows that both sides take it for done.
  mutating func confirm(_ emitter: inout Emitter) {
    guard phase == .accepted else { return }
    phase = .established
    afterthought = nil
    emitEstablished(&emitter)
  }

  private func emitEstablished(_ emitter: inout Emitter) {
    guard let id = ikeID, let acceptance else { return }
    emitter.emit(
      .established(Establishment(id: id, flow: flow)), time: acceptance.time, frame: acceptance.frame)
  }

  mutating func reject(
    _ reason: String, isInferred: Bool, from side: Side, _ time: Timestamp, _ frame: PackedFrame,
    _ emitter: inout Emitter
  ) {
    guard let id = ikeID, !hasRejection else { return }
    hasRejection = true
    emitter.emit(
      .rejected(
        Rejection(
          id: id, flow: flow, sender: side, reason: reason, isInferred: isInferred ? true : nil,
          offered: isInferred || offers.isEmpty || side == initiator ? nil : offers,
          wanted: isInferred ? nil : wantedGroup.map(IKETransform.group))),
      time: time, frame: frame)
  }

  mutating func fail(_ reason: String, _ time: Timestamp, _ frame: PackedFrame, _ emitter: inout Emitter) {
    guard let id = ikeID, !hasFailure else { return }
    hasFailure = true
    emitter.emit(
      .failed(HandshakeFailure(id: id, cause: .other(reason: reason), flow: flow)), time: time, frame: frame)
  }

  /// The same side begins anew: how this association ended shows now, if it has.
  mutating func beOvertaken(by side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    isSteady = false
    if isUp, !self[side].emittedSilence, self[side].hasGivenUp {
      emitSilence(of: side.opposite, isOver: false, context, &emitter)
    } else if phase == .established, closing == nil, !self[side].emittedSilence, self[side].wasUnheard,
      let last = self[side].lastHeard
    {
      // However much later it begins anew, the silence lasted as long as it sent.
      emitSilence(of: side.opposite, isOver: false, last, self[side].unanswered.frame, &emitter)
      self[side].emittedSilence = true
    }
    if afterthought != nil, phase == .accepted {
      failByAfterthought(&emitter)
    } else if phase == .established, self[side].unansweredRequests == 0, lastMessage == .informational, closing == nil,
      let request = self[lastMessageSide.opposite].request, request.exchange == .informational, request.answers > 0,
      let id = ikeID
    {
      // Its last word was a request that was answered, and no data came after it: it took its leave.
      closing = lastMessageSide.opposite
      emitter.emit(
        .closing(Closing(id: id, flow: flow, sender: lastMessageSide.opposite)), time: request.first,
        frame: request.firstFrame)
    }
    // The other group comes under new SPIs, or not at all.
    if context.time.nanoseconds(since: lastTime) < IPsecTimers.afterthought { askedForGroup = nil }
    rejectShortAnswer(&emitter)
  }

  private mutating func failByAfterthought(_ emitter: inout Emitter) {
    guard let afterthought else { return }
    phase = .failed
    fail(
      "the \(initiator == .client ? "client" : "gateway") ends it right after the answer", afterthought.time,
      afterthought.frame, &emitter)
  }

  private mutating func rejectShortAnswer(_ emitter: inout Emitter) {
    if let shortAnswer, phase != .established, phase != .accepted {
      reject(shortAnswerReason, isInferred: true, from: responder, shortAnswer.time, shortAnswer.frame, &emitter)
    }
    if let askedForGroup {
      reject(
        "INVALID_KE_PAYLOAD", isInferred: false, from: responder, askedForGroup.time, askedForGroup.frame, &emitter)
    }
  }

  private var shortAnswerReason: String {
    switch version {
    case .one: "a notification in place of quick mode's answer"
    case .two: "an IKE_AUTH answer too short to accept"
    }
  }

  // MARK: Silences

  func emitSilence(of silent: Side, isOver: Bool, _ time: Timestamp, _ frame: PackedFrame, _ emitter: inout Emitter) {
    guard let id else { return }
    emitter.emit(
      .silence(
        Silence(
          of: silent, id: id, flow: flow, lastHeard: self[silent].lastHeard,
          unanswered: self[silent.opposite].waiting, heardAgain: isOver)), time: time, frame: frame)
  }

  mutating func emitSilence(of silent: Side, isOver: Bool, _ context: PacketContext, _ emitter: inout Emitter) {
    emitSilence(of: silent, isOver: isOver, context.time, context.frame, &emitter)
    self[silent.opposite].emittedSilence = !isOver
  }

  /// Data goes on to the end and nothing comes back, and nobody asks whether the other side is there.
  private func describeUnasked(_ side: Side, _ emitter: inout Emitter) {
    let (talking, silent) = (self[side], self[side.opposite])
    guard let id = ikeID, phase == .established, closing == nil, !isBare, !talking.emittedDataSilence,
      !silent.emittedDataSilence, talking.sendsInVain(to: silent), let last = talking.lastHeard
    else { return }
    emitter.emit(
      .silence(
        Silence(
          of: side.opposite, id: id, flow: flow, lastHeard: silent.lastHeard, unanswered: talking.unanswered,
          heardAgain: false, isUnasked: true)), time: last, frame: talking.unanswered.frame)
  }

  /// Data goes on and none comes back, though the silent side answers all else.
  func emitDataSilence(
    of silent: Side, isOver: Bool, _ time: Timestamp, _ frame: PackedFrame, _ emitter: inout Emitter
  ) {
    guard let id = ikeID else { return }
    let talking = self[silent.opposite]
    emitter.emit(
      .silence(
        Silence(
          of: silent, id: id, flow: flow, lastHeard: talking.otherData, unanswered: talking.unansweredData,
          heardAgain: isOver,
          controlMessages: max(1, talking.controlMeanwhile))), time: time, frame: frame)
  }

  /// A side repeats a request of a session that was answered each time: the answers do not reach it.
  mutating func noteLostAnswers(of side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    guard isUp, let request = self[side].request, !request.isAuth,
      request.repeatedAfterAnswer >= IPsecTimers.repeatedAnswered,
      !self[side].emittedLostAnswers, context.time.nanoseconds(since: request.first) >= IPsecTimers.repeatedFor
    else { return }
    confirm(&emitter)
    self[side].emittedLostAnswers = true
    emitLostAnswers(of: side, isOver: false, context.time, context.frame, &emitter)
  }

  mutating func endLostAnswers(of side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    guard self[side].emittedLostAnswers else { return }
    emitLostAnswers(of: side, isOver: true, context.time, context.frame, &emitter)
    self[side].emittedLostAnswers = false
  }

  private func emitLostAnswers(
    of side: Side, isOver: Bool, _ time: Timestamp, _ frame: PackedFrame, _ emitter: inout Emitter
  ) {
    guard let id = ikeID, let request = self[side].request else { return }
    emitter.emit(
      .silence(
        Silence(
          id: id, flow: flow, silentSide: side.opposite, lastHeard: self[side.opposite].lastHeard,
          unansweredSince: request.first, unansweredFrame: request.firstFrame.reference, packets: request.transmissions,
          heardAgain: isOver, answers: request.answers)), time: time, frame: frame)
  }

  // MARK: The whole

  /// Emits what there is to say of it so far.
  ///
  /// - Parameters:
  ///   - missing: Packets of the client and of the server that their sequence numbers say are missing.
  ///   - clientSPIs: Those that the client sent to, in order.
  func describe(missing: (client: Int, server: Int), clientSPIs: [UInt32], _ emitter: inout Emitter) {
    var copy = self
    copy.rejectShortAnswer(&emitter)
    if phase == .accepted {
      if afterthought != nil, followsAfterthought {
        copy.failByAfterthought(&emitter)
      } else {
        emitEstablished(&emitter)
      }
    }
    for side in [Side.client, .server] {
      if self[side].emittedSilence {
        emitSilence(of: side.opposite, isOver: false, isBare ? lastHeard : lastTime, firstFrame, &emitter)
      } else {
        describeUnasked(side, &emitter)
      }
      if self[side].emittedDataSilence {
        emitDataSilence(of: side.opposite, isOver: false, lastTime, firstFrame, &emitter)
      }
      if self[side].emittedLostAnswers {
        emitLostAnswers(of: side, isOver: false, lastTime, firstFrame, &emitter)
      }
    }
    if let id = ikeID, let ikeFrame {
      emitter.emit(
        .summary(
          ChannelSummary(
            id: id, flow: flow, start: first, startFrame: ikeFrame.reference, sawStart: sawStart, token: token,
            end: lastHeard, ending: ending, client: client.totals(missing: nil, isComparable: false),
            server: server.totals(missing: nil, isComparable: false), clientTTL: client.timeToLive,
            serverTTL: server.timeToLive, transport: transport, marks: marks(spis))),
        time: lastHeard,
        frame: ikeFrame)
    }
    if let id = espID, let espFrame, let espFlow {
      emitter.emit(
        .summary(
          ChannelSummary(
            id: id, flow: espFlow, start: espFirst ?? first, startFrame: espFrame.reference,
            sawStart: isBare && sawStart,
            end: lastHeard, client: client.totals(missing: missing.client, isComparable: transport != .tcp),
            server: server.totals(missing: missing.server, isComparable: transport != .tcp), transport: transport,
            marks: marks(clientSPIs.map(UInt64.init)))),
        time: lastHeard, frame: espFrame)
    }
  }

  /// By what it is known again from another address of the client.
  private func marks(_ spis: [UInt64]) -> SessionMarks {
    let tokens = spis.map { HandshakeToken($0, 0, 0, 0) }
    return SessionMarks(first: sawStart ? nil : tokens.first, latest: tokens.suffix(Self.spisInUse))
  }

  /// New keys come into use while packets under the old ones are on their way, and IKE may have renewed itself.
  private static let spisInUse = 3

  private var lastHeard: Timestamp { max(client.lastHeard ?? first, server.lastHeard ?? first) }

  private var ending: ConnectionEnding {
    switch closing {
    case .client: .clientClosed
    case .server: .serverClosed
    case nil: .open
    }
  }
}
