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

  /// Data records make a flow DTLS only at its start, when both agree in every field.
  func isTunnelLike(_ record: borrowing DTLSRecord) -> Bool {
    switch record.contentType {
    case .handshake: return record.epoch == 0 ? DTLSHandshakeFragment(record.fragment) != nil : true
    case .applicationData: return record.epoch > 0 && !record.isUnified
    default: return false
    }
  }

  @usableFromInline
  mutating func recognize(_ datagram: borrowing Datagram, of flow: inout TrackedFlow) -> Recognition {
    var records = DTLSRecords(datagram.payload, originalPayloadLength: datagram.length)
    guard let record = records.next(), isTunnelLike(record) else { return .undecided }
    flow.place = associations.insert(DTLSAssociation(start: flow.first, firstFrame: flow.firstFrame))
    return .claimed
  }

  @inlinable @inline(__always)
  mutating func read(_ datagram: borrowing Datagram, of flow: inout TrackedFlow, _ emitter: inout Emitter) {
    let side = flow.side(of: datagram.direction)
    let payload = datagram.payload
    if unsafe payload.u8(0) == TLSContentType.applicationData.number {
      associations[flow.place][side].count(datagram)
      // Content type, version, then epoch and number.
      if payload.byteCount >= 11 { associations[flow.place][side].recordNumbers.note(unsafe payload.u64(3)) }
      readData(datagram, from: side, of: flow, &emitter)
    } else {
      readRecords(datagram, of: &flow, &emitter)
    }
  }

  /// Application data, seen in all but a few packets of an association.
  @inlinable @inline(__always)
  mutating func readData(
    _ datagram: borrowing Datagram, from side: Side, of flow: TrackedFlow, _ emitter: inout Emitter
  ) {
    if associations[flow.place][side.opposite].emittedSilence {
      endSilence(of: side, on: flow, datagram.context, &emitter)
    }
    let news = associations[flow.place].sendData(from: side, datagram)
    if news.isFirst || news.isSilence { emit(news, from: side, on: flow, datagram.context, &emitter) }
  }

  @usableFromInline @inline(never)
  func emit(
    _ news: DTLSSide.News, from side: Side, on flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    let association = associations[flow.place]
    if news.isFirst {
      emitter.emit(.data(ChannelData(id: association.id, flow: flow.flow, sender: side)), context)
    }
    if news.isSilence {
      emitter.emit(silence(of: side.opposite, in: association, on: flow, heardAgain: false), context)
    }
  }

  /// A side was heard: whatever the other had sent is answered.
  mutating func hear(_ side: Side, on flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter) {
    if associations[flow.place][side.opposite].emittedSilence { endSilence(of: side, on: flow, context, &emitter) }
    associations[flow.place].hear(side, at: context.time)
  }

  @usableFromInline @inline(never)
  mutating func endSilence(
    of side: Side, on flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    emitter.emit(silence(of: side, in: associations[flow.place], on: flow, heardAgain: true), context)
    associations[flow.place][side.opposite].emittedSilence = false
  }

  private func silence(
    of silent: Side, in association: DTLSAssociation, on flow: TrackedFlow, heardAgain: Bool
  ) -> Observation.Event {
    let talking = association[silent.opposite]
    return .silence(
      Silence(
        id: association.id, flow: flow.flow, silentSide: silent,
        lastHeard: heardAgain ? nil : association[silent].lastHeard, unansweredSince: talking.unansweredSince,
        unansweredFrame: talking.unansweredFrame.reference, packets: talking.unanswered, heardAgain: heardAgain))
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
          client: association.client.totals, server: association.server.totals)),
      time: last, frame: association.firstFrame)
  }
}
