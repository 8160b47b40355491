import Observations
import Reporting

/// What happens to a live session itself, beside its findings.
enum SessionNotice: Sendable, Hashable {
  /// To the capture, its events and its cases; that saving packets stopped, too.
  case capture(LiveNotice)
  /// Packets are saved again.
  ///
  /// - Parameter lostPackets: Packets that were captured in between and are not on disk.
  case savingResumed(lostPackets: Int)
  /// The session ends while packets cannot be saved.
  ///
  /// - Parameter lostPackets: Packets that were captured since saving stopped, and are not on disk.
  case savingEnded(lostPackets: Int)

  /// In a sentence for a person.
  var text: String {
    switch self {
    case .capture(let notice): notice.text
    case .savingResumed(let lost): "packets are saved again; not saved in between: \(lost)"
    case .savingEnded(let lost): "packets were not saved up to the end: \(lost)"
    }
  }

  /// As a line of the schema `tunnelscope-live/1`.
  func line(_ json: LiveJSON, at time: Timestamp?) -> String {
    switch self {
    case .capture(let notice): json.render(notice, at: time)
    case .savingResumed(let lost): Self.line(resumed: true, lost, at: time)
    case .savingEnded(let lost): Self.line(resumed: false, lost, at: time)
    }
  }

  private static func line(resumed: Bool, _ lostPackets: Int, at time: Timestamp?) -> String {
    JSONWriter.line { json in
      json.member("event", "saving")
      json.member("resumed", resumed)
      json.member("lost_packets", lostPackets)
      if let time { json.member("time", time) }
    }
  }
}
