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
  /// Whether it brings an interface up: what takes one down goes on when a command fails.
  private var isAdding = false
  /// What stopped the last attempt, while none after it has brought the interface up.
  private var failure: (reason: String, time: LogTime?, line: Int)?

  /// Whether it depends on later lines what is told of it.
  var isOpen: Bool { failure != nil }

  mutating func take(_ message: borrowing TableLine, at time: LogTime?, into sink: borrowing LogSink) {
    var text = LogText(message.words.bytes)
    if text.skip("[#] ") {
      if text.starts(with: "ip link add ") { isAdding = true }
      if text.starts(with: "ip link delete ") {
        giveUp()
      } else if !text.tidiesUp {
        // It went on: with the next command, or with a daemon in the place of the kernel's module.
        problem = nil
        if text.starts(with: "ip link set "), text.contains(" up ") { failure = nil }
      }
    } else if text.starts(with: "Failed to start WireGuard via wg-quick(8)") {
      if problem == nil, failure == nil { problem = ("wg-quick failed", time, sink.line) }
      giveUp()
    } else if message.meaning == .adapterProblem || message.meaning == .configurationProblem,
      !text.contains("Trying again"), isAdding || !text.isOfPacketFilter
    {
      note(text, at: time, line: sink.line)
    }
  }

  /// A command says what stopped it.
  mutating func note(_ text: borrowing LogText, at time: LogTime?, line: Int) {
    // Some programs that run wg-quick put a comma behind each line.
    let words = text.restString
    problem = problem ?? (words.hasSuffix(",") ? String(words.dropLast()) : words, time, line)
  }

  private mutating func giveUp() {
    failure = problem ?? failure
    problem = nil
    isAdding = false
  }

  /// - Parameter isGateway: Whether the writer answers peers: then a line that names nobody would be about them.
  func finish(isGateway: Bool, into sink: inout LogSink) {
    guard let failure else { return }
    sink.take(
      .failed(.wireguard, .setup(reason: failure.reason)), at: failure.time,
      of: LogSubject(user: isGateway ? "wg-quick" : nil), line: failure.line)
  }
}

extension LogText {
  /// Whether the packet filter's program says it.
  fileprivate var isOfPacketFilter: Bool {
    starts(with: "unable to initialize table ") || starts(with: "can't initialize ip")
  }

  /// Whether a command of wg-quick takes back what others have done.
  fileprivate var tidiesUp: Bool {
    contains(" delete ") || starts(with: "resolvconf -d") || starts(with: "nft ") || starts(with: "iptables-restore")
      || starts(with: "ip6tables-restore") || starts(with: "wg showconf")
  }
}
