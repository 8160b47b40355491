import Dissection
import Observations

/// Follows the handshakes and sessions of a client and its gateway on one flow: packets in, observations out.
///
/// A handshake and the session it leads to have one identity. A hard reset with another session ID begins the next; it takes
/// the session's place when it is answered. Soft resets make new keys for the session, with an identity of their own.
@usableFromInline
struct OpenVPNChannel {
  /// The ends as they are now: the client may move.
  private(set) var flow: Flow
  let isTCP: Bool
  /// The hard resets that were not answered yet.
  private(set) var attempt: OpenVPNHandshake?
  /// From the answer on, or from the first packet where the capture begins later.
  private(set) var session: OpenVPNHandshake?
  private var isEstablished = false
  private var renewal: OpenVPNHandshake? { didSet { isRenewing = renewal != nil } }
  @usableFromInline private(set) var isRenewing = false
  @usableFromInline var client = OpenVPNSide()
  @usableFromInline var server = OpenVPNSide()
  var wrapping = OpenVPNWrapping.encrypted

  init(flow: Flow, isTCP: Bool) {
    self.flow = flow
    self.isTCP = isTCP
  }

  subscript(side: Side) -> OpenVPNSide {
    @inline(__always) get { side == .client ? client : server }
    @inline(__always) _modify {
      if side == .client { yield &client } else { yield &server }
    }
  }

  private var transport: TransportProtocol { isTCP ? .tcp : .udp }

  /// What an ICMP error about a packet of these ends is about.
  var current: (id: HandshakeID, flow: Flow)? { (attempt ?? renewal ?? session).map { ($0.id, $0.flow) } }

  // MARK: Data

  @inlinable @inline(__always)
  mutating func readData(_ data: OpenVPNData, from side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    guard !isRenewing else { return readUnusualData(data, from: side, context, &emitter) }
    let news =
      side == .client
      ? OpenVPNSide.readData(data, context, from: &client, to: &server)
      : OpenVPNSide.readData(data, context, from: &server, to: &client)
    switch news {
    case .none: break
    case .silence: beginSilence(of: side.opposite, context, &emitter)
    case .unusual: readUnusualData(data, from: side, context, &emitter)
    }
  }

  @usableFromInline @inline(never)
  mutating func readUnusualData(
    _ data: OpenVPNData, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    if session == nil { beginSession(context, &emitter) }
    hear(side, context, &emitter)
    if !self[side].note(data, at: context.time) {
      let makesKey = renewal.map { $0.keyID == data.keyID } ?? false
      if let renewal, makesKey {
        emitter.emit(.established(Establishment(id: renewal.id, flow: renewal.flow)), context)
        self.renewal = nil
      }
      let isFromStart = makesKey || !self[side].sentData && session?.sawStart ?? false
      self[side].changeKey(data, isFromStart: isFromStart, at: context.time)
    }
    self[side].packets &+= 1
    self[side].bytes &+= data.length
    self[side].largest.note(data.length, context)
    if !self[side].sentData { beginData(from: side, context, &emitter) }
    if renewal?.sender == side.opposite { renewal?.dataMeanwhile &+= 1 }
    demandAnswer(of: side.opposite, context, &emitter)
  }

  private mutating func beginData(from side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    guard let session else { return }
    self[side].sentData = true
    emitter.emit(.data(ChannelData(id: session.id, flow: session.flow, sender: side)), context)
    guard self[side.opposite].sentData, !isEstablished else { return }
    isEstablished = true
    emitter.emit(.established(Establishment(id: session.id, flow: session.flow)), context)
  }

  /// The attempt under way leads to a session, or the capture begins inside one.
  private mutating func beginSession(_ context: PacketContext, _ emitter: inout Emitter) {
    endSession(&emitter)
    session = attempt ?? OpenVPNHandshake(flow: flow, sender: .client, sessionID: 0, context)
    attempt = nil
    client.beginSession()
    server.beginSession()
  }

  // MARK: Control

  /// - Returns: Whether a new attempt begins.
  mutating func readControl(
    _ message: borrowing OpenVPNMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) -> Bool {
    defer { self[side].largest.note(message.length, context) }
    switch message.opcode {
    case .hardResetClientV2, .hardResetClientV3:
      return readHardReset(message, from: side, context, &emitter)
    case .hardResetServerV2: readAnswer(from: side, context, &emitter)
    case .softReset: readSoftReset(message, from: side, context, &emitter)
    case .control, .controlWithKey:
      if session == nil || goesOnFromAttempt(message, from: side) { beginSession(context, &emitter) }
      hear(side, context, &emitter)
      readTLS(message, from: side, context, &emitter)
      if side == .client { session?.goOn(with: message.sessionID) }
      emitMessage(.progress, .openVPNControl, from: side, keyID: message.keyID, context, &emitter)
      demandAnswer(of: side.opposite, context, &emitter)
    case .acknowledgement:
      guard session != nil else { break }
      if side == .client { session?.goOn(with: message.sessionID) }
      hear(side, context, &emitter)
    case .dataV1, .dataV2: break
    }
    return false
  }

  /// Whether the client goes on from its hard reset: it was answered, though the answer was not captured, or before it.
  private func goesOnFromAttempt(_ message: borrowing OpenVPNMessage, from side: Side) -> Bool {
    side == .client && attempt?.sessionID == message.sessionID
  }

  private mutating func readHardReset(
    _ message: borrowing OpenVPNMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) -> Bool {
    guard side == .client else { return false }
    if attempt == nil, let session, session.sessionID == message.sessionID {
      hear(side, context, &emitter)
      self.session?.clientWentOn = false
      self.session?.isAnswered = false
      emitOpening(of: session, context, &emitter)
      demandAnswer(of: .server, context, &emitter)
      return false
    }
    if attempt == nil, let session, session.wentOn(with: message.sessionID) {
      // It began the session under way: packets are out of order in the file.
      hear(side, context, &emitter)
      return false
    }
    let isNew = attempt?.sessionID != message.sessionID
    if isNew {
      describeAttempt(&emitter)
      attempt = OpenVPNHandshake(flow: flow, sender: .client, sessionID: message.sessionID, context)
      if let wrapping = message.resetWrapping { self.wrapping = wrapping }
    }
    client.hear(at: context.time)
    if let attempt { emitOpening(of: attempt, context, &emitter) }
    return isNew
  }

  private mutating func readAnswer(from side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    guard side == .server else { return }
    if attempt != nil || session == nil { beginSession(context, &emitter) }
    hear(side, context, &emitter)
    // A gateway that lost its session asks for a new one with a hard reset of its own; that answers nothing.
    guard !isEstablished, let session else { return }
    // Who probes the port and goes away is answered again and again too; over TCP it would have closed the connection.
    let isRepeated = session.clientWentOn || isTCP && session.isAnswered
    self.session?.isAnswered = true
    emitMessage(isRepeated ? .repeatedAnswer : .answer, .hardResetServer, from: side, keyID: 0, context, &emitter)
  }

  private mutating func readSoftReset(
    _ message: borrowing OpenVPNMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    if session == nil { beginSession(context, &emitter) }
    hear(side, context, &emitter)
    if let renewal, renewal.keyID == message.keyID, renewal.sender != side {
      self.renewal?.isAnswered = true
      emitMessage(.answer, .softReset, from: side, keyID: message.keyID, context, &emitter)
    } else {
      if renewal?.keyID != message.keyID {
        renewal = OpenVPNHandshake(
          flow: flow, sender: side, renews: session?.id, keyID: message.keyID, sessionID: message.sessionID, context)
      }
      if let renewal { emitOpening(of: renewal, context, &emitter) }
      renewal?.dataMeanwhile = 0
    }
    demandAnswer(of: side.opposite, context, &emitter)
  }

  private func emitOpening(
    of handshake: OpenVPNHandshake, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    emitter.emit(
      .opened(
        Opening(
          id: handshake.id, flow: handshake.flow, token: handshake.token, renews: handshake.renews,
          sender: handshake.sender, dataMeanwhile: handshake.dataMeanwhile, transport: transport)), context)
  }

  private mutating func emitMessage(
    _ stage: HandshakeMessage.Stage, _ name: MessageName, from side: Side, keyID: UInt8, _ context: PacketContext,
    _ emitter: inout Emitter
  ) {
    let isRenewal = renewal.map { $0.keyID == keyID } ?? false
    guard let handshake = isRenewal ? renewal : session, handshake.messages < OpenVPNHandshake.mostMessages else {
      return
    }
    if isRenewal { renewal?.messages += 1 } else { session?.messages += 1 }
    emitter.emit(
      .message(
        HandshakeMessage(
          id: handshake.id, flow: handshake.flow, sender: side, stage: stage, name: name, renews: handshake.renews)),
      context)
  }

  /// A fatal TLS alert, where the control channel is in clear.
  private func readTLS(
    _ message: borrowing OpenVPNMessage, from side: Side, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    guard !isEstablished, let session else { return }
    let payload = message.controlPayload(wrapping)
    guard let record = TLSRecord(payload), record.contentType == .alert, let alert = TLSAlert(record.fragment),
      alert.level == .fatal
    else { return }
    emitter.emit(
      .rejected(Rejection(id: session.id, flow: session.flow, sender: side, reason: alert.description.name)), context)
  }

  // MARK: Silence

  /// A side was heard: whatever the other had sent is answered.
  private mutating func hear(_ side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    if self[side.opposite].emittedSilence {
      emitSilence(of: side, heardAgain: true, context.time, context.frame, &emitter)
      self[side.opposite].emittedSilence = false
    }
    self[side].hear(at: context.time)
    self[side.opposite].unanswered.beAnswered()
  }

  /// The other side sent while this one is expected to be heard.
  private mutating func demandAnswer(of side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    let hasData = client.sentData || server.sentData
    let patience = hasData ? OpenVPNSide.patience(with: self[side]) : OpenVPNTimers.unansweredControl
    if self[side.opposite].demandAnswer(context, after: patience) { beginSilence(of: side, context, &emitter) }
  }

  @usableFromInline @inline(never)
  mutating func beginSilence(of side: Side, _ context: PacketContext, _ emitter: inout Emitter) {
    self[side.opposite].emittedSilence = true
    emitSilence(of: side, heardAgain: false, context.time, context.frame, &emitter)
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

  /// Emits what there is to say of session and attempt so far.
  func describe(_ end: FlowEnd, _ emitter: inout Emitter) {
    describeSession(end, &emitter)
    describeAttempt(&emitter)
  }

  private func describeAttempt(_ emitter: inout Emitter) {
    guard let attempt else { return }
    let heard = [client, server].map { side in side.lastHeard.flatMap { $0 < attempt.first ? nil : $0 } }
    let last = heard.compactMap(\.self).max() ?? attempt.first
    emitter.emit(
      .summary(
        ChannelSummary(
          id: attempt.id, flow: attempt.flow, start: attempt.first, startFrame: attempt.firstFrame.reference,
          sawStart: true, token: attempt.token, end: last, client: PayloadTotals(last: heard[0]),
          server: PayloadTotals(last: heard[1]), clientTTL: client.timeToLive, serverTTL: 0, transport: transport)),
      time: last, frame: attempt.firstFrame)
  }

  private mutating func endSession(_ emitter: inout Emitter) {
    describeSession(.unseen, &emitter)
    client.emittedSilence = false
    server.emittedSilence = false
    session = nil
    renewal = nil
    isEstablished = false
  }

  /// The silences that last, with their full counts, and the session as a whole.
  private func describeSession(_ end: FlowEnd, _ emitter: inout Emitter) {
    guard let session else { return }
    let last = max(client.lastHeard ?? session.first, server.lastHeard ?? session.first)
    for side in [Side.client, .server] where self[side].emittedSilence {
      emitSilence(of: side.opposite, heardAgain: false, last, session.firstFrame, &emitter)
    }
    let ended = end.context?.time ?? last
    emitter.emit(
      .summary(
        ChannelSummary(
          id: session.id, flow: session.flow, start: session.first, startFrame: session.firstFrame.reference,
          sawStart: session.sawStart, token: session.token, end: ended, ending: end.ending,
          client: client.totals(countsMissing: !isTCP), server: server.totals(countsMissing: !isTCP),
          clientTTL: client.timeToLive, serverTTL: server.timeToLive, transport: transport,
          marks: isTCP ? nil : client.marks(sawStart: session.sawStart))),
      time: ended, frame: end.context?.frame ?? session.firstFrame)
  }
}

extension OpenVPNMessage {
  /// What was captured of the TLS records in a control packet; empty where they are encrypted.
  @_lifetime(copy self)
  func controlPayload(_ wrapping: OpenVPNWrapping) -> RawSpan {
    let start: Int
    switch wrapping {
    case .plain: start = 0
    case .authenticated(let hmac): start = hmac + Field.replayLength
    case .encrypted: return body.upTo(0)
    }
    guard body.byteCount > start else { return body.upTo(0) }
    let count = unsafe Int(body.u8(start))
    // With acknowledgements the peer's session ID is behind them; then the packet's own ID.
    guard count <= Self.mostAcknowledgements else { return body.upTo(0) }
    let end = start + 1 + count * 4 + (count > 0 ? 8 : 0) + 4
    return body.byteCount > end ? body.from(end) : body.upTo(0)
  }
}

extension MessageName {
  static let hardResetServer = MessageName("HARD_RESET_SERVER")
  static let softReset = MessageName("SOFT_RESET")
  static let openVPNControl = MessageName("CONTROL")
}
