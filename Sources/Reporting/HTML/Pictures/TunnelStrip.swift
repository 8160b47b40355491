import Correlation
import Observations

/// A tunnel in one line of a list: a row of bars for each channel, on the scale that all tunnels of the list share, and a
/// mark where a finding begins.
struct TunnelStrip {
  let bars: [Bar]
  let marks: [Mark]
  let height: Int

  struct Bar {
    let x: String
    let width: String
    let y: Int
    let look: String
  }

  struct Mark {
    let x: String
    let severity: String
  }

  private static let pitch = 9

  /// - Parameter mostBars: Bars of one kind that a channel has at most; what coincides with others is drawn with them.
  init(_ tunnel: TunnelDescription, findings: [Finding], scale: TimeScale, mostBars: Int) {
    let lanes = LaneMarks(scale: scale)
    bars = tunnel.channels.enumerated().flatMap { row, channel in
      let attempts = lanes.handshakes(channel, withEstablished: false)
      let sessions = LaneMark.folded(lanes.sessions(channel), to: mostBars)
      return (sessions + LaneMark.folded(attempts, to: mostBars)).map { mark in
        Bar(x: mark.from.percentage, width: mark.width, y: row * Self.pitch + 1, look: mark.lookOfBar)
      }
    }
    let starts = findings.filter { $0.severity > .note }.compactMap { finding in
      finding.start.map { start in
        LaneMark(
          from: scale.percent(start), to: scale.percent(start), look: finding.severity.rawValue, about: "", count: 1)
      }
    }
    marks = LaneMark.folded(starts).map { Mark(x: $0.from.percentage, severity: $0.look) }
    height = max(1, tunnel.channels.count) * Self.pitch + 1
  }
}
