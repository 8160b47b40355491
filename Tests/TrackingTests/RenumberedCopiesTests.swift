import Dissection
import Observations
import Testing
import Tracking

@Suite("Connections seen on both sides of a firewall that rewrites sequence numbers")
struct RenumberedCopiesTests {
  /// A connection in which the server sends a segment of 1,400 bytes at each time, and nobody acknowledges it.
  ///
  /// - Parameter shift: What the firewall adds to the client's numbers and to the server's; nil where only one side is captured.
  private static func stuck(at times: [Double], shift: (client: UInt32, server: UInt32)?) -> Packets {
    var packets = Packets()
    func add(
      _ seconds: Double, _ side: Side, _ sequence: UInt32, _ acknowledgment: UInt32, _ payload: [UInt8] = [],
      flags: TCPFlags = .ack, mss: UInt16? = nil
    ) {
      let ends = side == .client ? (Packets.client, Packets.gateway) : (Packets.gateway, Packets.client)
      // The inside has the client's own numbers, and sees what the server sends last.
      let own = shift.map { side == .client ? $0.client : $0.server } ?? 0
      let other = shift.map { side == .client ? $0.server : $0.client } ?? 0
      let inside = (sequence, acknowledgment)
      let outside = (sequence &+ own, flags.contains(.ack) ? acknowledgment &+ other : 0)
      let views = shift == nil ? [inside] : side == .client ? [inside, outside] : [outside, inside]
      for (number, view) in views.enumerated() {
        packets.tcp(
          at: seconds + (shift == nil ? 0 : side == .client ? 0 : -0.001) + 0.001 * Double(number), from: ends.0,
          to: ends.1, flags, sequence: view.0, acknowledgment: view.1, payload, mss: mss)
      }
    }
    add(0, .client, 1_000, 0, flags: .syn, mss: 1_460)
    add(0.01, .server, 9_000, 1_001, flags: .syn.union(.ack), mss: 1_380)
    add(0.02, .client, 1_001, 9_001)
    add(0.1, .client, 1_001, 9_001, [UInt8](repeating: 3, count: 100))
    add(0.2, .server, 9_001, 1_101, [UInt8](repeating: 2, count: 500))
    add(0.3, .client, 1_101, 9_501)
    for time in times {
      add(time, .server, 9_501, 1_101, [UInt8](repeating: 1, count: 1_360))
      add(time + 0.6, .client, 1_101, 9_501, [UInt8](repeating: 4, count: 10))
    }
    return packets
  }

  private static let times = [1, 2.3, 3.9, 7.1, 15.5]

  @Test(
    "what is retransmitted is told as from one side alone, whichever numbers are higher",
    arguments: [(0x4000_0000, 0x2000_0000), (0xC000_0000, 0x2000_0000), (0xC000_0000, 0xE000_0000)])
  func retransmissions(client: UInt32, server: UInt32) throws {
    let one = try #require(try Self.stuck(at: Self.times, shift: nil).tracked().events.stuck.last)
    let both = try Self.stuck(at: Self.times, shift: (client, server)).tracked()
    let segment = try #require(both.events.stuck.last)
    #expect(segment.retransmissions == one.retransmissions && segment.length == one.length)
    #expect(segment.largestDelivered == one.largestDelivered && segment.receiverAlive == one.receiverAlive)
    #expect(segment.firstSent == one.firstSent && segment.lastSent == one.lastSent)
    // Each packet is there twice.
    #expect(both.quality.copies == 6 + 2 * Self.times.count)
  }

  @Test("a SYN with the identification of the first is its copy, although an answer came before", arguments: [7, 8])
  func answered(identification: UInt16) throws {
    var packets = Packets()
    for (seconds, sequence, number) in [(0.0, UInt32(1_000), UInt16(7)), (0.002, 0x8000_0000, identification)] {
      packets.tcp(
        at: seconds, from: Packets.client, to: Packets.gateway, .syn, sequence: sequence, mss: 1_460,
        identification: number)
      packets.tcp(
        at: seconds + 0.001, from: Packets.gateway, to: Packets.client, .syn.union(.ack), sequence: 9_000,
        acknowledgment: sequence &+ 1, mss: 1_380)
    }
    #expect(try packets.tracked().quality.copies == (identification == 7 ? 2 : 0))
  }

  @Test("a client that begins anew on the same port is no copy", arguments: [0.5, 0.03])
  func anew(seconds: Double) throws {
    var packets = Packets()
    let first = packets.open(at: 0)
    packets.close(.client, .rst, on: first, at: 0.025)
    _ = packets.open(at: seconds, sequence: 0x8000_0000)
    #expect(try packets.tracked().quality.copies == 0)
  }

  @Test("a SYN that comes again is no copy under another number, nor one after an answer")
  func again() throws {
    var packets = Packets()
    for (seconds, sequence) in [(0.0, UInt32(1_000)), (0.005, 1_000), (1, 5_000)] {
      packets.tcp(at: seconds, from: Packets.client, to: Packets.gateway, .syn, sequence: sequence, mss: 1_460)
    }
    #expect(try packets.tracked().quality.copies == 0)
  }
}
