import Capture
import Observations
import Testing
import Tracking

@Suite("Packets that the capturing host dropped")
struct HostDropsTests {
  private static func observed(_ packet: [UInt8], missing: Int = 0, share: HostPairShare? = nil) -> [Observation] {
    var tracker = PointTracker(point: 3, share: share)
    tracker.note(
      HostDrop(
        verdict: .xdpDrop, frame: 4, time: Packets.time(1), interface: 0, beginning: packet, missingBytes: missing),
      linkType: .rawIP, capture: 7)
    return tracker.takeObservations()
  }

  @Test("a dropped packet is emitted with its ends and what dropped it, where and when it was seen")
  func emitted() {
    let packet = Packets.udpPacket(Packets.client, Packets.gateway, [1, 2, 3])
    let dropped = DroppedPacket(
      isToDevice: false, transport: .udp, source: Packets.client, destination: Packets.gateway, byAccessList: false,
      reason: "XDP_DROP")
    #expect(
      Self.observed(packet)
        == [
          Observation(time: Packets.time(1), point: 3, frame: Packets.frame(4), event: .packetDropped(dropped))
        ])
    let tcp = Packets.tcpPacket(Packets.client, Packets.gateway, sequence: 1, [1])
    guard case .packetDropped(let segment) = Self.observed(tcp).first?.event else {
      Issue.record("not emitted")
      return
    }
    #expect(segment.transport == .tcp && segment.destination == Packets.gateway)
  }

  @Test("of ESP the hosts are known; what has no ports where it should, or is no packet, is nothing")
  func others() {
    let esp = Packets.ip(
      protocolNumber: 50, from: Packets.client.address, to: Packets.gateway.address, [UInt8](repeating: 1, count: 32))
    guard case .packetDropped(let packet) = Self.observed(esp).first?.event else {
      Issue.record("not emitted")
      return
    }
    #expect(packet.transport == .other && packet.source == Endpoint(Packets.client.address, 0))
    let fragment = Packets.ip(
      protocolNumber: 17, from: Packets.client.address, to: Packets.gateway.address, [UInt8](repeating: 1, count: 32),
      fragmentOffset: 1_480)
    #expect(Self.observed(fragment).isEmpty)
    let whole = Packets.udpPacket(Packets.client, Packets.gateway, [1])
    for length in 0..<28 {
      #expect(Self.observed(Array(whole.prefix(length)), missing: whole.count - length).isEmpty)
    }
  }
}
