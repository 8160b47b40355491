import Dissection
import Families
import Observations

/// What a flow keeps for one direction: what that side sent.
struct DirectionState {
  /// The last packet.
  var last = Timestamp(nanoseconds: .min)
  /// The largest DF packet (any IPv6 packet), in bytes with IP header; how many of that size; the first of them.
  var largestFrame = PackedFrame.none
  var largestTime = Timestamp(nanoseconds: 0)
  var largestCount: UInt32 = 0
  var largest: UInt16 = 0
  /// The path MTU known towards the receiver, in bytes; 65,535 while none is.
  var pathMTU: UInt16 = .max
  /// What this side offered in its SYN, in bytes; 0 for no option or no SYN.
  var mss: UInt16 = 0
  /// The largest packet known to have been acknowledged, in bytes with IP header.
  var delivered: UInt16 = 0
  var hasSequence = false
  /// The sequence number after the last new byte, and the highest acknowledged by the other side.
  var next: UInt32 = 0
  var acknowledged: UInt32 = 0
  /// The first bytes that never came past, from the first of them to the one behind the last; equal while none are missing.
  var gapStart: UInt32 = 0
  var gapEnd: UInt32 = 0
  /// The two largest packets that wait for acknowledgment: where they end and how large they are.
  var pendingEnd: UInt32 = 0
  var earlierEnd: UInt32 = 0
  var pending: UInt16 = 0
  var earlier: UInt16 = 0
  /// TCP payload.
  var payloadPackets: UInt32 = 0
  var payloadBytes: UInt64 = 0
  /// The last packet with payload.
  var lastPayload = Timestamp(nanoseconds: .min)
  /// The MSS offer, if it was seen.
  var offerFrame = PackedFrame.none
  var offerTime = Timestamp(nanoseconds: 0)

  var totals: PayloadTotals {
    PayloadTotals(
      packets: Int(payloadPackets), bytes: Int(clamping: payloadBytes), last: payloadPackets == 0 ? nil : lastPayload)
  }

  /// Takes note of a packet without TCP payload.
  ///
  /// - Returns: Whether it must not be fragmented and is larger than the known path MTU.
  @inline(__always)
  mutating func send(_ packet: IPHeader, _ context: PacketContext) -> Bool {
    last = context.time
    return packet.dontFragment && noteDFPacket(packet.length, context)
  }

  /// What a segment with payload is.
  struct SentPayload {
    /// Whether it must not be fragmented and is larger than the known path MTU.
    let isOversized: Bool
    /// Whether it brings something new, and is not sent again.
    let isNew: Bool
  }

  /// Takes note of a segment with payload.
  ///
  /// - Parameters:
  ///   - length: Of the payload in bytes, at least 1.
  ///   - isSegment: False for a super-packet of segmentation offload, whose size says nothing.
  @inline(__always)
  mutating func send(
    _ packet: IPHeader, payload length: Int, from sequence: UInt32, isSegment: Bool, _ context: PacketContext
  ) -> SentPayload {
    last = context.time
    lastPayload = context.time
    payloadPackets &+= 1
    payloadBytes &+= UInt64(truncatingIfNeeded: length)
    let isOversized = packet.dontFragment && isSegment && noteDFPacket(packet.length, context)
    if !hasSequence {
      hasSequence = true
      next = sequence
      acknowledged = sequence
    }
    let end = sequence &+ UInt32(truncatingIfNeeded: length)
    if sequence != next { noteGap(from: sequence, to: end) }
    guard Int32(bitPattern: end &- next) > 0 else { return SentPayload(isOversized: isOversized, isNew: false) }
    next = end
    expectAcknowledgment(of: isSegment ? UInt16(clamping: packet.length) : 0, endingAt: end)
    return SentPayload(isOversized: isOversized, isNew: true)
  }

  /// Takes note of the size of a DF packet (any IPv6 packet), in bytes with IP header.
  ///
  /// - Returns: Whether it is larger than the known path MTU.
  @inline(__always)
  private mutating func noteDFPacket(_ length: Int, _ context: PacketContext) -> Bool {
    let size = UInt16(clamping: length)
    if size >= largest {
      if size > largest {
        largest = size
        largestCount = 0
        largestFrame = context.frame
        largestTime = context.time
      }
      largestCount &+= 1
    }
    return size > pathMTU
  }

  /// Remembers the two largest packets in flight, so that an acknowledgment tells what size gets through.
  @inline(__always)
  private mutating func expectAcknowledgment(of size: UInt16, endingAt end: UInt32) {
    guard size > pending else { return }
    earlier = pending
    earlierEnd = pendingEnd
    pending = size
    pendingEnd = end
  }

  /// A segment that does not go on where the last one ended leaves a gap, or fills one.
  @inline(never)
  private mutating func noteGap(from sequence: UInt32, to end: UInt32) {
    if Int32(bitPattern: sequence &- next) > 0 {
      guard !hasGap || Int32(bitPattern: acknowledged &- gapEnd) >= 0 else { return }
      gapStart = next
      gapEnd = sequence
    } else if Int32(bitPattern: end &- gapStart) > 0, Int32(bitPattern: gapEnd &- sequence) > 0 {
      gapEnd = gapStart
    }
  }

  var hasGap: Bool { gapStart != gapEnd }

  /// Whether an acknowledgment number asks for bytes that never came past.
  @inline(__always)
  func isMissing(_ sequence: UInt32) -> Bool { sequence &- gapStart < gapEnd &- gapStart }

  /// The largest packet that came past, acknowledged or not, in bytes with IP header; where none was larger than what is
  /// in flight or must not be fragmented, the largest of those.
  var largestSeen: Int { Int(max(max(delivered, largest), max(pending, earlier))) }

  /// Whether the other side acknowledges more than before, when it acknowledges everything before a sequence number.
  @inline(__always)
  func isNews(_ acknowledgment: UInt32) -> Bool {
    hasSequence && Int32(bitPattern: acknowledgment &- acknowledged) > 0
  }

  /// The other side acknowledged everything before a sequence number, which is more than before.
  @inline(__always)
  mutating func acknowledge(_ number: UInt32) {
    acknowledged = number
    if earlier > 0, Int32(bitPattern: number &- earlierEnd) >= 0 {
      delivered = max(delivered, earlier)
      earlier = 0
    }
    if pending > 0, Int32(bitPattern: number &- pendingEnd) >= 0 {
      delivered = max(delivered, pending)
      pending = 0
    }
  }
}
