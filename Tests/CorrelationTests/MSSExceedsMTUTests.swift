import Correlation
import Observations
import Testing

@Suite("mss-exceeds-mtu")
struct MSSExceedsMTUTests {
  @Test("a SYN that offers more than the path is known to carry is found, with the MSS that would fit")
  func afterwards() throws {
    var scene = Scenario(lasting: 60)
    scene.offer(mss: 1378, pathMTU: 1347, at: 20, flow: Scenario.innerFlow)
    let finding = try #require(scene.report().finding(.mssExceedsMTU))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(finding.values == ["mss": 1378, "mtu": 1347, "recommended_mss": 1307, "connections": 1])
    #expect(finding.title.contains("10.8.0.5"))
    #expect(finding.frames == [20_001])
    #expect(finding.remedies.count { $0.contains("Clamp the MSS") } == 1)
    #expect(finding.remedies.contains { $0.contains("to 1307") })
  }

  @Test("a SYN before anything was known is judged when the error comes later")
  func before() throws {
    var scene = Scenario(lasting: 60)
    scene.noteInnerConnection(at: 10)
    let finding = try #require(scene.report().finding(.mssExceedsMTU))
    #expect(finding.values == ["mss": 1378, "mtu": 1347, "recommended_mss": 1307, "connections": 1])
    #expect(
      finding.frames == [9_001, 10_001], "the SYN, and the error without which it would be well")
    #expect(finding.start == .second(9))
  }

  @Test("what told the path's MTU is evidence, also where the SYN came later")
  func errorIsEvidence() throws {
    var scene = Scenario(lasting: 60)
    for time in [10.0, 11] {
      scene.tooBig(
        at: time, mtu: 1347, length: 1418, from: Scenario.innerFlow.server, to: Scenario.innerFlow.client,
        reporter: "10.1.0.1")
    }
    scene.offer(mss: 1378, pathMTU: 1347, at: 20, flow: Scenario.innerFlow)
    let finding = try #require(scene.report().finding(.mssExceedsMTU))
    #expect(finding.frames == [10_001, 20_001])
  }

  @Test("the same SYN told by several errors is one connection")
  func sameOffer() throws {
    var scene = Scenario(lasting: 60)
    for time in [10.0, 11, 12] {
      scene.tooBig(
        at: time, mtu: 1347, length: 1418, from: Scenario.innerFlow.server, to: Scenario.innerFlow.client,
        reporter: "10.1.0.1", offeredMSS: 1378, offeredAt: 9)
    }
    #expect(try #require(scene.report().finding(.mssExceedsMTU)).values["connections"] == 1)
  }

  @Test("for IPv6 60 bytes of headers count")
  func ipv6() throws {
    var scene = Scenario(lasting: 60)
    let flow = Flow(client: Endpoint("2001:db8:8::5", 51_000), server: Endpoint("2001:db8:2::80", 80))
    scene.offer(mss: 1358, pathMTU: 1347, at: 20, flow: flow, by: .server)
    let finding = try #require(scene.report().finding(.mssExceedsMTU))
    #expect(finding.values["recommended_mss"] == 1287)
    #expect(finding.title.contains("2001:db8:2::80"))
  }

  @Test("an offer that fits says nothing, whatever the error is about")
  func fits() {
    var scene = Scenario(lasting: 60)
    scene.tooBig(
      at: 10, mtu: 1347, length: 1418, from: Scenario.innerFlow.server, to: Scenario.innerFlow.client,
      reporter: "10.1.0.1", offeredMSS: 1307, offeredAt: 9)
    #expect(scene.report().findings(.mssExceedsMTU).isEmpty)
  }

  @Test("an error without an MTU or a SYN that was not seen says nothing")
  func unknown() {
    var scene = Scenario(lasting: 60)
    scene.tooBig(
      at: 10, mtu: nil, length: 1418, from: Scenario.innerFlow.server, to: Scenario.innerFlow.client,
      reporter: "10.1.0.1", offeredMSS: 1378, offeredAt: 9)
    scene.tooBig(
      at: 11, mtu: 1347, length: 1418, from: Scenario.innerFlow.server, to: Scenario.innerFlow.client,
      reporter: "10.1.0.1")
    #expect(scene.report().findings(.mssExceedsMTU).isEmpty)
  }

  @Test("for the tunnel's own TCP it is only a note")
  func outer() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    scene.offer(
      mss: 1460, pathMTU: 1400, at: 20,
      flow: Flow(client: Endpoint(scene.client, 51_000), server: Endpoint(scene.gateway, 443)))
    let finding = try #require(scene.report().finding(.mssExceedsMTU))
    #expect(finding.severity == .note)
    #expect(finding.tunnel == "T1")
  }
}
