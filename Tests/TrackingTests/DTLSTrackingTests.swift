import Observations
import Testing
import Tracking

@Suite("DTLS associations")
struct DTLSTrackingTests {
  private static let flow = Flow(client: Packets.client, server: Packets.gateway)
  private static let id = HandshakeID(.dtls, firstFrame: Packets.frame(1))

  /// Hello, handshake and data both ways, done at second 0.5.
  private static func established() -> Packets {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1), at: 0)
    packets.gateway(DTLSBytes.serverHello() + DTLSBytes.changeCipherSpec + DTLSBytes.finished, at: 0.1)
    packets.client(DTLSBytes.changeCipherSpec + DTLSBytes.finished, at: 0.2)
    packets.client(DTLSBytes.data(), at: 0.4)
    packets.gateway(DTLSBytes.data(), at: 0.5)
    return packets
  }

  @Test("every message of a handshake is emitted, and the first data of each side")
  func handshake() throws {
    let events = try Self.established().tracked().events
    #expect(events.openings(.dtls).map(\.token) == [TLSBytes.random(1)])
    #expect(events.openings(.dtls).map(\.sender) == [.client])
    let messages = events.messages(.dtls)
    #expect(
      messages.map(\.name.rawValue) == [
        "ServerHello", "ChangeCipherSpec", "Finished", "ChangeCipherSpec", "Finished",
      ])
    #expect(messages.map(\.stage) == [.answer, .progress, .finish, .progress, .finish])
    #expect(messages.map(\.sender) == [.server, .server, .server, .client, .client])
    #expect(messages.allSatisfy { $0.flow == Self.flow })
    #expect(messages.first?.cipherSuite == CipherSuite(0xC02F))
    #expect(events.data.map(\.sender) == [.client, .server])
  }

  @Test("all that is said of an association has one identity, which its first hello gives")
  func identity() throws {
    var packets = Self.established()
    packets.client(DTLSBytes.alert, at: 5)
    for event in try packets.tracked().events { #expect(event.id == Self.id) }
  }

  @Test("an encrypted message after data is no end of a handshake")
  func newNegotiation() throws {
    var packets = Self.established()
    packets.client(DTLSBytes.finished, at: 60)
    let last = try #require(try packets.tracked().events.messages(.dtls).last)
    #expect(last.stage == .progress)
    #expect(last.name.rawValue == "encrypted message")
  }

  @Test("a hello is emitted with its session, cookie and whether it offers SRTP")
  func hello() throws {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1, sessionID: [0xC0, 0x0F]), at: 0)
    packets.gateway(DTLSBytes.helloVerifyRequest, at: 0.1)
    packets.client(DTLSBytes.clientHello(random: 1, cookie: [1, 2, 3, 4]), at: 0.2)
    packets.udp(
      at: 1, from: Endpoint(Packets.client.address, 50_001), to: Packets.gateway,
      DTLSBytes.clientHello(random: 2, offersSRTP: true))
    let events = try packets.tracked().events
    let hellos = events.openings(.dtls)
    #expect(hellos.map(\.id.first) == [1, 1, 4].map { .frame(Packets.frame($0)) })
    #expect(hellos.map(\.sessionID) == ["c00f", "", ""])
    #expect(hellos.map(\.answersChallenge) == [false, true, false])
    #expect(hellos.map(\.isForeign) == [false, false, true])
    #expect(events.messages(.dtls).map(\.stage) == [.challenge])
    #expect(events.messages(.dtls).map(\.name.rawValue) == ["HelloVerifyRequest"])
  }

  @Test("a hello with another random on the same ports begins another handshake, and ends the one before it")
  func newAttempt() throws {
    var packets = Packets()
    for (time, number) in [(0.0, UInt64(1)), (1, 1), (60, 2)] {
      packets.client(DTLSBytes.clientHello(random: number), at: time)
    }
    let events = try packets.tracked().events
    #expect(
      events.openings(.dtls).map(\.token) == [TLSBytes.random(1), TLSBytes.random(1), TLSBytes.random(2)])
    #expect(events.openings(.dtls).map(\.id.first) == [1, 1, 3].map { .frame(Packets.frame($0)) })
    let summaries = events.summaries(.dtls)
    #expect(summaries.map(\.id.first) == [1, 3].map { .frame(Packets.frame($0)) })
    #expect(summaries.map(\.client.packets) == [2, 1])
    #expect(summaries.map(\.start) == [Packets.time(0), Packets.time(60)])
    #expect(summaries.map(\.end) == [Packets.time(1), Packets.time(60)])
  }

  @Test("a hello that comes after its answer, sent again, belongs to the same handshake")
  func lateHello() throws {
    var packets = Packets()
    packets.gateway(DTLSBytes.serverHello(), at: 0)
    packets.client(DTLSBytes.clientHello(random: 1), at: 1)
    let events = try packets.tracked().events
    #expect(Set(events.map(\.id)) == [Self.id])
    #expect(events.summaries(.dtls).map(\.sawStart) == [true])
  }

  @Test("a hello that a snap length cuts is emitted as far as it goes")
  func cut() throws {
    var packets = Packets()
    packets.udp(
      at: 0, from: Packets.client, to: Packets.gateway, DTLSBytes.clientHello(random: 1),
      keeping: 28 + 13 + 12 + 2 + 10)
    let hello = try #require(try packets.tracked().events.openings(.dtls).first)
    #expect(hello.token?.byteCount == 10)
  }

  @Test("what a snap length cuts off behind ChangeCipherSpec is Finished", arguments: [0, 5, 12])
  func cutFinished(kept: Int) throws {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1), at: 0)
    packets.gateway(DTLSBytes.serverHello(), at: 0.1)
    let change = DTLSBytes.changeCipherSpec
    packets.udp(
      at: 0.2, from: Packets.client, to: Packets.gateway, change + DTLSBytes.finished,
      keeping: 28 + change.count + kept)
    packets.gateway(change, at: 0.3)
    let messages = try packets.tracked().events.messages(.dtls)
    #expect(messages.map(\.name.rawValue) == ["ServerHello", "ChangeCipherSpec", "Finished", "ChangeCipherSpec"])
    #expect(messages.map(\.stage) == [.answer, .progress, .finish, .progress])
  }

  @Test("a ChangeCipherSpec of which the last byte is cut off has nothing behind it")
  func cutChange() throws {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1), at: 0)
    let change = DTLSBytes.changeCipherSpec
    packets.udp(at: 0.2, from: Packets.client, to: Packets.gateway, change, keeping: 28 + change.count - 1)
    #expect(try packets.tracked().events.messages(.dtls).map(\.stage) == [.progress])
  }

  @Test("an encrypted alert takes leave")
  func alert() throws {
    var packets = Self.established()
    packets.client(DTLSBytes.alert, at: 5)
    #expect(try packets.tracked().events.closings == [Closing(id: Self.id, flow: Self.flow, sender: .client)])
  }

  @Test(
    "an alert in clear rejects when it is fatal, closes when it says so, and is nothing otherwise",
    arguments: [
      (UInt8(2), UInt8(40), ["handshake_failure"], 0), (2, 70, ["protocol_version"], 0), (2, 200, ["alert 200"], 0),
      (1, 0, [], 1), (1, 90, [], 1), (1, 100, [], 0),
    ])
  func clearAlert(level: UInt8, description: UInt8, reasons: [String], closings: Int) throws {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1), at: 0)
    packets.gateway(DTLSBytes.clearAlert(level: level, description), at: 0.1)
    let events = try packets.tracked().events
    #expect(events.rejections == reasons.map { Rejection(id: Self.id, flow: Self.flow, sender: .server, reason: $0) })
    #expect(events.closings.count == closings)
  }

  @Test("an association under way is known by its data, and emitted without a start")
  func underWay() throws {
    var packets = Packets()
    packets.client(DTLSBytes.data(), at: 0)
    packets.gateway(DTLSBytes.data(), at: 1)
    let events = try packets.tracked().events
    #expect(events.data.map(\.sender) == [.client, .server])
    #expect(events.summaries(.dtls).map(\.sawStart) == [false])
    #expect(events.summaries(.dtls).map(\.id) == [Self.id])
  }

  @Test("on the port of another service a hello belongs to no tunnel", arguments: [2_083, 5_684, 6_514] as [UInt16])
  func otherService(port: UInt16) throws {
    var packets = Packets()
    let server = Endpoint(Packets.gateway.address, port)
    packets.udp(at: 0, from: Packets.client, to: server, DTLSBytes.clientHello(random: 1))
    packets.udp(at: 1, from: Packets.client, to: Packets.gateway, DTLSBytes.clientHello(random: 2))
    #expect(try packets.tracked().events.openings(.dtls).map(\.isForeign) == [true, false])
  }

  // MARK: DTLS 1.3

  /// Done at second 0.3, data both ways until second 1.
  private static func version13() -> Packets {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1), at: 0)
    packets.gateway(DTLSBytes.serverHello13() + DTLSBytes.unified(epoch: 2), at: 0.1)
    packets.client(DTLSBytes.unified(epoch: 2), at: 0.2)
    packets.gateway(DTLSBytes.unified(epoch: 3, 24), at: 0.3)
    packets.client(DTLSBytes.unified(epoch: 3), at: 0.9)
    packets.gateway(DTLSBytes.unified(epoch: 3), at: 1)
    return packets
  }

  @Test("encrypted records of DTLS 1.3 end the handshake, then they are data; their numbers tell of no loss")
  func unifiedRecords() throws {
    let events = try Self.version13().tracked().events
    #expect(events.messages(.dtls).map(\.stage) == [.answer, .finish, .finish])
    #expect(events.messages(.dtls).map(\.sender) == [.server, .server, .client])
    #expect(events.messages(.dtls).first?.version == TLSVersion(0xFEFC))
    #expect(events.data.map(\.sender) == [.server, .client])
    let summary = try #require(events.summaries(.dtls).first)
    #expect(summary.client.packets == 3 && summary.server.packets == 3)
    #expect(summary.client.missing == nil)
  }

  @Test("a gateway that falls silent is noticed in DTLS 1.3 as well")
  func unifiedSilence() throws {
    var packets = Self.version13()
    for second in 2...60 { packets.client(DTLSBytes.unified(epoch: 3), at: Double(second)) }
    #expect(try packets.tracked().events.silences.map(\.silentSide).first == .server)
  }

  @Test("later epochs with the low bits of the handshake's are data")
  func laterEpoch() throws {
    var packets = Self.version13()
    packets.client(DTLSBytes.unified(epoch: 6), at: 2)
    #expect(try packets.tracked().events.messages(.dtls).count == 3)
  }

  @Test("a HelloRetryRequest asks for another hello, and is no answer yet")
  func helloRetryRequest() throws {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1), at: 0)
    packets.gateway(DTLSBytes.serverHello13(retry: true), at: 0.1)
    #expect(try packets.tracked().events.messages(.dtls).map(\.stage) == [.challenge])
  }

  // MARK: Record numbers

  @Test(
    "numbers that are left out are missing, unless they come a little later",
    arguments: [
      ([1, 2, 3], 0), ([1, 2, 5], 2), ([1, 3, 2], 0), ([1, 3, 2, 2], 0), ([7, 6, 8], 0), ([1, 2, 2, 3], 0),
      ([1, 66, 2], 64), ([1, 65, 2], 62), ([1, 100_000, 100_001], 0),
    ] as [([UInt32], Int)])
  func missing(numbers: [UInt32], expected: Int) throws {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1), at: 0)
    for (index, number) in numbers.enumerated() {
      packets.client(DTLSBytes.data(number: number), at: 1 + Double(index))
    }
    let summary = try #require(try packets.tracked().events.summaries(.dtls).first)
    #expect(summary.client.missing == expected)
    #expect(summary.server.missing == nil, "it sent nothing with a number")
  }

  @Test("a new epoch counts from its own beginning, and one that is over counts no more")
  func epochs() throws {
    var packets = Packets()
    for (index, (epoch, number)) in [(1, 5), (1, 7), (2, 0), (1, 9), (2, 1), (2, 3)].enumerated() {
      packets.client(DTLSBytes.data(epoch: UInt16(epoch), number: UInt32(number)), at: Double(index))
    }
    #expect(try packets.tracked().events.summaries(.dtls).map(\.client.missing) == [2])
  }

  @Test("a handshake without keys has no numbers")
  func noNumbers() throws {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1), at: 0)
    #expect(try packets.tracked().events.summaries(.dtls).map(\.client.missing) == [nil])
  }

  @Test(
    "other UDP is nothing",
    arguments: [
      [UInt8](repeating: 0, count: 40), [0xC3, 0, 0, 0, 1] + [UInt8](repeating: 7, count: 1195), [22, 0xFE], [23],
    ])
  func otherUDP(payload: [UInt8]) throws {
    var packets = Packets()
    for time in 0..<6 { packets.client(payload, at: Double(time)) }
    #expect(try packets.tracked().events.isEmpty)
  }

  // MARK: Silence

  @Test("three packets over ten seconds without an answer are a silence")
  func silence() throws {
    var packets = Self.established()
    for time in [20.0, 25, 30] { packets.client(DTLSBytes.data(), at: time) }
    let events = try packets.tracked(finishing: false).events
    #expect(
      events.silences == [
        Silence(
          id: Self.id, flow: Self.flow, silentSide: .server, lastHeard: Packets.time(0.5),
          unansweredSince: Packets.time(20),
          unansweredFrame: Packets.frame(6), packets: 3, heardAgain: false)
      ])
  }

  @Test(
    "two packets, or ten seconds less a moment, are none",
    arguments: [[20.0, 40], [20, 25, 29.999], [20, 21, 22, 23]])
  func tooLittle(times: [Double]) throws {
    var packets = Self.established()
    for time in times { packets.client(DTLSBytes.data(), at: time) }
    #expect(try packets.tracked().events.silences.isEmpty)
  }

  @Test("a silence that lasts is emitted again at the end with its full count")
  func emittedAgain() throws {
    var packets = Self.established()
    for time in [20.0, 25, 30, 35, 40] { packets.client(DTLSBytes.data(), at: time) }
    let tracked = try packets.tracked()
    #expect(tracked.events.silences.map(\.packets) == [3, 5])
    #expect(
      tracked.observations.compactMap {
        if case .silence = $0.event, case .packet(let time, _, _) = $0.origin { time } else { nil }
      } == [
        Packets.time(30), Packets.time(40),
      ])
  }

  @Test("a silence ends when the side is heard again")
  func heardAgain() throws {
    var packets = Self.established()
    for time in [20.0, 25, 30] { packets.client(DTLSBytes.data(), at: time) }
    packets.gateway(DTLSBytes.data(), at: 33)
    packets.client(DTLSBytes.data(), at: 50)
    let silences = try packets.tracked().events.silences
    #expect(silences.map(\.heardAgain) == [false, true])
    #expect(silences.map(\.silentSide) == [.server, .server])
  }

  @Test("a new hello after a silence emits the silence before it")
  func newHello() throws {
    var packets = Self.established()
    for time in [20.0, 25, 30, 35] { packets.client(DTLSBytes.data(), at: time) }
    packets.client(DTLSBytes.clientHello(random: 2), at: 36)
    let events = try packets.tracked().events
    #expect(events.silences.map(\.packets) == [3, 4])
    #expect(events.silences.allSatisfy { !$0.heardAgain })
    let order = events.compactMap { event -> String? in
      switch event {
      case .silence: "silence"
      case .opened(let it) where it.token == TLSBytes.random(2): "hello"
      default: nil
      }
    }
    #expect(order == ["silence", "silence", "hello"])
  }

  @Test("both ends may fall silent for the other: each has its own count")
  func gatewaySilence() throws {
    var packets = Self.established()
    for time in [20.0, 25, 31] { packets.gateway(DTLSBytes.data(), at: time) }
    #expect(try packets.tracked(finishing: false).events.silences.map(\.silentSide) == [.client])
  }

  @Test("keep-alives that are answered are no silence")
  func keepAlives() throws {
    var packets = Self.established()
    for time in stride(from: 20.0, to: 200, by: 20) {
      packets.client(DTLSBytes.data(), at: time)
      packets.gateway(DTLSBytes.data(), at: time + 0.04)
    }
    #expect(try packets.tracked().events.silences.isEmpty)
  }
}

extension Packets {
  fileprivate mutating func client(_ payload: [UInt8], at seconds: Double) {
    udp(at: seconds, from: Self.client, to: Self.gateway, payload)
  }

  fileprivate mutating func gateway(_ payload: [UInt8], at seconds: Double) {
    udp(at: seconds, from: Self.gateway, to: Self.client, payload)
  }
}

extension Observation.Event {
  /// What the event is about.
  fileprivate var id: HandshakeID? {
    switch self {
    case .opened(let it): it.id
    case .message(let it): it.id
    case .data(let it): it.id
    case .silence(let it): it.id
    case .closing(let it): it.id
    case .summary(let it): it.id
    default: nil
    }
  }
}
