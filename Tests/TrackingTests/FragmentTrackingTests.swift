import Families
import Observations
import Testing
import Tracking

@Suite("fragments")
struct FragmentTrackingTests {
  /// A UDP datagram in two fragments; a first fragment holds the ports.
  private static func add(
    to packets: inout Packets, at seconds: Double, withFirst: Bool = true, destination: Endpoint = Packets.gateway
  ) {
    let datagram = Packets.udpPacket(Packets.client, destination, [UInt8](repeating: 3, count: 1592)).dropFirst(20)
    if withFirst {
      packets.add(
        Packets.ip(
          protocolNumber: 17, from: Packets.client.address, to: destination.address, Array(datagram.prefix(1480)),
          dontFragment: false, moreFragments: true), at: seconds)
    }
    packets.add(
      Packets.ip(
        protocolNumber: 17, from: Packets.client.address, to: destination.address, Array(datagram.dropFirst(1480)),
        dontFragment: false, fragmentOffset: 1480), at: seconds + 0.001)
  }

  @Test("fragments between two hosts are summed up at the end, from the first of them")
  func counted() throws {
    var packets = Packets()
    for time in 1...3 { Self.add(to: &packets, at: Double(time)) }
    let tracked = try packets.tracked()
    #expect(
      tracked.events.fragments == [
        Fragments(
          source: Packets.client.address, destination: Packets.gateway.address, transport: .udp, sourcePort: 50_000,
          destinationPort: 443, datagrams: 3, fragments: 6, largest: 1500, laterFragments: 3,
          reassemblyFailures: nil)
      ])
    #expect(
      tracked.observations.last?.origin == .packet(time: Packets.time(1), point: 3, frame: Packets.frame(1)))
  }

  @Test("later fragments alone have no ports and count no datagram")
  func laterOnly() throws {
    var packets = Packets()
    Self.add(to: &packets, at: 1, withFirst: false)
    let it = try #require(try packets.tracked().events.fragments.first)
    #expect(it.sourcePort == nil && it.destinationPort == nil)
    #expect(it.datagrams == 0 && it.fragments == 1 && it.largest == 140)
  }

  @Test("pairs of hosts beyond the limit are counted, those known go on")
  func limit() throws {
    var packets = Packets()
    Self.add(to: &packets, at: 1)
    Self.add(to: &packets, at: 2, destination: Endpoint(IPAddress(v4: 0xCB00_7199), 443))
    Self.add(to: &packets, at: 3)
    var limits = TrackingLimits()
    limits.fragmentedPaths = 1
    let tracked = try packets.tracked(limits: limits)
    #expect(tracked.events.fragments.map(\.fragments) == [4])
    #expect(tracked.counters.skippedFragmentedPaths == 2)
  }

  @Test("whole packets are no fragments")
  func whole() throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, [1, 2, 3], dontFragment: false)
    #expect(try packets.tracked().events.fragments.isEmpty)
  }
}
