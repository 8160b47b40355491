import Observations
import Testing

@testable import Families
@testable import Tracking

@Suite("flow table")
struct FlowTableTests {
  private static func key(_ number: Int) -> FlowKey {
    FlowKey.of(
      source: IPAddress(v4: 0x0A00_0000 | UInt32(number / 60_000)), destination: IPAddress(v4: 0xCB00_7114),
      protocolNumber: 6, sourcePort: UInt16(1024 + number % 60_000), destinationPort: 443
    ).key
  }

  private static func state(_ number: Int) -> TrackedFlow {
    TrackedFlow(
      key: key(number), first: Timestamp(nanoseconds: Int64(number)),
      firstFrame: PackedFrame(capture: 0, frame: number + 1))
  }

  @Test(
    "inserting and removing at random, every flow that is left is found at its place and no other", arguments: 1...4)
  func random(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var table = FlowTable(capacity: 6_000)
    var expected: [Int: Int] = [:]
    for step in 0..<24_000 {
      let number = Int.random(in: 0..<9_000, using: &generator)
      if let index = expected[number] {
        table.remove(index)
        expected[number] = nil
      } else if !table.isFull {
        expected[number] = table.insert(Self.state(number))
      }
      if step % 4_000 == 3_999 { check(table, against: expected) }
    }
    #expect(expected.count > 1_000)
    for number in expected.keys.sorted() {
      if let index = expected.removeValue(forKey: number) { table.remove(index) }
    }
    check(table, against: [:])
  }

  private func check(_ table: FlowTable, against expected: [Int: Int]) {
    var table = table
    #expect(table.count == expected.count)
    let wrong = (0..<9_000).filter { table.index(of: Self.key($0)) != expected[$0] }
    #expect(wrong.isEmpty, "flows that are not found, or found though they are gone")
    #expect(table.liveIndices == expected.values.sorted())
  }

  @Test("both directions of a flow have one key, and tell who sent")
  func directions() {
    let (a, b) = (Endpoint(IPAddress(v4: 1), 5000), Endpoint(IPAddress(v4: 2), 443))
    let there = FlowKey.of(
      source: a.address, destination: b.address, protocolNumber: 17, sourcePort: a.port, destinationPort: b.port)
    let back = FlowKey.of(
      source: b.address, destination: a.address, protocolNumber: 17, sourcePort: b.port, destinationPort: a.port)
    #expect(there.key == back.key)
    #expect(there.direction != back.direction)
    #expect(there.key.sender(in: there.direction) == a && there.key.receiver(in: there.direction) == b)
    #expect(back.key.sender(in: back.direction) == b)
    #expect(there.key.protocolNumber == 17)
  }

  @Test("flows of one host with itself keep their directions apart")
  func loopback() {
    let host = IPAddress(v4: 0x7F00_0001)
    let there = FlowKey.of(source: host, destination: host, protocolNumber: 6, sourcePort: 5000, destinationPort: 443)
    let back = FlowKey.of(source: host, destination: host, protocolNumber: 6, sourcePort: 443, destinationPort: 5000)
    #expect(there.key == back.key && there.direction != back.direction)
  }

  @Test("the same ports of another protocol are another flow")
  func protocols() {
    let (x, y) = (IPAddress(v4: 1), IPAddress(v4: 2))
    let tcp = FlowKey.of(source: x, destination: y, protocolNumber: 6, sourcePort: 1, destinationPort: 2)
    let udp = FlowKey.of(source: x, destination: y, protocolNumber: 17, sourcePort: 1, destinationPort: 2)
    #expect(!(tcp.key == udp.key))
  }

  @Test("the same hosts and ports inside another carrier are another flow")
  func carriers() {
    let (x, y) = (IPAddress(v4: 1), IPAddress(v4: 2))
    let keys = [0, 1, 0xFF_FFFF].map { carrier in
      FlowKey.of(
        source: x, destination: y, protocolNumber: 17, sourcePort: 1, destinationPort: 2, carrier: carrier
      ).key
    }
    #expect(Set(keys.map(\.ports)).count == 3)
    #expect(keys.allSatisfy { $0.protocolNumber == 17 && $0.sender(in: 0).port == 1 })
  }

  @Test("the victim is the least recently used flow that is no tunnel")
  func victim() {
    var table = FlowTable(capacity: 8)
    for number in 0..<8 {
      let index = table.insert(Self.state(number))
      table.directions[2 * index].last = Timestamp(nanoseconds: Int64(number))
      table.flows[index].claim = number < 3 ? .tracker(0) : .plain
    }
    #expect(table.isFull)
    #expect(table.victim(at: Timestamp(nanoseconds: 8)) == 3)
  }

  @Test("a tunnel that was silent for ten minutes counts no more than any other flow")
  func silentTunnels() {
    var table = FlowTable(capacity: 8)
    let second: Int64 = 1_000_000_000
    for number in 0..<8 {
      let index = table.insert(Self.state(number))
      table.directions[2 * index].last = Timestamp(nanoseconds: Int64(number) * 100 * second)
      table.flows[index].claim = number < 6 ? .tracker(0) : .plain
    }
    #expect(table.victim(at: Timestamp(nanoseconds: 599 * second)) == 6)
    #expect(table.victim(at: Timestamp(nanoseconds: 600 * second)) == 0)
  }

  @Test("where all are tunnels the least recently used goes")
  func victimAmongTunnels() {
    var table = FlowTable(capacity: 4)
    for number in 0..<4 {
      let index = table.insert(Self.state(number))
      table.directions[2 * index + 1].last = Timestamp(nanoseconds: Int64(10 - number))
      table.flows[index].claim = .tracker(number.isMultiple(of: 2) ? 0 : 1)
    }
    #expect(table.victim(at: Timestamp(nanoseconds: 10)) == 3)
  }

  @Test("an empty table has no victim")
  func noVictim() {
    var table = FlowTable(capacity: 4)
    #expect(table.victim(at: Timestamp(nanoseconds: 0)) == nil)
  }
}

/// Steele, Lea and Flood's SplitMix64: the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
