import Logs
import Observations

/// What wg-quick(8) prints: its commands, and what the first says that fails. Then it takes the interface away.
///
///     [#] ip link add wg0 type wireguard
///     RTNETLINK answers: Operation not permitted
///     Unable to access interface: Operation not permitted
///     [#] ip link delete dev wg0
struct WireGuardQuick {
  /// What the first command that failed said, until it is known whether wg-quick gave up.
  private var problem: (reason: String, time: LogTime?, line: Int)?
  /// Whether it is told of the attempt that it failed: systemd says so once more.
  private var isSaid = false

  mutating func take(_ message: borrowing TableLine, at time: LogTime?, into sink: inout LogSink) {
    var text = LogText(message.words.bytes)
    if text.skip("[#] ") {
      if text.starts(with: "ip link delete ") {
        giveUp(into: &sink)
      } else if !text.tidiesUp {
        // It went on: with the next command, or with a daemon in the place of the kernel's module.
        problem = nil
        isSaid = false
      }
    } else if text.starts(with: "Failed to start WireGuard via wg-quick(8)") {
      if problem == nil, !isSaid { problem = ("wg-quick failed", time, sink.line) }
      giveUp(into: &sink)
    } else if message.meaning == .adapterProblem || message.meaning == .configurationProblem,
      !text.contains("Trying again")
    {
      note(text, at: time, line: sink.line)
    }
  }

  /// A command says what stopped it.
  mutating func note(_ text: borrowing LogText, at time: LogTime?, line: Int) {
    problem = problem ?? (text.restString, time, line)
  }

  private mutating func giveUp(into sink: inout LogSink) {
    guard let problem else { return }
    self.problem = nil
    isSaid = true
    sink.take(
      .failed(.wireguard, .setup(reason: problem.reason)), at: problem.time, of: LogSubject(user: "wg-quick"),
      line: problem.line)
  }
}

extension LogText {
  /// Whether a command of wg-quick takes back what others have done.
  fileprivate var tidiesUp: Bool {
    contains(" delete ") || starts(with: "resolvconf -d") || starts(with: "nft ") || starts(with: "iptables-restore")
      || starts(with: "ip6tables-restore") || starts(with: "wg showconf")
  }
}
