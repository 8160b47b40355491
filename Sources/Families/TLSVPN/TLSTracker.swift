import Dissection
import Observations

/// What a TLS connection keeps beyond its flow.
@usableFromInline
struct TLSState {
  var clientRandom: HandshakeToken?
  /// The ClientHello, or the first packet that looked like TLS.
  @usableFromInline var began = Timestamp(nanoseconds: 0)
  @usableFromInline var sawHello = false
  @usableFromInline var sawServerHello = false
  /// Hello bytes in order, until the hello is whole: what the client and what the server sent.
  @usableFromInline var helloBytes: (client: HelloBuffer, server: HelloBuffer) = (HelloBuffer(), HelloBuffer())
  @usableFromInline var lastSpeaker: Side?
  @usableFromInline var openingRequests = 0
  @usableFromInline var turns = 0
  /// `ChannelSummary.turnMarks`: one for each doubling.
  @usableFromInline var turnMarks: [CountMark] = []

  @usableFromInline
  mutating func countTurn(_ context: PacketContext) {
    turns &+= 1
    guard turns >= ChannelSummary.firstMarkedTurn, turns & (turns &- 1) == 0 else { return }
    if turnMarks.isEmpty { turnMarks.reserveCapacity(8) }
    turnMarks.append(CountMark(time: context.time, frame: context.frame.reference))
  }
}

/// The beginning of a direction's byte stream, kept in order within a bound while a hello is read from it.
@usableFromInline
struct HelloBuffer {
  var bytes: [UInt8] = []
  /// The sequence number of the first byte.
  var start: UInt32 = 0
  @usableFromInline var isOpen = false
  /// The segment that added to it last.
  var last = PacketContext(time: Timestamp(nanoseconds: 0), frame: .none, missingBytes: 0)
}

/// TLS over TCP: hellos, who speaks, and how the connection ends.
///
/// State: one `TLSState` for each connection that begins with, or continues as, TLS records, and the services that were
/// spoken to, as many as `TrackingLimits.tlsServices`.
@usableFromInline
struct TLSTracker {
  @usableFromInline var connections = Pool<TLSState>()
  /// Hellos that are being put together from segments.
  var reassemblies = 0
  let limits: TrackingLimits
  private var services: Set<Service> = []

  /// A port at which a client spoke TLS: what is refused there later is TLS as well.
  private struct Service: Hashable {
    let client: IPAddress
    let server: Endpoint

    init(_ flow: Flow) {
      client = flow.client.address
      server = flow.server
    }
  }

  init(limits: TrackingLimits) { self.limits = limits }

  @inlinable @inline(__always)
  mutating func read(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    let side = flow.side(of: segment.direction)
    let place = flow.place
    if connections[place].lastSpeaker != side { changeSpeaker(to: side, segment, context, of: flow, &emitter) }
    if side == .client ? !connections[place].sawHello : !connections[place].sawServerHello {
      readHello(segment, context, from: side, of: flow, &emitter)
    }
  }

  @usableFromInline
  mutating func changeSpeaker(
    to side: Side, _ segment: borrowing Segment, _ context: PacketContext, of flow: TrackedFlow,
    _ emitter: inout Emitter
  ) {
    let place = flow.place
    connections[place].lastSpeaker = side
    if side == .server, connections[place].helloBytes.client.isOpen { giveUpClientHello(of: flow, &emitter) }
    if context.time.nanoseconds(since: connections[place].began) > TLSVPN.openingNanoseconds {
      connections[place].countTurn(context)
    } else if side == .client, segment.payload.byteCount > 0,
      unsafe segment.payload.u8(0) == TLSContentType.applicationData.number
    {
      connections[place].openingRequests += 1
    }
  }

  // MARK: How a connection begins

  /// The first payload of a connection says whether it is TLS; one that was under way may need a few packets.
  @usableFromInline
  mutating func recognize(_ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  {
    // Behind a proxy the gateway is not the connection's other end, and one proxy stands for many servers.
    if flow.marks.contains(.proxied) { return .never }
    if isBehindBeginning(segment, context, of: flow) { return .undecided }
    var records = TLSRecords(segment.payload)
    guard let record = records.next() else {
      if beginsRecord(segment.payload, records, of: flow) { return claim(&flow, isUnderWay: false, context) }
      return flow.sawSYN || flow.undecidedPackets >= Self.segmentsUnderWay ? .never : .undecided
    }
    if record.contentType == .handshake, record.fragment.byteCount > 0 {
      let type = unsafe TLSHandshakeType(record.fragment.u8(0))
      if type == .clientHello {
        flow.clientDirection = Int8(truncatingIfNeeded: segment.direction)
      } else if type == .serverHello {
        flow.clientDirection = Int8(truncatingIfNeeded: 1 - segment.direction)
      }
    }
    // A connection under way shows no hello any more.
    return claim(&flow, isUnderWay: record.contentType == .applicationData, context)
  }

  /// Segments of a connection under way among which one begins with a record, where it is TLS.
  private static var segmentsUnderWay: UInt8 { 5 }

  private mutating func claim(
    _ flow: inout TrackedFlow, isUnderWay: Bool, _ context: PacketContext
  ) -> Recognition {
    var state = TLSState()
    state.began = context.time
    state.sawHello = isUnderWay
    state.sawServerHello = isUnderWay
    flow.place = connections.insert(state)
    if services.count < limits.tlsServices { services.insert(Service(flow.flow)) }
    return .claimed
  }

  /// A reset answers the SYN of a client that spoke TLS there before.
  func readRefusal(of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter) {
    let ends = flow.flow
    guard services.contains(Service(ends)) else { return }
    emitter.emit(
      .opened(Opening(id: id(of: flow), flow: ends, transport: .tcp)), time: flow.first, frame: flow.firstFrame)
    emitter.emit(
      .refused(
        Refusal(
          id: id(of: flow), flow: ends, kind: .reset, reporter: ends.server.address,
          quoted: QuotedFlow(transport: .tcp, source: ends.client, destination: ends.server, length: 0),
          quotedSide: .client)), context)
  }

  /// Whether a client's payload does not begin its stream: a later segment that overtook the first on the way.
  private func isBehindBeginning(_ segment: borrowing Segment, _ context: PacketContext, of flow: TrackedFlow) -> Bool {
    flow.sawSYN && segment.direction == Int(flow.clientDirection) && segment.sequence != flow.synSequence &+ 1
  }

  /// Whether the stream's first bytes are a record header that the next segment goes on with. Content type and major
  /// version must be there: fewer bytes may begin anything.
  private func beginsRecord(_ payload: RawSpan, _ records: borrowing TLSRecords, of flow: TrackedFlow) -> Bool {
    flow.sawSYN && payload.byteCount >= 2 && !records.isMalformed
  }

  // MARK: How it ends

  func id(of flow: TrackedFlow) -> HandshakeID { HandshakeID(.tls, firstFrame: flow.firstFrame.reference) }

  func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)? {
    flow.place >= 0 ? (id(of: flow), flow.flow) : nil
  }

  /// At its first FIN or RST, or when nothing more is seen of it.
  mutating func end(_ flow: inout TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter) {
    let place = flow.place
    guard place >= 0 else { return }
    describe(flow, end, totals, &emitter)
    if connections[place].helloBytes.client.isOpen { reassemblies -= 1 }
    if connections[place].helloBytes.server.isOpen { reassemblies -= 1 }
    connections.remove(place, leaving: TLSState())
    flow.place = -1
  }

  /// What a connection came to so far.
  func describe(_ flow: TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter) {
    guard flow.place >= 0 else { return }
    let state = connections[flow.place]
    let last = end.context?.time ?? totals.last
    emitter.emit(
      .summary(
        ChannelSummary(
          id: id(of: flow), flow: flow.flow, start: flow.first, startFrame: flow.firstFrame.reference,
          sawStart: flow.sawSYN || state.clientRandom != nil, token: state.clientRandom, end: last, ending: end.ending,
          client: totals.client, server: totals.server, openingRequests: state.openingRequests, turns: state.turns,
          turnMarks: state.turnMarks.isEmpty ? nil : state.turnMarks)),
      time: last, frame: end.context?.frame ?? flow.firstFrame)
  }
}
