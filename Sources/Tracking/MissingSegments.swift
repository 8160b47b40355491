import Dissection
import Families
import Observations

// Segments that vanish before they reach the capture point: the stream goes on behind a gap, and the receiver asks for
// what is missing again and again (RFC 9293 section 3.4: the acknowledgment number is the next byte that it expects).
// A capture that lost packets shows no such thing, since the receiver has what the capture lacks.
extension PointTracker {
  /// From the first acknowledgment that asks for the missing bytes to the last. The sender has repeated them three times
  /// by then, 7 s with the timer that RFC 6298 begins with, and all of these vanished too.
  private static var leastGapNanoseconds: Int64 { 10_000_000_000 }
  /// Acknowledgments that ask for the same bytes.
  private static var leastRequests: Int { 3 }
  /// How often the sender was heard between two of them: its small packets pass.
  private static var leastSignsOfLife: Int { 2 }

  /// An acknowledgment asks for bytes that never came past.
  ///
  /// - Parameter own: Index of the direction that misses them.
  @inline(never)
  mutating func noteMissing(_ sequence: UInt32, flow index: Int, direction own: Int, _ context: PacketContext) {
    let gap = table.directions[own]
    guard gap.acknowledged == sequence else { return }
    let place = table.flows[index].stuck
    guard place >= 0 else {
      guard let length = missingPacketLength(of: gap, mss: Int(table.directions[own ^ 1].mss), flow: index) else {
        return
      }
      let key = table.flows[index].key
      paths.watch(key.receiver(in: own & 1).address, by: key.sender(in: own & 1).address)
      table.flows[index].stuck = stuck.insert(
        StuckState(
          direction: own & 1, sequence: sequence, length: length, dontFragment: gap.largest > 0, count: 1,
          firstSent: context.time, firstFrame: context.frame, lastSent: context.time, lastFrame: context.frame,
          receiverAlive: true, missing: Int(gap.gapEnd &- sequence)))
      return
    }
    guard stuck[place].direction == own & 1, stuck[place].missing > 0, stuck[place].sequence == sequence else { return }
    if gap.last > stuck[place].lastSent { stuck[place].senderHeard += 1 }
    stuck[place].count += 1
    stuck[place].lastSent = context.time
    stuck[place].lastFrame = context.frame
    if !stuck[place].emittedMissing, isLastingGap(stuck[place], flow: index) {
      stuck[place].emittedMissing = true
      emitStuckSegment(flow: index, acknowledged: false)
    }
  }

  /// How large the packets were that would fill a gap, in bytes with IP header: as large as the receiver's MSS lets them
  /// be, if they were as few as possible; nil where they may have been small ones, or where no SYN told the MSS.
  private func missingPacketLength(of gap: DirectionState, mss: Int, flow index: Int) -> Int? {
    // Options take up to 40 bytes of each segment (RFC 9293 section 3.1).
    let bytes = Int(gap.gapEnd &- gap.acknowledged)
    guard mss > 40, bytes >= mss - 40 else { return nil }
    let packets = (bytes + mss - 1) / mss
    // What options take away from the payload they add to the header, so that a full packet has this length with or without.
    let fullLength = mss + table.flows[index].key.a.segmentHeaders
    return bytes >= packets * (mss - 40) ? fullLength : nil
  }

  /// Whether a gap was asked for long enough, by a receiver that hears the sender meanwhile, and never filled.
  func isLastingGap(_ segment: StuckState, flow index: Int) -> Bool {
    segment.count >= Self.leastRequests && segment.senderHeard >= Self.leastSignsOfLife
      && segment.lastSent.nanoseconds(since: segment.firstSent) >= Self.leastGapNanoseconds
      && table.directions[2 * index + segment.direction].hasGap
  }

  /// A gap whose bytes came past after all is none; whether they arrive is for their acknowledgment to tell.
  mutating func forgetFilledGap(flow index: Int, direction own: Int) {
    let segment = stuck[table.flows[index].stuck]
    guard segment.missing > 0, segment.direction == own & 1, !table.directions[own].hasGap else { return }
    endStuckSegment(flow: index, acknowledged: true)
  }
}
