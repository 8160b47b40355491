import Capture
import Dissection
import Families
import Observations

// Packets that the capturing host dropped. They were seen at the capture point like all others; what became of them is told apart.
extension PointTracker {
  /// Takes note of a packet that the capturing host dropped.
  ///
  /// - Parameters:
  ///   - linkType: The link type of the packet's interface.
  ///   - capture: Index of the capture, for frame references.
  public mutating func note(_ drop: HostDrop, linkType: LinkType, capture: Int) {
    var dropped: DroppedPacket?
    _ = unsafe PacketWalk.walk(
      drop.beginning.span.bytes, linkType: linkType, missingBytes: drop.missingBytes
    ) { payload, packet, _ in
      dropped = Self.packet(payload, packet, drop.verdict)
    }
    guard let dropped, holds(dropped.source.address, dropped.destination.address) else { return }
    emitter.emit(
      .packetDropped(dropped), time: drop.time, frame: PackedFrame(capture: capture, frame: drop.frame))
  }

  /// Takes note of packets that a firewall captured because it dropped them; they are tracked nowhere.
  public mutating func note(
    dropped batch: borrowing PacketBatch, _ records: Range<Int>, window: RawSpan, linkTypes: ContiguousArray<LinkType>,
    capture: Int
  ) {
    for index in records {
      let record = batch[index]
      guard linkTypes.indices.contains(record.interface) else { continue }
      note(
        HostDrop(.dropStage, on: record, record.bytes(in: window), frame: batch.frame(at: index)),
        linkType: linkTypes[record.interface], capture: capture)
    }
  }

  private static func packet(_ payload: RawSpan, _ packet: IPHeader, _ verdict: HostDrop.Verdict) -> DroppedPacket? {
    // Later fragments have no ports.
    guard !packet.isLaterFragment else { return nil }
    var (transport, source, destination) = (TransportProtocol.other, UInt16(0), UInt16(0))
    if packet.protocolNumber == IPProtocol.tcp || packet.protocolNumber == IPProtocol.udp {
      // Both begin with the ports.
      guard let header = UDPHeader(payload) else { return nil }
      transport = packet.protocolNumber == IPProtocol.tcp ? .tcp : .udp
      (source, destination) = (header.sourcePort, header.destinationPort)
    }
    return DroppedPacket(
      isToDevice: false, transport: transport, source: Endpoint(packet.source, source),
      destination: Endpoint(packet.destination, destination), byAccessList: false,
      reason: verdict == .dropStage ? DroppedPacket.dropStage : verdict.rawValue)
  }
}
