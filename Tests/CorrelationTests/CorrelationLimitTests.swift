import Correlation
import Observations
import Testing

/// At each limit the report goes on without what does not fit, and says so.
@Suite("Limits of a report")
struct CorrelationLimitTests {
  /// Clients that each open a session and send hellos that nobody answers.
  private static func scenes(_ clients: Int, limits: CorrelationLimits) -> Report {
    var correlator = Correlator(families: Scenario.families, limits: limits)
    var capture: CaptureDescription?
    for number in 0..<clients {
      var scene = Scenario(lasting: 60, client: IPAddress(v4: 0xC633_6400 + UInt32(number)))
      scene.session(from: Double(number))
      _ = scene.hellos(at: [1, 2, 4, 8].map { $0 + Double(number) })
      correlator.absorb(scene.observations)
      capture = scene.capture
    }
    return correlator.report(captures: capture.map { [$0] } ?? [])
  }

  private static func quality(_ report: Report) throws -> String {
    try #require(report.finding(.captureQuality)).explanation
  }

  @Test("within all limits nothing is said")
  func none() { #expect(Self.scenes(3, limits: CorrelationLimits()).finding(.captureQuality) == nil) }

  @Test("pairs of hosts beyond the limit are left out, the first stay")
  func hostPairs() throws {
    var limits = CorrelationLimits()
    limits.hostPairs = 2
    let report = Self.scenes(4, limits: limits)
    #expect(report.tunnels.map(\.client) == ["198.51.100.0", "198.51.100.1"])
    #expect(try Self.quality(report).contains("between further hosts were left out (at most 2 pairs are kept)"))
  }

  @Test("of a pair that does too much the older half is forgotten")
  func connectionsPerPair() throws {
    var limits = CorrelationLimits()
    limits.connectionsPerPair = 4
    var scene = Scenario(lasting: 600)
    for number in 0..<10 { scene.session(from: Double(number) * 60, to: Double(number) * 60 + 59.9) }
    let report = Scenario.report(of: [scene], limits: limits)
    let sessions = try #require(report.tunnels.first).tls.sessions
    #expect((2...4).contains(sessions.count))
    #expect(try #require(sessions.last?.start) > scene.time(539), "the newest stay")
    #expect(try Self.quality(report).contains("were forgotten, the oldest first"))
    // What is left is still judged.
    #expect(report.rules.contains(.sessionReconnects) || report.rules.contains(.reconnectCycle))
  }

  @Test(
    "connections and attempts of all pairs together are bounded: whole pairs go, those that ended longest ago first")
  func connections() throws {
    var limits = CorrelationLimits()
    limits.connections = 64
    let report = Self.scenes(200, limits: limits)
    #expect(!report.tunnels.isEmpty)
    #expect(report.tunnels.count <= 64)
    #expect(try Self.quality(report).contains("were forgotten, the oldest first (at most 64 are kept)"))
  }

  @Test("path facts beyond the limit are left out")
  func pathFacts() throws {
    var limits = CorrelationLimits()
    limits.pathFacts = 2
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    for number in 0..<5 {
      scene.tell(
        .mssOffered(
          MSSOffer(
            flow: Flow(
              client: Endpoint(Scenario.client, UInt16(40_000 + number)), server: Endpoint(Scenario.insideServer, 80)),
            sender: .client, mss: 1_460, pathMTU: 1_300)), at: Double(number))
    }
    let report = Scenario.report(of: [scene], limits: limits)
    #expect(
      try Self.quality(report).contains(
        "3 facts of capture.pcap about paths were left out (at most 2 of a kind are kept)"))
  }

  @Test("live, the older half of the path facts of a kind goes, and whole pairs of hosts, the oldest first")
  func live() {
    var correlator = Correlator(families: Scenario.families)
    for number in 0..<40 {
      var scene = Scenario(lasting: 60, client: IPAddress(v4: 0xC633_6400 + UInt32(number)))
      scene.session(from: Double(number))
      scene.offer(mss: 1_460, pathMTU: 1_300, at: Double(number), flow: Scenario.innerFlow)
      correlator.absorb(scene.observations)
    }
    #expect(correlator.size.facts == 40)
    #expect(correlator.forgetOldest(keeping: 32, factLimit: 10) == 10, "until fifteen sixteenths of the limit are left")
    #expect(correlator.size.entries == 30)
    #expect((1...10).contains(correlator.size.facts))
  }

  @Test("tunnels beyond the limit are left out of the report, the first by start stay")
  func tunnels() throws {
    var limits = CorrelationLimits()
    limits.tunnels = 3
    let report = Self.scenes(5, limits: limits)
    #expect(report.tunnels.map(\.id) == ["T1", "T2", "T3"])
    #expect(report.findings.filter { $0.rule == .handshakeUnanswered }.count == 3)
    #expect(try Self.quality(report).contains("2 tunnels were left out of the report (at most 3 are in it)"))
  }

  @Test("findings beyond the limit are left out, the worst stay, and causes name only what is there")
  func findings() throws {
    var limits = CorrelationLimits()
    limits.findings = 2
    let report = Self.scenes(5, limits: limits)
    #expect(report.findings.map(\.id) == ["F1", "F2", "F3"])
    #expect(report.findings.map(\.rule).last == .captureQuality)
    let known = Set(report.findings.map(\.id))
    #expect(report.findings.allSatisfy { known.isSuperset(of: $0.causes) })
    #expect(
      try Self.quality(report).contains("findings were left out of the report (at most 2 are in it, the worst first)"))
  }

  @Test("each tunnel keeps its share of a timeline that is too long: first what findings cite")
  func timeline() throws {
    var limits = CorrelationLimits()
    limits.timelineEntries = 24
    var scene = Scenario(lasting: 3_600)
    for number in 0..<50 { scene.session(from: Double(number) * 60, to: Double(number) * 60 + 59.9) }
    _ = scene.hellos(at: [1, 2, 4, 8])
    let report = Scenario.report(of: [scene], limits: limits)
    #expect(report.timeline.count == 24)
    #expect(report.timeline == report.timeline.sorted { $0.time < $1.time })
    #expect(report.timeline.contains { $0.finding != nil })
    #expect(try Self.quality(report).contains("left out of the timeline (at most 24 are in it)"))
  }

  @Test("what a capture's reader and trackers left out is told in words", arguments: ReachedLimit.Kind.allCases)
  func words(kind: ReachedLimit.Kind) throws {
    for count in [1, 3] {
      var scene = Scenario(lasting: 60)
      scene.capture.reachedLimits = [ReachedLimit(kind, limit: 1_000, count: count)]
      let finding = try #require(scene.report().finding(.captureQuality))
      #expect(finding.explanation.contains("\(count) "))
      #expect(finding.explanation.contains("at most 1000"))
      #expect(finding.remedies.contains { $0.contains("--filter") })
    }
  }
}
