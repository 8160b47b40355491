import Correlation
import Observations
import Testing

@Suite("A NAT that loses the tunnel's mapping")
struct LostMappingTests {
  private static let nat: IPAddress = "198.51.100.10"

  /// The client is heard until second 11 and again at second 100; the gateway calls it in vain from `called` on.
  private static func forgotten(
    calledAt called: Double = 40, goingOnFrom end: Endpoint = Endpoint(nat, 61_000),
    refusedBy reporter: IPAddress? = nil
  ) -> Scenario {
    var scene = Scenario(lasting: 200)
    let attempt = scene.connect(at: 1)
    scene.silence(attempt, of: .client, lastHeard: 11, since: called, until: 99)
    if let reporter {
      for second in [called, called + 2, called + 4] {
        scene.refuse(attempt, at: second, code: 3, reporter: reporter, quoting: .server)
      }
    }
    scene.tell(
      .addressChanged(
        AddressChange(
          id: attempt.id, flow: attempt.flow, from: attempt.flow.client, to: end, lastHeard: scene.time(11))), at: 100)
    scene.heardAgain(attempt, .client, since: called, at: 100)
    return scene
  }

  private static func loss(_ scene: Scenario) throws -> Finding {
    try #require(Scenario.report(of: [scene]).finding(.tunnelLost))
  }

  @Test(
    "the same session from another port of the same address after a pause: the NAT is named, and for how long it was quiet"
  )
  func named() throws {
    let finding = try Self.loss(Self.forgotten())
    #expect(finding.title == "WireGuard was lost: a NAT forgot it while it was quiet")
    #expect(finding.headline.contains("the NAT at 198.51.100.10 forgot WireGuard on UDP 51820"))
    #expect(finding.values["quiet_seconds"] == .number(29))
    #expect(finding.confidence == .likely)
    #expect(finding.explanation.contains("from port 61000 instead of 40001"))
  }

  @Test("errors by the address that stands for the client make it sure; they and the move are one problem with it")
  func refused() throws {
    let report = Scenario.report(of: [Self.forgotten(refusedBy: Self.nat)])
    #expect(try #require(report.finding(.tunnelLost)).confidence == .certain)
    #expect(report.problems.count == 1)
    let root = try #require(report.finding(.tunnelLost)).id
    #expect(report.finding(.tunnelRefused)?.causes == [root])
    #expect(report.finding(.addressChange)?.causes == [root])
  }

  @Test(
    "another address, or no pause before the loss, is no NAT that forgot",
    arguments: [
      forgotten(goingOnFrom: Endpoint("192.0.2.44", 61_000)), forgotten(calledAt: 15),
    ])
  func notNamed(_ scene: Scenario) throws {
    #expect(try Self.loss(scene).title == "WireGuard was lost: the client is not heard any more")
  }

  @Test("errors alone, and a new port after a pause, ask for keep-alives that are sent often enough")
  func refusedWithoutLoss() throws {
    var scene = Scenario(lasting: 200)
    let attempt = scene.connect(at: 1)
    for second in [40.0, 42, 44] { scene.refuse(attempt, at: second, code: 3, reporter: Self.nat, quoting: .server) }
    scene.tell(
      .addressChanged(
        AddressChange(
          id: attempt.id, flow: attempt.flow, from: attempt.flow.client, to: Endpoint(Self.nat, 61_000),
          lastHeard: scene.time(25))), at: 45)
    let finding = try #require(Scenario.report(of: [scene]).finding(.tunnelRefused))
    #expect(finding.remedies.first?.contains("`PersistentKeepalive = 10`") == true)
  }

  /// A DTLS session until second 60, and packets from another port from `start` on whose record numbers begin at `first`.
  private static func goneOn(
    first: UInt32 = 41, from client: IPAddress = nat, at start: Double = 90, isAnswered: Bool = false
  ) -> Report {
    var scene = Scenario(lasting: 300)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.whole(attempt, from: 1, to: 60, marks(nil, to: 40))
    scene.client = client
    let later = scene.attemptUnderWay(from: start, clientPort: 50_100)
    scene.data(later, from: .client, at: start)
    if isAnswered {
      scene.data(later, from: .server, at: start + 0.1)
    } else {
      scene.silence(later, of: .server, since: start, until: 130)
    }
    scene.whole(later, from: start, to: 130, marks(first, to: first + 12), sawStart: false)
    return Scenario.report(of: [scene])
  }

  private static func marks(_ first: UInt32?, to highest: UInt32) -> SessionMarks {
    SessionMarks(
      first: first.map { _ in .numbered(1) }, latest: [.numbered(1)], firstNumber: first ?? 1, highestNumber: highest,
      isOfOneAddress: true)
  }

  @Test(
    "DTLS records that go on from another port and are not answered there: the NAT forgot, the gateway does not follow")
  func gatewayDoesNotFollow() throws {
    let report = Self.goneOn()
    let finding = try #require(report.finding(.tunnelLost))
    #expect(finding.title == "DTLS was lost: a NAT forgot it while it was quiet")
    #expect(finding.values["quiet_seconds"] == .number(30))
    #expect(finding.remedies.first?.contains("keepalive") == true)
    #expect(report.tunnels[0].channels.last?.handshakes.count == 1)
  }

  @Test("without a pause the NAT did not forget: it made a new mapping, and no keep-alive helps")
  func moved() throws {
    let finding = try #require(Self.goneOn(at: 62).finding(.tunnelLost))
    #expect(finding.title == "DTLS was lost: a NAT gave it another port")
    #expect(finding.confidence == .certain)
    #expect(finding.values["quiet_seconds"] == nil)
    #expect(finding.remedies.first?.contains("Find why the NAT at 198.51.100.10 made a new mapping") == true)
  }

  @Test("a gateway that follows DTLS to the other port has lost nothing")
  func gatewayFollows() throws {
    let report = Self.goneOn(isAnswered: true)
    #expect(report.verdict == .healthy)
    #expect(report.finding(.addressChange)?.explanation.contains("had sent nothing for 30 s") == true)
  }

  @Test(
    "record numbers that do not go on, or another address, are another client's",
    arguments: [(20, nat), (90, nat), (41, "192.0.2.44")] as [(UInt32, IPAddress)])
  func anotherClient(first: UInt32, client: IPAddress) {
    #expect(Self.goneOn(first: first, from: client).finding(.addressChange) == nil)
  }
}
