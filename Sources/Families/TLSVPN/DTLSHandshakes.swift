import Dissection
import Observations

// Everything of DTLS but application data: each record of the datagram is emitted.
extension DTLSTracker {
  @usableFromInline @inline(never)
  mutating func readRecords(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    var records = DTLSRecords(
      datagram.payload, originalPayloadLength: datagram.length,
      allowsUnifiedHeader: associations[flow.place].hasUnifiedRecords)
    var changed: UInt16?
    while let record = records.next() {
      read(record, datagram, context, of: &flow, &emitter)
      changed = record.contentType == .changeCipherSpec ? record.version : nil
    }
    if let changed, Self.isCut(behind: records, datagram) {
      // What the snap length cut off there is Finished: nothing else follows in a flight (RFC 6347 section 4.2.4).
      let side = flow.side(of: datagram.direction)
      emit(.finish, TLSHandshakeType.finished.name, version: changed, from: side, of: flow, context, &emitter)
    }
    // Only now is it known which association it belongs to: a hello in it may have begun the next.
    associations[flow.place][flow.side(of: datagram.direction)].count(datagram, context)
  }

  /// Whether the capture lacks a record that follows in the datagram, from somewhere in its header on.
  private static func isCut(behind records: borrowing DTLSRecords, _ datagram: borrowing Datagram) -> Bool {
    datagram.payload.byteCount < datagram.length && records.remaining.byteCount < DTLSRecord.plainHeaderLength
      && datagram.length - records.consumed > DTLSRecord.plainHeaderLength
  }

  private mutating func read(
    _ record: borrowing DTLSRecord, _ datagram: borrowing Datagram, _ context: PacketContext,
    of flow: inout TrackedFlow,
    _ emitter: inout Emitter
  ) {
    let side = flow.side(of: datagram.direction)
    if record.isUnified { return readUnified(record, datagram, context, of: &flow, &emitter) }
    associations[flow.place][side].recordNumbers.note(UInt64(record.epoch) << 48 | record.sequenceNumber)
    switch record.contentType {
    case .handshake where record.epoch == 0: readMessage(record, datagram, context, of: &flow, &emitter)
    case .handshake:
      // The first under new keys is Finished, and so are its repetitions until data flows; a new negotiation comes later.
      if associations[flow.place][side].sentData {
        emit(.progress, "encrypted message", version: record.version, from: side, of: flow, context, &emitter)
      } else {
        emit(
          .finish, TLSHandshakeType.finished.name, version: record.version, from: side, of: flow, context, &emitter)
      }
    case .changeCipherSpec:
      emit(.progress, "ChangeCipherSpec", version: record.version, from: side, of: flow, context, &emitter)
    case .alert: readAlert(record, from: side, of: flow, context, &emitter)
    default: if record.isEncrypted { readData(datagram, context, from: side, on: flow, &emitter) }
    }
  }

  /// An encrypted record of DTLS 1.3: its type is encrypted, and its epoch says the same until data flows. Epoch 2 has the
  /// handshake, later ones have data and what is between (RFC 9147 section 6.1); of each the low two bits are in clear.
  private mutating func readUnified(
    _ record: borrowing DTLSRecord, _ datagram: borrowing Datagram, _ context: PacketContext,
    of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    let side = flow.side(of: datagram.direction)
    guard record.epoch == Self.handshakeEpoch, !associations[flow.place][side].sentData else {
      return readData(datagram, context, from: side, on: flow, &emitter)
    }
    emit(.finish, TLSHandshakeType.finished.name, version: record.version, from: side, of: flow, context, &emitter)
  }

  private static var handshakeEpoch: UInt16 { 2 }

  private mutating func readMessage(
    _ record: borrowing DTLSRecord, _ datagram: borrowing Datagram, _ context: PacketContext,
    of flow: inout TrackedFlow,
    _ emitter: inout Emitter
  ) {
    guard let message = DTLSHandshakeFragment(record.fragment) else { return }
    // Later fragments of a message repeat its type; only the first says what it is (RFC 6347 section 4.2.3).
    guard message.fragmentOffset == 0 else { return }
    let side = flow.side(of: datagram.direction)
    let name = message.type.name
    switch message.type {
    case .clientHello:
      guard let hello = ClientHello(message.body, transport: .datagram) else { return }
      readHello(hello, version: record.version, datagram, context, of: &flow, &emitter)
    case .helloVerifyRequest:
      emit(.challenge, name, version: record.version, from: side, of: flow, context, &emitter)
    case .serverHello:
      guard let hello = ServerHello(message.body) else {
        return emit(.answer, name, version: record.version, from: side, of: flow, context, &emitter)
      }
      let version = hello.selectedVersion
      if version == TLSVersion.dtls13.number { associations[flow.place].hasUnifiedRecords = true }
      emit(
        hello.isHelloRetryRequest ? .challenge : .answer, hello.isHelloRetryRequest ? "HelloRetryRequest" : name,
        version: version, cipherSuite: hello.cipherSuite.map { CipherSuite($0) }, from: side, of: flow, context,
        &emitter)
    default: emit(.progress, name, version: record.version, from: side, of: flow, context, &emitter)
    }
  }

  /// A ClientHello: the first of a handshake, its repetition, or its answer to a HelloVerifyRequest.
  private mutating func readHello(
    _ hello: borrowing ClientHello, version: UInt16, _ datagram: borrowing Datagram, _ context: PacketContext,
    of flow: inout TrackedFlow,
    _ emitter: inout Emitter
  ) {
    let known = associations[flow.place]
    if known.clientRandom != hello.random {
      // One packet begins one handshake.
      guard known.clientRandom == nil || known.firstFrame != context.frame else { return }
      begin(context, after: known, of: &flow, &emitter)
      associations[flow.place].clientRandom = hello.random
    }
    flow.clientDirection = Int8(truncatingIfNeeded: datagram.direction)
    associations[flow.place].sawHello = true
    associations[flow.place].clientTimeToLive = datagram.timeToLive
    associations[flow.place].client.lastHeard = context.time
    emitter.emit(
      .opened(
        Opening(
          id: associations[flow.place].id, flow: flow.flow, token: hello.random,
          answersChallenge: hello.hasCookie || hello.repeatsCookie,
          isForeign: hello.offersSRTP || OtherDTLSService.isUsual(at: flow.flow.server.port),
          version: TLSVersion(version), sessionID: hexadecimal(hello.sessionID))),
      context)
  }

  /// A new handshake: what was on the flow before is over, unless it is this handshake, whose hello comes late.
  private mutating func begin(
    _ context: PacketContext, after known: DTLSAssociation, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    // Errors about a new handshake are emitted anew: they say what became of it.
    flow.emittedErrors = 0
    guard known.sawHello || known.client.sentData || known.server.sentData else { return }
    describe(flow, &emitter)
    associations[flow.place] = DTLSAssociation(start: context.time, firstFrame: context.frame)
  }

  private mutating func emit(
    _ stage: HandshakeMessage.Stage, _ name: String, version: UInt16, cipherSuite: CipherSuite? = nil,
    from side: Side, of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    hear(side, on: flow, context, &emitter)
    emitter.emit(
      .message(
        HandshakeMessage(
          id: associations[flow.place].id, flow: flow.flow, sender: side, stage: stage, name: MessageName(name),
          version: TLSVersion(version), cipherSuite: cipherSuite)),
      context)
  }

  /// A fatal alert in clear says no; one under keys, or a closing one, takes leave.
  private mutating func readAlert(
    _ record: borrowing DTLSRecord, from side: Side, of flow: TrackedFlow, _ context: PacketContext,
    _ emitter: inout Emitter
  ) {
    hear(side, on: flow, context, &emitter)
    let id = associations[flow.place].id
    guard record.epoch == 0, let alert = TLSAlert(record.fragment) else {
      emitter.emit(.closing(Closing(id: id, flow: flow.flow, sender: side)), context)
      return
    }
    if alert.level == .fatal {
      emitter.emit(
        .rejected(Rejection(id: id, flow: flow.flow, sender: side, reason: alert.description.name)), context)
    } else if alert.description == .closeNotify || alert.description == .userCanceled {
      emitter.emit(.closing(Closing(id: id, flow: flow.flow, sender: side)), context)
    }
  }

  /// At most 32 bytes, which is what a session ID may have (RFC 5246 section 7.4.1.2).
  private func hexadecimal(_ bytes: RawSpan) -> String {
    let count = min(bytes.byteCount, 32)
    let digits: StaticString = "0123456789abcdef"
    return unsafe String(unsafeUninitializedCapacity: 2 * count) { text in
      for index in 0..<count {
        let byte = Int(unsafe bytes.u8(index))
        unsafe text[2 * index] = digits.utf8Start[byte >> 4]
        unsafe text[2 * index + 1] = digits.utf8Start[byte & 15]
      }
      return 2 * count
    }
  }
}
