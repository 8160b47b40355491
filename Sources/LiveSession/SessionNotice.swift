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

  /// The command for findings did not succeed, and how the latest run ended; `total` since the start.
  case commandFailed(String, total: Int)
  /// Findings came faster than the command took them; `total` were left out since the start.
  case commandMissed(total: Int)

  /// In a sentence for a person.
  var text: String {
    switch self {
    case .capture(let notice): notice.text
    case .savingResumed(let lost): "packets are saved again; not saved in between: \(lost)"
    case .savingEnded(let lost): "packets were not saved up to the end: \(lost)"
    case .commandFailed(let how, let total): "the command of --on-finding \(how); failures so far: \(total)"
    case .commandMissed(let total): "the command of --on-finding does not keep up; events left out so far: \(total)"
    }
  }

  /// As a line of the schema `tunnelscope-live/1`.
  func line(_ json: LiveJSON, at time: Timestamp?) -> String {
    switch self {
    case .capture(let notice): json.render(notice, at: time)
    case .savingResumed(let lost): Self.line(resumed: true, lost, at: time)
    case .savingEnded(let lost): Self.line(resumed: false, lost, at: time)
    case .commandFailed(let how, let total): Self.commandLine(problem: how, failed: total, at: time)
    case .commandMissed(let total): Self.commandLine(lost: total, at: time)
    }
  }

  private static func commandLine(
    problem: String? = nil, failed: Int? = nil, lost: Int? = nil, at time: Timestamp?
  ) -> String {
    JSONWriter.line { json in
      json.member("event", "command")
      if let problem { json.member("problem", problem) }
      if let failed { json.member("failed_runs", failed) }
      if let lost { json.member("lost_events", lost) }
      if let time { json.member("time", time) }
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
