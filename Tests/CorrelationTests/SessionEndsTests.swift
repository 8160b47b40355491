import Correlation
import Observations
import Testing

/// When sessions end of which no packet shows the end.
@Suite("Ends of sessions")
struct SessionEndsTests {
  private typealias Session = ChannelDescription.Session

  /// DTLS from second 1 until both sides are last heard, beside a TLS connection that ends at second 60.
  private static func beside(tlsEnd: Double?, dtlsLast: Double) throws -> ChannelDescription {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: tlsEnd)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.summary(attempt, from: 1, last: dtlsLast)
    return try #require(scene.report().tunnels.first?.dtls)
  }

  @Test("DTLS ends with the TLS session that set it up")
  func withControl() throws {
    let session = try #require(Self.beside(tlsEnd: 60, dtlsLast: 58).sessions.first)
    #expect(session.endReason == "ended with the TLS session")
    #expect(session.end?.seconds(since: .second(0)) == 60)
  }

  @Test("DTLS that is heard after its TLS connection is closed goes on, and so does one beside TLS that is open")
  func goesOn() throws {
    #expect(try #require(Self.beside(tlsEnd: 60, dtlsLast: 90).sessions.first).end == nil)
    #expect(try #require(Self.beside(tlsEnd: nil, dtlsLast: 58).sessions.first).end == nil)
  }

  @Test("a session of which nothing comes any more once the client has begun anew was given up")
  func givenUp() throws {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.summary(attempt, from: 1, last: 57)
    let refused = scene.hello(at: 60)
    scene.refuse(refused, at: 60.05, code: 3, reporter: Scenario.gateway)
    let session = try #require(scene.report().tunnels.first?.dtls.sessions.first)
    #expect(session.endReason == "given up by the client")
    #expect(session.end == scene.time(57))
  }

  @Test("a TLS session that is lost ends when the gateway was last heard, and takes DTLS with it that dies too")
  func lostControl() throws {
    var scene = Scenario(lasting: 200)
    let connection = scene.session(from: 0, ending: .open)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.summary(attempt, from: 1, last: 59)
    scene.silence(connection, of: .server, lastHeard: 60, since: 61, until: 95)
    let report = scene.report()
    #expect(report.finding(.peerDead) != nil)
    let tunnel = try #require(report.tunnels.first)
    #expect(tunnel.tls.sessions.map(\.endReason) == ["lost"])
    #expect(tunnel.tls.sessions.first?.end == scene.time(60))
    #expect(tunnel.dtls.sessions.map(\.endReason) == ["lost"])
    #expect(tunnel.dtls.sessions.first?.end == scene.time(59))
  }
}
