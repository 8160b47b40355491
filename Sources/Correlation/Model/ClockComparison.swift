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

  private let hellos: [Int: [HandshakeToken: Hellos]]
  private let points: [Int]

  init(_ histories: [PointHistory]) {
    points = histories.map(\.point)
    var hellos: [Int: [HandshakeToken: Hellos]] = [:]
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
      var bothWays: [Difference] = []
      var oneWay: [Difference] = []
      for (random, other) in hellos[point] ?? [:] {
        guard let base = known[random] else { continue }
        let there = other.client.nanoseconds(since: base.client)
        if let answer = other.server, let baseAnswer = base.server {
          let mean = there / 2 + answer.nanoseconds(since: baseAnswer) / 2
          bothWays.append(Difference(time: other.client, nanoseconds: mean))
        } else {
          oneWay.append(Difference(time: other.client, nanoseconds: there))
        }
      }
      // A hello alone cannot tell the path's delay from the clocks' offset; it counts where nothing better is there.
      let differences = bothWays.isEmpty ? oneWay : bothWays
      guard !differences.isEmpty else { return nil }
      let drift = Self.drift(of: differences)
      // With a drift the offset grows with time, so the middle one in time is the one to start from.
      let ordered = differences.sorted {
        drift == 0
          ? ($0.nanoseconds, $0.time) < ($1.nanoseconds, $1.time)
          : ($0.time, $0.nanoseconds) < ($1.time, $1.nanoseconds)
      }
      let median = ordered[ordered.count / 2]
      return ClockOffset(
        point: point, reference: reference, seconds: Double(median.nanoseconds) / 1e9,
        driftPartsPerMillion: drift * 1e6, at: median.time, matches: differences.count)
    }
  }

  /// How far one clock was ahead, at a moment of its own.
  private struct Difference {
    let time: Timestamp
    let nanoseconds: Int64
  }

  /// Shorter captures do not show a drift: at 50 parts per million, a bad crystal, it is 15 ms in this time.
  private static let leastDriftSpan = 300.0
  private static let leastDriftMatches = 4
  /// A drift that moves events by less over the whole span changes no verdict.
  private static let leastDriftSeconds = 0.01

  /// Seconds gained a second: the median of the slopes between the earlier half of the differences and the later half
  /// (the estimator of Theil and Sen on half the pairs); 0 when there is none that matters.
  private static func drift(of differences: [Difference]) -> Double {
    let ordered = differences.sorted { ($0.time, $0.nanoseconds) < ($1.time, $1.nanoseconds) }
    guard ordered.count >= leastDriftMatches, let first = ordered.first, let last = ordered.last,
      last.time.seconds(since: first.time) >= leastDriftSpan
    else { return 0 }
    let half = ordered.count / 2
    let slopes = zip(ordered.prefix(half), ordered.suffix(half)).compactMap { early, late -> Double? in
      let seconds = late.time.seconds(since: early.time)
      return seconds > 0 ? (Double(late.nanoseconds) - Double(early.nanoseconds)) / 1e9 / seconds : nil
    }.sorted()
    guard !slopes.isEmpty else { return 0 }
    let slope = slopes[slopes.count / 2]
    return abs(slope) * last.time.seconds(since: first.time) >= leastDriftSeconds ? slope : 0
  }
}
