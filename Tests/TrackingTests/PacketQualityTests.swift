import Families
import Testing

@testable import Tracking

@Suite("quality of packets")
struct PacketQualityTests {
  @Test("of captures whose packets come in turn, each has its own counts")
  func turns() {
    var qualities = PacketQualities()
    var counters = TrackingCounters()
    for (capture, packets) in [(0, 2), (1, 3), (0, 1), (1, 4)] {
      qualities.turn(to: capture, counters)
      for _ in 0..<packets { qualities.current.superPackets += 1 }
      counters.evictedFlows += packets
    }
    #expect(qualities.quality(of: 0, counters).superPackets == 3)
    #expect(qualities.quality(of: 0, counters).counters.evictedFlows == 3)
    #expect(qualities.quality(of: 1, counters).superPackets == 7)
    #expect(qualities.quality(of: 1, counters).counters.evictedFlows == 7)
    #expect(qualities.quality(of: 2, counters) == PacketQuality())
  }
}
