import Observations
import Testing

@testable import Tracking

@Suite("TCP connections that came to nothing")
struct ConnectionFailuresTests {
  private func failed(_ fill: (inout Packets) -> Void) throws -> [FailedConnections.Connection] {
    var packets = Packets()
    fill(&packets)
    return try packets.tracked().failedConnections.connections
  }

  @Test("SYNs that nobody answers are one connection, for as long as the client asks")
  func unanswered() throws {
    let failed = try failed { packets in
      for second in [0.0, 1, 3, 7] {
        packets.tcp(at: second, from: Packets.client, to: Packets.gateway, .syn, sequence: 1)
      }
    }
    #expect(failed.map(\.flow) == [Flow(client: Packets.client, server: Packets.gateway)])
    #expect(failed.map(\.seconds) == [7])
    #expect(failed.map(\.frame) == [1])
    #expect(failed.map(\.isRefused) == [false])
  }

  @Test("a SYN that a reset answers is refused, and a connection that came up has not failed")
  func refused() throws {
    let failed = try failed { packets in
      packets.tcp(at: 0, from: Packets.client, to: Packets.gateway, .syn, sequence: 1)
      packets.tcp(
        at: 0.1, from: Packets.gateway, to: Packets.client, .rst.union(.ack), sequence: 0, acknowledgment: 2)
      _ = packets.open(at: 1, client: Endpoint(Packets.client.address, 50_001))
    }
    #expect(failed.map(\.isRefused) == [true])
  }

  @Test("of very many the eight are kept for which clients asked longest")
  func bounded() throws {
    let failed = try failed { packets in
      for number in 0..<40 {
        let client = Endpoint(Packets.client.address, UInt16(50_000 + number))
        packets.tcp(at: 0, from: client, to: Packets.gateway, .syn, sequence: 1)
      }
      for number in 0..<40 {
        let client = Endpoint(Packets.client.address, UInt16(50_000 + number))
        packets.tcp(at: Double(number), from: client, to: Packets.gateway, .syn, sequence: 1)
      }
    }
    #expect(failed.map(\.seconds) == [39, 38, 37, 36, 35, 34, 33, 32])
  }
}
