import Dissection
import Families
import Observations

// UDP: a datagram goes to the tracker that claimed its conversation, or is offered to all of them.
extension PointTracker {
  /// Datagrams after which a conversation that no tracker recognises is left alone. A family that needs both directions to
  /// agree has to wait while one of them sends alone.
  private static var undecidedPacketsBeforePlain: UInt8 { 32 }

  @inline(__always)
  mutating func readUDP(_ bytes: RawSpan, _ packet: IPHeader, _ context: PacketContext) {
    guard let header = UDPHeader(bytes) else { return }
    let (index, direction) = flowIndex(
      packet, sourcePort: header.sourcePort, destinationPort: header.destinationPort, context)
    let own = 2 &* index &+ direction
    noteLife(in: packet, flow: index, context)
    if table.directions[own].send(packet, context) {
      noteOversized(packet.length, direction: own, flow: index, context)
    }
    let payload = header.payload
    guard payload.byteCount > 0 else { return }
    let datagram = Datagram(
      payload, length: header.originalPayloadLength, direction: direction, timeToLive: packet.timeToLive)
    let claim = table.flows[index].claim
    if claim.isTracked {
      channels.read(datagram, context, of: &table.flows[index], &emitter)
    } else if claim == .undecided
      || RegisteredFamilies.mayBegin(first: unsafe payload.u8(0), length: datagram.length)
    {
      offer(datagram, context, flow: index)
    }
  }

  @inline(never)
  private mutating func offer(_ datagram: borrowing Datagram, _ context: PacketContext, flow index: Int) {
    switch channels.recognize(datagram, context, of: &table.flows[index]) {
    case .claimed: channels.read(datagram, context, of: &table.flows[index], &emitter)
    case .undecided: table.flows[index].giveUp(after: Self.undecidedPacketsBeforePlain)
    case .never: table.flows[index].claim = .plain
    }
  }
}
