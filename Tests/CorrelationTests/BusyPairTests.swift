import Correlation
import Observations
import Testing

/// A pair of hosts with hundreds of connections and attempts is judged as one with few.
@Suite("Busy pairs of hosts")
struct BusyPairTests {
  @Test("every connection gets the end that is its own, however many there are", arguments: [10, 33, 34, 300])
  func connections(count: Int) throws {
    var scene = Scenario(lasting: Double(count) * 60)
    for number in 0..<count { scene.session(from: Double(number) * 60, to: Double(number) * 60 + 59.9) }
    let sessions = try #require(scene.report().tunnels.first).tls.sessions
    #expect(sessions.count == count)
    #expect(
      sessions.allSatisfy { session in
        session.start.flatMap { start in session.end.map { (59...60).contains($0.seconds(since: start)) } } ?? false
      })
  }

  @Test("every hello counts for the attempt of its own flow, however many there are", arguments: [10, 33, 34, 300])
  func attempts(count: Int) throws {
    var scene = Scenario(lasting: Double(count) * 60 + 30)
    scene.session(from: 0)
    for number in 0..<count { _ = scene.hellos(at: [1, 2, 4].map { $0 + Double(number) * 60 }) }
    let attempts = try #require(scene.report().tunnels.first).dtls.handshakes
    #expect(attempts.count == count)
    #expect(attempts.allSatisfy { $0.openings == 3 })
  }
}
