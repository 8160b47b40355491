import Observations

/// Estimates how far the clocks of capture points are apart, from openings that both show.
///
/// An opening (ClientHello, WireGuard initiation) passes the client's capture first and the gateway's later; its answer the other way round. The
/// mean of both differences is the offset of the clocks, whatever the path takes, as long as it takes the same time
/// both ways (the arithmetic of RFC 5905 section 8).
struct ClockComparison {
  private struct Openings {
    let client: Timestamp
    let server: Timestamp?
  }

  private let openings: [Int: [HandshakeToken: Openings]]
  private let points: [Int]

  init(_ histories: [PointHistory]) {
    points = histories.map(\.point)
    var openings: [Int: [HandshakeToken: Openings]] = [:]
    for history in histories {
      // In order, so that a token seen twice, on both sides of a translator, gives the same opening every time.
      for (_, pair) in history.pairs.sorted(by: { $0.key < $1.key }) {
        for association in pair.channels.lazy.flatMap(\.associations) {
          guard let token = association.tokens.first, token.isComplete, let time = association.openings.first?.time
          else { continue }
          openings[history.point, default: [:]][token] = Openings(client: time, server: association.firstAnswer?.time)
        }
      }
    }
    self.openings = openings
  }

  /// The offset of every point that shares openings with the first one, in the order of points.
  func offsets() -> [ClockOffset] {
    guard let reference = points.first, let known = openings[reference] else { return [] }
    return points.dropFirst().compactMap { point in
      var bothWays: [Difference] = []
      var oneWay: [Difference] = []
      for (token, other) in openings[point] ?? [:] {
        guard let base = known[token] else { continue }
        let there = other.client.nanoseconds(since: base.client)
        if let answer = other.server, let baseAnswer = base.server {
          let mean = there / 2 + answer.nanoseconds(since: baseAnswer) / 2
          bothWays.append(Difference(time: other.client, nanoseconds: mean))
        } else {
          oneWay.append(Difference(time: other.client, nanoseconds: there))
        }
      }
      // An opening alone cannot tell the path's delay from the clocks' offset; it counts where nothing better is there.
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
