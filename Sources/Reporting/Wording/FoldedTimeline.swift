import Correlation
import Observations

/// The timeline with what repeats told once, also where other events lie in between: "MSS 1378 ×38, every 2 to 10 s".
struct FoldedTimeline {
  /// Events that are alike, in the place of the first.
  struct Row {
    let first: TimelineEntry
    /// The first that is evidence of a finding names it.
    fileprivate(set) var finding: String?
    /// How many entries are folded into it; each may stand for several packets.
    fileprivate(set) var times = 1
    fileprivate(set) var count: Int
    fileprivate var end: Timestamp
    fileprivate var latest: Timestamp
    fileprivate var shortest = Double.infinity
    fileprivate var longest = 0.0

    fileprivate init(_ entry: TimelineEntry) {
      (first, finding, count, end, latest) = (entry, entry.finding, entry.count, entry.end, entry.time)
    }

    fileprivate mutating func add(_ entry: TimelineEntry) {
      let interval = entry.time.seconds(since: latest)
      (shortest, longest) = (min(shortest, interval), max(longest, interval))
      (latest, end) = (entry.time, max(end, entry.end))
      times += 1
      count += entry.count
      finding = finding ?? entry.finding
    }

    /// What happened, how often and at what intervals.
    var words: String {
      guard times > 1 else { return first.words }
      let (low, high) = (shortest.rounded(), longest.rounded())
      let interval =
        high < 1
        ? "within \(max(longest, 0.001).decimal()) s of each other"
        // Some came at once and some much later: there is no rhythm to tell.
        : low < 1
          ? "within \(end.seconds(since: first.time).duration)"
          : low == high ? "every \(high.duration)" : "every \(low.decimal(0)) to \(high.duration)"
      let groups = count > times ? " in \(times.grouped) rounds" : ""
      return "\(first.text.visibleLine) ×\(count.grouped)\(groups), \(interval)"
    }
  }

  /// Fewer alike events stand where they happened.
  private static let leastRepetitions = 3

  private struct Key: Hashable {
    let kind: TimelineEntry.Kind
    let tunnel: String?
    let channel: ChannelKind?
    let text: String
  }

  /// In time order of the first event of each.
  let rows: [Row]

  init(_ timeline: [TimelineEntry]) {
    var counts: [Key: Int] = [:]
    // As many as the timeline has entries at the most, which `CorrelationLimits` bounds.
    for entry in timeline { counts[Self.key(of: entry), default: 0] += 1 }
    var rows: [Row] = []
    var places: [Key: Int] = [:]
    for entry in timeline {
      let key = Self.key(of: entry)
      guard counts[key] ?? 0 >= Self.leastRepetitions else {
        rows.append(Row(entry))
        continue
      }
      if let place = places[key] {
        rows[place].add(entry)
      } else {
        places[key] = rows.count
        rows.append(Row(entry))
      }
    }
    self.rows = rows
  }

  private static func key(of entry: TimelineEntry) -> Key {
    Key(kind: entry.kind, tunnel: entry.tunnel, channel: entry.channel, text: entry.text)
  }
}
