import Logs
import Observations

/// What a gateway's log shows of clients whose addresses were hidden before it was shown to anybody:
///
///     xxx.xxx.xxx.xxx:51236 TLS Error: TLS key negotiation failed to occur within 60 seconds
///
/// They cannot be told apart. So their failures count only where none of them gets in.
struct HiddenOpenVPNClients {
  private var failures: [(cause: HandshakeFailure.Cause, time: LogTime?, line: Int)] = []
  private var hasSession = false

  /// Whether it depends on later lines what its failures mean.
  var isOpen: Bool { !failures.isEmpty }

  mutating func take(_ event: OpenVPNLogEvent, at time: LogTime?, line: Int) {
    switch event {
    case .up:
      hasSession = true
      failures = []
    // The gateway has answered a client of whom it writes.
    case .timedOut: keep(.incomplete, time, line)
    case .failed(let cause): keep(cause, time, line)
    default: break
    }
  }

  private mutating func keep(_ cause: HandshakeFailure.Cause, _ time: LogTime?, _ line: Int) {
    guard !hasSession, failures.count < OpenVPNLogLimits.hiddenFailures else { return }
    failures.append((cause, time, line))
  }

  mutating func finish(into sink: inout LogSink) {
    for failure in failures {
      sink.take(.failed(.openvpn, failure.cause), at: failure.time, of: LogSubject(), line: failure.line)
    }
    failures = []
  }
}

extension LogText {
  /// Passes what stands in the place of a client's address in front of its port: "xxx.xxx.xxx.xxx:51236 ",
  /// "[External IP]:51236 ", "<redacted>:51236 ".
  mutating func skipHiddenOpenVPNClient() -> Bool {
    var colon = position
    while colon - position <= Self.longestPlaceholder, let found = find(UInt8(ascii: ":"), from: colon) {
      // A time of day and a port behind a whole address have a digit in front.
      if found > position, !self[found - 1].isDigit, !self[found - 1].isSpace, self[found + 1].isDigit {
        let start = position
        move(to: found + 1)
        if number().map({ 1_024...65_535 ~= $0 }) ?? false, skip(UInt8(ascii: " ")) { return true }
        move(to: start)
        return false
      }
      colon = found + 1
    }
    return false
  }

  /// Bytes: as long as an address of IPv6.
  private static var longestPlaceholder: Int { 45 }
}
