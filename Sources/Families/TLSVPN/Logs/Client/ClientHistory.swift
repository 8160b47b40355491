import Logs
import Observations

/// What AnyConnect and Secure Client tell their user: the message history of the window, and the command `vpn`.
///
///     [12/1/2023 9:00:01 AM] Reconnecting to vpn.example.com...
///     9:00:01 AM Ready to connect.
///     21:00:01    Ready to connect.
///       >> notice: Establishing VPN - Initiating connection...
///       >> state: Connected
///
/// Both speak of the connection as a whole, never of its channels.
struct ClientHistory: LogFormatReader {
  private var dates = ClientDates()
  private var gateway: IPAddress?
  private var hasSession = false
  private var isReconnecting = false
  /// Whether the client has said why this attempt fails: the sentence that it adds to every failure says nothing more.
  private var hasFailed = false
  /// Where the client said that this attempt fails, until the next sentence, which may say why.
  private var unexplained: (time: LogTime?, line: Int)?
  /// Whether a sentence that no other program writes stood behind a clock of 24 hours without a date.
  private var hasLongClock = false

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    var text = LogText(offered.text.bytes)
    text.skipSpaces()
    let time: CivilTime?
    if text.next == UInt8(ascii: ">") {
      guard text.skip(">> "),
        text.skip("notice: ") || text.skip("state: ") || text.skip("error: ")
          || text.starts(with: "contacting host ") || text.starts(with: "registered with local VPN subsystem")
      else { return false }
      time = nil
    } else {
      guard text.next == UInt8(ascii: "[") || text.next.isDigit else { return false }
      guard let header = Self.header(&text, &dates) else { return false }
      if header.isOfAnyProgram, !hasLongClock {
        guard Self.isOwn(text) else { return false }
        hasLongClock = true
      }
      time = header.time
    }
    guard let word = Self.word(of: text) else { return false }
    sink.understand(.clientHistory)
    take(word, of: &text, at: sink.resolve(time), into: &sink)
    return true
  }

  private struct Header {
    /// nil without a date.
    let time: CivilTime?
    /// Whether other programs begin their lines like this.
    var isOfAnyProgram = false
  }

  /// Whether a sentence is this client's alone.
  private static func isOwn(_ text: borrowing LogText) -> Bool {
    text.starts(with: "Ready to connect.") || text.starts(with: "Establishing VPN")
      || text.starts(with: "The AnyConnect Downloader ") || text.starts(with: "Please respond to banner.")
      || text.starts(with: "User credentials entered.") || text.starts(with: "Checking for profile updates...")
      || text.starts(with: "Contacting ") && text[text.end - 1] == UInt8(ascii: ".")
  }

  /// "[12/1/2023 9:00:01 AM] ", "12/1/2023 9:00:01 AM ", "9:00:01 AM ", "[2018/1/15 下午 11:32:10] ". Dates that begin with the
  /// year are those of other programs, but where the half of the day stands in front of the clock; without a date only the
  /// clock of twelve hours is the window's, or one of 24 hours with a gap behind it.
  private static func header(_ text: inout LogText, _ dates: inout ClientDates) -> Header? {
    let isBracketed = text.skip(UInt8(ascii: "["))
    let start = text.position
    var day: ClientDates.Day?
    if text[start + 1] == UInt8(ascii: ":") || text[start + 2] == UInt8(ascii: ":") {
      day = nil
    } else {
      let isYearFirst = text[start + 2].isDigit
      guard !isYearFirst || isBracketed, let found = dates.day(&text) else { return nil }
      day = found
      _ = text.skip(UInt8(ascii: ","))
      text.skipSpaces()
      guard !isYearFirst || text.next >= 0x80 else { return nil }
    }
    guard let clock = text.clockOfTwelve() else { return nil }
    let end = text.position
    let isOfAnyProgram = day == nil && !text.has("AM", at: end - 2) && !text.has("PM", at: end - 2)
    guard !isOfAnyProgram || !isBracketed && (text.next == 0x09 || text.starts(with: "  ")) else { return nil }
    if isBracketed {
      guard text.skip("]") else { return nil }
    }
    guard text.next.isSpace else { return nil }
    text.skipSpaces()
    return Header(time: day.flatMap { dates.time($0, clock) }, isOfAnyProgram: isOfAnyProgram)
  }

  /// What the client says of its connection.
  private enum Word {
    case progress, contacting, connected, reconnecting, disconnecting, ready
    case ended
    /// Why the attempt fails.
    case timedOut, notResolved, rejected, certificate
    /// In words of its own.
    case said
    /// The gateway does not accept who the user is.
    case login
    /// A policy of the client's own: no matter of the tunnel.
    case notAllowed
    /// The attempt failed, and nothing says why.
    case failed
  }

  private static func word(of text: borrowing LogText) -> Word? {
    let initial = text.next.folded &- UInt8(ascii: "a")
    guard initial < 26 else { return nil }
    for (opening, word) in openingsByInitial[Int(initial)] where text.starts(with: opening) { return word }
    return nil
  }

  /// `openings` that begin with each letter of the alphabet.
  private static let openingsByInitial: [[(StaticString, Word)]] = (0..<26).map { initial in
    openings.filter { unsafe $0.0.utf8Start.pointee.folded == UInt8(ascii: "a") + initial }
  }

  private static let openings: [(StaticString, Word)] = [
    ("Contacting ", .contacting), ("contacting host ", .contacting),
    ("Connected to ", .connected), ("Reconnecting", .reconnecting),
    ("Disconnect in progress", .disconnecting), ("Disconnecting", .disconnecting),
    ("Ready to connect", .ready), ("Disconnected", .ready), ("Connecting", .progress), ("Connected", .connected),
    ("Establishing VPN", .progress), ("Checking for ", .progress), ("Performing any required updates", .progress),
    ("The AnyConnect Downloader ", .progress), ("Please enter your ", .progress),
    ("Please respond to banner", .progress),
    ("Please complete the authentication process", .progress), ("User accepted banner", .progress),
    ("The Cisco Secure Client - Downloader ", .progress), ("Posture Assessment: ", .progress),
    ("Hostscan is ", .progress),
    ("User credentials entered", .progress), ("registered with local VPN subsystem", .progress),
    ("Connection attempt has timed out", .timedOut), ("Unable to contact ", .timedOut),
    ("Could not connect to server", .timedOut),
    ("The VPN connection failed due to unsuccessful domain name resolution", .notResolved),
    ("The secure gateway has rejected ", .rejected), ("User not authorized for AnyConnect Client access", .rejected),
    ("The AnyConnect package on the secure gateway could not be located", .rejected),
    ("The service provider in your current location is restricting access to the Internet", .said),
    ("Unable to process response from ", .said), ("The requested authentication type is not supported", .said),
    ("The VPN client agent encountered a secure gateway protocol failure", .said),
    ("No valid certificates available", .certificate), ("Certificate validation failure", .certificate),
    ("Certificate Validation Failure", .certificate),
    ("Untrusted VPN server blocked", .certificate), ("Untrusted Server Blocked", .certificate),
    ("Connection attempt has failed due to server certificate problem", .certificate),
    ("The certificate on the secure gateway is invalid", .certificate),
    ("Login failed", .login), ("Login denied", .login), ("Authentication failed", .login),
    ("AnyConnect profile settings mandate ", .notAllowed), ("VPN establishment capability ", .notAllowed),
    ("Connection attempt has failed", .failed), ("The VPN client failed to establish a connection", .failed),
    ("Cannot connect to this gateway", .failed),
    ("AnyConnect was not able to establish a connection to the specified secure gateway", .failed),
    ("Cisco Secure Client was not able to establish a connection", .failed),
    ("The secure gateway has terminated the VPN connection", .ended),
    ("The VPN connection was terminated", .ended), ("The VPN connection has been disconnected", .ended),
    ("Your VPN connection has exceeded ", .ended), ("VPN session timeout", .ended),
  ]

  var isOpen: Bool { unexplained != nil }

  mutating func endBuriedBlock(into sink: inout LogSink) { finish(into: &sink) }

  mutating func finish(into sink: inout LogSink) {
    guard let unexplained else { return }
    self.unexplained = nil
    sink.take(
      .failed(.tls, .other(reason: nil)), at: unexplained.time, of: subject, line: unexplained.line)
  }

  private mutating func take(_ word: Word, of text: inout LogText, at time: LogTime?, into sink: inout LogSink) {
    switch word {
    // Why the attempt failed, or once more that it did.
    case .timedOut, .notResolved, .rejected, .certificate, .said, .login, .failed: break
    default: finish(into: &sink)
    }
    switch word {
    case .progress: break
    case .notAllowed: hasFailed = true
    case .contacting:
      hasFailed = false
      name(&text, "Contacting ")
    case .connected:
      hasFailed = false
      guard !hasSession || isReconnecting else { return }
      sink.take(.sessionEstablished(.tls, isReconnecting ? .replacing : .first), at: time, of: subject)
      hasSession = true
      isReconnecting = false
    case .reconnecting:
      hasFailed = false
      name(&text, "Reconnecting to ")
      guard !isReconnecting else { return }
      isReconnecting = true
      sink.take(.reconnecting(nil), at: time, of: subject)
    case .disconnecting: end(nil, byClient: true, at: time, into: &sink)
    case .ready: end(nil, byClient: false, at: time, into: &sink)
    case .ended: end(text.restString, byClient: false, at: time, into: &sink)
    case .timedOut: fail(.timedOut, at: time, into: &sink)
    case .notResolved: fail(.nameNotResolved, at: time, into: &sink)
    case .rejected: fail(.rejected(reason: text.restString), at: time, into: &sink)
    case .certificate, .said: fail(.other(reason: text.restString), at: time, into: &sink)
    case .login: fail(.login, at: time, into: &sink)
    case .failed:
      if !hasFailed { unexplained = (time, sink.line) }
      hasFailed = true
    }
  }

  private var subject: LogSubject { LogSubject(gateway: gateway) }

  private mutating func name(_ text: inout LogText, _ opening: StaticString) {
    guard text.skip(opening), let address = text.address() else { return }
    gateway = address
  }

  private mutating func fail(_ cause: HandshakeFailure.Cause, at time: LogTime?, into sink: inout LogSink) {
    guard !hasFailed || unexplained != nil else { return }
    (hasFailed, unexplained) = (true, nil)
    sink.take(.failed(.tls, cause), at: time, of: subject)
  }

  private mutating func end(_ reason: String?, byClient: Bool, at time: LogTime?, into sink: inout LogSink) {
    guard hasSession else { return }
    hasSession = false
    isReconnecting = false
    sink.take(.tunnelEnded(reason: reason, byClient: byClient), at: time, of: subject)
  }
}
