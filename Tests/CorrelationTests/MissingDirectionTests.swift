import Correlation
import Observations
import Testing

@Suite("directions that are not in the capture")
struct MissingDirectionTests {
  private static func directions(
    tcp: SeenDirections.Ways = .none, udp: SeenDirections.Ways = .one, hosts: SeenDirections.Ways = .none
  ) -> SeenDirections {
    var seen = SeenDirections()
    (seen.tcp, seen.udp, seen.hosts) = (tcp, udp, hosts)
    return seen
  }

  private static func peers(_ seen: SeenDirections?, initiations: [Double] = [1, 6, 11, 16]) throws -> Finding {
    var scene = Scenario(lasting: 60)
    scene.capture.directions = seen
    let attempt = scene.initiation(at: initiations[0])
    for seconds in initiations.dropFirst() { scene.initiation(attempt, at: seconds) }
    return try #require(scene.peerReport().finding(.handshakeUnanswered))
  }

  @Test("openings in a capture of one direction are possible at most, and the answer says what is missing")
  func oneDirection() throws {
    let finding = try Self.peers(Self.directions())
    #expect(finding.confidence == .possible && finding.severity == .error)
    #expect(finding.headline.contains("the other direction is not in the capture"))
    #expect(finding.explanation.contains("holds no packet towards 198.51.100.10 at all"))
    #expect(!finding.title.contains("never answered"))
  }

  @Test("next to the client it is likely: its own host sees both directions")
  func besideClient() throws {
    for hosts in [SeenDirections.Ways.none, .both] {
      var scene = Scenario(lasting: 60)
      scene.capture.directions = Self.directions(hosts: hosts)
      let attempt = scene.initiation(at: 1)
      for seconds in [6.0, 11, 16] { scene.initiation(attempt, at: seconds) }
      scene.summary(attempt, from: 1, to: 16, nextTo: .client)
      #expect(scene.peerReport().finding(.handshakeUnanswered)?.confidence == .likely)
    }
  }

  @Test("a single opening there is a note: it may well have been answered")
  func single() throws { #expect(try Self.peers(Self.directions(), initiations: [1]).severity == .note) }

  @Test("where ARP or ICMP show the other direction, and no UDP does, it is possible, as in the evidence without them")
  func hostsOnly() throws {
    let finding = try Self.peers(Self.directions(hosts: .both))
    #expect(finding.confidence == .possible)
    #expect(finding.explanation.contains("no UDP packet towards 198.51.100.10"))
  }

  @Test("where UDP of other hosts goes both ways it is certain", arguments: [directions(udp: .both), nil])
  func bothWays(seen: SeenDirections?) throws {
    let finding = try Self.peers(seen)
    #expect(finding.confidence == .certain && finding.title.contains("never answered"))
  }

  private static func besideTLS(timeToLive: UInt8) throws -> Finding {
    var scene = Scenario(lasting: 60)
    scene.capture.directions = Self.directions(tcp: .both)
    scene.session(from: 0)
    let attempt = scene.hellos(at: [1, 2, 4, 8])
    scene.tell(
      .summary(
        ChannelSummary(
          id: attempt.id, flow: attempt.flow, start: scene.time(1), startFrame: scene.frame(1), sawStart: true,
          token: attempt.random, end: scene.time(8), client: PayloadTotals(), server: PayloadTotals(),
          clientTTL: timeToLive)), at: 8, toldAt: 60)
    return try #require(scene.report().finding(.handshakeUnanswered))
  }

  @Test("DTLS beside a working TLS is possible at most where UDP has one direction and the hellos were forwarded")
  func besideTLS() throws {
    let finding = try Self.besideTLS(timeToLive: 63)
    #expect(finding.confidence == .possible)
    #expect(finding.headline.contains("UDP of the other direction is not in the capture"))
  }

  @Test("on the client's own host UDP takes the way of TCP: it is certain")
  func besideTLSAtClient() throws {
    let finding = try Self.besideTLS(timeToLive: 64)
    #expect(finding.confidence == .certain && finding.title.contains("never answered"))
  }

  @Test("where the client's later packets prove an answer that the capture lacks, other openings are possible at most")
  func provenMissing() throws {
    var scene = Scenario(lasting: 120)
    scene.capture.directions = Self.directions(tcp: .both)
    scene.session(from: 0)
    let first = scene.hello(at: 1)
    scene.data(first, from: .client, at: 2)
    let attempt = scene.hellos(at: [60, 61, 63, 67])
    scene.tell(
      .summary(
        ChannelSummary(
          id: attempt.id, flow: attempt.flow, start: scene.time(60), startFrame: scene.frame(60), sawStart: true,
          token: attempt.random, end: scene.time(67), client: PayloadTotals(), server: PayloadTotals(), clientTTL: 64)),
      at: 67, toldAt: 120)
    let finding = try #require(scene.report().finding(.handshakeUnanswered))
    #expect(finding.confidence == .possible)
    #expect(!finding.title.contains("never answered"))
    #expect(finding.headline.contains("UDP of the other direction is not in the capture"))
  }

  @Test("the report says that the capture holds one direction only")
  func quality() throws {
    var scene = Scenario(lasting: 60)
    scene.capture.directions = Self.directions()
    _ = scene.initiation(at: 1)
    let finding = try #require(scene.peerReport().finding(.captureQuality))
    #expect(finding.explanation.contains("holds one direction only"))
  }

  @Test("a channel over UDP of which one side shows limits the capture, although TCP goes both ways")
  func halfSeen() throws {
    var scene = Scenario(lasting: 60)
    scene.capture.directions = Self.directions(tcp: .both)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.data(attempt, from: .client, at: 2)
    let report = scene.report()
    #expect(report.findings(.handshakeUnanswered).isEmpty)
    #expect(try #require(report.finding(.captureQuality)).explanation.contains("holds UDP in one direction only"))
  }
}
