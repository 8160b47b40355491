import Correlation
import Observations
import Testing

@Suite("capture-quality")
struct CaptureQualityTests {
  private static func healthy() -> Scenario {
    var scene = Scenario(lasting: 60, name: "office.pcap")
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    return scene
  }

  @Test("a whole capture of a healthy tunnel has no findings at all")
  func silent() { #expect(Self.healthy().report().rules == []) }

  @Test("that a capture holds no ICMP at all is said where openings go unanswered, and only there")
  func withoutErrors() throws {
    func words(unanswered: Bool, hosts: SeenDirections.Ways) -> String {
      var scene = Scenario(lasting: 60)
      scene.session(from: 0)
      if unanswered { _ = scene.hellos(at: [1, 2, 4, 8]) }
      var seen = SeenDirections()
      (seen.tcp, seen.udp, seen.hosts) = (.both, .both, hosts)
      scene.capture.directions = seen
      return scene.report().finding(.captureQuality)?.explanation ?? ""
    }
    #expect(words(unanswered: true, hosts: .none).contains("holds no ICMP packet at all"))
    #expect(!words(unanswered: true, hosts: .both).contains("ICMP"))
    #expect(!words(unanswered: false, hosts: .none).contains("ICMP"))
  }

  @Test("packets that the capturing host dropped make silence less certain")
  func droppedPackets() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    _ = scene.hellos(at: [1, 2, 4, 8])
    #expect(try #require(scene.report().finding(.handshakeUnanswered)).confidence == .certain)
    scene.capture.droppedPackets = 7
    let finding = try #require(scene.report().finding(.handshakeUnanswered))
    #expect(finding.confidence == .likely)
    #expect(finding.confidenceReason.contains("dropped 7 packets"))
  }

  @Test("time that runs backwards makes intervals less certain")
  func backwards() throws {
    var scene = Scenario(lasting: 300)
    for number in 0..<5 {
      scene.session(from: Double(number) * 60, to: number == 4 ? nil : Double(number) * 60 + 59.99)
    }
    _ = scene.hellos(at: [1, 2, 4, 8])
    #expect(try #require(scene.report().finding(.reconnectCycle)).confidence == .certain)
    scene.capture.backwardSteps = 2
    #expect(try #require(scene.report().finding(.reconnectCycle)).confidence == .likely)
  }

  @Test(
    "each limit of the capture is named",
    arguments: [
      ("cut", "cut to 96 bytes"), ("dropped", "dropped 7 packets"), ("super", "segmentation offload"),
      ("backward", "runs backwards 2 times"), ("damaged", "was not read to its end"),
      ("unread", "not looked into: encrypted Wi-Fi"), ("seconds", "are whole seconds"),
      ("copies", "are copies of others"), ("times", "have the same time"),
      ("oneSided", "one direction only"),
    ])
  func limit(kind: String, words: String) throws {
    var scene = Self.healthy()
    switch kind {
    case "cut":
      scene.capture.cutPackets = 40
      scene.capture.shortestCut = 96
    case "dropped": scene.capture.droppedPackets = 7
    case "super": scene.capture.superPackets = 3
    case "backward": scene.capture.backwardSteps = 2
    case "damaged":
      scene.capture.isComplete = false
      scene.capture.problem = "ends inside packet 9"
    case "unread": scene.capture.setUnread(UnreadCounts([.encryptedWiFi: scene.capture.packets / 2]))
    case "seconds": scene.capture.hasWholeSeconds = true
    case "copies": scene.capture.copies = 500
    case "times": scene.capture.end = scene.capture.start
    default:
      scene = Scenario(lasting: 60, name: "office.pcap")
      scene.session(from: 0, serverPackets: 0)
    }
    let finding = try #require(scene.report().finding(.captureQuality))
    #expect(finding.severity == .note)
    #expect(finding.confidence == .certain)
    #expect(finding.fact("limits") == 1)
    #expect(finding.explanation.contains(words))
    #expect(finding.explanation.contains("office.pcap"))
  }

  @Test(
    "a TLS VPN's capture without any UDP, or without any TCP, says so; one without any DTLS beside other UDP does not")
  func filtered() throws {
    func explanation(_ scene: Scenario, tcp: SeenDirections.Ways, udp: SeenDirections.Ways) -> String? {
      var scene = scene
      scene.capture.directions = SeenDirections()
      scene.capture.directions?.tcp = tcp
      scene.capture.directions?.udp = udp
      return scene.report().finding(.captureQuality)?.explanation
    }
    var overTLS = Scenario(lasting: 60, name: "office.pcap")
    overTLS.session(from: 0)
    #expect(explanation(overTLS, tcp: .both, udp: .none)?.contains("office.pcap holds no UDP packet at all") == true)
    #expect(explanation(overTLS, tcp: .both, udp: .both) == nil)
    var overDTLS = Scenario(lasting: 60, name: "office.pcap")
    let attempt = overDTLS.hello(at: 1)
    overDTLS.establish(attempt, at: 1.1)
    #expect(explanation(overDTLS, tcp: .none, udp: .both)?.contains("office.pcap holds no TCP packet at all") == true)
    #expect(explanation(Self.healthy(), tcp: .both, udp: .both) == nil)
  }

  @Test("no drops is not a limit, and a comfortable snap length needs no remedy")
  func harmless() throws {
    var scene = Self.healthy()
    scene.capture.droppedPackets = 0
    #expect(scene.report().rules == [])
    scene.capture.cutPackets = 40
    scene.capture.shortestCut = 256
    #expect(try #require(scene.report().finding(.captureQuality)).remedies.isEmpty)
  }

  @Test("a capture without any tunnel says so; one without packets has nothing to say")
  func noTunnel() throws {
    var scene = Scenario(lasting: 60)
    #expect(try #require(scene.report().finding(.captureQuality)).explanation.contains("No VPN tunnel was found"))
    scene.capture.packets = 0
    #expect(scene.report().rules == [])
  }

  @Test("a tunnel that was up before the capture began is named")
  func underWay() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0, sawStart: false)
    let finding = try #require(scene.report().finding(.captureQuality))
    #expect(finding.explanation.contains("T1 was up before the capture began"))
  }
}
