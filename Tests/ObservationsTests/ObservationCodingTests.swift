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

  private static let id = HandshakeID(.dtls, firstFrame: frame)
  private static let lineID = HandshakeID(.ike, first: .line(LogLine(log: 1, number: 7)))

  private static let handshakes: [Observation.Event] = [
    .opened(
      Opening(
        id: id, flow: flow, token: random, sender: .client, answersChallenge: true, isForeign: true,
        version: .preStandardDTLS, sessionID: "c0ffee", serverName: "vpn\u{1B}[31m.\"example\"",
        applicationProtocols: ["h2", ""],
        connection: TCPOpening(synTime: time, syn: frame, clientMSS: 1460, synAck: frame, serverMSS: nil))),
    .opened(Opening(id: lineID, flow: nil)),
    .opened(
      Opening(
        id: HandshakeID(.wireguard, firstFrame: frame), flow: flow, token: HandshakeToken(1, 0, 0, 0, byteCount: 9),
        renews: HandshakeID(.wireguard, firstFrame: FrameReference(capture: 0, frame: 1)), sender: .server)),
    .message(
      HandshakeMessage(
        id: id, flow: flow, sender: .server, stage: .answer, name: MessageName("ServerHello"), version: .tls13,
        cipherSuite: CipherSuite(0x1302))),
    .message(
      HandshakeMessage(
        id: id, flow: flow, sender: .server, stage: .challenge, name: MessageName("cookie reply"), renews: lineID)),
    .established(Establishment(id: id, flow: flow)),
    .established(Establishment(id: lineID, flow: nil, relation: .replacing)),
    .failed(HandshakeFailure(id: id, cause: .timedOut)),
    .failed(HandshakeFailure(id: id, cause: .sendFailed)),
    .failed(HandshakeFailure(id: id, cause: .repeated)),
    .failed(HandshakeFailure(id: id, cause: .rejected(reason: nil))),
    .failed(HandshakeFailure(id: id, cause: .setup(reason: "no common cipher"))),
    .failed(HandshakeFailure(id: id, cause: .other(reason: ""))),
    .refused(
      Refusal(
        id: id, flow: flow, kind: .icmp(type: 1, code: 4, isIPv6: true), reporter: gateway.address, quoted: quoted,
        quotedSide: .client)),
    .refused(
      Refusal(
        id: id, flow: flow, kind: .reset, reporter: gateway.address, quoted: quoted, quotedSide: .server)),
    .rejected(Rejection(id: id, flow: flow, sender: .server, reason: "handshake_failure")),
  ]

  private static let sessions: [Observation.Event] = [
    .data(ChannelData(id: id, flow: flow, sender: .server)),
    .silence(
      Silence(
        id: id, flow: flow, silentSide: .server, lastHeard: nil, unansweredSince: time, unansweredFrame: frame,
        packets: 12, heardAgain: false)),
    .deadPeer(DeadPeer(id: lineID)),
    .addressChanged(AddressChange(id: id, flow: flow, from: client, to: gateway)),
    .closing(Closing(id: id, flow: flow, sender: .client)),
    .summary(
      ChannelSummary(
        id: id, flow: flow, start: time, startFrame: frame, sawStart: true, token: random, end: time,
        ending: .serverReset, client: totals, server: PayloadTotals(missing: 7), openingRequests: 4, turns: 9,
        turnMarks: [CountMark(time: time, frame: FrameReference(capture: 0, frame: 3))])),
    .summary(
      ChannelSummary(
        id: id, flow: flow, start: time, startFrame: frame, sawStart: false, end: time, client: totals,
        server: totals,
        marks: SessionMarks(first: random, latest: [random], firstNumber: 3, highestNumber: .max))),
    .ended(SessionEnd(id: nil, reason: nil)),
    .ended(SessionEnd(id: lineID, reason: "idle timeout", byClient: true)),
    .reconnecting(nil),
    .reconnecting(.dtls),
    .negotiated(.innerAddress),
    .negotiated(.mtu(TunnelMTUAnnouncement(tls: 1300, dtls: nil, base: 1500, tcpMSS: 1460))),
    .negotiated(.port(.dtls, 4433)),
    .negotiated(.notOffered(.dtls, mayBeByClient: true)),
    .negotiated(.timers(.tls, ChannelTimers(deadPeerDetection: 0, keepalive: nil, rekey: 86_400))),
    .negotiated(.innerAddressChanged(from: client.address, to: gateway.address)),
  ]

  private static let paths: [Observation.Event] = [
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
        receiverAlive: true, smallPacketsArrive: true, missingBytes: 2_896)),
    .fragments(
      Fragments(
        source: client.address, destination: gateway.address, transport: .other, sourcePort: nil,
        destinationPort: 443, datagrams: 1, fragments: 3, largest: 1500)),
    .largePacket(LargePacket(towardsClient: true, size: 1420, threshold: 1390)),
    .pathMTUExceeded(PathMTUExceeded(size: 1418, mtu: 1347, source: client.address, destination: nil)),
    .packetDropped(
      DroppedPacket(
        isToDevice: true, transport: .udp, source: client, destination: gateway, byAccessList: false,
        icmp: ICMPKind(type: 3, code: 4))),
    .sendTooLarge(.dtls),
  ]

  private static let statements: [Observation.Event] = [
    .statement(.reconfigured(reasonCode: 16, text: "New MTU")),
    .statement(.adapterMTUApplied),
    .statement(.listeningSockets([ListeningSocket(channel: .dtls, address: nil, port: 443)])),
    .statement(.webVPN(WebVPNConfiguration(tlsPort: 443, interfaces: ["outside"], isAnyConnectEnabled: true))),
    .statement(.groupPolicy(GroupPolicyConfiguration(name: "staff", mtu: 1300, ignoresDontFragment: true))),
    .statement(.tcpMSSLimit(1380)),
    .statement(.product(Product("ocserv"))),
    .statement(.adapterFailed(reason: "Operation not permitted")),
    .statement(.packetsDropped(reason: "mp-svc-no-fragment", count: 9)),
    .statement(.vpnSession(VPNSessionDetail(tlsPort: 443, dtlsCipher: "AES256"))),
  ]

  private static let events = handshakes + sessions + paths + statements

  /// The compiler demands a new line here for a new case, and `everyCase` an example of it.
  private static func name(of event: Observation.Event) -> String {
    switch event {
    case .opened: "opened"
    case .message: "message"
    case .established: "established"
    case .failed: "failed"
    case .refused: "refused"
    case .rejected: "rejected"
    case .data: "data"
    case .silence: "silence"
    case .deadPeer: "deadPeer"
    case .addressChanged: "addressChanged"
    case .closing: "closing"
    case .summary: "summary"
    case .ended: "ended"
    case .reconnecting: "reconnecting"
    case .negotiated: "negotiated"
    case .packetTooBig: "packetTooBig"
    case .oversizedPackets: "oversizedPackets"
    case .mssOffered: "mssOffered"
    case .stuckSegment: "stuckSegment"
    case .fragments: "fragments"
    case .largePacket: "largePacket"
    case .pathMTUExceeded: "pathMTUExceeded"
    case .packetDropped: "packetDropped"
    case .sendTooLarge: "sendTooLarge"
    case .statement: "statement"
    }
  }

  @Test("there is an example of every case")
  func everyCase() { #expect(Set(Self.events.map(Self.name)).count == 25) }

  @Test("every case reads back from JSON as it was, under its own name", arguments: events.indices)
  func roundTrip(index: Int) throws {
    let event = Self.events[index]
    for observation in [
      Observation(time: Self.time, point: 2, frame: Self.frame, event: event), Self.observation(ofLine: event),
    ] {
      let data = try JSONEncoder().encode(observation)
      #expect(try JSONDecoder().decode(Observation.self, from: data) == observation)
      #expect(String(decoding: data, as: UTF8.self).contains("\"\(Self.name(of: event))\""))
    }
  }

  private static func observation(ofLine event: Observation.Event) -> Observation {
    Observation(
      time: LogTime(written: time, hasZone: true, hasYear: false), line: LogLine(log: 3, number: 9),
      subject: LogSubject(user: "anna", client: client.address, clientPort: 50_000), event: event)
  }

  @Test("an observation says which packet or line shows it")
  func sources() {
    let event = Observation.Event.reconnecting(nil)
    let ofPacket = Observation(time: Self.time, point: 2, frame: Self.frame, event: event)
    #expect(ofPacket.source.frame == Self.frame && ofPacket.source.line == nil)
    let ofLine = Self.observation(ofLine: event)
    #expect(ofLine.source.line == LogLine(log: 3, number: 9) && ofLine.source.frame == nil)
    #expect(ofPacket.source < ofLine.source)
  }

  @Test("identities are in the order of what they begin with, packets before lines")
  func identities() {
    let ids = [
      HandshakeID(.dtls, firstFrame: FrameReference(capture: 0, frame: 9)),
      HandshakeID(.tls, firstFrame: FrameReference(capture: 0, frame: 9)),
      HandshakeID(.dtls, firstFrame: FrameReference(capture: 1, frame: 2)),
      HandshakeID(.dtls, first: .line(LogLine(log: 0, number: 1))),
      HandshakeID(.dtls, first: .line(LogLine(log: 0, number: 2))),
    ]
    #expect(ids.reversed().sorted() == ids)
  }

  @Test(
    "a reference to a capture or log that is not there is refused, and others are called as the reader says",
    arguments: [(0, 4), (1, nil)] as [(Int, Int?)])
  func numbers(index: Int, number: Int?) throws {
    let decoder = JSONDecoder()
    decoder.userInfo[.captureNumbers] = SourceNumbers([4])
    decoder.userInfo[.logNumbers] = SourceNumbers([4])
    let frame = try JSONEncoder().encode(FrameReference(capture: index, frame: 3))
    let line = try JSONEncoder().encode(LogLine(log: index, number: 3))
    guard let number else {
      #expect(throws: DecodingError.self) { try decoder.decode(FrameReference.self, from: frame) }
      #expect(throws: DecodingError.self) { try decoder.decode(LogLine.self, from: line) }
      return
    }
    #expect(try decoder.decode(FrameReference.self, from: frame) == FrameReference(capture: number, frame: 3))
    #expect(try decoder.decode(LogLine.self, from: line) == LogLine(log: number, number: 3))
  }

  @Test("addresses and endpoints are coded as text, times as whole nanoseconds, numbers as numbers")
  func forms() throws {
    let observation = Observation(
      time: Self.time, point: 2, frame: Self.frame,
      event: .message(
        HandshakeMessage(
          id: Self.id, flow: Self.flow, sender: .server, stage: .answer, name: MessageName("ServerHello"),
          version: .tls13, cipherSuite: CipherSuite(0x1302))))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(observation), as: UTF8.self)
    #expect(text.contains("\"client\":\"198.51.100.10:50000\""))
    #expect(text.contains("\"server\":\"[2001:db8::20]:443\""))
    #expect(text.contains("\"time\":1767225600123456789"))
    #expect(text.contains("\"name\":\"ServerHello\""))
    #expect(text.contains("\"version\":772"))
    #expect(text.contains("\"cipherSuite\":4866"))
  }

  @Test(
    "JSON that holds no address, endpoint or token is rejected",
    arguments: ["\"1.2.3\"", "\"\"", "7", "null", "\"zz\""])
  func rejected(json: String) {
    let data = Data("[\(json)]".utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPAddress].self, from: data) }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Endpoint].self, from: data) }
    guard json != "\"\"" else { return }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([HandshakeToken].self, from: data) }
  }
}
