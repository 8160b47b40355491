import Correlation
import Observations

/// The timeline of one tunnel as a picture: a lane each for TLS sessions, DTLS attempts, large packets and ICMP,
/// and the findings where they happened.
///
/// Horizontal places are percentages and vertical ones pixels, so that text keeps its size at any width.
struct LaneChart {
  let lanes: [Lane]
  let flags: [Flag]
  let ticks: [Tick]
  /// Hairlines where a TLS session begins.
  let starts: [String]
  let flagsLabelY: Int
  let flagsTop: Int
  let axisY: Int
  let tickY: Int
  let height: Int
  /// What the picture shows, in words.
  let inWords: String

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

  struct Flag {
    let x: String
    let y: Int
    let textX: String
    let textY: Int
    let lineX: String
    let severity: String
    let finding: String
    let about: String
  }

  struct Tick {
    let x: String
    let label: String
    let anchor: String
  }

  private static let pitch = 46
  private static let flagPitch = 24
  /// How wide a flag is on the narrowest page, in percent.
  private static let flagWidth = 12.0

  init(tunnel: TunnelDescription?, entries: [TimelineEntry], findings: [Finding]) {
    let scale = Self.scale(tunnel, entries, findings)
    let marks = LaneMarks(scale: scale)
    let sessions = marks.sessions(tunnel)
    let content: [(name: String, bars: [LaneMark], dots: [LaneMark])] = [
      ("TLS sessions", sessions, []),
      (
        "DTLS attempts", marks.attempts(tunnel) + marks.events(entries, [.dtlsSilence], look: "dtls"),
        marks.events(entries, [.dtlsEstablished, .dtlsAlert], look: "dtls")
      ),
      ("Large packets", [], marks.events(entries, [.largePacket, .retransmission, .fragments, .mss], look: "large")),
      ("ICMP", [], marks.events(entries, [.icmp], look: "icmp")),
    ]
    self.lanes = content.enumerated().map { index, lane in
      Self.lane(lane.name, top: index * Self.pitch + 4, bars: lane.bars, dots: lane.dots)
    }
    let lanesEnd = content.count * Self.pitch + 4
    self.flagsLabelY = lanesEnd + 12
    self.flagsTop = lanesEnd + 20
    let (flags, rows) = Self.flags(findings, scale: scale, top: lanesEnd + 20)
    self.flags = flags
    self.axisY = lanesEnd + 26 + max(1, rows) * Self.flagPitch
    self.tickY = axisY + 16
    self.height = axisY + 22
    self.ticks = scale.ticks.map { tick in
      let anchor = tick.percent < 5 ? "start" : tick.percent > 94 ? "end" : "middle"
      return Tick(x: tick.percent.percentage, label: tick.label, anchor: anchor)
    }
    self.starts = LaneMark.folded(sessions).map(\.from.percentage)
    self.inWords = lanes.map { "\($0.name): \($0.total)" }.joined(separator: ", ")
      + ", findings: \(findings.isEmpty ? "none" : findings.map(\.id.visibleLine).joined(separator: " "))"
  }

  private static func scale(
    _ tunnel: TunnelDescription?, _ entries: [TimelineEntry], _ findings: [Finding]
  ) -> TimeScale {
    var times = entries.flatMap { [$0.time, $0.end] } + findings.map(\.start)
    for session in tunnel?.tls.sessions ?? [] { times += [session.start, session.end ?? session.start] }
    for attempt in tunnel?.dtls.attempts ?? [] { times += [attempt.start, attempt.end] }
    if tunnel?.tls.sessions.contains(where: { $0.end == nil }) == true { times += findings.map(\.end) }
    return TimeScale(times)
  }

  private static func lane(_ name: String, top: Int, bars: [LaneMark], dots: [LaneMark]) -> Lane {
    let counted = bars.isEmpty ? dots : bars
    let total = counted.reduce(0) { $0 + $1.count }
    return Lane(
      name: name, total: total == 0 ? "none" : total.grouped, labelY: top + 12, lineY: top + 30,
      bars: LaneMark.folded(bars).map { mark in
        Bar(
          x: mark.from.percentage, width: max(mark.to - mark.from, 0.6).percentage, y: top + 21, height: 18,
          look: mark.look, about: mark.count > 1 ? "\(mark.about) and \(mark.count - 1) more" : mark.about)
      },
      dots: LaneMark.folded(dots).map { mark in
        Dot(
          x: mark.from.percentage, y: top + 30, radius: radius(mark.count).decimal(1), look: mark.look,
          about: mark.about)
      })
  }

  /// Grows with the digits of the count: 4.5 for one event, 9 at most.
  private static func radius(_ count: Int) -> Double { min(9, 3.5 + Double(String(count).count)) }

  /// Each finding where it begins, in as many rows as it takes for none to cover another.
  private static func flags(_ findings: [Finding], scale: TimeScale, top: Int) -> ([Flag], Int) {
    var rowEnds: [Double] = []
    let flags = findings.sorted { $0.start < $1.start }.prefix(24).map { finding in
      let place = scale.percent(finding.start)
      let left = min(place, 100 - flagWidth)
      let row = rowEnds.firstIndex { $0 <= left } ?? rowEnds.count
      if row == rowEnds.count { rowEnds.append(0) }
      rowEnds[row] = left + flagWidth
      return Flag(
        x: left.percentage, y: top + row * flagPitch, textX: left.percentage, textY: top + row * flagPitch + 14,
        lineX: place.percentage, severity: finding.severity.rawValue, finding: finding.id.visibleLine,
        about: finding.title.visibleLine)
    }
    return (flags, rowEnds.count)
  }
}
