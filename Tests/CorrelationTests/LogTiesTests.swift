import Correlation
import Observations
import Testing

@Suite("Ties of logs to tunnels")
struct LogTiesTests {
  @Test("a gateway's log is tied by the client's address, and tells the user and the inner address")
  func byAddress() throws {
    var log = LogStory(.asaSyslog, subject: LogSubject(user: "alice", client: Scenario.client))
    log.tell(.sessionEstablished(.tls, .first), at: 1)
    log.tell(
      .negotiated(.innerAddress), at: 1,
      of: LogSubject(user: "alice", client: Scenario.client, innerAddress: "10.20.0.50"))
    let report = log.report(with: [ReconnectCycleTests.everyMinute()])
    let tunnel = try #require(report.tunnels.first)
    #expect(report.tunnels.count == 1)
    #expect(tunnel.users == ["alice"])
    #expect(tunnel.innerAddresses == ["10.20.0.50"])
  }

  @Test("another client's lines make a tunnel of their own and never touch the captured one")
  func otherClient() throws {
    var log = LogStory(.asaSyslog, subject: LogSubject(user: "bob", client: "198.51.100.77"))
    log.tell(.sessionEstablished(.tls, .first), at: 1)
    let report = log.report(with: [ReconnectCycleTests.everyMinute()])
    #expect(report.tunnels.map(\.users) == [[], ["bob"]])
    #expect(report.tunnels.last?.isFromLogsOnly == true)
    #expect(report.findings(.reconnectCycle).allSatisfy { $0.logEvidence.isEmpty })
  }

  @Test("other users whose sessions begin in the same second are not taken for the captured client", arguments: [1, 2])
  func sameSecond(strangers: Int) {
    var log = LogStory(.asaSyslog, hasZone: true)
    for user in 0..<strangers {
      log.tell(
        .sessionEstablished(.tls, .first), at: 0.5,
        of: LogSubject(user: "user\(user)", client: IPAddress(v4: 0xC000_0250 + UInt32(user))))
    }
    let report = log.report(with: [ReconnectCycleTests.everyMinute()])
    #expect(report.tunnels.count == 1 + strangers)
    #expect(report.tunnels.first?.users == [])
  }

  /// The note's inner connection at a point of its own, beside a captured tunnel and a log that assigns the address.
  private static func insideFinding(assignedTo subject: LogSubject) -> Finding? {
    var inside = Scenario(lasting: 200, point: 1, name: "inside.pcap")
    inside.noteInnerConnection(at: 30)
    var log = LogStory(.asaSyslog, subject: subject)
    log.tell(.sessionEstablished(.tls, .first), at: 1)
    var assigned = subject
    assigned.innerAddress = Scenario.insideClient
    log.tell(.negotiated(.innerAddress), at: 1, of: assigned)
    return log.report(with: [ReconnectCycleTests.everyMinute(), inside]).finding(.oversizedDF)
  }

  @Test("inside flows belong to the tunnel to whose client a log assigns their address")
  func innerAddress() throws {
    let finding = try #require(Self.insideFinding(assignedTo: LogSubject(user: "alice", client: Scenario.client)))
    #expect(finding.tunnel == "T1")
    #expect(finding.explanation.contains("to whose client a log assigns the inner address"))
  }

  @Test("inside flows whose address a log assigns to somebody else are not attributed to the captured tunnel")
  func othersInnerAddress() throws {
    let finding = try #require(Self.insideFinding(assignedTo: LogSubject(user: "bob", client: "198.51.100.77")))
    #expect(finding.tunnel == nil)
  }

  @Test("lines without a time get that of the session that has their port")
  func byPort() throws {
    let scene = ReconnectCycleTests.everyMinute()
    let ports = scene.observations.compactMap { observation -> UInt16? in
      if case .opened(let opening) = observation.event, opening.id.channel == .tls {
        opening.flow?.client.port
      } else {
        nil
      }
    }
    var log = LogStory(.ocserv)
    for (turn, port) in ports.enumerated() {
      log.tell(
        .sessionEstablished(.tls, turn == 0 ? .first : .replacing),
        of: LogSubject(user: "alice", client: Scenario.client, clientPort: port))
    }
    let report = log.report(with: [scene])
    let finding = try #require(report.finding(.reconnectCycle))
    #expect(finding.logEvidence.first?.time == .second(60.05))
    #expect(report.logs.first?.clock.zone == .noTimes)
  }

  @Test(
    "a public address in a gateway's log is that of a client in a private network whose session begins then",
    arguments: [("192.168.1.20", "192.0.2.44", 1), ("198.51.100.10", "192.0.2.44", 2), ("192.168.1.20", "10.1.2.3", 2)]
      as [(IPAddress, IPAddress, Int)])
  func translatedClient(captured: IPAddress, logged: IPAddress, tunnels: Int) {
    var scene = Scenario(lasting: 60, client: captured)
    scene.session(from: 1)
    var log = LogStory(.asaSyslog, hasZone: true, subject: LogSubject(user: "alice", client: logged))
    log.tell(.sessionEstablished(.tls, .first), at: 1)
    #expect(log.report(with: [scene]).tunnels.count == tunnels)
  }

  @Test(
    "the gateway that a client's log names is a captured one in a private network; a public one is another",
    arguments: [("10.0.0.5", 1), ("203.0.113.99", 2)] as [(IPAddress, Int)])
  func translatedGateway(captured: IPAddress, tunnels: Int) {
    var scene = Scenario(lasting: 60)
    scene.gateway = captured
    scene.session(from: 1)
    var log = LogStory(.openconnect, hasZone: true, subject: LogSubject(gateway: Scenario.gateway))
    log.tell(.sessionEstablished(.tls, .first), at: 1)
    #expect(log.report(with: [scene]).tunnels.count == tunnels)
  }

  @Test("a client's own log names nobody and is tied by time, where one tunnel fits")
  func byTime() {
    let report = LogStory.openconnect(offset: 3_600).report(with: [ReconnectCycleTests.everyMinute()])
    #expect(report.tunnels.count == 1)
    #expect(report.findings(.reconnectCycle).first?.logEvidence.isEmpty == false)
  }

  @Test("what a stranger's request was discarded for is counted, and is no tunnel")
  func scanner() {
    var log = LogStory(.asaSyslog)
    for port in 0..<20 as Range<UInt16> {
      let source = Endpoint("192.0.2.66", 1_000 + port)
      log.tell(
        .packetDropped(
          DroppedPacket(
            isToDevice: true, transport: .udp, source: source, destination: Endpoint(Scenario.gateway, 137),
            byAccessList: false)),
        at: Double(port), of: LogSubject(client: "192.0.2.66"))
    }
    let report = log.report(with: [ReconnectCycleTests.everyMinute()])
    #expect(report.tunnels.count == 1)
    #expect(report.logs.first?.untied == 20)
    #expect(log.report().tunnels.isEmpty)
  }

  @Test("users behind one address stay apart when only logs tell of them")
  func sharedAddress() {
    var log = LogStory(.asaSyslog)
    for user in ["alice", "bob"] {
      let subject = LogSubject(user: user, client: "198.51.100.10")
      log.tell(.sessionEstablished(.tls, .first), at: 0, of: subject)
    }
    #expect(log.report().tunnels.map(\.users) == [["alice"], ["bob"]])
  }

  @Test("a user that only logs know is a tunnel without a gateway's address")
  func noGateway() throws {
    var log = LogStory(.asaSyslog, subject: LogStory.vpn)
    log.tell(.sessionEstablished(.tls, .first), at: 0)
    let tunnel = try #require(log.report().tunnels.first)
    #expect(tunnel.client == "10.1.75.111")
    #expect(tunnel.gateway == nil)
  }
}
