import Dissection
import Families
import Observations

// Connections that a capture holds twice, in front of a firewall that rewrites sequence numbers and behind it, as ASA does unless
// it is told not to: both sides in one file with the same addresses. Of both, the numbers of the SYN that came first are followed.
extension PointTracker {
  /// A firewall forwards within this time; a client that begins anew does so later.
  private static var longestStep: Int64 { 20_000_000 }
  /// Further from the number that is expected no window reaches in practice: what is there counts from another beginning.
  private static var farthest: UInt32 { 1 << 24 }

  /// Whether a SYN is another's on its way, under another sequence number: the same packet by its identification, or one that
  /// comes before any answer.
  func isRenumbered(
    _ header: borrowing TCPHeader, flow index: Int, direction: Int, _ packet: IPHeader, _ context: PacketContext
  ) -> Bool {
    let flow = table.flows[index]
    let own = table.directions[2 * index + direction]
    let step = context.time.nanoseconds(since: own.offerTime)
    return flow.sawSYN && flow.synSequence != header.sequenceNumber && flow.side(of: direction) == .client
      && step >= 0 && step <= Self.longestStep && own.payloadPackets == 0 && own.mss == header.maximumSegmentSize ?? 0
      && (packet.identification != 0 && packet.identification == flow.synIdentification
        || table.directions[2 * index + 1 - direction].last.nanoseconds == .min)
  }

  /// Takes note of a segment of a flow with marks.
  ///
  /// - Returns: Whether it counts; not when the connection is there twice and it has the numbers that are not followed.
  @inline(never)
  mutating func counts(
    _ header: borrowing TCPHeader, flow index: Int, direction: Int, _ packet: IPHeader, _ context: PacketContext
  ) -> Bool {
    if table.flows[index].marks.contains(.renumbered), hasOtherNumbers(header, flow: index, direction: direction) {
      qualities.current.copies &+= 1
      return false
    }
    noteLife(in: packet, flow: index, context)
    return true
  }

  private func hasOtherNumbers(_ header: borrowing TCPHeader, flow index: Int, direction: Int) -> Bool {
    let own = table.directions[2 * index + direction]
    let other = table.directions[2 * index + 1 - direction]
    if own.hasSequence, Self.isFar(header.sequenceNumber, own.next) { return true }
    return header.flags.contains(.ack) && !header.flags.contains(.rst) && other.hasSequence
      && Self.isFar(header.acknowledgmentNumber, other.next)
  }

  private static func isFar(_ number: UInt32, _ expected: UInt32) -> Bool {
    Int32(bitPattern: number &- expected).magnitude > farthest
  }
}
