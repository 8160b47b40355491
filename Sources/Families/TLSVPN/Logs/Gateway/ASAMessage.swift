import Logs
import Observations

/// One message of an ASA or FTD that shows something of a tunnel.
struct ASAMessage {
  let id: Int
  /// The line, in its log.
  let line: Int
  let time: LogTime?
  let device: String?

  enum Outcome { case read, showsNothing, breaksOff }

  /// Whether messages with this number are read at all; the others are known to be messages, and that is all.
  static func isRead(_ id: Int) -> Bool {
    switch id {
    case 106_023, 113_019, 113_029, 113_035, 602_101, 710_003, 710_005, 716_057...716_059, 722_010...722_014, 722_020,
      722_022, 722_023, 722_028, 722_032...722_038, 722_043, 722_051, 725_001, 725_002, 725_006, 725_007:
      true
    default: false
    }
  }

  /// Reads the message's words.
  func read(
    _ text: borrowing LogText, _ sslConnections: inout SSLConnections, into sink: inout LogSink
  ) -> Outcome {
    let content: Content =
      switch id {
      case 106_023: accessDenied(text)
      case 113_019: sessionDisconnected(text)
      case 602_101: pathMTUExceeded(text)
      case 710_003, 710_005: requestDiscarded(text)
      case 725_001, 725_002, 725_006, 725_007: sslHandshake(text, &sslConnections)
      default: svcMessage(text)
      }
    switch content {
    case .events(let subject, let events):
      for event in events { sink.take(event, at: time, of: subject, line: line) }
      return .read
    case .nothing: return .showsNothing
    case .breaksOff: return .breaksOff
    }
  }

  /// What a message holds.
  enum Content {
    case events(LogSubject, [LogEvent])
    case nothing
    /// Its words end before they say it.
    case breaksOff

    static func event(_ subject: LogSubject, _ event: LogEvent) -> Content { .events(subject, [event]) }
  }
}

extension LogText {
  /// "outside:198.51.100.10/52435", "198.51.100.10/443", "outside:203.0.113.20/https(LOCAL\user)".
  mutating func interfaceEndpoint() -> Endpoint? {
    let start = position
    let word = self.word()
    move(to: word.lowerBound)
    if let endpoint = addressAndPort() { return endpoint }
    // An interface's name in front; IPv6 addresses have colons of their own, so it ends at the first.
    move(to: word.lowerBound)
    if let colon = find(UInt8(ascii: ":")), colon < word.upperBound {
      move(to: colon + 1)
      if let endpoint = addressAndPort() { return endpoint }
    }
    move(to: start)
    return nil
  }

  private mutating func addressAndPort() -> Endpoint? {
    guard let address = address(), skip(UInt8(ascii: "/")) else { return nil }
    guard let port = port() ?? serviceName() else { return nil }
    return Endpoint(address, port)
  }

  /// A port that an ASA writes by its name.
  private mutating func serviceName() -> UInt16? {
    let start = position
    while next.isLetter || next.isDigit || next == UInt8(ascii: "-") { move(to: position + 1) }
    switch string(start..<position) {
    case "https": return 443
    case "http", "www": return 80
    case "ssh": return 22
    case "telnet": return 23
    case "domain": return 53
    case "ntp": return 123
    case "snmp": return 161
    case "snmptrap": return 162
    case "syslog": return 514
    case "isakmp": return 500
    case "tftp": return 69
    case "bootps": return 67
    case "bootpc": return 68
    case "netbios-ns": return 137
    case "netbios-dgm": return 138
    case "netbios-ssn": return 139
    default:
      move(to: start)
      return nil
    }
  }
}
