import Observations

/// Something that two sources may both show, each with a time of its own.
struct ClockEvent {
  enum Kind: Hashable {
    case opening(ChannelKind)
    case up(ChannelKind)
    case end
  }

  let kind: Kind
  let time: Timestamp
}

/// Finds the offset between two clocks from events that both show: the offset that most events agree on, and the
/// median within it.
///
/// Regular cycles fit themselves again one turn later: the offset with the most matches wins, because a shifted cycle
/// loses those at its ends; at a tie it is the one nearest to a whole quarter hour, and the tie is told.
struct ClockAlignment {
  /// How far the times of one event may be apart: a session is logged when it is ready, its first packet is earlier.
  private static let windowNanoseconds: Int64 = 1_500_000_000
  /// Further apart, two offsets are not the same one.
  private static let apartNanoseconds: Int64 = 5_000_000_000
  /// Time zones lie in this range, and are whole quarter hours.
  private static let zones = -12 * 3_600...14 * 3_600
  static let quarterHour: Int64 = 900_000_000_000
  /// A clock that is set by NTP or by hand is not further off; beyond it, more events have to agree.
  private static let plausibleError: Int64 = 3_600_000_000_000
  /// A single event that both show proves an offset only where it is this small.
  private static let loneError: Int64 = 5_000_000_000
  /// Offsets beyond what zones and errors explain.
  private static let manyMatches = 4
  /// Of the other clock's events of a kind, this many are compared, spread over all of them: an offset that many events
  /// agree on shows with as many anchors, and the work stays in proportion to the own events.
  private static let anchors = 32
  /// Differences kept in all, 24 bytes each: what a log and a capture of a busy gateway have in common shows in far fewer.
  private static let differencesKept = 1_048_576

  struct Estimate {
    /// What is to be subtracted from the clock's times.
    let nanoseconds: Int64
    let matches: Int
    let isAmbiguous: Bool
  }

  private struct Difference {
    let nanoseconds: Int64
    let own: Int
    let other: Int
  }

  /// Whether the lines name their zone; otherwise whole quarter hours are a matter of zone.
  let hasZone: Bool
  private var differences: [Difference] = []
  private var events = (own: 0, other: 0)

  init(hasZone: Bool) { self.hasZone = hasZone }

  /// Adds the events of one party, by the clock in question and by the reference.
  mutating func add(_ own: [ClockEvent], _ other: [ClockEvent]) {
    let known = Dictionary(grouping: other.indices, by: { other[$0].kind }).mapValues(Self.spread)
    for (index, event) in own.enumerated() {
      guard let candidates = known[event.kind], differences.count < Self.differencesKept else { continue }
      for candidate in candidates {
        differences.append(
          Difference(
            nanoseconds: event.time.nanoseconds(since: other[candidate].time), own: events.own + index,
            other: events.other + candidate))
      }
    }
    events.own += own.count
    events.other += other.count
  }

  /// At most as many as there are anchors, evenly over all.
  private static func spread(_ places: [Int]) -> [Int] {
    guard places.count > anchors else { return places }
    return (0..<anchors).map { places[$0 * (places.count - 1) / (anchors - 1)] }
  }

  /// The offset, if the events tell it.
  func estimate() -> Estimate? {
    let ordered = differences.filter { isPossible($0.nanoseconds) }
      .sorted { ($0.nanoseconds, $0.own, $0.other) < ($1.nanoseconds, $1.own, $1.other) }
    guard !ordered.isEmpty else { return nil }
    var best: (range: Range<Int>, score: Int, cost: Int64)?
    var candidates: [(median: Int64, score: Int)] = []
    var end = 0
    var own = Counter()
    var other = Counter()
    for start in ordered.indices {
      while end < ordered.count,
        ordered[end].nanoseconds.subtractingReportingOverflow(ordered[start].nanoseconds).partialValue
          <= Self.windowNanoseconds
      {
        own.add(ordered[end].own)
        other.add(ordered[end].other)
        end += 1
      }
      let score = min(own.distinct, other.distinct)
      let median = ordered[start + (end - start) / 2].nanoseconds
      let cost = error(median).magnitude
      candidates.append((median, score))
      if best.map({ score > $0.score || score == $0.score && Int64(clamping: cost) < $0.cost }) ?? true {
        best = (start..<end, score, Int64(clamping: cost))
      }
      own.remove(ordered[start].own)
      other.remove(ordered[start].other)
    }
    guard let best else { return nil }
    let median = ordered[best.range.lowerBound + best.range.count / 2].nanoseconds
    let isAmbiguous = candidates.contains {
      $0.score == best.score
        && $0.median.subtractingReportingOverflow(median).partialValue.magnitude > UInt64(Self.apartNanoseconds)
    }
    let isLikely =
      switch best.score {
      case 1: error(median).magnitude <= UInt64(Self.loneError)
      case 2: error(median).magnitude <= UInt64(Self.loneError) || !isAmbiguous
      default: true
      }
    guard isLikely, isPlausible(median) || best.score >= Self.manyMatches && !isAmbiguous else { return nil }
    return Estimate(nanoseconds: median, matches: best.score, isAmbiguous: isAmbiguous)
  }

  /// The part of an offset that no zone explains.
  func error(_ offset: Int64) -> Int64 { hasZone ? offset : offset - Self.zone(of: offset) }

  /// The nearest whole quarter hour, in nanoseconds.
  static func zone(of offset: Int64) -> Int64 {
    let half = offset < 0 ? -quarterHour / 2 : quarterHour / 2
    return offset.addingReportingOverflow(half).partialValue / quarterHour * quarterHour
  }

  private func isPlausible(_ offset: Int64) -> Bool {
    guard !hasZone else { return offset.magnitude <= UInt64(Self.plausibleError) }
    return Self.zones.contains(Int(Self.zone(of: offset) / 1_000_000_000))
  }

  /// Clocks that were never set are years off; what lies beyond that is no offset.
  private func isPossible(_ offset: Int64) -> Bool { offset.magnitude < UInt64(Int64.max / 4) }

  /// How many different events are in a window.
  private struct Counter {
    private var counts: [Int: Int] = [:]
    var distinct: Int { counts.count }

    mutating func add(_ event: Int) { counts[event, default: 0] += 1 }

    mutating func remove(_ event: Int) {
      guard let count = counts[event] else { return }
      counts[event] = count > 1 ? count - 1 : nil
    }
  }
}
