import Families
import Observations
import Testing

@testable import Tracking

/// What flows cost that somebody chose, in slots read: that does not depend on the machine.
@Suite("Hash flooding")
struct FlowHashTests {
  /// A way to choose flows.
  struct Choice: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let key: @Sendable (UInt32) -> FlowKey

    init(_ name: String, _ key: @escaping @Sendable (UInt32) -> FlowKey) {
      testDescription = name
      self.key = key
    }

    init(_ name: String, ports: @escaping @Sendable (UInt32) -> UInt32) {
      self.init(name) { FlowHashTests.key(0x0A00_0001, 0xCB00_7114, ports: ports($0)) }
    }
  }

  static let choices = [
    Choice("ports in a row", ports: { $0 }),
    Choice("every 256th pair of ports", ports: { $0 << 8 }),
    Choice("every 32,768th pair of ports", ports: { $0 << 15 }),
    Choice("ports that differ in one bit from their neighbours'", ports: { $0 ^ $0 >> 1 }),
    Choice("addresses in a row") { key(0x0A00_0000 + $0, 0xCB00_7114, ports: 443) },
    Choice("addresses with the bits turned round") { key($0.bitReversed, 0xCB00_7114, ports: 443) },
    Choice("both addresses in step") { key(0x0A00_0000 + $0, 0x0B00_0000 + 3 * $0, ports: 53) },
    Choice("addresses and ports in step") { key(0x0A00_0000 + $0, 0xCB00_7114, ports: $0) },
    Choice("interface identifiers in a row") { key(v6: UInt64($0), prefix: 1) },
    Choice("interface identifiers that differ in their upper half") { key(v6: UInt64($0) << 32, prefix: 1) },
    Choice("prefixes in a row") { key(v6: 1, prefix: UInt64($0)) },
  ]

  private static func key(_ a: UInt32, _ b: UInt32, ports: UInt32) -> FlowKey {
    FlowKey(a: IPAddress(v4: a), b: IPAddress(v4: b), ports: 17 << 32 | UInt64(ports))
  }

  private static func key(v6 identifier: UInt64, prefix: UInt64) -> FlowKey {
    FlowKey(
      a: IPAddress(high: 0x2001_0DB8 << 32 | prefix, low: identifier),
      b: IPAddress(high: 0x2001_0DB8 << 32, low: 0x1234), ports: 6 << 32 | 443)
  }

  /// Slots read to find each of so many flows in a table that holds them, a flow on average.
  private static func meanProbes(_ count: UInt32, _ hash: FlowHash, _ key: (UInt32) -> FlowKey) -> Double {
    var table = FlowTable(capacity: Int(count), hash: hash)
    for number in 0..<count {
      _ = table.insert(
        TrackedFlow(
          key: key(number), first: Timestamp(nanoseconds: 0), firstFrame: PackedFrame(capture: 0, frame: 1)))
    }
    return Double((0..<count).reduce(0) { $0 + table.probes(for: key($1)) }) / Double(count)
  }

  /// A table of 1,024 flows is half full: linear probing then reads 1.5 slots a flow (Knuth, volume 3, section 6.4).
  private static let flows: UInt32 = 1_024

  @Test("flows chosen in rows cost what random ones cost, under whatever secret", arguments: choices)
  func rows(choice: Choice) {
    for seed in 1...60 {
      var random = SplitMix(seed: UInt64(seed))
      let probes = Self.meanProbes(Self.flows, FlowHash(using: &random), choice.key)
      #expect(probes < 2, "under secret \(seed)")
    }
  }

  @Test("flows chosen to collide under a known secret all collide there, and cost nothing special under another")
  func chosen() {
    var known = SplitMix(seed: 7)
    let hash = FlowHash(using: &known)
    // The second word of the secret, as the interface identifier of a host, makes every product with it nothing.
    var words = SplitMix(seed: 7)
    _ = words.next()
    let zero = words.next()
    let key = { (number: UInt32) in
      FlowKey(
        a: IPAddress(high: 0x2001_0DB8 << 32, low: UInt64(number)),
        b: IPAddress(high: 0x2001_0DB8 << 32 | 1, low: zero),
        ports: 6 << 32 | 443)
    }
    #expect(Self.meanProbes(Self.flows, hash, key) > Double(Self.flows) / 2 - 1, "each is read past all before it")
    for _ in 0..<20 { #expect(Self.meanProbes(Self.flows, FlowHash(), key) < 2) }
  }

  @Test("every table has a secret of its own")
  func secret() {
    let key = Self.key(1, 2, ports: 3)
    #expect(Set((0..<8).map { _ in FlowHash()(key) }).count == 8)
  }
}

extension UInt32 {
  fileprivate var bitReversed: UInt32 {
    (0..<32).reduce(0) { $0 | (self >> UInt32($1) & 1) << UInt32(31 - $1) }
  }
}
