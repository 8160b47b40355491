import Dissection
import Observations

/// DTLS over UDP: every handshake message, the first data of each side, alerts, and silences.
///
/// State: one `DTLSAssociation` for each flow that a hello began or whose datagrams are DTLS records; a hello with another
/// random ends it and begins the next. It ends with its flow.
@usableFromInline
struct DTLSTracker {
  @usableFromInline var associations = Pool<DTLSAssociation>()

  init() {}

  /// A hello makes a flow DTLS at any time.
  @inlinable @inline(__always)
  static func mayBegin(first: UInt8) -> Bool { first == TLSContentType.handshake.number }

  /// Other packets, such as those that find a way through NAT (STUN), that may come before the first record.
  private static var packetsBeforeFirst: UInt8 { 3 }

  /// Data records make a flow DTLS only at its start, when both agree in every field.
  func isTunnelLike(_ record: borrowing DTLSRecord) -> Bool {
    switch record.contentType {
    case .handshake: return record.epoch == 0 ? DTLSHandshakeFragment(record.fragment) != nil : true
    case .applicationData: return record.epoch > 0 && !record.isUnified
    default: return false
    }
  }

  @usableFromInline
  mutating func recognize(_ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  {
    var records = DTLSRecords(datagram.payload, originalPayloadLength: datagram.length)
    guard let record = records.next(), isTunnelLike(record) else {
      return flow.undecidedPackets < Self.packetsBeforeFirst ? .undecided : .never
    }
    flow.place = associations.insert(DTLSAssociation(start: flow.first, firstFrame: flow.firstFrame))
    return .claimed
  }

  @inlinable @inline(__always)
  mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    guard unsafe datagram.payload.u8(0) == TLSContentType.applicationData.number else {
      return readRecords(datagram, context, of: &flow, &emitter)
    }
    // All but a few datagrams of an association.
    let side = flow.side(of: datagram.direction)
    let news = associations[flow.place].readData(from: side, datagram, context)
    if news != .none { emit(news, from: side, on: flow, datagram, context, &emitter) }
  }

  /// Application data behind other records of a datagram.
  mutating func readData(
    _ datagram: borrowing Datagram, _ context: PacketContext, from side: Side, on flow: TrackedFlow,
    _ emitter: inout Emitter
  ) {
    let news = associations[flow.place].sendData(from: side, datagram, context)
    if news != .none { emit(news, from: side, on: flow, datagram, context, &emitter) }
  }

  @usableFromInline @inline(never)
  mutating func emit(
    _ news: DTLSSide.News, from side: Side, on flow: TrackedFlow, _ datagram: borrowing Datagram,
    _ context: PacketContext,
    _ emitter: inout Emitter
  ) {
    let association = associations[flow.place]
    switch news {
    case .none: break
    case .first:
      emitter.emit(.data(ChannelData(id: association.id, flow: flow.flow, sender: side)), context)
    case .silence:
      emitter.emit(silence(of: side.opposite, in: association, on: flow, heardAgain: false), context)
    case .heardAgain:
      endSilence(of: side, on: flow, context, &emitter)
      readData(datagram, context, from: side, on: flow, &emitter)
    }
  }

  /// A side was heard: whatever the other had sent is answered.
  mutating func hear(_ side: Side, on flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter) {
    if associations[flow.place][side.opposite].emittedSilence { endSilence(of: side, on: flow, context, &emitter) }
    associations[flow.place].hear(side, at: context.time)
  }

  private mutating func endSilence(
    of side: Side, on flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    emitter.emit(silence(of: side, in: associations[flow.place], on: flow, heardAgain: true), context)
    associations[flow.place][side.opposite].emittedSilence = false
  }

  private func silence(
    of silent: Side, in association: DTLSAssociation, on flow: TrackedFlow, heardAgain: Bool
  ) -> Observation.Event {
    .silence(
      Silence(
        of: silent, id: association.id, flow: flow.flow, lastHeard: heardAgain ? nil : association[silent].lastHeard,
        unanswered: association[silent.opposite].unanswered, heardAgain: heardAgain))
  }

  // MARK: How an association ends

  func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)? {
    flow.place >= 0 ? (associations[flow.place].id, flow.flow) : nil
  }

  mutating func end(_ flow: inout TrackedFlow, _ emitter: inout Emitter) {
    guard flow.place >= 0 else { return }
    describe(flow, &emitter)
    associations.remove(flow.place, leaving: DTLSAssociation())
    flow.place = -1
  }

  /// What an association came to so far, with the silences that last, in full count.
  func describe(_ flow: TrackedFlow, _ emitter: inout Emitter) {
    guard flow.place >= 0 else { return }
    let association = associations[flow.place]
    let last = max(association.client.last, association.server.last)
    for side in [Side.client, .server] where association[side].emittedSilence {
      emitter.emit(
        silence(of: side.opposite, in: association, on: flow, heardAgain: false), time: last,
        frame: association.firstFrame)
    }
    emitter.emit(
      .summary(
        ChannelSummary(
          id: association.id, flow: flow.flow, start: association.start, startFrame: association.firstFrame.reference,
          sawStart: association.sawHello, token: association.clientRandom, end: last,
          client: association.client.totals, server: association.server.totals,
          clientTTL: association.clientTimeToLive,
          marks: association.client.recordNumbers.marks(sawStart: association.sawHello))),
      time: last, frame: association.firstFrame)
  }
}
