import Dissection
import Families
import Observations
import Testing

@testable import Tracking

@Suite("copies of packets")
struct PacketCopiesTests {
  private static let hello = DTLSBytes.clientHello(random: 1)
  private static let datagram = Packets.udpPacket(Packets.client, Packets.gateway, hello)

  /// The packet as a router forwards it: with one hop less.
  private static func forwarded(_ packet: [UInt8]) -> [UInt8] {
    var packet = packet
    packet[8] -= 1
    return packet
  }

  @Test("a packet that a mirror of two ports captured twice counts once, and the first stands for it")
  func mirrored() throws {
    var packets = Packets()
    packets.add(Self.datagram, at: 0, identification: 7)
    packets.add(Self.datagram, at: 0.002, identification: 7)
    let tracked = try packets.tracked()
    #expect(tracked.events.openings(.dtls).count == 1)
    #expect(tracked.observations.first?.source == .frame(Packets.frame(1)))
    #expect(tracked.quality.copies == 1)
  }

  @Test("what a router or a firewall forwards is a copy, also when it is numbered anew")
  func routed() throws {
    var packets = Packets()
    let segment = Packets.tcpPacket(Packets.client, Packets.gateway, sequence: 9, [UInt8](repeating: 1, count: 40))
    for (packet, other) in [(Self.datagram, Self.forwarded(Self.datagram)), (segment, Self.forwarded(segment))] {
      packets.add(packet, at: 0, identification: 7)
      packets.add(other, at: 0.001, identification: 7)
      packets.add(other, at: 0.002, identification: 8)
    }
    #expect(try packets.tracked().quality.copies == 4)
  }

  @Test("a segment that TCP sends again at once has another number and as many hops left: it is no copy")
  func fastRetransmission() throws {
    var packets = Packets()
    let segment = Packets.tcpPacket(Packets.client, Packets.gateway, sequence: 9, [UInt8](repeating: 1, count: 40))
    for time in [0, 0.002, 0.004, 0.006] { packets.add(segment, at: time) }
    #expect(try packets.tracked().quality.copies == 0)
  }

  @Test("what the capture gives one number to is one packet, whatever became of its hops, checksum and identification")
  func numbered() throws {
    var packets = Packets()
    let segment = Packets.tcpPacket(Packets.client, Packets.gateway, sequence: 9, [UInt8](repeating: 1, count: 40))
    for (number, packet) in [Self.datagram, segment].enumerated() {
      var summed = packet
      summed[20 + (number == 0 ? 6 : 16)] ^= 0xFF
      packets.add(packet, at: Double(number), identity: UInt64(number) + 1)
      packets.add(Self.forwarded(summed), at: Double(number) + 0.5, identity: UInt64(number) + 1)
    }
    #expect(try packets.tracked().quality.copies == 2)
  }

  @Test("what has another number is another packet, and so is what has other bytes under the same number")
  func otherNumbers() throws {
    var packets = Packets()
    packets.add(Self.datagram, at: 0, identification: 7, identity: 1)
    packets.add(Self.datagram, at: 0.001, identification: 7, identity: 2)
    packets.add(
      Packets.udpPacket(Packets.client, Packets.gateway, DTLSBytes.clientHello(random: 2)), at: 0.002,
      identification: 7, identity: 2)
    #expect(try packets.tracked().quality.copies == 0)
  }

  @Test("what a slow mirror delivers a tenth of a second later is a copy by its identification, and nothing else is")
  func slowMirror() throws {
    let segment = Packets.tcpPacket(Packets.client, Packets.gateway, sequence: 9, [UInt8](repeating: 1, count: 40))
    for (packet, other) in [(Self.datagram, Self.forwarded(Self.datagram)), (segment, segment)] {
      var packets = Packets()
      packets.add(packet, at: 0, identification: 7)
      packets.add(other, at: 0.1, identification: 7)
      #expect(try packets.tracked().quality.copies == 1)
      var repeated = Packets()
      for (time, identification) in [(0, 7), (0.1, 8), (0.5, 8), (1, 0), (1.1, 0)] {
        repeated.add(packet, at: time, identification: UInt16(identification))
      }
      #expect(try repeated.tracked().quality.copies == 0)
    }
  }

  @Test("the same bytes after a second are sent again, and count again")
  func repetition() throws {
    var packets = Packets()
    for time in [0.0, 1, 3] { packets.add(Self.datagram, at: time, identification: 0) }
    let tracked = try packets.tracked()
    #expect(tracked.events.openings(.dtls).count == 3)
    #expect(tracked.quality.copies == 0)
  }

  @Test("packets between other hosts, and other bytes, are no copies")
  func different() throws {
    var packets = Packets()
    packets.add(Self.datagram, at: 0, identification: 7)
    packets.add(
      Packets.udpPacket(Endpoint(Packets.router, Packets.client.port), Packets.gateway, Self.hello), at: 0.001,
      identification: 7)
    var other = Self.datagram
    other[20 + 8 + 13 + 12 + 2 + 30] ^= 1  // in the hello's random value
    packets.add(other, at: 0.001, identification: 8)
    #expect(try packets.tracked().quality.copies == 0)
  }

  /// Datagrams a millisecond apart, from `copiesBegin` on each of them twice; how many are taken for copies.
  private static func copies(among count: Int, from copiesBegin: Int) -> Int {
    var copies = PacketCopies()
    var found = 0
    var packet = datagram
    for number in 0..<count {
      // In the hello's random value.
      packet.replaceSubrange(80..<88, with: Packets.bytes(UInt64(number)))
      for _ in 0..<(number >= copiesBegin ? 2 : 1) {
        let time = Packets.time(Double(number) / 1000)
        _ = unsafe PacketWalk.walk(packet.span.bytes, linkType: .rawIP, missingBytes: 0) { payload, header, _ in
          if copies.isCopy(payload, header, at: time) { found += 1 }
        }
      }
    }
    return found
  }

  @Test("copies that begin late are found by a later look, and all that follow are")
  func late() {
    #expect(Self.copies(among: 1_000, from: 0) == 1_000)
    #expect(Self.copies(among: 70_000, from: .max) == 0)
    let late = Self.copies(among: 90_000, from: 66_000)
    #expect(late > 90_000 - 66_000 - 15_360 && late < 90_000 - 66_000)
  }
}
