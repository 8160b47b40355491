import Correlation
import Observations

/// One thing on a lane of the timeline picture: a bar when it lasts, a dot when it does not.
struct LaneMark {
  /// In percent of the picture's width.
  let from: Double
  let to: Double
  /// The class that gives it its colour and shape.
  let look: String
  /// What a reader is told who points at it.
  let about: String
  var count: Int

  /// Marks that begin closer together than this many percent cannot be told apart and are drawn as one.
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

/// What stands on the lanes of one tunnel.
struct LaneMarks {
  let scale: TimeScale
  let start: Timestamp

  init(scale: TimeScale) {
    self.scale = scale
    self.start = scale.start
  }

  func sessions(_ tunnel: TunnelDescription?) -> [LaneMark] {
    (tunnel?.tls.sessions ?? []).enumerated().map { index, session in
      let end = session.end.map { scale.percent($0) } ?? 100 - TimeScale.margin
      return LaneMark(
        from: scale.percent(session.start), to: end, look: session.end == nil ? "session open" : "session",
        about: "TLS session \(index + 1) from \(moment(session.start)): \(session.endReason.visibleLine)", count: 1)
    }
  }

  func attempts(_ tunnel: TunnelDescription?) -> [LaneMark] {
    (tunnel?.dtls.attempts ?? []).enumerated().map { index, attempt in
      LaneMark(
        from: scale.percent(attempt.start), to: scale.percent(attempt.end),
        look: "attempt \(attempt.outcome.rawValue)",
        about: "DTLS attempt \(index + 1) from \(moment(attempt.start)), \(attempt.hellos.counted("hello")): "
          + attempt.outcome.words, count: 1)
    }
  }

  /// How long DTLS was in use after each attempt that came through: until the next attempt or the end of the session.
  func carrying(_ tunnel: TunnelDescription?, end: Timestamp) -> [LaneMark] {
    guard let tunnel else { return [] }
    return tunnel.dtls.attempts.enumerated().filter { $0.element.outcome == .established }.map { index, attempt in
      let next = tunnel.dtls.attempts.dropFirst(index + 1).first?.start
      let session = tunnel.tls.sessions.last { $0.start <= attempt.start }
      let until = min(next ?? end, session?.end ?? end)
      return LaneMark(
        from: scale.percent(attempt.end), to: scale.percent(max(attempt.end, until)), look: "carrying",
        about: "DTLS is established from \(moment(attempt.end))", count: 1)
    }
  }

  func events(_ entries: [TimelineEntry], _ kinds: Set<TimelineEntry.Kind>, look: String) -> [LaneMark] {
    entries.filter { kinds.contains($0.kind) }.map { entry in
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
