import Foundation
import Observations
import Testing

@Suite("coding of observations")
struct ObservationCodingTests {
  private static let client = Endpoint(IPAddress(v4: 0xC633_640A), 50_000)
  private static let gateway = Endpoint(IPAddress(high: 0x2001_0DB8_0000_0000, low: 0x20), 443)
  private static let flow = Flow(client: client, server: gateway)
  private static let frame = FrameReference(capture: 2, frame: 17)
  private static let time = Timestamp(nanoseconds: 1_767_225_600_123_456_789)
  private static let random = HandshakeToken(1, .max, 3, 4)
  private static let quoted = QuotedFlow(transport: .udp, source: client, destination: gateway, length: 1418)
  private static let totals = PayloadTotals(packets: 3, bytes: 4_000_000_000, last: time)

  private static let events: [Observation.Event] = [
    .tlsClientHello(
      TLSClientHello(
        flow: flow, random: random, serverName: "vpn\u{1B}[31m.\"example\"", applicationProtocols: ["h2", ""],
        opening: TCPOpening(synTime: time, syn: frame, clientMSS: 1460, synAck: frame, serverMSS: nil))),
    .tlsClientHello(TLSClientHello(flow: flow, random: HandshakeToken(1, 0, 0, 0, byteCount: 9))),
    .tlsServerHello(TLSServerHello(flow: flow, version: .tls13, cipherSuite: CipherSuite(0x1302))),
    .tlsServerHello(TLSServerHello(flow: flow, version: .tls10, cipherSuite: nil)),
    .tlsConnectionEnded(
      TLSConnection(
        flow: flow, start: time, startFrame: frame, sawStart: true, clientRandom: random, end: time,
        ending: .serverReset, client: totals, server: PayloadTotals(), openingRequests: 4, turns: 9)),
    .dtlsHandshake(
      DTLSHandshake(
        flow: flow, sender: .client, message: .clientHello, clientRandom: random, version: .preStandardDTLS,
        sessionID: "c0ffee", hasCookie: true, offersSRTP: true)),
    .dtlsHandshake(
      DTLSHandshake(
        flow: flow, sender: .server, message: .serverHello, clientRandom: nil, version: .dtls12,
        cipherSuite: CipherSuite(0xC02F))),
    .dtlsData(DTLSData(flow: flow, sender: .server)),
    .dtlsSilence(
      DTLSSilence(
        flow: flow, silentSide: .server, lastHeard: nil, unansweredSince: time, unansweredFrame: frame, packets: 12,
        heardAgain: false)),
    .dtlsAlert(DTLSAlert(flow: flow, sender: .client)),
    .dtlsAssociationEnded(
      DTLSAssociation(flow: flow, start: time, end: time, sawStart: false, client: totals, server: totals)),
    .destinationUnreachable(
      DestinationUnreachable(
        isIPv6: true, type: 1, code: 4, reporter: gateway.address, quoted: quoted, quotesHello: true)),
    .packetTooBig(
      PacketTooBig(
        isIPv6: false, nextHopMTU: 1347, reporter: client.address, quoted: quoted, largest: 1418, largestFrame: frame,
        offeredMSS: 1378, offerFrame: frame, offerTime: time)),
    .packetTooBig(
      PacketTooBig(
        isIPv6: false, nextHopMTU: nil, reporter: client.address, quoted: quoted, largest: 1418, largestFrame: nil)),
    .oversizedPackets(
      OversizedPackets(
        source: client.address, destination: gateway.address, mtu: 1347, reporter: client.address, errors: 1,
        packets: 5, largest: 1418, largestFrame: frame, packetsAfterwards: 2)),
    .mssOffered(MSSOffer(flow: flow, sender: .client, mss: 1378, pathMTU: 1347)),
    .stuckSegment(
      StuckSegment(
        flow: flow, sender: .server, length: 1418, dontFragment: true, retransmissions: 5, firstSent: time,
        firstFrame: frame, lastSent: time, lastFrame: frame, largestDelivered: 600, acknowledged: true,
        receiverAlive: true, smallPacketsArrive: true)),
    .fragments(
      Fragments(
        source: client.address, destination: gateway.address, transport: .other, sourcePort: nil,
        destinationPort: 443, datagrams: 1, fragments: 3, largest: 1500)),
  ]

  /// The compiler demands a new line here for a new case, and `everyCase` an example of it.
  private static func name(of event: Observation.Event) -> String {
    switch event {
    case .tlsClientHello: "tlsClientHello"
    case .tlsServerHello: "tlsServerHello"
    case .tlsConnectionEnded: "tlsConnectionEnded"
    case .dtlsHandshake: "dtlsHandshake"
    case .dtlsData: "dtlsData"
    case .dtlsSilence: "dtlsSilence"
    case .dtlsAlert: "dtlsAlert"
    case .dtlsAssociationEnded: "dtlsAssociationEnded"
    case .destinationUnreachable: "destinationUnreachable"
    case .packetTooBig: "packetTooBig"
    case .oversizedPackets: "oversizedPackets"
    case .mssOffered: "mssOffered"
    case .stuckSegment: "stuckSegment"
    case .fragments: "fragments"
    }
  }

  @Test("there is an example of every case")
  func everyCase() { #expect(Set(Self.events.map(Self.name)).count == 14) }

  @Test("every case reads back from JSON as it was, under its own name", arguments: events.indices)
  func roundTrip(index: Int) throws {
    let event = Self.events[index]
    let observation = Observation(time: Self.time, point: 2, frame: Self.frame, event: event)
    let data = try JSONEncoder().encode(observation)
    #expect(try JSONDecoder().decode(Observation.self, from: data) == observation)
    #expect(String(decoding: data, as: UTF8.self).contains("\"\(Self.name(of: event))\""))
  }

  @Test("addresses and endpoints are coded as text, times as whole nanoseconds, numbers as numbers")
  func forms() throws {
    let observation = Observation(
      time: Self.time, point: 2, frame: Self.frame,
      event: .tlsServerHello(TLSServerHello(flow: Self.flow, version: .tls13, cipherSuite: CipherSuite(0x1302))))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(observation), as: UTF8.self)
    #expect(text.contains("\"client\":\"198.51.100.10:50000\""))
    #expect(text.contains("\"server\":\"[2001:db8::20]:443\""))
    #expect(text.contains("\"time\":1767225600123456789"))
    #expect(text.contains("\"version\":772"))
    #expect(text.contains("\"cipherSuite\":4866"))
  }

  @Test(
    "JSON that holds no address, endpoint or random is rejected",
    arguments: ["\"1.2.3\"", "\"\"", "7", "null", "\"zz\""])
  func rejected(json: String) {
    let data = Data("[\(json)]".utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPAddress].self, from: data) }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Endpoint].self, from: data) }
    guard json != "\"\"" else { return }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([HandshakeToken].self, from: data) }
  }
}
