import Correlation
import Observations

/// The timeline of one tunnel as a picture: a lane for each channel with its sessions and handshakes, one for what
/// sizes and losses of packets show, one for ICMP errors and resets, and the findings where they happened.
///
/// Horizontal places are percentages and vertical ones pixels, so that text keeps its size at any width.
struct LaneChart {
  let lanes: [Lane]
  let flags: [FindingLane]
  let flagsLeft: String
  let flagsLeftY: Int
  let ticks: [Tick]
  /// Hairlines where a session of the tunnel begins.
  let starts: [String]
  let axisY: Int
  let tickY: Int
  let height: Int
  /// What the picture shows, in words.
  let inWords: String
  let scale: ZoomScale

  struct Lane {
    let name: String
    let total: String
    let labelY: Int
    let lineY: Int
    let bars: [Bar]
    let dots: [Dot]
  }

  struct Bar {
    let x: String
    let width: String
    let y: Int
    let height: Int
    let look: String
    let about: String
  }

  struct Dot {
    let x: String
    let y: Int
    let radius: String
    let look: String
    let about: String
  }

  /// A finding, and every moment at which it was seen.
  struct FindingLane {
    let finding: String
    let severity: String
    /// The title, and as much of it as a phone has room for.
    let about: String
    let briefly: String
    let labelY: Int
    let lineY: Int
    let fromX: String
    let toX: String
    let moments: [String]
  }

  struct Tick {
    let x: String
    let label: String
    let anchor: String

    init(percent: Double, label: String) {
      x = percent.percentage
      self.label = label
      anchor = percent < 5 ? "start" : percent > 94 ? "end" : "middle"
    }
  }

  private static let pitch = 46
  private static let findingPitch = 38
  private static let mostFindings = 8

  /// - Parameter end: when the captures end, up to which an open session lasts.
  init(tunnel: TunnelDescription?, entries: [TimelineEntry], findings: [Finding], end: Timestamp?) {
    let scale = Self.scale(tunnel, entries, findings, end)
    self.scale = ZoomScale(scale)
    let marks = LaneMarks(scale: scale)
    let channels = tunnel?.channels ?? []
    let channelLanes = channels.enumerated().map {
      Self.lane($1, row: $0, entries: entries, findings: findings, marks: marks)
    }
    let events = [
      (
        "MTU, retransmissions", marks.events(entries, [.largePacket, .retransmission, .fragments, .mss], look: "large")
      ),
      ("ICMP, resets", marks.events(entries, [.icmp], look: "icmp")),
      ("Dropped on the way", marks.events(entries, [.dropped], look: "icmp")),
    ].filter { name, dots in !dots.isEmpty || name != "Dropped on the way" && tunnel?.isFromLogsOnly != true }
    self.lanes =
      channelLanes
      + events.enumerated().map { row, lane in Self.lane(lane.0, row: channels.count + row, dots: lane.1) }
    let lanesEnd = lanes.count * Self.pitch + 4
    self.flags = findings.prefix(Self.mostFindings).enumerated().map { row, finding in
      Self.lane(of: finding, entries: entries, scale: scale, top: lanesEnd + row * Self.findingPitch)
    }
    let left = findings.count - flags.count
    self.flagsLeft = left > 0 ? "… \(left.counted("more finding"))" : ""
    self.flagsLeftY = lanesEnd + flags.count * Self.findingPitch + 12
    self.axisY = lanesEnd + 4 + flags.count * Self.findingPitch + (left > 0 ? 20 : 0)
    self.tickY = axisY + 16
    self.height = axisY + 22
    self.ticks = scale.ticks.map(Tick.init)
    self.starts = LaneMark.folded(channels.first { !$0.sessions.isEmpty }.map(marks.sessions) ?? [])
      .map(\.from.percentage)
    self.inWords =
      lanes.map { "\($0.name): \($0.total)" }.joined(separator: "; ")
      + "; findings: \(findings.isEmpty ? "none" : findings.map(\.id.visibleLine).joined(separator: ", "))"
  }

  private static func scale(
    _ tunnel: TunnelDescription?, _ entries: [TimelineEntry], _ findings: [Finding], _ end: Timestamp?
  ) -> TimeScale {
    var times = entries.flatMap { [$0.time, $0.end] } + findings.flatMap { [$0.start, $0.end].compactMap(\.self) }
    for channel in tunnel?.channels ?? [] {
      times += channel.sessions.flatMap { [$0.start, $0.end].compactMap(\.self) }
      times += channel.handshakes.flatMap { [$0.start, $0.end].compactMap(\.self) }
      if let end, channel.sessions.contains(where: { $0.end == nil && $0.start != nil }) { times.append(end) }
    }
    return TimeScale(times)
  }

  /// The lane of a channel counts its handshakes where it draws them, and its sessions otherwise.
  private static func lane(
    _ channel: ChannelDescription, row: Int, entries: [TimelineEntry], findings: [Finding], marks: LaneMarks
  ) -> Lane {
    let sessions = marks.sessions(channel)
    let handshakes = marks.handshakes(channel, withEstablished: channel.role != .control)
    let opened = channel.handshakes.count(where: \.isOpened)
    let onlySender = channel.outcome == .none ? channel.onlySender : nil
    let outcome = onlySender.map { "only the \($0.name) sends" } ?? channel.outcomeInWords
    let total =
      handshakes.isEmpty || opened == 0
      ? channel.sessions.isEmpty ? outcome : channel.sessions.count.counted("session")
      : "\(opened.counted("handshake")), \(outcome)"
    return lane(
      TextColumns.cut(channel.name.visibleLine, width: 20), row: row, total: total,
      bars: LaneMark.folded(sessions) + LaneMark.folded(handshakes)
        + LaneMark.folded(marks.silences(entries, of: channel, findings)),
      dots: LaneMark.folded(
        marks.events(
          entries, [.established, .rejected, .failed, .closing, .addressChange], of: channel.kind, look: "channel")))
  }

  private static func lane(_ name: String, row: Int, dots: [LaneMark]) -> Lane {
    let total = dots.reduce(0) { $0 + $1.count }
    return lane(name, row: row, total: total == 0 ? "none" : total.grouped, bars: [], dots: LaneMark.folded(dots))
  }

  /// - Parameters:
  ///   - bars: Already folded, the lowest first.
  ///   - dots: Already folded.
  private static func lane(_ name: String, row: Int, total: String, bars: [LaneMark], dots: [LaneMark]) -> Lane {
    let top = row * pitch + 4
    return Lane(
      name: name, total: total, labelY: top + 12, lineY: top + 30,
      bars: bars.map { mark in
        Bar(
          x: mark.from.percentage, width: mark.width, y: top + 21, height: 18, look: mark.lookOfBar,
          about: mark.count > 1 ? "\(mark.about) and \(mark.count - 1) more" : mark.about)
      },
      dots: dots.map { mark in
        Dot(
          x: mark.from.percentage, y: top + 30, radius: radius(mark.count).decimal(1), look: mark.look,
          about: mark.about)
      })
  }

  /// Grows with the digits of the count: 4.5 for one event, 9 at most.
  private static func radius(_ count: Int) -> Double { min(9, 3.5 + Double(String(count).count)) }

  private static func lane(of finding: Finding, entries: [TimelineEntry], scale: TimeScale, top: Int) -> FindingLane {
    let start = finding.start ?? scale.start
    let times =
      [start] + finding.evidence.compactMap(\.time) + entries.filter { $0.finding == finding.id }.map(\.time)
    let seen = times.sorted().map { time in
      LaneMark(from: scale.percent(time), to: scale.percent(time), look: "", about: "", count: 1)
    }
    return FindingLane(
      finding: finding.id.visibleLine, severity: finding.severity.rawValue,
      about: TextColumns.cut(finding.title.visibleLine, width: 76),
      briefly: TextColumns.cut(finding.title.visibleLine, width: 36),
      labelY: top + 12, lineY: top + 25, fromX: scale.percent(start).percentage,
      toX: scale.percent(finding.end ?? start).percentage, moments: LaneMark.folded(seen).map(\.from.percentage))
  }
}
