import Foundation
import Observations
import Testing

@testable import ObservationStreams

@Suite("writing observations")
struct StreamWriterTests {
  private static let header = StreamHeader(
    generator: StreamHeader.Generator(name: "tunnelscope", version: "0"), part: nil, points: .automatic, selection: nil,
    captures: [StreamHeader.Capture(path: "a/b.pcap", firstPacket: Timestamp(nanoseconds: 1), linkTypes: ["Ethernet"])])

  private final class Collected {
    var bytes: [UInt8] = []
  }

  private func lines(_ body: (inout StreamWriter) throws -> Void) throws -> [String] {
    let collected = Collected()
    var writer = StreamWriter { collected.bytes += $0 }
    try body(&writer)
    try writer.finish()
    return String(decoding: collected.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func hello(_ serverName: String) -> Observation {
    let flow = Flow(client: Endpoint(IPAddress(v4: 1), 2), server: Endpoint(IPAddress(v4: 3), 443))
    return Observation(
      time: Timestamp(nanoseconds: 5), point: 0, frame: FrameReference(capture: 0, frame: 9),
      event: .tlsClientHello(TLSClientHello(flow: flow, random: HandshakeToken(1, 2, 3, 4), serverName: serverName)))
  }

  @Test("the first bytes say what it is, the last line how much there was")
  func frame() throws {
    let lines = try lines { try $0.write(Self.header) }
    #expect(lines[0].hasPrefix(#"{"schema":"tunnelscope-observations/1","#))
    #expect(lines[1] == #"{"end":{"observations":0}}"#)
  }

  @Test(
    "text from packets is printable ASCII, and reads back as it was",
    arguments: ["vpn.example.com", "\u{1B}]0;x\u{7}\n\u{0}\u{7F}\u{9B}31m", "\u{202E}\u{2028}é\u{1F600}\"\\/", ""])
  func hostileText(name: String) throws {
    let lines = try lines { try $0.write(hello(name), ObservationOrder(packets: 9)) }
    #expect(lines.count == 2)
    #expect(lines[0].utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    guard case .observation(let observation, let order) = try StreamDecoder().line(Array(lines[0].utf8)[...]) else {
      Issue.record("no observation")
      return
    }
    #expect(observation == hello(name))
    #expect(order == ObservationOrder(packets: 9))
  }

  @Test("what is told at the end comes after the packets, flows before paths before fragments, in order of beginning")
  func orders() throws {
    func end(_ turn: ObservationOrder.Turn, _ capture: Int, _ frame: Int) -> ObservationOrder {
      ObservationOrder(packets: 20, turn: turn, first: FrameReference(capture: capture, frame: frame))
    }
    let orders = [
      ObservationOrder(packets: 3), ObservationOrder(packets: 20), end(.flows, 0, 7), end(.flows, 1, 2),
      end(.paths, 0, 1), end(.fragments, 0, 1), ObservationOrder(packets: 21),
    ]
    #expect(orders.shuffled().sorted() == orders)
    for order in orders {
      let data = try JSONEncoder().encode(order)
      #expect(try JSONDecoder().decode(ObservationOrder.self, from: data) == order)
    }
  }

  @Test(
    "an order of other numbers is refused", arguments: ["[]", "[1,2]", "[1,0,0,0]", "[1,9,0,0]", "[1,1,0,0,0]", "1"])
  func refusedOrders(json: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(ObservationOrder.self, from: Data(json.utf8)) }
  }

  @Test("a part is a number of a count", arguments: ["0/2", "3/2", "1/257", "1/0", "-1/2", "1", "1/2/3", "a/b", ""])
  func parts(text: String) {
    #expect(HostPairShare(text) == nil)
    #expect(HostPairShare("2/2")?.description == "2/2")
  }
}
