import Dissection
import Families
import Observations

/// A segment that was retransmitted, or that never came past, and is not acknowledged yet.
struct StuckState {
  var direction = 0
  var sequence: UInt32 = 0
  var length = 0
  var dontFragment = false
  var count = 0
  var firstSent = Timestamp(nanoseconds: 0)
  var firstFrame = PackedFrame.none
  var lastSent = Timestamp(nanoseconds: 0)
  var lastFrame = PackedFrame.none
  /// Whether the receiver was heard while the segment was sent again and again.
  var receiverAlive = false
  /// How far the receiver's own data had come at the last retransmission, how often it had moved on by then, and how
  /// often the receiver repeated what was acknowledged: whether small packets, the acknowledgments, reach it.
  var receiverNext: UInt32 = 0
  var receiverAdvances = 0
  var receiverRepeats = 0
  /// Whether the receiver's silence was emitted and has not ended.
  var emittedSilence = false
  /// Bytes that never came past, where the receiver's acknowledgments show the loss; 0 where retransmissions do.
  var missing = 0
  /// How often the sender was heard between two of those acknowledgments.
  var senderHeard = 0
  var emittedMissing = false
}

// Retransmissions: the lowest unacknowledged segment that is sent again, one for each flow.
// A new one takes the place of an old one of the other direction only when that was resolved.
extension PointTracker {
  /// Retransmissions of one segment before it is emitted: with the doubling timer of RFC 6298 the third one comes
  /// more than a second after the first, which ordinary loss of one or two packets never reaches.
  static var retransmissionsBeforeEmitting: Int { 3 }

  /// A segment that brings nothing new: sent again, or overtaken on the way.
  @inline(never)
  mutating func retransmission(
    _ sequence: UInt32, flow index: Int, direction own: Int, _ packet: IPHeader, _ context: PacketContext
  ) {
    if table.flows[index].stuck >= 0 { forgetFilledGap(flow: index, direction: own) }
    // Acknowledged already: a needless repetition, or a keep-alive (RFC 9293 section 3.8.4).
    let place = table.flows[index].stuck
    guard Int32(bitPattern: sequence &- table.directions[own].acknowledged) >= 0 else {
      if place >= 0, stuck[place].direction != own & 1 { stuck[place].receiverRepeats += 1 }
      return
    }
    guard place >= 0 else {
      let key = table.flows[index].key
      paths.watch(key.receiver(in: own & 1).address, by: key.sender(in: own & 1).address)
      table.flows[index].stuck = stuck.insert(
        StuckState(
          direction: own & 1, sequence: sequence, length: packet.length, dontFragment: packet.dontFragment, count: 1,
          firstSent: context.time, firstFrame: context.frame, lastSent: context.time, lastFrame: context.frame,
          receiverNext: table.directions[own ^ 1].next))
      return
    }
    guard stuck[place].direction == own & 1, stuck[place].missing == 0 else { return }
    if stuck[place].sequence == sequence {
      stuck[place].count += 1
      stuck[place].length = max(stuck[place].length, packet.length)
      stuck[place].lastSent = context.time
      stuck[place].lastFrame = context.frame
      if stuck[place].receiverNext != table.directions[own ^ 1].next {
        stuck[place].receiverNext = table.directions[own ^ 1].next
        stuck[place].receiverAdvances += 1
      }
      if !stuck[place].receiverAlive { stuck[place].receiverAlive = isReceiverAlive(flow: index, direction: own) }
      if stuck[place].count == Self.retransmissionsBeforeEmitting {
        emitStuckSegment(flow: index, acknowledged: false)
      }
      if table.flows[index].claim.isTracked { noteSilence(ofReceiver: own ^ 1, flow: index, context) }
    } else if Int32(bitPattern: sequence &- stuck[place].sequence) < 0 {
      stuck[place].sequence = sequence
      stuck[place].length = packet.length
      stuck[place].dontFragment = packet.dontFragment
    }
  }

  /// Emits that the receiver of a tunnel's connection is not heard, once its segment has been sent again for long enough,
  /// and again with each further time; and that it is heard again.
  ///
  /// - Parameter receiver: Index of the direction in which the receiver sends.
  private mutating func noteSilence(ofReceiver receiver: Int, flow index: Int, _ context: PacketContext) {
    let segment = stuck[table.flows[index].stuck]
    // What was on its way when the segment was sent again first says nothing.
    let isSilent = table.directions[receiver].last <= segment.firstSent.adding(nanoseconds: Self.onItsWayNanoseconds)
    if isSilent {
      guard segment.count >= ChannelSilence.packets, table.directions[receiver].hasSequence,
        segment.lastSent.nanoseconds(since: segment.firstSent) >= ChannelSilence.nanoseconds
      else { return }
    } else {
      guard segment.emittedSilence else { return }
    }
    emitSilence(ofReceiver: receiver, flow: index, isOver: !isSilent, context)
  }

  private static var onItsWayNanoseconds: Int64 { 500_000_000 }

  private mutating func emitSilence(ofReceiver receiver: Int, flow index: Int, isOver: Bool, _ context: PacketContext) {
    guard let (id, flow) = channels.channel(of: table.flows[index]) else { return }
    let place = table.flows[index].stuck
    stuck[place].emittedSilence = !isOver
    emitter.emit(
      .silence(
        Silence(
          id: id, flow: flow, silentSide: table.flows[index].side(of: receiver & 1),
          lastHeard: table.directions[receiver].last, unansweredSince: stuck[place].firstSent,
          unansweredFrame: stuck[place].firstFrame.reference, packets: stuck[place].count, heardAgain: isOver)),
      context)
  }

  /// An acknowledgment moved on: the watched segment may have arrived.
  @inline(never)
  mutating func resolveStuckSegment(flow index: Int, direction own: Int, _ context: PacketContext) {
    let place = table.flows[index].stuck
    guard place >= 0, stuck[place].direction == own & 1,
      Int32(bitPattern: table.directions[own].acknowledged &- stuck[place].sequence) > 0
    else { return }
    if stuck[place].emittedSilence { emitSilence(ofReceiver: own ^ 1, flow: index, isOver: true, context) }
    endStuckSegment(flow: index, acknowledged: true)
  }

  mutating func endStuckSegment(flow index: Int, acknowledged: Bool) {
    let place = table.flows[index].stuck
    guard place >= 0 else { return }
    if isProven(stuck[place], flow: index) {
      let isFilled = stuck[place].missing > 0 && !table.directions[2 * index + stuck[place].direction].hasGap
      emitStuckSegment(flow: index, acknowledged: acknowledged || isFilled)
    }
    let key = table.flows[index].key
    let direction = stuck[place].direction
    paths.unwatch(key.receiver(in: direction).address, by: key.sender(in: direction).address)
    table.flows[index].stuck = -1
    stuck.remove(place, leaving: StuckState())
  }

  private func isProven(_ segment: StuckState, flow index: Int) -> Bool {
    segment.missing == 0
      ? segment.count >= Self.retransmissionsBeforeEmitting
      : segment.emittedMissing || isLastingGap(segment, flow: index)
  }

  mutating func emitStuckSegment(flow index: Int, acknowledged: Bool) {
    let segment = stuck[table.flows[index].stuck]
    let event = event(of: segment, ofFlow: index, acknowledged: acknowledged)
    emitter.emit(event, time: segment.lastSent, frame: segment.lastFrame)
  }

  /// The watched segment, if it was sent often enough to be reported.
  func emitOpenStuckSegment(ofFlow index: Int, into emitter: inout Emitter) {
    let place = table.flows[index].stuck
    guard place >= 0, isProven(stuck[place], flow: index) else { return }
    emitter.emit(
      event(of: stuck[place], ofFlow: index, acknowledged: false), time: stuck[place].lastSent,
      frame: stuck[place].lastFrame)
  }

  private func event(of segment: StuckState, ofFlow index: Int, acknowledged: Bool) -> Observation.Event {
    .stuckSegment(
      StuckSegment(
        flow: table.flows[index].flow, sender: table.flows[index].side(of: segment.direction),
        length: segment.length, dontFragment: segment.dontFragment, retransmissions: segment.count,
        firstSent: segment.firstSent, firstFrame: segment.firstFrame.reference, lastSent: segment.lastSent,
        lastFrame: segment.lastFrame.reference,
        largestDelivered: largestDelivered(of: segment, direction: 2 * index + segment.direction),
        acknowledged: acknowledged, receiverAlive: segment.receiverAlive,
        smallPacketsArrive: segment.receiverAdvances >= 2 && segment.receiverRepeats <= 1,
        missingBytes: segment.missing == 0 ? nil : segment.missing))
  }

  /// What came past behind a gap has nearly arrived; what the receiver acknowledged has.
  private func largestDelivered(of segment: StuckState, direction: Int) -> Int {
    segment.missing == 0 ? Int(table.directions[direction].delivered) : table.directions[direction].largestSeen
  }

  /// Whether the receiver was heard since the loss, on this flow or on a newer one between the same hosts.
  private func isReceiverAlive(flow index: Int, direction own: Int) -> Bool {
    let key = table.flows[index].key
    // Half a second is past any delayed acknowledgment, so what is heard then is not an answer still on its way.
    let lossIsSettled = stuck[table.flows[index].stuck].firstSent.adding(nanoseconds: 500_000_000)
    if table.directions[own ^ 1].last > lossIsSettled { return true }
    let elsewhere = paths.lastHeard(key.receiver(in: own & 1).address, by: key.sender(in: own & 1).address)
    return elsewhere.map { $0 > lossIsSettled } ?? false
  }
}
