import Capture
import Dissection
import Observations
import Testing

@testable import Tracking

@Suite("Capture points in one file")
struct RepeatedSightingsTests {
  private static let size = 40

  /// Packets that were written to one file.
  private struct Merged {
    private var writer = PcapNGWriter()
    private var number: UInt8 = 0
    private var seconds = 0

    init(interfaces: Int = 1) {
      for _ in 0..<interfaces { writer.addInterface(linkTypeNumber: 101) }
    }

    /// A packet, each time it is seen with so many hops to go.
    mutating func add(
      from source: Endpoint, to destination: Endpoint, seen: [(hopsLeft: UInt8, interface: Int)]
    ) {
      number += 1
      seconds += 2
      var packet = Packets.udpPacket(
        source, destination, [UInt8](repeating: number, count: RepeatedSightingsTests.size))
      for (turn, sighting) in seen.enumerated() {
        packet[8] = sighting.hopsLeft
        unsafe writer.addPacket(
          packet.span.bytes, originalLength: packet.count, time: Packets.time(Double(seconds) + Double(turn) * 0.03),
          interface: sighting.interface)
      }
    }

    private func batches(_ take: (borrowing PacketBatch, RawSpan, ContiguousArray<LinkType>) -> Void) throws {
      var file = try CaptureFile.open(bytes: writer.bytes, name: "merged")
      var batch = PacketBatch()
      while try file.readBatch(&batch) { take(batch, file.window, ContiguousArray(file.interfaces.map(\.linkType))) }
    }

    func separation() throws -> PointSeparation? {
      var sightings = RepeatedSightings()
      try batches { sightings.read($0, window: $1, linkTypes: $2) }
      return sightings.separation
    }

    /// The point of each packet; nil where they are one point's.
    func places() throws -> [Int]? {
      guard let separation = try separation() else { return nil }
      var places: [Int] = []
      try batches { places += separation.places(of: $0, 0..<$0.count, window: $1, linkTypes: $2) }
      return places
    }
  }

  @Test("what passes three interfaces one after the other was seen at three points")
  func three() throws {
    var merged = Merged(interfaces: 3)
    for _ in 0..<4 { merged.add(from: Self.client, to: Self.gateway, seen: [(64, 2), (63, 1), (62, 0)]) }
    #expect(try merged.separation() == .interfaces([1: 1, 2: 2]))
  }

  @Test(
    "what the capture gives the same number to on two interfaces was seen at two points, with translated addresses too")
  func numbered() throws {
    func separation(identity: (Int) -> UInt64) throws -> PointSeparation? {
      var writer = PcapNGWriter()
      for _ in 0..<2 { writer.addInterface(linkTypeNumber: 101) }
      let outside = Endpoint(Packets.gateway.address, 40_000)
      for number in 0..<8 {
        let payload = [UInt8](repeating: UInt8(number), count: Self.size)
        for (interface, source) in [Packets.client, outside].enumerated() {
          let packet = Packets.udpPacket(source, Packets.gateway, payload)
          unsafe writer.addPacket(
            packet.span.bytes, originalLength: packet.count, time: Packets.time(Double(number)), interface: interface,
            identity: identity(number))
        }
      }
      var file = try CaptureFile.open(bytes: writer.bytes, name: "numbered")
      var batch = PacketBatch()
      var sightings = RepeatedSightings()
      while try file.readBatch(&batch) { sightings.read(batch, window: file.window, linkTypes: [.rawIP, .rawIP]) }
      return sightings.separation
    }
    #expect(try separation { UInt64($0) + 1 } == .interfaces([1: 1]))
    #expect(try separation { _ in 0 } == nil)
  }

  private static let client = Packets.client
  private static let gateway = Packets.gateway

  /// Three packets each way, which pass two points with a router in between.
  private static func twoPoints() -> Merged {
    var merged = Merged()
    for _ in 0..<3 {
      merged.add(from: client, to: gateway, seen: [(64, 0), (63, 0)])
      merged.add(from: gateway, to: client, seen: [(64, 0), (63, 0)])
    }
    return merged
  }

  private static let placesOfTwoPoints = [0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0]

  @Test("packets that are seen again with fewer hops to go come from two points, the nearer one of each host")
  func hops() throws {
    #expect(try Self.twoPoints().places() == Self.placesOfTwoPoints)
  }

  @Test("a packet that never reaches the further point belongs to the nearer one")
  func lost() throws {
    var merged = Self.twoPoints()
    merged.add(from: Self.client, to: Self.gateway, seen: [(64, 0)])
    merged.add(from: Self.gateway, to: Self.client, seen: [(64, 0)])
    #expect(try merged.places() == Self.placesOfTwoPoints + [0, 1])
  }

  @Test("what a router in between sends belongs to the point nearer to the receiver")
  func router() throws {
    var merged = Self.twoPoints()
    let router = Endpoint(Packets.router, 9)
    merged.add(from: router, to: Self.client, seen: [(64, 0)])
    merged.add(from: router, to: Self.gateway, seen: [(254, 0)])
    #expect(try merged.places() == Self.placesOfTwoPoints + [0, 1])
  }

  @Test("packets that pass once, or two of them by chance, are one point's")
  func oncePassed() throws {
    var merged = Merged()
    for _ in 0..<9 { merged.add(from: Self.client, to: Self.gateway, seen: [(64, 0)]) }
    #expect(try merged.separation() == nil)
    for _ in 0..<2 { merged.add(from: Self.client, to: Self.gateway, seen: [(64, 0), (63, 0)]) }
    #expect(try merged.separation() == nil)
  }

  @Test("a loop, or a third point, is not told apart by hops")
  func loop() throws {
    var merged = Merged()
    for _ in 0..<5 { merged.add(from: Self.client, to: Self.gateway, seen: [(64, 0), (62, 0), (60, 0)]) }
    #expect(try merged.separation() == nil)
  }

  @Test("copies with as many hops to go are no second point")
  func mirrored() throws {
    var merged = Merged()
    for _ in 0..<5 { merged.add(from: Self.client, to: Self.gateway, seen: [(64, 0), (64, 0)]) }
    #expect(try merged.separation() == nil)
  }

  @Test("what is sent to all is seen on all interfaces, and says nothing")
  func multicast() throws {
    var merged = Merged(interfaces: 2)
    let all = Endpoint(IPAddress(v4: 0xE000_00FB), 5353)
    for _ in 0..<5 { merged.add(from: Self.client, to: all, seen: [(255, 0), (255, 1)]) }
    #expect(try merged.separation() == nil)
  }

  @Test("interfaces that show the same packets are points")
  func interfaces() throws {
    var merged = Merged(interfaces: 2)
    for _ in 0..<3 { merged.add(from: Self.client, to: Self.gateway, seen: [(64, 0), (64, 1)]) }
    merged.add(from: Self.gateway, to: Self.client, seen: [(64, 1)])
    #expect(try merged.places() == [0, 1, 0, 1, 0, 1, 1])
  }

  @Test("interfaces that show other packets, as the two of a tap, are one point")
  func tap() throws {
    var merged = Merged(interfaces: 2)
    for _ in 0..<5 {
      merged.add(from: Self.client, to: Self.gateway, seen: [(64, 0)])
      merged.add(from: Self.gateway, to: Self.client, seen: [(64, 1)])
    }
    #expect(try merged.separation() == nil)
  }

  @Test("interfaces beyond the fourth belong to the last point")
  func manyInterfaces() throws {
    var merged = Merged(interfaces: 6)
    for other in 1..<6 {
      for earlier in 0..<other {
        for _ in 0..<3 { merged.add(from: Self.client, to: Self.gateway, seen: [(64, earlier), (64, other)]) }
      }
    }
    #expect(try merged.separation() == .interfaces([1: 1, 2: 2, 3: 3, 4: 3, 5: 3]))
  }
}
