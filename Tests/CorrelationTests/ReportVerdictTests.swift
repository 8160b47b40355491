import Correlation
import Observations
import Testing

@Suite("Verdict of a report")
struct ReportVerdictTests {
  @Test("a capture whose packets all have one time does not show that anything is well")
  func noTimes() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    #expect(scene.report().verdict == .healthy)
    scene.capture.end = scene.capture.start
    #expect(scene.report().verdict == .undecided)
  }

  @Test("an error breaks it")
  func broken() { #expect(ReconnectCycleTests.everyMinute().report().verdict == .broken) }

  @Test("a warning degrades it")
  func degraded() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    scene.hellos(at: [1, 2, 4, 8])
    #expect(scene.report().verdict == .degraded)
  }

  @Test("a tunnel that works is healthy, with notes too", arguments: [0, 7])
  func healthy(backwardSteps: Int) {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.capture.backwardSteps = backwardSteps
    let report = scene.report()
    #expect(report.findings.isEmpty == (backwardSteps == 0))
    #expect(report.verdict == .healthy)
  }

  @Test("a capture without a tunnel lets nobody say that all is well")
  func noTunnel() { #expect(Scenario(lasting: 60).report().verdict == .undecided) }

  @Test("a handshake that the end of the capture cuts off decides nothing")
  func cutOff() {
    var scene = Scenario(lasting: 3)
    _ = scene.initiation(at: 1)
    let report = scene.peerReport()
    #expect(report.tunnels.count == 1)
    #expect(report.findings.isEmpty)
    #expect(report.verdict == .undecided)
  }

  @Test("a control channel that came up does not show that data passes, where only one side's was seen")
  func controlAlone() {
    func verdict(gatewayPackets: Int) -> ReportVerdict {
      let passed = gatewayPackets > 0
      return Report(tunnels: [
        TunnelDescription(
          id: "T1", family: .ipsec, client: nil, gateway: nil,
          channels: [
            ChannelDescription(
              kind: .ike, role: .control, name: "IKE", port: 500, transport: "UDP", outcome: .established),
            ChannelDescription(
              kind: .esp, role: .data, name: "ESP", port: 4_500, transport: "UDP",
              outcome: passed ? .established : .none,
              data: .init(clientPackets: 2, gatewayPackets: gatewayPackets)),
          ])
      ]).verdict
    }
    #expect(verdict(gatewayPackets: 1) == .healthy)
    #expect(verdict(gatewayPackets: 0) == .undecided)
  }

  @Test("the connection that set DTLS up is the session, though it rests since it did")
  func resting() throws {
    var scene = Scenario(lasting: 40)
    scene.session(from: 0, to: 3, ending: .open)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    let report = scene.report()
    #expect(report.verdict == .healthy)
    #expect(report.tunnels.first?.channel(.tls)?.outcome == .established)
  }

  @Test("a session of a log whose data channel came up is a tunnel that worked")
  func logged() {
    var log = LogStory(.asaSyslog, subject: LogStory.vpn)
    log.tell(.sessionEstablished(.tls, .first), at: 0)
    log.tell(.established(.dtls), at: 1)
    #expect(log.report().verdict == .healthy)
  }

  @Test(
    "a session of a log that does not say what became of the data channel is undecided", arguments: [false, true])
  func unshown(begins: Bool) {
    var log = LogStory(.asaSyslog, subject: LogStory.vpn)
    log.tell(.sessionEstablished(.tls, .first), at: 0)
    if begins { log.tell(.opened(.dtls), at: 1) }
    let report = log.report()
    #expect(report.findings.isEmpty)
    #expect(report.verdict == .undecided)
  }

  @Test("a session of a log that says that the data channel is not offered, or off on purpose, is a tunnel that worked")
  func withoutDataChannel() {
    var log = LogStory(.openconnect)
    log.tell(.sessionEstablished(.tls, .first), at: 0)
    log.tell(.negotiated(.notOffered(.dtls, mayBeByClient: true)), at: 1)
    #expect(log.report().verdict == .healthy)
  }

  /// A tunnel with DTLS established, or only begun.
  private static func besideTLS(established: Bool = true) -> Scenario {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 59)
    if established { scene.establish(attempt, at: 59.1) }
    return scene
  }

  @Test("a capture of one direction does not show that anything is well")
  func oneDirection() {
    var scene = Self.besideTLS()
    scene.capture.directions = SeenDirections()
    scene.capture.directions?.tcp = .one
    #expect(scene.report().verdict == .undecided)
    scene.capture.directions?.tcp = .both
    #expect(scene.report().verdict == .healthy)
  }

  @Test("where UDP is there in one direction only, a channel over it that is not seen to come up decides nothing")
  func oneDirectionOverUDP() {
    for established in [true, false] {
      var scene = Self.besideTLS(established: established)
      scene.capture.directions = SeenDirections()
      scene.capture.directions?.tcp = .both
      scene.capture.directions?.udp = .one
      let report = scene.report()
      #expect(report.findings.allSatisfy { $0.severity == .note })
      #expect(report.verdict == (established ? .healthy : .undecided))
    }
  }

  @Test(
    "packets cut before what sets a tunnel up do not show that it is well",
    arguments: [(64, 400, false), (96, 400, true), (64, 20, true)])
  func cutShort(length: Int, cutPackets: Int, isHealthy: Bool) throws {
    var scene = Self.besideTLS()
    scene.capture.cutPackets = cutPackets
    scene.capture.shortestCut = length
    let report = scene.report()
    #expect(report.verdict == (isHealthy ? .healthy : .undecided))
    let limit = try #require(report.finding(.captureQuality)).explanation
    #expect(limit.contains("too short for what sets tunnels up") == !isHealthy)
  }

  @Test("a tunnel of which nothing came up is not healthy, though one opening without an answer may be chance")
  func nothingCameUp() {
    var scene = Scenario(lasting: 60)
    scene.capture.directions = SeenDirections()
    scene.capture.directions?.udp = .both
    _ = scene.initiation(at: 1)
    let report = scene.peerReport()
    #expect(report.findings.filter { $0.severity != .note }.isEmpty == (report.verdict == .undecided))
    #expect(report.verdict != .healthy)
  }

  @Test("IKE that is established, and no packet of ESP, do not show that data passes")
  func withoutESP() {
    var scene = Scenario(lasting: 60)
    let flow = Flow(client: Endpoint(Scenario.client, 500), server: Endpoint(Scenario.gateway, 500))
    let id = HandshakeID(.ike, firstFrame: scene.frame(1))
    scene.tell(.opened(Opening(id: id, flow: flow)), at: 1)
    scene.tell(
      .message(
        HandshakeMessage(
          id: id, flow: flow, sender: .server, stage: .answer, name: MessageName("IKE_SA_INIT response"))), at: 1.01)
    scene.tell(.established(Establishment(id: id, flow: flow)), at: 1.1)
    let report = scene.report()
    #expect(report.tunnels.first?.unshownChannels == [.esp])
    #expect(report.findings.isEmpty)
    #expect(report.verdict == .undecided)
  }
}
