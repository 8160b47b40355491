import Dissection
import Families
import Observations

// UDP: a datagram goes to the tracker that claimed its conversation, or is offered to all of them.
extension PointTracker {
  /// Datagrams after which a conversation that no tracker recognises is left alone.
  private static var undecidedPacketsBeforePlain: UInt8 { 4 }

  @inline(__always)
  mutating func readUDP(_ packet: IPPacket, _ context: PacketContext) {
    guard let header = UDPHeader(packet.payload) else { return }
    let (index, direction) = flowIndex(
      packet, sourcePort: header.sourcePort, destinationPort: header.destinationPort, context)
    let own = 2 &* index &+ direction
    table.directions[own].last = context.time
    if table.flows[index].isWatched { paths.heard(packet.source, by: packet.destination, at: context.time) }
    if packet.dontFragment { noteDFPacket(packet.length, direction: own, flow: index, context) }
    let payload = header.payload
    guard payload.byteCount > 0 else { return }
    let datagram = Datagram(payload, length: header.originalPayloadLength, direction: direction, context)
    let claim = table.flows[index].claim
    if claim.isTracked {
      channels.read(datagram, of: &table.flows[index], &emitter)
    } else if claim == .undecided
      || RegisteredFamilies.mayBegin(first: unsafe payload.u8(0), length: datagram.length)
    {
      offer(datagram, flow: index)
    }
  }

  @inline(never)
  private mutating func offer(_ datagram: borrowing Datagram, flow index: Int) {
    switch channels.recognize(datagram, of: &table.flows[index]) {
    case .claimed: channels.read(datagram, of: &table.flows[index], &emitter)
    case .undecided: table.flows[index].giveUp(after: Self.undecidedPacketsBeforePlain)
    case .never: table.flows[index].claim = .plain
    }
  }
}
