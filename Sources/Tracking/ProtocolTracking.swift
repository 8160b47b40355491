import Dissection
import Families
import Observations

// Other protocols of IP that a family reads, such as ESP: one flow for each pair of hosts.
extension PointTracker {
  /// Packets after which a pair of hosts that no tracker recognises is left alone.
  private static var undecidedPacketsOfHostsBeforePlain: UInt8 { 4 }

  mutating func readOther(_ payload: RawSpan, _ packet: IPHeader, _ context: PacketContext) {
    let (index, direction) = flowIndex(packet, sourcePort: 0, destinationPort: 0, context)
    let own = 2 &* index &+ direction
    noteLife(in: packet, flow: index, context)
    if table.directions[own].send(packet, context) {
      noteOversized(packet.length, direction: own, flow: index, context)
    }
    let content = IPPayload(payload, length: packet.payloadLength, direction: direction)
    let claim = table.flows[index].claim
    if claim == .undecided {
      switch channels.recognize(content, context, of: &table.flows[index]) {
      case .claimed: break
      case .undecided: return table.flows[index].giveUp(after: Self.undecidedPacketsOfHostsBeforePlain)
      case .never:
        table.flows[index].claim = .plain
        return
      }
    } else if !claim.isTracked {
      return
    }
    channels.read(content, context, of: &table.flows[index], &emitter)
  }
}
