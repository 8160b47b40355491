import Correlation
import Observations

/// One thing on a lane of the timeline picture: a bar when it lasts, a dot when it does not.
struct LaneMark {
  /// In percent of the picture's width.
  let from: Double
  let to: Double
  /// The class that gives it its colour and shape.
  let look: String
  /// The words that appear when a reader points at it.
  let about: String
  var count: Int

  /// Marks that begin closer together than this many percent cannot be distinguished and are drawn as one.
  static let grain = 0.7
  /// Marks of one lane that are drawn at most.
  static let most = 400

  /// The same marks, those that coincide drawn once with their counts added.
  static func folded(_ marks: [LaneMark]) -> [LaneMark] {
    var places: [Place: Int] = [:]
    var result: [LaneMark] = []
    for mark in marks {
      let place = Place(column: Int(mark.from / grain), look: mark.look)
      if mark.to - mark.from < grain, let index = places[place] {
        result[index].count += mark.count
      } else {
        places[place] = result.count
        result.append(mark)
      }
    }
    return Array(result.prefix(most))
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

  /// The handshakes of a channel; of a control channel only those that failed, because its sessions show the others.
  func handshakes(_ channel: ChannelDescription) -> [LaneMark] {
    channel.handshakes.enumerated().compactMap { index, handshake in
      guard let start = handshake.start, channel.role != .control || handshake.outcome != .established else {
        return nil
      }
      let openings = handshake.openings.map { ", \($0.counted("opening message"))" } ?? ""
      return LaneMark(
        from: scale.percent(start), to: scale.percent(handshake.end ?? start),
        look: "attempt \(handshake.outcome.rawValue)",
        about: "\(channel.name.visibleLine) handshake \(index + 1) from \(moment(start))\(openings): "
          + handshake.outcome.words, count: 1)
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
