import Observations
import Testing

@testable import Logs

@Suite("Packets that an ASA captured as dropped")
struct ASPDropCaptureTests {
  private static func dropped(
    _ transport: TransportProtocol, _ source: (String, UInt16), _ destination: (String, UInt16), _ reason: String
  ) throws -> Observation.Event {
    .packetDropped(
      DroppedPacket(
        isToDevice: false, transport: transport,
        source: Endpoint(try #require(IPAddress(source.0)), source.1),
        destination: Endpoint(try #require(IPAddress(destination.0)), destination.1),
        byAccessList: reason == "acl-drop",
        reason: reason))
  }

  @Test("each packet is read with its ends and the name of the reason, wherever the terminal broke the line")
  func packets() throws {
    let reading = try Reading(fixture: "asa-capture-asp-drop.txt")
    #expect(
      reading.events == [
        try Self.dropped(.udp, ("198.51.100.10", 51_234), ("203.0.113.20", 443), "acl-drop"),
        try Self.dropped(.other, ("198.51.100.10", 0), ("203.0.113.20", 0), "vpn-context-expired"),
        try Self.dropped(.tcp, ("203.0.113.20", 443), ("198.51.100.10", 40_112), "tcp-not-syn"),
        try Self.dropped(.tcp, ("2001:db8:1::10", 34_327), ("2001:db8:2::20", 443), "l2_acl"),
      ])
    #expect(reading.observations.map(\.line.number) == [5, 10, 11, 13])
    #expect(reading.observations.allSatisfy { $0.subject.device == "ciscoasa" })
    #expect(reading.log?.format.name == "asa-commands")
  }

  @Test(
    "what only looks like such a line shows nothing",
    arguments: [
      "   1: 12:33:10.123456       198.51.100.10.51234 > 203.0.113.20.443:  udp 18",
      "Drop-reason: (acl-drop) Flow is denied by configured rule",
      "   1: 12:33:10.123456       198.51.100.10.51234 > 203.0.113.20.443:  udp 18 Drop-reason: (acl drop) x",
      "   1: 12:33:10.123456       198.51.100.10.99999 > 203.0.113.20.443:  udp 18 Drop-reason: (acl-drop) x",
      "   1: 12:33:10.123456       client.51234 > gateway.443:  udp 18 Drop-reason: (acl-drop) x",
      "   1: 12:33:10.123456 Drop-reason: (acl-drop) 198.51.100.10 >",
      "   1: 198.51.100.10.51234 > 203.0.113.20.443:  udp 18 Drop-reason: (acl-drop) x",
    ])
  func others(line: String) throws {
    #expect(try Reading("ciscoasa# show capture drops\n\(line)\n").events.isEmpty)
  }
}
