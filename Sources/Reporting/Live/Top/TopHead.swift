import Correlation
import Observations

/// The first lines of the view: where and when, how many tunnels fail, what else there is to know.
struct TopHead {
  let content: TopContent
  let controls: TopControls

  /// A verdict that is older is said to be.
  private static let freshSeconds = 5.0

  func lines(width: Int, style: TextStyle) -> [String] {
    let failing = content.standings.contains { $0.condition.isFailing }
    let (words, meaning) = third
    return [
      style.paint(TextColumns.cut(first(width: width), width: width), .heading),
      style.paint(TextColumns.cut(second, width: width), failing ? .error : nil),
      style.paint(TextColumns.cut(words, width: width), meaning),
    ]
  }

  private func first(width: Int) -> String {
    let time = content.now.map {
      // The day is the first to go where there is little room.
      let clock = "\($0.calendar.clock.prefix { $0 != "." }) \(DisplayZone.current.name)"
      return width < TextPage.usualWidth ? clock : "\($0.calendar.date) \(clock)"
    }
    let drops = content.status.droppedByKernel + content.status.droppedByInterface
    let parts = [
      TextColumns.elide(content.interface.visibleLine, width: 20), time ?? "no packet yet",
      content.packetsPerSecond.map { Int(min(max($0, 0), 1e15).rounded()).counted("packet/s", "packets/s") },
      drops > 0 ? "\(drops.grouped) dropped" : nil,
    ]
    return parts.compactMap(\.self).joined(separator: " · ")
  }

  private var second: String {
    let tunnels = content.standings.count { $0.tunnel != nil }
    let failing = content.standings.count { $0.condition.isFailing }
    func count(_ condition: Standing.Condition) -> Int { content.standings.count { $0.condition == condition } }
    let counts = [
      "\(failing.grouped) failing", count(.note) > 0 ? count(.note).counted("note") : nil,
      "\(count(.healthy).grouped) healthy",
      count(.undecided) > 0 ? "\(count(.undecided).grouped) undecided" : nil,
    ]
    let parts = [
      content.standings.isEmpty
        ? "no tunnel yet" : "\(tunnels.counted("tunnel")): \(counts.compactMap(\.self).joined(separator: ", "))",
      content.sharedGateway.map { "\(tunnels > 1 ? "all " : "")to \($0)" }, oldVerdict,
    ]
    return parts.compactMap(\.self).joined(separator: " · ")
  }

  private var oldVerdict: String? {
    guard let now = content.now, let judged = content.judged, now.seconds(since: judged) > Self.freshSeconds else {
      return nil
    }
    return "as of \(now.seconds(since: judged).shortDuration) ago"
  }

  /// News, a state that lasts, or what was left out.
  private var third: (String, TextStyle.Meaning?) {
    if let notice = content.notice { return (notice.visibleLine, .note) }
    if !content.status.isUp { return ("the interface is down or gone; waiting for it", .warning) }
    let status = content.status
    let left = [
      status.evictedFlows > 0 ? status.evictedFlows.counted("flow") : nil,
      status.forgottenPairs > 0 ? status.forgottenPairs.counted("pair of hosts", "pairs of hosts") : nil,
    ].compactMap(\.self)
    let limits =
      (blindness.map { [$0] } ?? []) + (left.isEmpty ? [] : ["forgotten to make room: " + left.joined(separator: ", ")])
      + (content.capture?.reachedLimits ?? []).filter { $0.kind != .flows }.map { LimitWords.sentence($0) }
    return (limits.joined(separator: "; "), .warning)
  }

  /// Why tunnels are undecided, or there are none, where that is for the whole capture.
  private var blindness: String? {
    guard let capture = content.capture,
      content.standings.allSatisfy({ !$0.condition.isFailing && $0.condition != .healthy })
    else { return nil }
    let report = Report(captures: [capture])
    if report.isCutTooShort { return "packets are cut too short to tell; raise --snap-length" }
    if content.standings.isEmpty {
      guard report.isUnreadable else { return nil }
      return "\(capture.unreadPackets.counted("packet")) not looked into: \(UnreadWords.kinds(of: [capture]))"
    }
    guard let directions = capture.directions else { return nil }
    if directions.isOneWay {
      return "one direction only is captured, so silence proves nothing; capture where both pass"
    }
    return directions.isOneWayOverUDP
      ? "UDP is captured in one direction only, so silence over UDP proves nothing; capture where both pass" : nil
  }
}

extension TopContent {
  /// The gateway of all tunnels; nil where they have several, or there are none.
  var sharedGateway: String? {
    guard let first = standings.first?.tunnel?.gateway,
      standings.allSatisfy({ $0.tunnel?.gateway == first })
    else { return nil }
    return first.description
  }
}
