import Dissection
import Observations

/// Follows the handshakes and sessions of two peers: messages in, observations out.
///
/// A handshake and the session it leads to have one identity. Keys are renewed every two minutes, by a handshake of either
/// side that has an identity of its own and names the session. A session ends when a handshake leads to the next one after
/// its keys died.
@usableFromInline
struct WireGuardChannel {
  /// Goes up when an index comes into use that data may be addressed with.
  @usableFromInline var indexChanges = 0
  @usableFromInline var client = WireGuardSide()
  @usableFromInline var server = WireGuardSide()
  /// The ends as they are now: the client may move.
  private(set) var flow: Flow
  private(set) var session: WireGuardSession?

  init(flow: Flow) { self.flow = flow }

  subscript(side: Side) -> WireGuardSide {
    @inline(__always) get { side == .client ? client : server }
    @inline(__always) _modify {
      if side == .client { yield &client } else { yield &server }
    }
  }

  /// What an ICMP error about a packet of these peers is about: the handshake under way, else the session.
  var current: (id: HandshakeID, flow: Flow)? {
    let handshakes = [client.handshake, server.handshake].compactMap(\.self)
    if let handshake = handshakes.max(by: { $0.last < $1.last }) { return (handshake.id, handshake.flow) }
    return session.map { ($0.id, $0.flow) }
  }

  // MARK: Data

  /// - Returns: Whether the indices that data is addressed with are as they were.
  @inlinable @inline(__always)
  mutating func readData(
    _ data: WireGuardData, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) -> Bool {
    let news =
      side == .client
      ? WireGuardSide.readData(data, context, from: &client, to: &server)
      : WireGuardSide.readData(data, context, from: &server, to: &client)
    switch news {
    case .none: return true
    case .silence:
      beginSilence(of: side.opposite, context, &emitter)
      return true
    case .unusual:
      let before = indexChanges
      readUnusualData(data, from: side, context, &emitter)
      return indexChanges == before
    }
  }

  @usableFromInline @inline(never)
  mutating func readUnusualData(
    _ data: WireGuardData, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    hear(side, context, &emitter)
    if !self[side].note(data, at: context.time) { changeKeys(data, from: side, context, &emitter) }
    self[side].packets &+= 1
    self[side].bytes &+= data.length
    self[side].largest.note(data.length, context)
    if !self[side].sentData { beginData(from: side, context, &emitter) }
    self[side.opposite].handshake?.dataMeanwhile &+= 1
    if data.carriesPacket { demandAnswer(of: side.opposite, context, &emitter) }
  }

  /// Data under an index that was not in use: of a handshake under way, or of one that the capture does not show.
  @inline(never)
  private mutating func changeKeys(
    _ data: WireGuardData, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    indexChanges += 1
    let index = data.receiverIndex
    if let own = self[side].handshake, own.isAccepted(byDataTo: index, at: context.time) {
      establish(own, context, &emitter)
    } else if let other = self[side.opposite].handshake, other.isAnswered(by: index) {
      // The responder must wait for the initiator's data before it may send its own.
      establish(other, context, &emitter)
    } else if index != self[side].nextIndex {
      // The capture lacks the handshake that made these keys. They are no older than this.
      if session == nil { session = WireGuardSession(underWay: flow, context) }
      session?.renewKeys(at: context.time)
    }
    self[side].changeKeys(data, at: context.time)
  }

  private mutating func establish(
    _ handshake: WireGuardHandshake, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    self[handshake.sender].handshake = nil
    endHandshake(of: handshake.sender.opposite, &emitter)
    if handshake.renews != nil, session != nil {
      session?.renewKeys(at: context.time)
    } else {
      endSession(&emitter)
      client.beginSession()
      server.beginSession()
      session = WireGuardSession(handshake, at: context.time)
    }
    self[handshake.sender].nextIndex = handshake.responderIndex
    self[handshake.sender.opposite].nextIndex = handshake.senderIndex
    emitter.emit(.established(Establishment(id: handshake.id, flow: handshake.flow)), context)
  }

  @inline(never)
  private mutating func beginData(from side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    guard let session else { return }
    self[side].sentData = true
    emitter.emit(.data(ChannelData(id: session.id, flow: session.flow, sender: side)), context)
  }

  // MARK: Handshakes

  mutating func readInitiation(
    _ message: borrowing WireGuardMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    let token = message.token
    // A repetition has a key of its own: this is the same packet, captured twice.
    if token.isComplete, token == self[side].handshake?.token { return }
    hear(side, context, &emitter)
    // Each initiation has an index of its own. One that is in use was answered: packets are out of order in the file.
    if self[side.opposite].indices.all.contains(message.senderIndex)
      || self[side].handshake?.isAnswered(withoutInitiation: message.senderIndex) == true
    {
      return
    }
    if self[side].handshake?.isRepeated(at: context.time) == true {
      self[side].handshake?.repeat(token: token, senderIndex: message.senderIndex, at: context.time)
    } else {
      endHandshake(of: side, &emitter)
      self[side].handshake = newHandshake(by: side, token: token, senderIndex: message.senderIndex, context)
    }
    emitOpening(by: side, hasCookie: message.mayHaveCookie, context, &emitter)
    demandAnswer(of: side.opposite, context, &emitter)
  }

  private func newHandshake(
    by side: Side, token: HandshakeToken?, senderIndex: UInt32, _ context: PacketContext
  ) -> WireGuardHandshake {
    let renewed = session.flatMap { context.time < $0.keysEnd ? $0.id : nil }
    return WireGuardHandshake(
      flow: flow, sender: side, renews: renewed,
      token: token, senderIndex: senderIndex, context)
  }

  private mutating func emitOpening(
    by side: Side, hasCookie: Bool, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    guard let handshake = self[side].handshake else { return }
    emitter.emit(
      .opened(
        Opening(
          id: handshake.id, flow: handshake.flow, token: handshake.token, renews: handshake.renews, sender: side,
          answersChallenge: handshake.isChallenged && hasCookie, dataMeanwhile: handshake.dataMeanwhile)), context)
    self[side].handshake?.isChallenged = false
    self[side].handshake?.dataMeanwhile = 0
  }

  mutating func readResponse(
    _ message: borrowing WireGuardMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    hear(side, context, &emitter)
    let initiator = side.opposite
    if self[initiator].handshake == nil {
      // The capture began between the two, or lacks the initiator's packets.
      self[initiator].handshake = newHandshake(
        by: initiator, token: nil, senderIndex: message.receiverIndex, context)
    }
    guard let handshake = self[initiator].handshake, handshake.isAnswered(by: message.receiverIndex) else { return }
    if message.receiverIndex == handshake.senderIndex {
      self[initiator].handshake?.responderIndex = message.senderIndex
    }
    emit(.answer, .handshakeResponse, of: handshake, context, &emitter)
  }

  mutating func readCookieReply(
    _ message: borrowing WireGuardMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    hear(side, context, &emitter)
    guard let handshake = self[side.opposite].handshake, handshake.isAnswered(by: message.receiverIndex) else { return }
    self[side.opposite].handshake?.isChallenged = true
    emit(.challenge, .cookieReply, of: handshake, context, &emitter)
  }

  private func emit(
    _ stage: HandshakeMessage.Stage, _ name: MessageName, of handshake: WireGuardHandshake, _ context: PacketContext,
    _ emitter: inout Emitter
  ) {
    emitter.emit(
      .message(
        HandshakeMessage(
          id: handshake.id, flow: handshake.flow, sender: handshake.sender.opposite, stage: stage, name: name,
          renews: handshake.renews)), context)
  }

  // MARK: Silence

  /// A side was heard: whatever the other had sent is answered.
  private mutating func hear(_ side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    if self[side.opposite].emittedSilence { endSilence(of: side, context, &emitter) }
    self[side].lastHeard = context.time
    self[side.opposite].unanswered.beAnswered()
  }

  /// The other side sent what this one must answer.
  private mutating func demandAnswer(of side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    if self[side.opposite].demandAnswer(context) { beginSilence(of: side, context, &emitter) }
  }

  /// A silence belongs to the session whose keys were alive when it began. Later there is none to lose.
  @usableFromInline @inline(never)
  mutating func beginSilence(of side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    guard let session, self[side.opposite].unanswered.since < session.keysEnd else { return }
    self[side.opposite].emittedSilence = true
    emitSilence(of: side, heardAgain: false, context.time, context.frame, &emitter)
  }

  @inline(never)
  private mutating func endSilence(of side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    emitSilence(of: side, heardAgain: true, context.time, context.frame, &emitter)
    self[side.opposite].emittedSilence = false
  }

  private func emitSilence(
    of silent: Side, heardAgain: Bool, _ time: Timestamp, _ frame: PackedFrame, _ emitter: inout Emitter
  ) {
    guard let session else { return }
    emitter.emit(
      .silence(
        Silence(
          of: silent, id: session.id, flow: session.flow, lastHeard: self[silent].lastHeard,
          unanswered: self[silent.opposite].unanswered, heardAgain: heardAgain)), time: time, frame: frame)
  }

  // MARK: Moves and ends

  /// The client goes on from another port.
  mutating func move(to flow: Flow, _ context: PacketContext, _ emitter: inout Emitter) {
    if let session {
      emitter.emit(
        .addressChanged(
          AddressChange(
            id: session.id, flow: session.flow, from: self.flow.client, to: flow.client, lastHeard: client.lastHeard)),
        context)
    }
    self.flow = flow
  }

  /// Emits what there is to say of session and handshakes so far.
  func describe(_ emitter: inout Emitter) {
    describeSession(&emitter)
    for side in [Side.client, .server] { describeHandshake(of: side, &emitter) }
  }

  private mutating func endHandshake(of side: Side, _ emitter: inout Emitter) {
    describeHandshake(of: side, &emitter)
    self[side].handshake = nil
  }

  /// An attempt to renew a session needs no summary: the session has one.
  private func describeHandshake(of side: Side, _ emitter: inout Emitter) {
    guard let handshake = self[side].handshake, handshake.renews == nil else { return }
    let summary = handshake.summary(client: client, server: server)
    emitter.emit(.summary(summary), time: summary.end, frame: handshake.firstFrame)
  }

  private mutating func endSession(_ emitter: inout Emitter) {
    describeSession(&emitter)
    client.emittedSilence = false
    server.emittedSilence = false
    session = nil
  }

  /// The silences that last, with their full counts, and the session as a whole.
  private func describeSession(_ emitter: inout Emitter) {
    guard let session else { return }
    let end = max(client.lastHeard ?? session.start, server.lastHeard ?? session.start)
    for side in [Side.client, .server] where self[side].emittedSilence {
      emitSilence(of: side.opposite, heardAgain: false, end, session.startFrame, &emitter)
    }
    emitter.emit(
      .summary(
        ChannelSummary(
          id: session.id, flow: session.flow, start: session.start, startFrame: session.startFrame.reference,
          sawStart: session.sawStart, token: session.token, end: end, client: client.totals, server: server.totals,
          clientTTL: client.timeToLive, serverTTL: server.timeToLive,
          marks: client.marks(sawStart: session.sawStart))),
      time: end, frame: session.startFrame)
  }
}

extension MessageName {
  static let handshakeResponse = MessageName("handshake response")
  static let cookieReply = MessageName("cookie reply")
}
