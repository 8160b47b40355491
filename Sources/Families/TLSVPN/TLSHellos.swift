import Dissection
import Observations

// The hellos that both directions of a TLS connection begin with, put together from segments where they span several.
extension TLSTracker {
  /// Collects the hello of one side until it is whole, and emits it.
  @usableFromInline @inline(never)
  mutating func readHello(
    _ segment: borrowing Segment, _ context: PacketContext, from side: Side, of flow: TrackedFlow,
    _ emitter: inout Emitter
  ) {
    let place = flow.place
    var buffer = side == .client ? connections[place].helloBytes.client : connections[place].helloBytes.server
    if !buffer.isOpen {
      // Usually the hello is whole in its first segment, and nothing needs to be kept.
      let isCut = context.missingBytes > 0
      if emitHello(segment.payload, isFinal: isCut, from: side, of: flow, context, &emitter) { return }
      guard reassemblies < limits.reassemblies else {
        emitter.counters.skippedReassemblies += 1
        _ = emitHello(segment.payload, isFinal: true, from: side, of: flow, context, &emitter)
        return
      }
      reassemblies += 1
      buffer.isOpen = true
      buffer.start = segment.sequence
    }
    append(segment, context, to: &buffer)
    buffer.last = context
    let isFull = buffer.bytes.count >= limits.handshakeBytes
    let isFinal = isFull || context.missingBytes > 0
    let isEmitted = unsafe emitHello(
      buffer.bytes.span.bytes, isFinal: isFinal, from: side, of: flow, context, &emitter)
    if isFull { emitter.counters.cutHandshakes += 1 }
    if isEmitted {
      buffer = HelloBuffer()
      reassemblies -= 1
    }
    if side == .client {
      connections[place].helloBytes.client = buffer
    } else {
      connections[place].helloBytes.server = buffer
    }
  }

  /// The server answers a hello of which a segment is missing in the capture: what is there of it is emitted.
  @inline(never)
  mutating func giveUpClientHello(of flow: TrackedFlow, _ emitter: inout Emitter) {
    let place = flow.place
    let buffer = connections[place].helloBytes.client
    _ = unsafe emitHello(buffer.bytes.span.bytes, isFinal: true, from: .client, of: flow, buffer.last, &emitter)
    connections[place].helloBytes.client = HelloBuffer()
    connections[place].sawHello = true
    reassemblies -= 1
  }

  /// Adds a segment that continues what is there; what is out of order comes again by retransmission or is missed.
  private func append(_ segment: borrowing Segment, _ context: PacketContext, to buffer: inout HelloBuffer) {
    let payload = segment.payload
    let offset = Int(Int32(bitPattern: segment.sequence &- buffer.start))
    guard offset >= 0, offset <= buffer.bytes.count else { return }
    let known = buffer.bytes.count - offset
    guard known < payload.byteCount else { return }
    for index in known..<payload.byteCount where buffer.bytes.count < limits.handshakeBytes {
      buffer.bytes.append(unsafe payload.u8(index))
    }
  }

  /// Emits the hello that a direction's stream begins with. False when more of it has to come first.
  private mutating func emitHello(
    _ stream: RawSpan, isFinal: Bool, from side: Side, of flow: TrackedFlow, _ context: PacketContext,
    _ emitter: inout Emitter
  ) -> Bool {
    var records = TLSRecords(stream)
    guard let record = records.next(), record.contentType == .handshake else {
      if records.consumed == 0, !records.isMalformed, !isFinal { return false }
      markHelloRead(from: side, of: flow)
      return true
    }
    guard record.isComplete || isFinal else { return false }
    var messages = TLSHandshakeMessages(record.fragment)
    guard let message = messages.next(), message.isComplete || isFinal else { return isFinal }
    switch message.type {
    case .clientHello:
      if let hello = ClientHello(message.body, transport: .stream) { emit(hello, of: flow, context, &emitter) }
    case .serverHello:
      if let hello = ServerHello(message.body) { emit(hello, of: flow, context, &emitter) }
    default: break
    }
    markHelloRead(from: side, of: flow)
    return true
  }

  private mutating func markHelloRead(from side: Side, of flow: TrackedFlow) {
    if side == .client {
      connections[flow.place].sawHello = true
    } else {
      connections[flow.place].sawServerHello = true
    }
  }

  private mutating func emit(
    _ hello: borrowing ClientHello, of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    connections[flow.place].clientRandom = hello.random
    let protocols = hello.applicationProtocols
    emitter.emit(
      .opened(
        Opening(
          id: id(of: flow), flow: flow.flow, token: hello.random, isForeign: protocols.contains(Self.webProtocol),
          serverName: hello.serverName, applicationProtocols: protocols, connection: opening(of: flow))),
      context)
  }

  private func emit(
    _ hello: borrowing ServerHello, of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    // A HelloRetryRequest names the suite too; the ServerHello that follows says the same.
    emitter.emit(
      .message(
        HandshakeMessage(
          id: id(of: flow), flow: flow.flow, sender: .server, stage: .answer,
          name: MessageName(TLSHandshakeType.serverHello.name), version: TLSVersion(hello.selectedVersion),
          cipherSuite: hello.cipherSuite.map { CipherSuite($0) })),
      context)
  }

  /// HTTP/2 over TLS (RFC 9113 section 3.2). The tunnels of TLS VPNs begin as a request of HTTP/1.1, or of no HTTP at all.
  private static let webProtocol = "h2"

  private func opening(of flow: TrackedFlow) -> TCPOpening? {
    guard flow.sawSYN, flow.clientDirection >= 0 else { return nil }
    return TCPOpening(
      synTime: flow.first, syn: flow.firstFrame.reference, clientMSS: flow.clientMSS == 0 ? nil : Int(flow.clientMSS),
      synAck: flow.synAckFrame.orNil, serverMSS: flow.serverMSS == 0 ? nil : Int(flow.serverMSS))
  }
}
