import Foundation
import Observations
import Testing

@testable import CaseBundle

/// One observation of each kind, each part with a value of its own, so that a part that is forgotten shows.
private enum Named {
  static let client = Endpoint(IPAddress(v4: 0xC633_640A), 50_001)
  static let gateway = Endpoint(IPAddress(v4: 0xCB00_7114), 443)
  static let other = Endpoint(IPAddress(v4: 0xC633_640B), 50_002)
  static let flow = Flow(client: client, server: gateway)
  static let frame = FrameReference(capture: 1, frame: 7)
  static let id = HandshakeID(.dtls, firstFrame: frame)
  static let earlier = HandshakeID(.dtls, firstFrame: FrameReference(capture: 1, frame: 3))
  static let time = Timestamp(nanoseconds: 1_000_000_007)
  static let token = HandshakeToken(1, 2, 3, 4)
  static let quoted = QuotedFlow(transport: .udp, source: client, destination: gateway, length: 1_400)
  static let totals = PayloadTotals(packets: 3, bytes: 900, last: time, missing: 2)
  static let secret = "alice's secret"

  static let subject = LogSubject(
    user: secret, group: secret, client: client.address, clientPort: 50_001, gateway: gateway.address,
    gatewayPort: 443, innerAddress: other.address, device: secret)

  static let opening = Opening(
    id: id, flow: flow, token: token, renews: earlier, sender: .server, answersChallenge: true, isRedirected: true,
    isForeign: true, version: .dtls12, sessionID: "abcdef", serverName: secret, applicationProtocols: [secret],
    dataMeanwhile: 5,
    connection: TCPOpening(synTime: time, syn: frame, clientMSS: 1_460, synAck: frame, serverMSS: 1_380))

  static let segment = StuckSegment(
    flow: flow, sender: .server, length: 1_500, dontFragment: true, retransmissions: 4, firstSent: time,
    firstFrame: frame, lastSent: time, lastFrame: frame, largestDelivered: 900, acknowledged: true,
    receiverAlive: true, smallPacketsArrive: true, missingBytes: 2_896)

  static let session = VPNSessionDetail(
    tlsPort: 443, dtlsPort: 444, tlsCipher: "AES-256", dtlsCipher: "AES-128", packetsDropped: 9)

  static let statements: [Statement] = [
    .reconfigured(reasonCode: 16, text: secret), .adapterMTUApplied,
    .listeningSockets([ListeningSocket(channel: .dtls, address: gateway.address, port: 443)]),
    .webVPN(WebVPNConfiguration(tlsPort: 443, dtlsPort: 444, interfaces: [secret], isAnyConnectEnabled: true)),
    .groupPolicy(GroupPolicyConfiguration(name: secret, mtu: 1_347, ignoresDontFragment: true, isDTLSEnabled: true)),
    .tcpMSSLimit(1_380), .packetsDropped(reason: "mp-svc-no-fragment-ASP", count: 4), .vpnSession(session),
  ]

  static let handshakes: [Observation.Event] = [
    .opened(opening),
    .message(
      HandshakeMessage(
        id: id, flow: flow, sender: .server, stage: .answer, name: MessageName("ServerHello"), renews: earlier,
        version: .dtls12, cipherSuite: CipherSuite(0xC030))),
    .established(Establishment(id: id, flow: flow, relation: .replacing, completesHandshakeOnly: true)),
    .failed(HandshakeFailure(id: id, cause: .rejected(reason: secret))),
    .failed(HandshakeFailure(id: id, cause: .setup(reason: secret))),
    .failed(HandshakeFailure(id: id, cause: .other(reason: secret))),
    .failed(HandshakeFailure(id: id, cause: .timedOut)), .failed(HandshakeFailure(id: id, cause: .sendFailed)),
    .failed(HandshakeFailure(id: id, cause: .repeated)),
    .refused(
      Refusal(
        id: id, flow: flow, kind: .icmp(type: 3, code: 13, isIPv6: false), reporter: other.address, quoted: quoted,
        quotedSide: .client)),
    .rejected(Rejection(id: id, flow: flow, sender: .server, reason: "handshake_failure")),
  ]

  static let sessions: [Observation.Event] = [
    .data(ChannelData(id: id, flow: flow, sender: .server)),
    .silence(
      Silence(
        id: id, flow: flow, silentSide: .server, lastHeard: time, unansweredSince: time, unansweredFrame: frame,
        packets: 8, heardAgain: true)),
    .deadPeer(DeadPeer(id: id)),
    .addressChanged(AddressChange(id: id, flow: flow, from: client, to: other)),
    .closing(Closing(id: id, flow: flow, sender: .server)),
    .summary(
      ChannelSummary(
        id: id, flow: flow, start: time, startFrame: frame, sawStart: true, token: token, end: time,
        ending: .clientReset, client: totals, server: totals, openingRequests: 2, turns: 6,
        turnMarks: [CountMark(time: Timestamp(nanoseconds: 5), frame: FrameReference(capture: 0, frame: 3))],
        clientTTL: 64,
        serverTTL: 57)),
    .ended(SessionEnd(id: id, reason: secret, byClient: true, isUnnamedConnection: true, isBreak: true)),
    .reconnecting(.dtls),
    .negotiated(.innerAddress), .negotiated(.port(.dtls, 443)),
    .negotiated(.mtu(TunnelMTUAnnouncement(tls: 1_347, dtls: 1_418, base: 1_500, tcpMSS: 1_300))),
  ]

  static let paths: [Observation.Event] = [
    .packetTooBig(
      PacketTooBig(
        isIPv6: true, nextHopMTU: 1_400, reporter: other.address, quoted: quoted, largest: 1_500, largestFrame: frame,
        offeredMSS: 1_460, offerFrame: frame, offerTime: time)),
    .oversizedPackets(
      OversizedPackets(
        source: client.address, destination: gateway.address, mtu: 1_400, reporter: other.address, errors: 2,
        packets: 12, largest: 1_500, largestFrame: frame, largestTime: time, packetsAfterwards: 4)),
    .mssOffered(MSSOffer(flow: flow, sender: .server, mss: 1_460, pathMTU: 1_400)), .stuckSegment(segment),
    .fragments(
      Fragments(
        source: client.address, destination: gateway.address, transport: .udp, sourcePort: 4_500,
        destinationPort: 4_501, datagrams: 3, fragments: 6, largest: 1_500)),
    .largePacket(LargePacket(towardsClient: true, size: 1_500, threshold: 1_347)),
    .pathMTUExceeded(
      PathMTUExceeded(size: 1_500, mtu: 1_400, source: client.address, destination: gateway.address)),
    .packetDropped(
      DroppedPacket(
        isToDevice: true, transport: .udp, source: client, destination: gateway, byAccessList: true,
        icmp: ICMPKind(type: 3, code: 4))),
  ]

  static var observations: [Observation] {
    let events = handshakes + sessions + paths + statements.map { .statement($0) }
    let line = LogLine(log: 2, number: 40)
    return events.map { Observation(time: time, point: 3, frame: frame, event: $0) }
      + events.map { event in
        Observation(
          time: LogTime(written: time, hasZone: true, hasYear: false), line: line, subject: subject, event: event)
      }
  }
}

@Suite("Observations under aliases")
struct AliasesTests {
  private func text(_ observation: Observation) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(observation), as: UTF8.self)
  }

  /// What an original and its renamed form may differ in: addresses by the names of their members, and text.
  private static let names: Set<String> = [
    "client", "server", "gateway", "from", "to", "source", "destination", "reporter", "address", "innerAddress",
    "serverName", "sessionID", "applicationProtocols", "user", "group", "device", "reason", "text", "name",
    "interfaces",
  ]

  private func differences(_ a: Any?, _ b: Any?, under name: String) -> [String] {
    if let a = a as? [String: Any], let b = b as? [String: Any] {
      return Set(a.keys).union(b.keys).sorted().flatMap { differences(a[$0], b[$0], under: $0) }
    }
    if let a = a as? [Any], let b = b as? [Any], a.count == b.count {
      return zip(a, b).flatMap { differences($0, $1, under: name) }
    }
    return (a as? NSObject) == (b as? NSObject) ? [] : [name]
  }

  @Test("all that is no name stays, in packets and in lines", arguments: Named.observations.indices)
  func rest(index: Int) throws {
    let observation = Named.observations[index]
    let pseudonyms = try #require(Pseudonyms(key: [UInt8](0..<32)))
    let before = try JSONSerialization.jsonObject(with: Data(text(observation).utf8))
    let after = try JSONSerialization.jsonObject(with: Data(text(pseudonyms.renamed(observation)).utf8))
    let changed = Set(differences(before, after, under: ""))
    #expect(changed.isSubset(of: Self.names), "\(changed.subtracting(Self.names).sorted()) of \(before)")
  }

  @Test("no name stays", arguments: Named.observations.indices)
  func names(index: Int) throws {
    let pseudonyms = try #require(Pseudonyms(key: [UInt8](0..<32)))
    let text = try text(pseudonyms.renamed(Named.observations[index]))
    for name in [Named.secret, "198.51.100.10", "198.51.100.11", "203.0.113.20", "abcdef"] {
      #expect(!text.contains(name), "\(name) is in \(text)")
    }
  }
}
