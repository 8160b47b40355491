import Observations
import Testing
import Tracking

@Suite("retransmissions")
struct RetransmissionTrackingTests {
  private static let flow = Flow(client: Packets.client, server: Packets.gateway)

  /// A small answer that is acknowledged, then a DF segment of 1400 bytes sent at each time.
  private static func stuck(at times: [Double], size: Int = 1360) -> (packets: Packets, connection: TCPConnection) {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, Array("GET / HTTP/1.1\r\n\r\n".utf8), on: &connection, at: 0.1)
    packets.send(.server, [UInt8](repeating: 2, count: 500), on: &connection, at: 0.2)
    packets.send(.client, [], on: &connection, at: 0.3)
    for time in times {
      packets.tcp(
        at: time, from: connection.server, to: connection.client, sequence: connection.serverNext,
        acknowledgment: connection.clientNext, [UInt8](repeating: 1, count: size))
    }
    return (packets, connection)
  }

  @Test("a segment is emitted at its third retransmission and again at the end")
  func told() throws {
    let (packets, _) = Self.stuck(at: [1, 1.3, 1.9, 3.1, 5.5])
    let segments = try packets.tracked().events.stuck
    #expect(segments.map(\.retransmissions) == [3, 4])
    let last = try #require(segments.last)
    #expect(last.flow == Self.flow && last.sender == .server)
    #expect(last.length == 1400 && last.dontFragment && !last.acknowledged)
    #expect(last.firstSent == Packets.time(1.3) && last.firstFrame == Packets.frame(8))
    #expect(last.lastSent == Packets.time(5.5) && last.lastFrame == Packets.frame(11))
    #expect(last.largestDelivered == 540)
  }

  @Test("two retransmissions are ordinary loss")
  func ordinaryLoss() throws {
    #expect(try Self.stuck(at: [1, 1.3, 1.9]).packets.tracked().events.stuck.isEmpty)
  }

  @Test("an acknowledgment in the end is told")
  func acknowledged() throws {
    var (packets, connection) = Self.stuck(at: [1, 1.3, 1.9, 3.1])
    connection.advance(.server, by: 1360)
    packets.send(.client, [], on: &connection, at: 3.2)
    #expect(try packets.tracked().events.stuck.map(\.acknowledged) == [false, true])
  }

  @Test("a receiver that acknowledges something else meanwhile is alive; one that is not heard is not")
  func receiverAlive() throws {
    let dead = Self.stuck(at: [1, 1.3, 1.9, 3.1]).packets
    #expect(try dead.tracked().events.stuck.last?.receiverAlive == false)
    var (packets, connection) = Self.stuck(at: [1, 1.3, 1.9])
    packets.send(.client, [], on: &connection, at: 2.5)
    packets.tcp(
      at: 3.1, from: connection.server, to: connection.client, sequence: connection.serverNext,
      acknowledgment: connection.clientNext, [UInt8](repeating: 1, count: 1360))
    #expect(try packets.tracked().events.stuck.last?.receiverAlive == true)
  }

  @Test("a receiver that opens another connection meanwhile is alive")
  func aliveElsewhere() throws {
    var (packets, connection) = Self.stuck(at: [1, 1.3, 1.9])
    packets.tcp(
      at: 2.5, from: Endpoint(Packets.client.address, 50_007), to: Packets.gateway, .syn, sequence: 1, mss: 1460)
    packets.tcp(
      at: 3.1, from: connection.server, to: connection.client, sequence: connection.serverNext,
      acknowledgment: connection.clientNext, [UInt8](repeating: 1, count: 1360))
    connection.advance(.client, by: 0)
    #expect(try packets.tracked().events.stuck.last?.receiverAlive == true)
  }

  @Test("keep-alives repeat a byte that was acknowledged; they are no retransmissions")
  func keepAlives() throws {
    var (packets, connection) = Self.stuck(at: [])
    for time in 1...10 {
      packets.tcp(
        at: Double(time * 20), from: connection.server, to: connection.client, sequence: connection.serverNext &- 1,
        acknowledgment: connection.clientNext, [0])
    }
    connection.advance(.client, by: 0)
    #expect(try packets.tracked().events.stuck.isEmpty)
  }

  @Test("sequence numbers that pass 2³² are no retransmissions")
  func wrapAround() throws {
    var packets = Packets()
    var connection = packets.open(at: 0, sequence: UInt32.max - 2000)
    for time in 1...6 {
      packets.send(.client, [UInt8](repeating: 1, count: 1000), on: &connection, at: Double(time))
    }
    #expect(connection.clientNext < 10_000)
    #expect(try packets.tracked().events.stuck.isEmpty)
  }
}
