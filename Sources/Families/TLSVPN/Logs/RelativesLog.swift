import Logs
import Observations

/// The logs of AnyConnect's relatives, by the meaning that the table of messages gives their lines: openfortivpn,
/// GlobalProtect's client and gateway, FortiGate's and Pulse's events of users, clients of F5, Check Point and SonicWall.
///
///     INFO:   Tunnel is up and running.
///     06/05/2026 09:20:00:000 [Info ]: Tunnel is down due to packet sending failure.
///     date=2026-11-28 time=09:20:00 … logdesc="SSL VPN tunnel down" … remip=198.51.100.10 user="alice" reason="Idle timeout"
///
/// All of them have TLS for control; which channel carries the data of a session only some messages say.
struct RelativesLog: LogFormatReader {
  /// Whether the client of a client's log has a session, which the next one replaces.
  private var hasSession = false
  /// Whether any session has been told of.
  private var hadSession = false
  private var inner: IPAddress?
  private var saysProduct = false
  /// Whether the client has said why its session broke: what it tidies up then, it does not do at its user's wish.
  private var isBroken = false
  /// The link that openfortivpn builds over the VPN which the gateway has allocated, until it is up.
  private var link: Link?
  /// Whether openfortivpn has closed its connection and has not said yet that it logged out.
  private var isLoggingOut = false

  /// What broke a connection of openfortivpn where the log does not show yet whether a tunnel ran over it.
  private var earlierBreak: (reason: String, time: LogTime?, line: Int)?

  /// Where openfortivpn began to take its tunnel down without a word of why, until its pppd's exit tells.
  private var takingDown: (time: LogTime?, line: Int, wasSeenUp: Bool)?
  /// Whether another program runs openfortivpn's code, and stops it in its own way.
  private var hasFrontEnd = false

  /// The last login that GlobalProtect's gateway refused to gpclient before version 2: its first one has nothing but what was
  /// saved, if anything, and asks the user only then.
  private var refusal: (cause: HandshakeFailure.Cause, time: LogTime?, line: Int)?

  /// What GlobalProtect's client last said of an attempt that failed, in a line with a time.
  private var failure: String?

  /// A link on its way up.
  private struct Link {
    /// What stopped it, and where the log says so.
    var failure: (reason: String, time: LogTime?, line: Int)?
  }

  var isOpen: Bool { link?.failure != nil || earlierBreak != nil || takingDown != nil || refusal != nil }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool { false }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard let format = Self.format(of: message) else { return false }
    // IPsec of a FortiGate is not of this family.
    if message.product == .fortiGate, message.isOfIPsec { return false }
    sink.understand(format)
    let time = sink.resolve(message.time)
    if format.side == .server {
      if let event = event(of: message, isClient: false) { sink.take(event, at: time, of: Self.subject(of: message)) }
      return true
    }
    if let address = message.endpoint(.inner)?.address { inner = address }
    let subject = LogSubject(innerAddress: inner)
    if !saysProduct {
      saysProduct = true
      sink.take(.statement(.product(Self.gateway(of: message.product))), at: time, of: subject)
    }
    if message.product == .openfortivpn, follow(message, at: time, of: subject, into: &sink) { return true }
    if message.product == .globalProtect { followLogin(message, at: time, line: sink.line) }
    if let event = event(of: message, isClient: true), !isLastWord(message, event, at: time) {
      sink.take(event, at: time, of: subject)
    }
    return true
  }

  /// Whom a gateway's message is about.
  private static func subject(of message: borrowing TableLine) -> LogSubject {
    LogSubject(
      // Pulse writes some names with their realm: "alice/Users".
      user: message.string(.user, upTo: message.product == .pulse ? UInt8(ascii: "/") : nil),
      group: message.string(.group), client: message.endpoint(.client)?.address,
      innerAddress: message.endpoint(.inner)?.address, device: message.host)
  }

  mutating func endBuriedBlock(into sink: inout LogSink) {
    earlierBreak = nil
    finish(into: &sink)
  }

  mutating func finish(into sink: inout LogSink) {
    let subject = LogSubject(innerAddress: inner)
    endTakingDown(of: subject, into: &sink)
    endLink(of: subject, into: &sink)
    if let refusal { sink.take(.failed(.tls, refusal.cause), at: refusal.time, of: subject, line: refusal.line) }
    refusal = nil
  }

  // MARK: The login of gpclient

  private mutating func followLogin(_ message: borrowing TableLine, at time: LogTime?, line: Int) {
    switch message.meaning {
    case .informational where LogText(message.words.bytes).starts(with: "Failed to login the gateway at "):
      let isAnswer = message.words.contains("server replied: ")
      refusal = (isAnswer ? .rejected(reason: message.account) : .other(reason: message.account), time, line)
    case .authenticationSucceeded, .sessionOpened: refusal = nil
    default: break
    }
  }

  /// Whether gpclient ends with what it has told already: "Error: …", without a time.
  private mutating func isLastWord(_ message: borrowing TableLine, _ event: LogEvent, at time: LogTime?) -> Bool {
    guard message.product == .globalProtect, case .failed = event else { return false }
    let account = message.account
    guard time == nil else {
      failure = account
      return false
    }
    return failure.map { $0.hasSuffix(account) || account.hasSuffix($0) } ?? false
  }

  // MARK: The link of openfortivpn

  /// Reads a message that is about a link on its way up; false leaves it to those about sessions.
  private mutating func follow(
    _ message: borrowing TableLine, at time: LogTime?, of subject: LogSubject, into sink: inout LogSink
  ) -> Bool {
    if takingDown != nil {
      switch message.meaning {
      case .sessionEnded(.failed), .sessionEnded(.unknown), .informational: break
      default: endTakingDown(of: subject, into: &sink)
      }
    }
    switch message.meaning {
    case .sessionEnded(.unknown) where hasSession && !isBroken:
      takingDown = (time, sink.line, true)
      hasSession = false
      return true
    case .sessionEnded(.failed):
      hangUp(at: time, of: subject, into: &sink)
      return true
    case .informational where message.words.contains("Start tunnel."): hasFrontEnd = true
    // It finds the peer dead only on a link that was up, although what is pasted may begin later.
    case .deadPeer(.tls) where link == nil && !hadSession: (hasSession, hadSession) = (true, true)
    case .sessionRequested where !hasSession:
      link = link ?? Link()
      earlierBreak = nil
    case .sessionOpened:
      link = nil
      earlierBreak = nil
    // It says by itself why there is no link.
    case .adapterProblem: link = nil
    // It connects anew for each request: what ended the connection before was no failure of the link.
    case .informational where LogText(message.words.bytes).starts(with: "Gateway certificate "): link?.failure = nil
    // The interface is set down only where a tunnel was up.
    case .sessionEnded(.unknown) where LogText(message.words.bytes).starts(with: "Setting ppp"):
      guard let broken = earlierBreak else {
        if takingDown == nil, link == nil, !hadSession, !isBroken { takingDown = (time, sink.line, false) }
        return true
      }
      sink.take(.brokeOff(.tls, reason: broken.reason), at: broken.time, of: subject, line: broken.line)
      sink.take(.tunnelEnded(reason: broken.reason, byClient: false), at: time, of: subject)
      earlierBreak = nil
      isBroken = true
      return true
    case .channelBroken(.tls) where link == nil && !hasSession && !isLoggingOut:
      earlierBreak = earlierBreak ?? (message.account, time, sink.line)
    case .channelBroken(.tls), .channelFailed(.tls), .deadPeer(.tls), .sessionEnded(.forReason):
      guard link != nil else { return false }
      // The first to fail says most; what follows from it are its ends.
      if link?.failure == nil { link?.failure = (message.account, time, sink.line) }
      return true
    case .channelClosed(.tls):
      earlierBreak = nil
      endLink(of: subject, into: &sink)
      isLoggingOut = true
    case .sessionEnded(.byClient): isLoggingOut = false
    case .informational where LogText(message.words.bytes).starts(with: "Could not log out"): isLoggingOut = false
    // It connects once more to log out, whatever became of the tunnel.
    case .channelRefused(.tls), .channelUnanswered(.tls), .noRoute: return isLoggingOut
    default: break
    }
    return false
  }

  /// What took the tunnel down stays unknown: its end is all that was seen.
  private mutating func endTakingDown(of subject: LogSubject, into sink: inout LogSink) {
    if let begin = takingDown, begin.wasSeenUp {
      sink.take(.ended(.tls, reason: nil), at: begin.time, of: subject, line: begin.line)
    }
    takingDown = nil
  }

  /// pppd's link hung up, and no signal had stopped the client.
  private mutating func hangUp(at time: LogTime?, of subject: LogSubject, into sink: inout LogSink) {
    let reason = "link was terminated by the modem hanging up"
    if link != nil {
      if link?.failure == nil { link?.failure = (reason, time, sink.line) }
      return
    }
    if let begin = takingDown, !hasFrontEnd {
      sink.take(.brokeOff(.tls, reason: reason), at: begin.time, of: subject, line: begin.line)
      takingDown = nil
    }
    endTakingDown(of: subject, into: &sink)
    sink.take(.tunnelEnded(reason: reason, byClient: false), at: time, of: subject)
    (hasSession, isBroken) = (false, true)
  }

  /// The link is given up; that of a user who cancels it has not failed.
  private mutating func endLink(of subject: LogSubject, into sink: inout LogSink) {
    if let failure = link?.failure {
      sink.take(
        .failed(.tls, .other(reason: failure.reason)), at: failure.time, of: subject, line: failure.line)
    }
    link = nil
  }

  // MARK: Sessions

  /// What a client of this product asks.
  private static func gateway(of client: LogProduct) -> Product {
    switch client {
    case .globalProtect: .globalProtect
    case .f5: .f5
    case .checkPoint: .checkPoint
    case .sonicWall: .sonicWall
    default: .fortiGate
    }
  }

  private static func format(of message: borrowing TableLine) -> LogFormat? {
    switch message.product {
    case .openfortivpn: .openfortivpn
    case .fortiClient: .fortiClient
    case .fortiGate: .fortiGate
    case .pulse: .pulse
    case .f5: message.isOfF5Gateway ? .f5Gateway : .f5
    case .checkPoint: .checkPoint
    case .sonicWall: .sonicWall
    case .globalProtect: message.isOfGlobalProtectGateway ? .globalProtectGateway : .globalProtect
    default: nil
    }
  }

  private mutating func event(of message: borrowing TableLine, isClient: Bool) -> LogEvent? {
    switch message.meaning {
    case .sessionOpened(let beginning):
      defer { (hasSession, hadSession, isBroken) = (isClient, true, false) }
      if beginning == .replacing || beginning == .resumed || isClient && hasSession {
        return .sessionEstablished(.tls, .replacing)
      }
      // How it relates to the one before, the end of that and the time between them tell.
      return .sessionEstablished(.tls, hadSession ? .unknown : .first)
    case .sessionEnded(let ending):
      defer { hasSession = false }
      return end(ending, of: message, isClient: isClient)
    case .sessionInterrupted: return .ended(.tls, reason: message.reason)
    case .addressAssigned: return .negotiated(.innerAddress)
    case .certificateRejected:
      return .failed(.tls, .other(reason: "the gateway's certificate was not accepted"))
    case .nameNotResolved: return .failed(.tls, .nameNotResolved)
    case .channelUnanswered(.tls): return .failed(.tls, .timedOut)
    case .noRoute where isClient && message.product == .openfortivpn:
      return .failed(.tls, .other(reason: message.account))
    case .channelRefused(.tls): return .failed(.tls, .other(reason: "Connection refused"))
    case .channelFailed(.tls), .reconnectFailed(.tls): return .failed(.tls, .other(reason: message.account))
    case .channelRejected(.tls, _): return .failed(.tls, .rejected(reason: message.account))
    case .channelBroken(.tls):
      // Before the tunnel is up, every request has a connection of its own, which the gateway may end as it likes.
      guard !isClient || hasSession || message.product != .openfortivpn else { return nil }
      isBroken = isClient
      // These clients do not go back to a session by themselves.
      return isClient ? .brokeOff(nil, reason: message.account) : .ended(.tls, reason: message.account)
    case .channelUnanswered(.esp): return .failed(.esp, .timedOut)
    case .channelStarted(.dtls): return .opened(.dtls)
    case .channelUnanswered(.dtls): return .failed(.dtls, .timedOut)
    case .channelFailed(.dtls): return .failed(.dtls, .other(reason: message.reason))
    case .channelEstablished(.esp): return .established(.esp)
    case .deadPeer(.esp): return .deadPeer(.esp)
    case .deadPeer(.tls): return .deadPeer(.tls)
    case .reconnecting(.tls): return .reconnecting(.tls)
    case .adapterProblem: return .statement(.adapterFailed(reason: message.account))
    // The connection ended under the login, which says nothing of who the user is.
    case .authenticationFailed where isClient && message.words.contains("(SSL error)"):
      return .failed(.tls, .withoutAnswer)
    // The status of an answer may be another make's.
    case .authenticationFailed
    where isClient
      && (message.words.contains("(Bad HTTP response code)") || message.words.contains("(HTTP status code)")):
      return .failed(.tls, .rejected(reason: message.account))
    // A gateway sees many wrong passwords, and strangers who guess them.
    case .authenticationFailed: return isClient ? .failed(.tls, .login) : nil
    default: return nil
    }
  }

  private mutating func end(_ ending: SessionEnding, of message: borrowing TableLine, isClient: Bool) -> LogEvent? {
    switch ending {
    case .byClient: return isBroken ? nil : .tunnelEnded(reason: nil, byClient: true)
    case .idle: return .tunnelEnded(reason: message.reason ?? "idle timeout", byClient: false)
    case .lifetime: return .tunnelEnded(reason: message.reason ?? "the session's time is up", byClient: false)
    case .deadPeer: return .deadPeer(.tls)
    case .byGateway: return .tunnelEnded(reason: message.reason ?? "the gateway ended it", byClient: false)
    // A gateway that gives no reason has not said that the session was ended in an orderly way.
    case .forReason where !isClient && message.has(.reason) && message.reason == nil: return .ended(.tls, reason: nil)
    case .failed, .forReason:
      isBroken = isClient
      return .tunnelEnded(reason: message.account, byClient: false)
    // The line that told why came before.
    case .replaced: return nil
    // A session that broke off has had its end.
    case .unknown: return isClient && (!hasSession || isBroken) ? nil : .ended(.tls, reason: nil)
    }
  }
}

extension TableLine {
  fileprivate var reason: String? { string(.reason).flatMap { $0.isEmpty || $0 == "N/A" ? nil : $0 } }

  /// The reason, or what the message says as a whole.
  fileprivate var account: String {
    var words = LogText(words.bytes)
    _ = words.skip("Error: ")
    let text = reason ?? words.string(words.position..<min(words.end, TLSVPNLogLimits.wrappedLength))
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// Whether F5's gateway tells it of its users.
  fileprivate var isOfF5Gateway: Bool {
    words.starts(with: "New session from client IP ") || words.starts(with: "agent: Auth ")
      || words.starts(with: "Access policy result: ") || words.starts(with: "Assigned PPP ")
      || words.starts(with: "Session statistics - ")
  }

  fileprivate var isOfIPsec: Bool { words.contains("IPsec ") || words.starts(with: "rem_ip=") }

  /// Whether a firewall tells it of GlobalProtect's clients.
  fileprivate var isOfGlobalProtectGateway: Bool {
    // A client says "GlobalProtect gateway does not exist".
    words.starts(with: "GlobalProtect gateway user ") || words.starts(with: "GlobalProtect gateway client ")
      || words.starts(with: "GlobalProtect portal user ") || words.starts(with: "GlobalProtect portal client ")
      || words.starts(with: "gateway-") || words.starts(with: "portal-")
  }
}
