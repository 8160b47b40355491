import Observations

/// Estimates how far the clocks of capture points are apart, from hellos that both show.
///
/// A ClientHello passes the client's capture first and the gateway's later; a ServerHello the other way round. The
/// mean of both differences is the offset of the clocks, whatever the path takes, as long as it takes the same time
/// both ways (the arithmetic of RFC 5905 section 8).
struct ClockComparison {
  private struct Hellos {
    let client: Timestamp
    let server: Timestamp?
  }

  private let hellos: [Int: [HelloRandom: Hellos]]
  private let points: [Int]

  init(_ histories: [PointHistory]) {
    points = histories.map(\.point)
    var hellos: [Int: [HelloRandom: Hellos]] = [:]
    for history in histories {
      // In order, so that a random seen twice, on both sides of a translator, gives the same hello every time.
      for (_, pair) in history.pairs.sorted(by: { $0.key < $1.key }) {
        for connection in pair.connections {
          guard let random = connection.random, random.isComplete, let time = connection.helloTime else { continue }
          hellos[history.point, default: [:]][random] = Hellos(client: time, server: connection.serverHelloTime)
        }
        for attempt in pair.attempts {
          guard let random = attempt.random, random.isComplete, let hello = attempt.hellos.first else { continue }
          hellos[history.point, default: [:]][random] = Hellos(client: hello.time, server: attempt.firstAnswer?.time)
        }
      }
    }
    self.hellos = hellos
  }

  /// The offset of every point that shares hellos with the first one, in the order of points.
  func offsets() -> [ClockOffset] {
    guard let reference = points.first, let known = hellos[reference] else { return [] }
    return points.dropFirst().compactMap { point in
      var bothWays: [Int64] = []
      var oneWay: [Int64] = []
      for (random, other) in hellos[point] ?? [:] {
        guard let base = known[random] else { continue }
        let there = other.client.nanoseconds(since: base.client)
        if let answer = other.server, let baseAnswer = base.server {
          bothWays.append(there / 2 + answer.nanoseconds(since: baseAnswer) / 2)
        } else {
          oneWay.append(there)
        }
      }
      // A hello alone cannot tell the path's delay from the clocks' offset; it counts where nothing better is there.
      let differences = (bothWays.isEmpty ? oneWay : bothWays).sorted()
      guard !differences.isEmpty else { return nil }
      let median = differences[differences.count / 2]
      return ClockOffset(
        point: point, reference: reference, seconds: Double(median) / 1e9, matches: differences.count)
    }
  }
}
