import Dissection
import Observations

/// What a TLS connection keeps beyond its flow.
struct TLSState {
  var clientRandom: HandshakeToken?
  /// The ClientHello, or the first packet that looked like TLS.
  var began = Timestamp(nanoseconds: 0)
  var sawHello = false
  var sawServerHello = false
  /// Hello bytes in order, until the hello is whole: what the client and what the server sent.
  var helloBytes: (client: HelloBuffer, server: HelloBuffer) = (HelloBuffer(), HelloBuffer())
  var lastSpeaker: Side?
  var openingRequests = 0
  var turns = 0
}

/// The beginning of a direction's byte stream, kept in order within a bound while a hello is read from it.
struct HelloBuffer {
  var bytes: [UInt8] = []
  /// The sequence number of the first byte.
  var start: UInt32 = 0
  var isOpen = false
  /// The segment that added to it last.
  var last = PacketContext(time: Timestamp(nanoseconds: 0), frame: .none, missingBytes: 0)
}

// TLS over TCP: hellos, who speaks, and how the connection ends.
// State: one `TLSState` for each connection that begins with, or continues as, TLS records.
extension PointTracker {
  /// A login and the opening request of a session are done by then; what comes later is traffic.
  private static var openingNanoseconds: Int64 { 5_000_000_000 }
  /// Payload packets after which a flow that shows no TLS record is left alone.
  private static var undecidedPacketsBeforePlain: UInt8 { 6 }

  @inline(__always)
  mutating func readTLS(
    _ payload: RawSpan, sequence: UInt32, flow index: Int, direction: Int, _ context: PacketContext
  ) {
    if table.flows[index].kind == .undecided {
      decideTLS(payload, sequence: sequence, flow: index, direction: direction, context)
      if table.flows[index].kind != .tls { return }
    }
    let side = table.flows[index].side(of: direction)
    let place = table.flows[index].detail
    if tls[place].lastSpeaker != side {
      tls[place].lastSpeaker = side
      if side == .server, tls[place].helloBytes.client.isOpen { giveUpClientHello(flow: index) }
      if context.time.nanoseconds(since: tls[place].began) > Self.openingNanoseconds {
        tls[place].turns &+= 1
      } else if side == .client, payload.byteCount > 0,
        unsafe payload.u8(0) == TLSContentType.applicationData.number
      {
        tls[place].openingRequests += 1
      }
    }
    if side == .client ? !tls[place].sawHello : !tls[place].sawServerHello {
      readHello(payload, sequence: sequence, flow: index, side: side, context)
    }
  }

  /// The first payload of a connection says whether it is TLS; one that was under way may need a few packets.
  @inline(never)
  private mutating func decideTLS(
    _ payload: RawSpan, sequence: UInt32, flow index: Int, direction: Int, _ context: PacketContext
  ) {
    var records = TLSRecords(payload)
    let isOvertaking = isBehindBeginning(sequence, flow: index, direction: direction)
    guard !isOvertaking, let record = records.next() else {
      if !isOvertaking, beginsRecord(payload, records, flow: index) {
        beginTLS(flow: index, isUnderWay: false, context)
        return
      }
      table.flows[index].undecidedPackets &+= 1
      if table.flows[index].sawSYN && !isOvertaking
        || table.flows[index].undecidedPackets >= Self.undecidedPacketsBeforePlain
      {
        table.flows[index].kind = .plain
      }
      return
    }
    if record.contentType == .handshake, record.fragment.byteCount > 0 {
      let type = unsafe TLSHandshakeType(record.fragment.u8(0))
      if type == .clientHello {
        table.flows[index].clientDirection = Int8(truncatingIfNeeded: direction)
      } else if type == .serverHello {
        table.flows[index].clientDirection = Int8(truncatingIfNeeded: 1 - direction)
      }
    }
    // A connection under way shows no hello any more.
    beginTLS(flow: index, isUnderWay: record.contentType == .applicationData, context)
  }

  private mutating func beginTLS(flow index: Int, isUnderWay: Bool, _ context: PacketContext) {
    table.flows[index].kind = .tls
    var state = TLSState()
    state.began = context.time
    state.sawHello = isUnderWay
    state.sawServerHello = isUnderWay
    table.flows[index].detail = tls.insert(state)
  }

  /// Whether a client's payload does not begin its stream: a later segment that overtook the first on the way.
  private func isBehindBeginning(_ sequence: UInt32, flow index: Int, direction: Int) -> Bool {
    let flow = table.flows[index]
    return flow.sawSYN && direction == Int(flow.clientDirection) && sequence != flow.synSequence &+ 1
  }

  /// Whether the stream's first bytes are a record header that the next segment goes on with. Content type and major
  /// version must be there: fewer bytes may begin anything.
  private func beginsRecord(_ payload: RawSpan, _ records: borrowing TLSRecords, flow index: Int) -> Bool {
    table.flows[index].sawSYN && payload.byteCount >= 2 && !records.isMalformed
  }

  /// Collects the hello of one side until it is whole, and tells it.
  @inline(never)
  private mutating func readHello(
    _ payload: RawSpan, sequence: UInt32, flow index: Int, side: Side, _ context: PacketContext
  ) {
    let place = table.flows[index].detail
    var buffer = side == .client ? tls[place].helloBytes.client : tls[place].helloBytes.server
    if !buffer.isOpen {
      // Usually the hello is whole in its first segment, and nothing needs to be kept.
      let isCut = context.missingBytes > 0
      if tellHello(payload, isFinal: isCut, flow: index, side: side, context) { return }
      guard reassemblies < limits.reassemblies else {
        countSkippedReassembly()
        _ = tellHello(payload, isFinal: true, flow: index, side: side, context)
        return
      }
      reassemblies += 1
      buffer.isOpen = true
      buffer.start = sequence
    }
    append(payload, sequence: sequence, to: &buffer)
    buffer.last = context
    let isFull = buffer.bytes.count >= limits.handshakeBytes
    let isFinal = isFull || context.missingBytes > 0
    let isTold = unsafe tellHello(buffer.bytes.span.bytes, isFinal: isFinal, flow: index, side: side, context)
    if isFull { countCutHandshake() }
    if isTold {
      buffer = HelloBuffer()
      reassemblies -= 1
    }
    if side == .client { tls[place].helloBytes.client = buffer } else { tls[place].helloBytes.server = buffer }
  }

  /// The server answers a hello of which a segment is missing in the capture: what is there of it is told.
  @inline(never)
  private mutating func giveUpClientHello(flow index: Int) {
    let place = table.flows[index].detail
    let buffer = tls[place].helloBytes.client
    _ = unsafe tellHello(buffer.bytes.span.bytes, isFinal: true, flow: index, side: .client, buffer.last)
    tls[place].helloBytes.client = HelloBuffer()
    tls[place].sawHello = true
    reassemblies -= 1
  }

  /// Adds a segment that continues what is there; what is out of order comes again by retransmission or is missed.
  private func append(_ payload: RawSpan, sequence: UInt32, to buffer: inout HelloBuffer) {
    let offset = Int(Int32(bitPattern: sequence &- buffer.start))
    guard offset >= 0, offset <= buffer.bytes.count else { return }
    let known = buffer.bytes.count - offset
    guard known < payload.byteCount else { return }
    for index in known..<payload.byteCount where buffer.bytes.count < limits.handshakeBytes {
      buffer.bytes.append(unsafe payload.u8(index))
    }
  }

  /// Tells the hello that a direction's stream begins with. False when more of it has to come first.
  private mutating func tellHello(
    _ stream: RawSpan, isFinal: Bool, flow index: Int, side: Side, _ context: PacketContext
  ) -> Bool {
    var records = TLSRecords(stream)
    guard let record = records.next(), record.contentType == .handshake else {
      if records.consumed == 0, !records.isMalformed, !isFinal { return false }
      markHelloRead(flow: index, side: side)
      return true
    }
    guard record.isComplete || isFinal else { return false }
    var messages = TLSHandshakeMessages(record.fragment)
    guard let message = messages.next(), message.isComplete || isFinal else { return isFinal }
    switch message.type {
    case .clientHello:
      if let hello = ClientHello(message.body, transport: .stream) { tell(hello, flow: index, context) }
    case .serverHello:
      if let hello = ServerHello(message.body) { tell(hello, flow: index, context) }
    default: break
    }
    markHelloRead(flow: index, side: side)
    return true
  }

  private mutating func markHelloRead(flow index: Int, side: Side) {
    let place = table.flows[index].detail
    if side == .client { tls[place].sawHello = true } else { tls[place].sawServerHello = true }
  }

  private mutating func tell(_ hello: borrowing ClientHello, flow index: Int, _ context: PacketContext) {
    let place = table.flows[index].detail
    tls[place].clientRandom = hello.random
    observe(
      .tlsClientHello(
        TLSClientHello(
          flow: table.flows[index].flow, random: hello.random, serverName: hello.serverName,
          applicationProtocols: hello.applicationProtocols, opening: opening(ofFlow: index))),
      time: context.time, frame: context.frame)
  }

  private mutating func tell(_ hello: borrowing ServerHello, flow index: Int, _ context: PacketContext) {
    // A HelloRetryRequest names the suite too; the ServerHello that follows says the same.
    observe(
      .tlsServerHello(
        TLSServerHello(
          flow: table.flows[index].flow, version: TLSVersion(hello.selectedVersion),
          cipherSuite: hello.cipherSuite.map { CipherSuite($0) })),
      time: context.time, frame: context.frame)
  }

  private func opening(ofFlow index: Int) -> TCPOpening? {
    let flow = table.flows[index]
    guard flow.sawSYN, flow.clientDirection >= 0 else { return nil }
    let client = table.directions[2 * index + Int(flow.clientDirection)]
    let server = table.directions[2 * index + 1 - Int(flow.clientDirection)]
    return TCPOpening(
      synTime: flow.first, syn: flow.firstFrame.reference, clientMSS: client.mss == 0 ? nil : Int(client.mss),
      synAck: flow.synAckFrame.orNil, serverMSS: server.mss == 0 ? nil : Int(server.mss))
  }

  /// Tells the whole connection: at its first FIN or RST, or without `end` when it is still open.
  mutating func endTLS(flow index: Int, ending: ConnectionEnding, at end: Timestamp?, frame: PackedFrame?) {
    guard table.flows[index].kind == .tls else { return }
    observations.append(wholeConnection(ofFlow: index, ending: ending, at: end, frame: frame))
    let place = table.flows[index].detail
    if tls[place].helloBytes.client.isOpen { reassemblies -= 1 }
    if tls[place].helloBytes.server.isOpen { reassemblies -= 1 }
    tls.remove(place, leaving: TLSState())
    table.flows[index].detail = -1
    table.flows[index].kind = .closed
  }

  /// What a connection came to so far; the flow's kind must be TLS.
  func wholeConnection(
    ofFlow index: Int, ending: ConnectionEnding, at end: Timestamp?, frame: PackedFrame?
  ) -> Observation {
    let flow = table.flows[index]
    let clientDirection = flow.assumedClientDirection
    let client = table.directions[2 * index + clientDirection]
    let server = table.directions[2 * index + 1 - clientDirection]
    let random = tls[flow.detail].clientRandom
    let last = end ?? max(client.last, server.last)
    return observation(
      .tlsConnectionEnded(
        TLSConnection(
          flow: flow.flow, start: flow.first, startFrame: flow.firstFrame.reference,
          sawStart: flow.sawSYN || random != nil, clientRandom: random, end: last, ending: ending,
          client: client.totals, server: server.totals, openingRequests: tls[flow.detail].openingRequests,
          turns: tls[flow.detail].turns)),
      time: last, frame: frame ?? flow.firstFrame)
  }
}
