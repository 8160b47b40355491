import Observations

// The messages of IKE, from the opening to the first keys for data.
extension IPsecAssociation {
  mutating func read(
    _ message: borrowing IKEMessage, from side: Side, timeToLive: UInt8, _ context: PacketContext,
    _ emitter: inout Emitter
  ) {
    isSteady = false
    if self[side.opposite].emittedSilence { emitSilence(of: side, isOver: true, context, &emitter) }
    hear(side, at: context.time)
    self[side].timeToLive = timeToLive
    lastTime = context.time
    if self[side.opposite].unansweredData.count > 0 { self[side.opposite].controlMeanwhile &+= 1 }
    // The first fragment stands for its message.
    guard message.fragment.number == 1 else { return }
    lastMessage = message.exchange
    lastMessageSide = side
    switch message.version {
    case .two: readV2(message, from: side, context, &emitter)
    case .one: readV1(message, from: side, context, &emitter)
    }
  }

  mutating func hear(_ side: Side, at time: Timestamp) {
    if side == .client { client.beHeard(at: time, by: &server) } else { server.beHeard(at: time, by: &client) }
  }

  // MARK: IKEv2

  private mutating func readV2(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    if message.isResponse {
      noteAnswer(to: message.messageID, from: side)
    } else {
      noteRequest(message, from: side, context, &emitter)
    }
    switch (message.exchange, message.isResponse) {
    case (.saInit, false), (.sessionResume, false): readOpening(message, from: side, context, &emitter)
    case (.saInit, true), (.sessionResume, true): readInitialAnswer(message, from: side, context, &emitter)
    case (.auth, false), (.intermediate, false): readAuthRequest(message, from: side, context, &emitter)
    case (.auth, true): readAuthAnswer(message, from: side, context, &emitter)
    case (.intermediate, true): emit(.progress, "IKE_INTERMEDIATE response", side, context, &emitter)
    case (.createChildSA, false): readRenewal(message, from: side, context, &emitter)
    case (.createChildSA, true): answerRenewal(message, from: side, context, &emitter)
    case (.informational, false): readInformational(from: side, context, &emitter)
    default: break
    }
  }

  private mutating func readOpening(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    guard let id = ikeID else { return }
    if offers.isEmpty { offers = IKEProposals(message).lines }
    let isRedirected = IKEPayloads(message).notifies.contains(.redirectedFrom)
    emitter.emit(
      .opened(
        Opening(
          id: id, flow: flow, token: token, sender: side, answersChallenge: isChallenged || askedForGroup != nil,
          isRedirected: isRedirected ? true : nil, transport: transport)),
      context)
    isChallenged = false
    askedForGroup = nil
  }

  private mutating func readInitialAnswer(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    let payloads = IKEPayloads(message)
    if let refusal = payloads.refusal {
      reject(refusal.name, isInferred: false, from: side, context.time, context.frame, &emitter)
    } else if payloads.notifies.contains(.invalidKEPayload) {
      askedForGroup = (context.time, context.frame)
      wantedGroup = payloads.wantedGroup
      emit(.challenge, "INVALID_KE_PAYLOAD", side, context, &emitter)
    } else if payloads.notifies.contains(.cookie), !payloads.hasProposals {
      isChallenged = true
      emit(.challenge, "COOKIE", side, context, &emitter)
    } else if payloads.notifies.contains(.redirect), !payloads.hasProposals {
      emit(.redirect, "REDIRECT", side, context, &emitter)
    } else {
      if phase == .opening { phase = .answered }
      emit(.answer, "IKE_SA_INIT response", side, by: IKEVendorID.product(in: message), context, &emitter)
    }
  }

  private mutating func readAuthRequest(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    guard phase != .established else { return }
    if phase == .opening { phase = .answered }
    // Another round: what was short or long before was EAP on its way.
    if let request = self[side].request, request.transmissions == 1 {
      shortAnswer = nil
      acceptance = nil
      repeatedAcceptance = nil
      phase = .answered
    } else if repeatsAuth {
      // The answer that it accepts may have been captured before the last repetition.
      if phase == .accepted { repeatedAcceptance = acceptance }
      acceptance = nil
      phase = .answered
    }
    let isRepetition = self[side].request.map { $0.transmissions > 1 && $0.answers > 0 } ?? false
    emit(
      isRepetition ? .repetition : .progress,
      message.exchange == .auth ? "IKE_AUTH request" : "IKE_INTERMEDIATE request", side, context, &emitter)
  }

  /// The header, IDr, AUTH, the chosen proposal and two selectors take more than this, whatever the ciphers: an answer that
  /// is shorter accepts nothing.
  private static let leastAcceptance = 160

  private mutating func readAuthAnswer(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    guard phase != .established else { return }
    emit(.progress, "IKE_AUTH response", side, context, &emitter)
    if message.length < Self.leastAcceptance, message.fragment.count == 1 {
      if !repeatsAuth { shortAnswer = (context.time, context.frame) }
    } else if repeatsAuth {
      repeatedAcceptance = (context.time, context.frame)
    } else {
      accept(context)
    }
  }

  private mutating func accept(_ context: PacketContext) { accept((context.time, context.frame)) }

  /// - Parameter answer: The message with which the other side accepts.
  mutating func accept(_ answer: (time: Timestamp, frame: PackedFrame)) {
    guard phase != .accepted else { return }
    phase = .accepted
    acceptance = answer
  }

  /// A request that only a working SA has, but for the word with which an initiator ends what it could not verify.
  private mutating func readInformational(from side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    if let acceptance, phase == .accepted, side == initiator, self[side].request?.transmissions == 1,
      context.time.nanoseconds(since: acceptance.time) < IPsecTimers.afterthought, afterthought == nil
    {
      afterthought = (context.time, context.frame)
      return
    }
    if let repeatedAcceptance, phase == .answered, side == initiator,
      context.time.nanoseconds(since: repeatedAcceptance.time) >= IPsecTimers.afterthought
    {
      accept(repeatedAcceptance)
    }
    confirm(&emitter)
  }

  // MARK: IKEv1

  private mutating func readV1(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    switch message.exchange {
    case .mainMode, .aggressiveMode: readPhaseOne(message, from: side, context, &emitter)
    case .quickMode: readQuickMode(message, from: side, context, &emitter)
    case .informationalV1: readInformationalV1(message, from: side, context, &emitter)
    default: break
    }
  }

  private mutating func readPhaseOne(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    let isNew = noteRequest(message, from: side, context, &emitter)
    guard !message.isOpening else { return readOpening(message, from: side, context, &emitter) }
    if side == initiator { initiatorMessages += isNew ? 1 : 0 } else { responderMessages += isNew ? 1 : 0 }
    let isMain = message.exchange == .mainMode
    noteUnread(message, from: side, isNew: isNew, context, &emitter)
    let name = isMain ? "main mode message" : "aggressive mode message"
    if side == responder, phase == .opening {
      phase = .answered
      emit(.answer, name, side, by: IKEVendorID.product(in: message), context, &emitter)
    } else if phase != .established {
      emit(.progress, name, side, context, &emitter)
    }
    // The last message of the phase: the responder's third, the initiator's second.
    guard phase == .answered, isMain ? side == responder && message.isEncrypted : side == initiator else { return }
    accept(context)
  }

  /// The responder repeats what it said in clear although the initiator's encrypted answer comes again and again: it cannot read
  /// it. Where that goes to another port, the path may not let it through.
  private mutating func noteUnread(
    _ message: borrowing IKEMessage, from side: Side, isNew: Bool, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    if side == initiator {
      encryptedMessages = message.isEncrypted ? encryptedMessages + 1 : 0
    } else if !isNew, !message.isEncrypted, encryptedMessages > 0, phase == .answered, clientEnds.count == 1 {
      unreadMessages += 1
      if unreadMessages >= Self.mostUnread, encryptedMessages >= Self.mostUnread { failUnread(context, &emitter) }
    }
  }

  private mutating func failUnread(_ context: PacketContext, _ emitter: inout Emitter) {
    fail(
      "the \(responder == .server ? "gateway" : "client") cannot decrypt what follows, as when the keys or identities differ",
      context.time,
      context.frame, &emitter)
  }

  /// So many messages are not lost on a path that lets their answers through.
  private static let mostUnread = 4

  private mutating func readQuickMode(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    if let other = self[side.opposite].request, other.exchange == .quickMode, other.messageID == message.messageID {
      noteAnswer(to: message.messageID, from: side)
      if phase == .established {
        answerRenewal(message, from: side, context, &emitter)
      } else {
        emit(.progress, "quick mode message", side, context, &emitter)
        shortAnswer = nil
        accept(context)
      }
      return
    }
    // The third message answers the second, under the same ID.
    if let own = self[side].request, own.messageID == message.messageID, own.answers > 0 { return }
    noteRequest(message, from: side, context, &emitter)
    if phase == .established, hasData {
      readRenewal(message, from: side, context, &emitter)
    } else if phase != .established {
      phase = .answered
      acceptance = nil
      emit(.progress, "quick mode message", side, context, &emitter)
    }
  }

  private mutating func readInformationalV1(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    if phase == .opening || phase == .answered {
      if let refusal = IKEPayloads(message).refusal {
        return reject(refusal.name, isInferred: false, from: side, context.time, context.frame, &emitter)
      }
      guard side == responder else {
        // Where the initiator's last message is due, it says no to what it was answered.
        if phase == .answered, self[initiator].request?.exchange == .aggressiveMode {
          fail(
            "the \(initiator == .client ? "client" : "gateway") does not accept the answer, as when the keys or identities differ",
            context.time, context.frame, &emitter)
        }
        return
      }
      emit(.progress, "informational message", side, context, &emitter)
      if let request = self[initiator].request, request.exchange == .quickMode, request.answers == 0,
        context.time.nanoseconds(since: request.last) < IPsecTimers.answerV1
      {
        shortAnswer = (context.time, context.frame)
      }
      informationalAnswers += 1
      let isRepeated = self[initiator].request.map { $0.transmissions >= 2 } ?? false
      if informationalAnswers >= 2, isRepeated {
        failUnread(context, &emitter)
      }
      return
    }
    confirm(&emitter)
    if let other = self[side.opposite].request, other.exchange == .informationalV1, other.answers == 0,
      context.time.nanoseconds(since: other.last) < IPsecTimers.answerV1
    {
      noteAnswer(to: other.messageID, from: side)
    } else {
      noteRequest(message, from: side, context, &emitter)
    }
  }

  // MARK: Requests and answers

  /// - Returns: Whether it is a new one, and no repetition.
  @discardableResult
  mutating func noteRequest(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) -> Bool {
    let fingerprint = message.version == .one ? message.fingerprint : 0
    let isInformationalV1 = message.exchange == .informationalV1
    var isNew = true
    if let known = self[side].request, known.exchange == message.exchange, known.spi == message.initiatorSPI,
      isInformationalV1 ? known.answers == 0 : known.messageID == message.messageID && known.fingerprint == fingerprint
    {
      isNew = false
      self[side].request?.transmissions += 1
      self[side].request?.last = context.time
      if known.answers > 0 { self[side].request?.repeatedAfterAnswer += 1 }
    } else {
      endLostAnswers(of: side, context, &emitter)
      self[side].request = IPsecSide.Request(
        exchange: message.exchange, messageID: message.messageID, spi: message.initiatorSPI, fingerprint: fingerprint,
        first: context.time, firstFrame: context.frame, last: context.time)
    }
    self[side].unanswered.add(context)
    self[side].unansweredRequests &+= 1
    self[side].lastRequest = context.time
    if !self[side].emittedSilence,
      isUp ? self[side].hasLostPeer(at: context.time) : phase == .answered && self[side].isUnheard(at: context.time)
    {
      emitSilence(of: side.opposite, isOver: false, context, &emitter)
    }
    noteLostAnswers(of: side, context, &emitter)
    return isNew
  }

  mutating func noteAnswer(to messageID: UInt32, from side: Side) {
    guard self[side.opposite].request?.messageID == messageID else { return }
    self[side.opposite].request?.answers += 1
  }

  // MARK: New keys

  private mutating func readRenewal(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    // Only a working SA asks for new keys, or for a first pair if IKE_AUTH made none: its answer was short and accepted.
    if let answer = shortAnswer ?? repeatedAcceptance, phase == .answered { accept(answer) }
    confirm(&emitter)
    guard let id = ikeID else { return }
    var renewal = self.renewal ?? IPsecRenewal(message, sender: side, context.frame)
    if !renewal.isAsked(by: message) || renewal.sender != side {
      renewal = IPsecRenewal(message, sender: side, context.frame)
    }
    self.renewal = renewal
    emitter.emit(
      .opened(
        Opening(
          id: renewal.id, flow: flow, renews: id, sender: side, dataMeanwhile: self[side.opposite].dataMeanwhile)),
      context)
    self[side.opposite].dataMeanwhile = 0
  }

  private mutating func answerRenewal(
    _ message: borrowing IKEMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    guard let renewal, renewal.isAsked(by: message), renewal.sender != side, let id = ikeID else { return }
    self.renewal?.isAnswered = true
    emitter.emit(
      .message(
        HandshakeMessage(
          id: renewal.id, flow: flow, sender: side, stage: .answer, name: MessageName("new keys"), renews: id)), context
    )
    emitter.emit(.established(Establishment(id: renewal.id, flow: flow)), context)
  }
}
