import Correlation
import Observations

/// One thing on a lane of the timeline picture: a bar when it lasts, a dot when it does not.
struct LaneMark {
  /// In percent of the picture's width.
  let from: Double
  private(set) var to: Double
  /// The class that gives it its colour and shape.
  let look: String
  /// The words that appear when a reader points at it.
  let about: String
  var count: Int

  /// Marks that begin closer together than this many percent cannot be distinguished and are drawn as one.
  static let grain = 0.7
  /// Marks of one lane that are drawn at most.
  static let most = 400

  /// How long it lasted.
  var width: String { max(0, to - from).percentage }

  /// A bar too narrow to be seen is drawn wider, by the style, which a zoomed picture needs not.
  var lookOfBar: String { to - from < Self.grain ? look + " short" : look }

  /// The same marks, those that coincide drawn once with their counts added.
  ///
  /// - Parameter grain: How wide a place is where marks coincide, in percent.
  static func folded(_ marks: [LaneMark], grain: Double = grain) -> [LaneMark] {
    var places: [Place: Int] = [:]
    var result: [LaneMark] = []
    for mark in marks {
      let place = Place(column: Int(mark.from / grain), look: mark.look)
      if mark.to - mark.from < grain, let index = places[place] {
        result[index].count += mark.count
        result[index].to = max(result[index].to, mark.to)
      } else {
        places[place] = result.count
        result.append(mark)
      }
    }
    return Array(result.prefix(most))
  }

  /// The same marks, folded as little as it takes to be at most `most`, which is more than one.
  static func folded(_ marks: [LaneMark], to most: Int) -> [LaneMark] {
    var grain = Self.grain
    var result = folded(marks, grain: grain)
    while result.count > most, grain < 100 {
      grain *= 2
      result = folded(marks, grain: grain)
    }
    return result
  }

  private struct Place: Hashable {
    let column: Int
    let look: String
  }
}

/// The marks on the lanes of one tunnel.
struct LaneMarks {
  let scale: TimeScale
  let start: Timestamp

  init(scale: TimeScale) {
    self.scale = scale
    self.start = scale.start
  }

  /// The sessions of a channel; one without a start, which only a log without times shows, is not drawn.
  func sessions(_ channel: ChannelDescription) -> [LaneMark] {
    let carries = channel.role == .control ? "session" : "carrying"
    return channel.sessions.enumerated().compactMap { index, session in
      guard let start = session.start else { return nil }
      let end = session.end.map { scale.percent($0) } ?? 100 - TimeScale.margin
      return LaneMark(
        from: scale.percent(start), to: end, look: session.end == nil ? "\(carries) open" : carries,
        about:
          "\(channel.name.visibleLine) session \(index + 1) from \(moment(start)): \(session.endReason.visibleLine)",
        count: 1)
    }
  }

  /// The handshakes of a channel; where its sessions show those that succeeded, only the others. One that was lost later had
  /// succeeded, and is drawn until its session ends.
  func handshakes(_ channel: ChannelDescription, withEstablished: Bool) -> [LaneMark] {
    channel.handshakes.enumerated().compactMap { index, handshake in
      let succeeded = handshake.outcome == .established || handshake.outcome == .lost
      guard let start = handshake.start, withEstablished || !succeeded else { return nil }
      let openings = handshake.openings.map { ", \($0.counted("opening message"))" } ?? ""
      let last = handshake.end ?? start
      let ended = succeeded ? channel.sessions.first { $0.start == start }?.end : nil
      return LaneMark(
        from: scale.percent(start), to: scale.percent(ended.map { min($0, last) } ?? last),
        look: "attempt \(succeeded ? ChannelOutcome.established.rawValue : handshake.outcome.rawValue)",
        about: "\(channel.name.visibleLine) handshake \(index + 1) from \(moment(start))\(openings): "
          + handshake.outcome.words, count: 1)
    }
  }

  /// The stretches in which one side went unanswered; those in which a channel was lost look so.
  func silences(_ entries: [TimelineEntry], of channel: ChannelDescription, _ findings: [Finding]) -> [LaneMark] {
    let serious = Set(findings.lazy.filter { $0.severity > .note }.map(\.id))
    let lost = channel.handshakes.filter { $0.outcome == .lost }
    return entries.filter { $0.kind == .silence && $0.channel == channel.kind }.flatMap { entry in
      let isLoss =
        entry.finding.map(serious.contains) ?? false
        || lost.contains { handshake in
          handshake.start.map { $0 <= entry.time } ?? false && handshake.end.map { entry.time <= $0 } ?? false
        }
      return events([entry], [.silence], look: isLoss ? "channel loss" : "channel")
    }
  }

  func events(
    _ entries: [TimelineEntry], _ kinds: Set<TimelineEntry.Kind>, of channel: ChannelKind? = nil, look: String
  ) -> [LaneMark] {
    entries.filter { kinds.contains($0.kind) && (channel == nil || $0.channel == channel) }.map { entry in
      LaneMark(
        from: scale.percent(entry.time), to: scale.percent(entry.end), look: "\(look) \(entry.kind.rawValue)",
        about: "\(moment(entry.time)): \(entry.words)", count: entry.count)
    }
  }

  /// Seconds since the picture's first event, and the time of day.
  private func moment(_ time: Timestamp) -> String {
    "\(time.calendar.clock) (+\(time.seconds(since: start).fixed()) s)"
  }
}
