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
      event: .opened(
        Opening(
          id: HandshakeID(.tls, firstFrame: FrameReference(capture: 0, frame: 7)), flow: flow,
          token: HandshakeToken(1, 2, 3, 4), serverName: serverName)))
  }

  @Test("the first bytes say what it is, the last line how much there was")
  func frame() throws {
    let lines = try lines { try $0.write(Self.header) }
    #expect(lines[0].hasPrefix(#"{"schema":"tunnelscope-observations/2","#))
    #expect(lines[1] == #"{"end":{"observations":0}}"#)
  }

  @Test(
    "text from packets is printable ASCII, and reads back as it was",
    arguments: ["vpn.example.com", "\u{1B}]0;x\u{7}\n\u{0}\u{7F}\u{9B}31m", "\u{202E}\u{2028}é\u{1F600}\"\\/", ""])
  func hostileText(name: String) throws {
    let lines = try lines { try $0.write(hello(name), ObservationOrder(packets: 9)) }
    #expect(lines.count == 2)
    #expect(lines[0].utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    guard case .observation(let observation, let place) = try StreamDecoder().line(Array(lines[0].utf8)[...]) else {
      Issue.record("no observation")
      return
    }
    #expect(observation == hello(name))
    #expect(place == .packet(ObservationOrder(packets: 9)))
  }

  private func line(_ number: Int, user: String = "anna") -> Observation {
    let line = LogLine(log: 0, number: number)
    return Observation(
      time: LogTime(written: Timestamp(nanoseconds: -5), hasZone: false), line: line, subject: LogSubject(user: user),
      event: .failed(HandshakeFailure(id: HandshakeID(.dtls, first: .line(line)), cause: .timedOut)))
  }

  @Test("what a log shows stands beside what packets show, without an order", arguments: ["anna", "\u{1B}[31m\n"])
  func logLines(user: String) throws {
    let lines = try lines {
      try $0.write(hello("vpn"), ObservationOrder(packets: 9))
      try $0.write(line(3, user: user), LogLine(log: 0, number: 3))
    }
    #expect(lines.count == 3)
    #expect(lines[1].utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    guard case .observation(let observation, let place) = try StreamDecoder().line(Array(lines[1].utf8)[...]) else {
      Issue.record("no observation")
      return
    }
    #expect(observation == line(3, user: user))
    #expect(place == .line(LogLine(log: 0, number: 3)))
    #expect(place > .packet(ObservationOrder(packets: 10)))
    #expect(lines[2] == #"{"end":{"observations":2}}"#)
  }

  @Test("what a packet shows is refused without its order")
  func missingOrder() throws {
    let text = try lines { try $0.write(hello("vpn"), LogLine(log: 0, number: 3)) }[0]
    #expect(throws: StreamDecoder.NotUnderstood.self) { try StreamDecoder().line(Array(text.utf8)[...]) }
  }

  @Test("a log is described when it has been read")
  func logs() throws {
    let description = LogDescription(
      index: 0, name: "asa.log", format: LogFormat("asa-syslog", title: "ASA syslog", side: .server), lines: 7, understoodLines: 6, unknownLines: 1)
    let text = try lines { try $0.write(StreamLog(log: description)) }[0]
    guard case .log(let log) = try StreamDecoder().line(Array(text.utf8)[...]) else {
      Issue.record("no log")
      return
    }
    #expect(log == StreamLog(log: description))
  }

  @Test("logs are called as the reader says, in every member that names a line")
  func logNumbers() throws {
    let text = try lines { try $0.write(line(3), LogLine(log: 0, number: 3)) }[0]
    guard
      case .observation(let observation, _) = try StreamDecoder(logs: LogNumbers([5])).line(Array(text.utf8)[...]),
      case .failed(let failure) = observation.event
    else {
      Issue.record("no failure")
      return
    }
    #expect(observation.source == .line(LogLine(log: 5, number: 3)))
    #expect(failure.id.first == .line(LogLine(log: 5, number: 3)))
    #expect(throws: StreamDecoder.NotUnderstood.self) {
      try StreamDecoder(logs: LogNumbers([])).line(Array(text.utf8)[...])
    }
  }

  @Test(
    "what ends comes after the packets: flows, sessions, paths, fragments, each in order of beginning")
  func orders() throws {
    func end(_ turn: ObservationOrder.Turn, _ capture: Int, _ frame: Int) -> ObservationOrder {
      ObservationOrder(packets: 20, turn: turn, first: FrameReference(capture: capture, frame: frame))
    }
    let orders = [
      ObservationOrder(packets: 3), ObservationOrder(packets: 20), end(.flows, 0, 7), end(.flows, 1, 2),
      end(.sessions, 0, 3),
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
