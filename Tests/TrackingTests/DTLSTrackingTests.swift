import Observations
import Testing
import Tracking

@Suite("DTLS associations")
struct DTLSTrackingTests {
  private static let flow = Flow(client: Packets.client, server: Packets.gateway)

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

  @Test("every message of a handshake is told, and the first data of each side")
  func handshake() throws {
    let events = try Self.established().tracked().events
    #expect(
      events.dtlsHandshakes.map(\.message) == [
        .clientHello, .serverHello, .changeCipherSpec, .encrypted, .changeCipherSpec, .encrypted,
      ])
    #expect(events.dtlsHandshakes.map(\.sender) == [.client, .server, .server, .server, .client, .client])
    #expect(events.dtlsHandshakes.allSatisfy { $0.clientRandom == TLSBytes.random(1) && $0.flow == Self.flow })
    #expect(events.dtlsHandshakes[1].cipherSuite == CipherSuite(0xC02F))
    #expect(events.dtlsData.map(\.sender) == [.client, .server])
  }

  @Test("a hello is told with its session, cookie and whether it offers SRTP")
  func hello() throws {
    var packets = Packets()
    packets.client(DTLSBytes.clientHello(random: 1, sessionID: [0xC0, 0x0F]), at: 0)
    packets.gateway(DTLSBytes.helloVerifyRequest, at: 0.1)
    packets.client(DTLSBytes.clientHello(random: 1, cookie: [1, 2, 3, 4]), at: 0.2)
    packets.udp(
      at: 1, from: Endpoint(Packets.client.address, 50_001), to: Packets.gateway,
      DTLSBytes.clientHello(random: 2, offersSRTP: true))
    let hellos = try packets.tracked().events.dtlsHandshakes
    #expect(hellos.map(\.message) == [.clientHello, .helloVerifyRequest, .clientHello, .clientHello])
    #expect(hellos.map(\.sessionID) == ["c00f", "", "", ""])
    #expect(hellos.map(\.hasCookie) == [false, false, true, false])
    #expect(hellos.map(\.offersSRTP) == [false, false, false, true])
  }

  @Test("a hello with another random on the same ports is told with its own")
  func newAttempt() throws {
    var packets = Packets()
    for (time, number) in [(0.0, UInt64(1)), (1, 1), (60, 2)] {
      packets.client(DTLSBytes.clientHello(random: number), at: time)
    }
    #expect(
      try packets.tracked().events.dtlsHandshakes.map(\.clientRandom)
        == [TLSBytes.random(1), TLSBytes.random(1), TLSBytes.random(2)])
  }

  @Test("a hello that a snap length cuts is told as far as it goes")
  func cut() throws {
    var packets = Packets()
    packets.udp(
      at: 0, from: Packets.client, to: Packets.gateway, DTLSBytes.clientHello(random: 1),
      keeping: 28 + 13 + 12 + 2 + 10)
    let hello = try #require(try packets.tracked().events.dtlsHandshakes.first)
    #expect(hello.clientRandom?.byteCount == 10)
  }

  @Test("an alert is told")
  func alert() throws {
    var packets = Self.established()
    packets.client(DTLSBytes.alert, at: 5)
    #expect(try packets.tracked().events.alerts == [DTLSAlert(flow: Self.flow, sender: .client)])
  }

  @Test("an association under way is known by its data, and told without a start")
  func underWay() throws {
    var packets = Packets()
    packets.client(DTLSBytes.data(), at: 0)
    packets.gateway(DTLSBytes.data(), at: 1)
    let events = try packets.tracked().events
    #expect(events.dtlsData.map(\.sender) == [.client, .server])
    #expect(events.associations.map(\.sawStart) == [false])
  }

  @Test("other UDP is nothing", arguments: [
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
        DTLSSilence(
          flow: Self.flow, silentSide: .server, lastHeard: Packets.time(0.5), unansweredSince: Packets.time(20),
          unansweredFrame: Packets.frame(6), packets: 3, heardAgain: false)
      ])
  }

  @Test("two packets, or ten seconds less a moment, are none", arguments: [[20.0, 40], [20, 25, 29.999], [20, 21, 22, 23]])
  func tooLittle(times: [Double]) throws {
    var packets = Self.established()
    for time in times { packets.client(DTLSBytes.data(), at: time) }
    #expect(try packets.tracked().events.silences.isEmpty)
  }

  @Test("a silence that lasts is told again at the end with its full count")
  func toldAgain() throws {
    var packets = Self.established()
    for time in [20.0, 25, 30, 35, 40] { packets.client(DTLSBytes.data(), at: time) }
    let tracked = try packets.tracked()
    #expect(tracked.events.silences.map(\.packets) == [3, 5])
    #expect(tracked.observations.compactMap { if case .dtlsSilence = $0.event { $0.time } else { nil } } == [
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

  @Test("a new hello after a silence tells the silence before it")
  func newHello() throws {
    var packets = Self.established()
    for time in [20.0, 25, 30, 35] { packets.client(DTLSBytes.data(), at: time) }
    packets.client(DTLSBytes.clientHello(random: 2), at: 36)
    let events = try packets.tracked().events
    #expect(events.silences.map(\.packets) == [3, 4])
    #expect(events.silences.allSatisfy { !$0.heardAgain })
    let order = events.compactMap { event -> String? in
      switch event {
      case .dtlsSilence: "silence"
      case .dtlsHandshake(let it) where it.clientRandom == TLSBytes.random(2): "hello"
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
