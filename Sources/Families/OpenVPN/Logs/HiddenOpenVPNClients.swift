import Logs
import Observations

/// What a gateway's log shows of clients whose addresses were hidden before it was shown to anybody:
///
///     xxx.xxx.xxx.xxx:51236 TLS Error: TLS key negotiation failed to occur within 60 seconds
///
/// They cannot be told apart. So their failures count only where none of them gets in. One of which the gateway says why
/// has shown that it is no scanner, and has what hides it for a name.
struct HiddenOpenVPNClients {
  private var failures: [(cause: HandshakeFailure.Cause, name: String?, time: LogTime?, line: Int)] = []
  private var hasSession = false
  /// When packets under another key came, the last ones.
  private var strangers: [LogTime?] = []

  /// A client repeats its reset after 2, 4, 8 and 16 seconds: three of its packets stand within this time, in seconds.
  private static let strangersWithin = 60.0
  private static let strangerPackets = 3

  /// Whether it depends on later lines what its failures mean.
  var isOpen: Bool { !failures.isEmpty }

  mutating func take(_ event: OpenVPNLogEvent, of name: String, at time: LogTime?, line: Int) {
    switch event {
    case .up, .served:
      hasSession = true
      failures = []
    // The gateway has answered a client of whom it writes.
    case .timedOut: keep(.incomplete, nil, time, line)
    case .failed(let cause): keep(cause, name, time, line)
    default: break
    }
  }

  /// A packet under another key: what hides its origin may hide several, so they have to keep a client's schedule.
  ///
  /// - Returns: Whether it is one packet too many for a scanner.
  mutating func comesAgain(at time: LogTime?) -> Bool {
    strangers.append(time)
    guard strangers.count >= Self.strangerPackets, let first = strangers.first else { return false }
    strangers.removeFirst()
    guard let first, let time else { return true }
    return abs(time.written.seconds(since: first.written)) <= Self.strangersWithin
  }

  mutating func keep(_ cause: HandshakeFailure.Cause, _ name: String?, _ time: LogTime?, _ line: Int) {
    guard !hasSession, failures.count < OpenVPNLogLimits.hiddenFailures else { return }
    failures.append((cause, name, time, line))
  }

  mutating func finish(into sink: inout LogSink) {
    for failure in failures {
      sink.take(
        .failed(.openvpn, failure.cause), at: failure.time, of: LogSubject(user: failure.name), line: failure.line)
    }
    failures = []
  }
}

extension LogText {
  /// Passes what stands in the place of a client's address in front of its port: "xxx.xxx.xxx.xxx:51236 ",
  /// "[External IP]:51236 ", "<redacted>:51236 ".
  ///
  /// - Returns: What stands there; nil where nothing does.
  mutating func skipHiddenOpenVPNClient() -> String? {
    var colon = position
    while colon - position <= Self.longestPlaceholder, let found = find(UInt8(ascii: ":"), from: colon) {
      // A time of day and a port behind a whole address have a digit in front.
      if found > position, !self[found - 1].isDigit, !self[found - 1].isSpace, self[found + 1].isDigit {
        let start = position
        move(to: found + 1)
        if number().map({ 1_024...65_535 ~= $0 }) ?? false, skip(UInt8(ascii: " ")) { return string(start..<found) }
        move(to: start)
        return nil
      }
      // "RESOLVE: Cannot resolve host address: vpn.example.com:1194 (…)" is a message.
      if self[found + 1].isSpace { return nil }
      colon = found + 1
    }
    return nil
  }

  /// What stands in the place of the address in "[AF_INET]xx.xx.xx.xx:51236".
  mutating func openVPNHiddenEnd() -> String {
    _ = skip("[AF_INET6]") || skip("[AF_INET]")
    let start = position
    let line = string(start..<min(end, start + Self.longestPlaceholder))
    return line.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? line
  }

  /// Bytes: as long as an address of IPv6.
  private static var longestPlaceholder: Int { 45 }
}
