import Correlation
import Observations
import Testing

@Suite("Scanners")
struct ScansTests {
  /// IKE that a gateway refuses to speak, asked for at so many gateways, one a second.
  private static func sweep(of gateways: Int, openings: Int = 1) -> Scenario {
    var scene = Scenario(lasting: 120)
    for number in 1...gateways {
      scene.gateway = IPAddress(v4: 0xCB00_7100 + UInt32(number))
      scene.ask(.ike, port: 500, at: Double(number), openings: openings, isRejected: true)
    }
    return scene
  }

  @Test("a host that asks many gateways, and goes on with none, is a scanner: what they say is worth a note")
  func sweep() {
    let report = Self.sweep(of: 8).report()
    #expect(report.findings(.handshakeRejected).count == 8)
    #expect(report.problemRules == [])
    #expect(report.findings(.handshakeRejected).allSatisfy { $0.explanation.contains("asks 8 hosts") })
    #expect(report.verdict != .healthy)
  }

  @Test("few gateways, or openings that are repeated, are a client's that goes through its list")
  func client() {
    #expect(Self.sweep(of: 7).report().problemRules.contains(.handshakeRejected))
    #expect(Self.sweep(of: 8, openings: 3).report().problemRules.contains(.handshakeRejected))
  }

  @Test("a host that asks one gateway for several kinds of tunnels, each once or twice, is a scanner")
  func ports() {
    var scene = Scenario(lasting: 120)
    scene.ask(.ike, port: 500, at: 1, openings: 2, isRejected: true)
    scene.ask(.openvpn, port: 1_194, at: 2, openings: 2)
    scene.ask(.wireguard, port: 51_820, at: 3, openings: 2)
    #expect(scene.report().problemRules == [])
  }

  @Test("a host with a tunnel that works is none")
  func worksElsewhere() {
    var scene = Self.sweep(of: 8)
    scene.gateway = Scenario.gateway
    _ = scene.connect(at: 60)
    #expect(scene.report().problemRules.contains(.handshakeRejected))
  }

  @Test("an opening that nobody answers and nobody repeats is a knock: a client repeats it", arguments: [1, 2])
  func knock(openings: Int) {
    var scene = Scenario(lasting: 60)
    scene.ask(.wireguard, port: 51_820, at: 1, openings: openings)
    #expect(scene.report().rules.contains(.handshakeUnanswered) == (openings > 1))
  }

  @Test(
    "a monitor that opens OpenVPN again and again, is answered and leaves, is no client that dislikes the answer",
    arguments: [20.0, 50])
  func monitor(interval: Double) {
    #expect(Self.openings(every: interval).report().problemRules == [])
  }

  @Test("who begins anew when OpenVPN's time is up heard nothing: what follows its first packet is lost")
  func timeIsUp() {
    #expect(Self.openings(every: 60.5).report().problemRules == [.handshakeStalled])
  }

  private static func openings(every interval: Double) -> Scenario {
    var scene = Scenario(lasting: 300)
    for second in stride(from: 1.0, through: 250, by: interval) {
      let attempt = scene.ask(.openvpn, port: 1_194, at: second, openings: 1)
      scene.answer(attempt, at: second + 0.02)
    }
    return scene
  }
}

extension Scenario {
  /// Openings of a channel, a second apart, to the port of its gateway.
  @discardableResult
  fileprivate mutating func ask(
    _ channel: ChannelKind, port: UInt16, at seconds: Double, openings: Int, isRejected: Bool = false
  ) -> Attempt {
    let number = number()
    let flow = Flow(client: Endpoint(client, UInt16(40_000 + number)), server: Endpoint(gateway, port))
    let attempt = Attempt(id: HandshakeID(channel, firstFrame: frame(seconds)), flow: flow, random: .numbered(number))
    for opening in 0..<openings {
      tell(.opened(Opening(id: attempt.id, flow: flow, token: attempt.random)), at: seconds + Double(opening))
    }
    if isRejected { reject(attempt, by: .server, "NO_PROPOSAL_CHOSEN", at: seconds + Double(openings)) }
    return attempt
  }
}
