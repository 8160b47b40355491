import Dissection
import Families
import Observations

// Other protocols of IP that a family reads, such as ESP: one flow for each pair of hosts.
extension PointTracker {
  /// Packets after which a pair of hosts that no tracker recognises is left alone.
  private static var undecidedPacketsOfHostsBeforePlain: UInt8 { 4 }

  mutating func readOther(_ packet: IPPacket, _ context: PacketContext) {
    let (index, direction) = flowIndex(packet, sourcePort: 0, destinationPort: 0, context)
    let own = 2 &* index &+ direction
    table.directions[own].last = context.time
    if table.flows[index].isWatched { paths.heard(packet.source, by: packet.destination, at: context.time) }
    if packet.dontFragment { noteDFPacket(packet.length, direction: own, flow: index, context) }
    let payload = IPPayload(packet.payload, length: packet.payloadLength, direction: direction, context)
    let claim = table.flows[index].claim
    if claim == .undecided {
      switch channels.recognize(payload, of: &table.flows[index]) {
      case .claimed: break
      case .undecided: return table.flows[index].giveUp(after: Self.undecidedPacketsOfHostsBeforePlain)
      case .never: return table.flows[index].claim = .plain
      }
    } else if !claim.isTracked {
      return
    }
    channels.read(payload, of: &table.flows[index], &emitter)
  }
}
