import Logs
import Observations

/// What OpenVPN's client and server write of handshakes and sessions.
///
/// Only lines whose words are known are taken: many programs write a time and a message.
struct OpenVPNLog: LogFormatReader {
  /// The gateway that the client of this log asks.
  private var gateway: Endpoint?
  /// Lines that were read before it was known which side writes.
  private var writer = WritersSide(.openvpnClient, .openvpnServer)
  /// Whether the lines without a client's address are those of a client, although none says whom it asks.
  private var isClient = false
  /// Whether lines name clients, as a gateway's do.
  private var namesClients = false
  /// What the attempt under way of a client has come to.
  private var attempt = Attempt()
  /// What a gateway writes of its clients.
  private var clients = OpenVPNLogClients()
  private var hidden = HiddenOpenVPNClients()
  /// Whether any line was OpenVPN's.
  private var isSeen = false
  /// Whether lines of the program's own log were read: they say more than the states of its management interface.
  private var hasOwnLines = false
  /// Who answered last, or with whom the last TLS session came up, while no line has said who asks whom.
  private var partner: Endpoint?
  /// The gateway's script that the last line says could not be run: the client whom it should have let in is refused next.
  private var scriptNotRun: String?
  /// What kept the program from starting, while no line has said on which side it is.
  private var setup: (cause: HandshakeFailure.Cause, time: LogTime?, line: Int)?
  /// Packets that the path does not take, while no line has said which side writes.
  private var unsent: [(time: LogTime?, line: Int)] = []
  /// Packets under another key, by where they came from.
  private var strangers: [Endpoint: Int] = [:]
  /// Packets that came again, by where they came from.
  private var repetitions: [Endpoint: Int] = [:]
  /// Whether the last line says that a packet came again.
  private var isRepetition = false
  private var garbled = OpenVPNGarbledData()
  private var large = OpenVPNLargePackets()

  /// A client repeats its reset: one packet may be a scanner's.
  private static let strangerPackets = 3
  /// How many attempts in a row are begun anew with nothing of the gateway in between before that is reported. One counts
  /// from these seconds on, when its reset was repeated twice, and for two from those, when it was four times; what begins
  /// anew much later is another day's.
  private static let unansweredAttempts = 2
  private static let attemptSeconds = 6.0...120.0
  private static let longAttemptSeconds = 25.0
  /// Which of a client's packets that come again are told of: the answer to one may be lost, or the network doubled it.
  private static let repeatedPackets = 2...3

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    if let line = OpenVPNManagementLine(offered.text) { return take(line, into: &sink) }
    if isSeen, offered.text.isOfOpenVPNList {
      understand(isAboutClient: false, into: &sink)
      return true
    }
    guard !offered.isOfAnotherProduct(than: .openVPN),
      let line = OpenVPNLine(offered.text, offered.leadingTime, header: offered.daemonHeader)
    else { return false }
    return take(line, isItsOwn: hasOwnLines, into: &sink)
  }

  /// - Parameter isItsOwn: Whether it is known that OpenVPN wrote the line, and not another program in the same words.
  private mutating func take(_ line: borrowing OpenVPNLine, isItsOwn: Bool, into sink: inout LogSink) -> Bool {
    var text = LogText(line.message.bytes, from: line.message.position)
    guard let event = OpenVPNLogEvent(&text, isGateway: line.client != nil || line.hidesClient) else { return false }
    guard isItsOwn || !event.isInCommonWords else {
      // What comes next may say that it was OpenVPN's.
      if case .library(let reason) = event { attempt.reason = attempt.reason ?? reason }
      return false
    }
    let time = sink.resolve(line.time)
    if case .asks(let end) = event {
      let words = LogText(line.message.bytes, from: line.message.position)
      restart(isConnecting: words.starts(with: "Attempting "), at: time, into: &sink)
      gateway = end
    }
    hasOwnLines = true
    defer { understand(isAboutClient: line.client != nil || line.hidesClient, into: &sink) }
    if case .replay = event {
      isRepetition = true
      return true
    }
    let isRepetition = isRepetition
    self.isRepetition = false
    if case .tooLarge = event {
      let subject = line.client.map { LogSubject(user: line.user, client: $0.address, clientPort: $0.port) }
      if large.goOn(at: time) { takeTooLarge(subject, at: time, into: &sink) }
    } else if case .stranger(let end) = event {
      if line.client != nil { namesClients = true }
      takeStranger(end, isRepetition: isRepetition, namesClient: line.client != nil, time, into: &sink)
    } else if case .hiddenStranger(let name) = event {
      if !isRepetition { takeHiddenStranger(name, time, into: &sink) }
    } else if let client = line.client {
      namesClients = true
      clients.take(explainedByScript(event), of: client, user: line.user, at: time, into: &sink)
    } else if let name = line.hiddenClient {
      namesClients = true
      hidden.take(event, of: name, at: time, line: sink.line)
    } else {
      takeOwn(event, at: time, into: &sink)
    }
    return true
  }

  /// A line of the management interface. What its log calls an error and is not known here may be in the table of messages.
  private mutating func take(_ line: borrowing OpenVPNManagementLine, into sink: inout LogSink) -> Bool {
    switch line.kind {
    case .log(let isError):
      if take(OpenVPNLine(line.text, time: line.time), isItsOwn: true, into: &sink) { return true }
      guard !isError else { return false }
    case .state(let state):
      let time = sink.resolve(line.time)
      if !hasOwnLines { take(state, at: time, into: &sink) }
    case .other: break
    }
    if gateway == nil, !isClient {
      sink.understand(.openvpnManagement)
    } else {
      understand(isAboutClient: false, into: &sink)
    }
    return true
  }

  private mutating func take(_ state: OpenVPNState, at time: LogTime?, into sink: inout LogSink) {
    switch state {
    case .asks: attempt = Attempt()
    case .isAnswered: attempt.isAnswered = true
    case .isConnected(let address?, let port):
      isClient = true
      gateway = port.map { Endpoint(address, $0) }
    default: break
    }
    takeOwn(state.event(isUp: attempt.isUp), at: time, into: &sink)
  }

  /// A line that stands in something else. A message of no consequence for handshakes counts for the side that writes the
  /// log.
  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .openVPN else { return false }
    let line = OpenVPNLine(LogText(message.words.bytes), time: message.time)
    isSeen = true
    if take(line, isItsOwn: true, into: &sink) { return true }
    understand(isAboutClient: line.client != nil, into: &sink)
    _ = sink.resolve(message.time)
    return true
  }

  /// What is told to a client whose script could not be run, is no word about its password.
  private mutating func explainedByScript(_ event: OpenVPNLogEvent) -> OpenVPNLogEvent {
    guard let script = scriptNotRun, case .failed(.other("AUTH_FAILED")) = event else { return event }
    scriptNotRun = nil
    return .failed(.setup(reason: "its script \(script)"))
  }

  /// The writer's tunnel, where it is the client.
  private var gatewaySubject: LogSubject { LogSubject(gateway: gateway?.address, gatewayPort: gateway?.port) }

  /// Counts a line; those before it is known which side writes wait until it is.
  private mutating func understand(isAboutClient: Bool, into sink: inout LogSink) {
    writer.isInitiator = isAboutClient ? false : gateway != nil || isClient ? true : nil
    writer.understand(lines: 1, into: &sink)
  }

  var isOpen: Bool { hidden.isOpen || clients.isOpen || setup != nil || !unsent.isEmpty || isRefused }

  /// Whether the last that is known of a client's attempt is that it is refused.
  private var isRefused: Bool {
    attempt.refusal != nil && !attempt.isAnswered && !attempt.isUp && (gateway != nil || isClient) && !namesClients
  }

  mutating func endBuriedBlock(into sink: inout LogSink) {
    hidden.finish(into: &sink)
    clients.finish(into: &sink)
  }

  mutating func finish(into sink: inout LogSink) {
    hidden.finish(into: &sink)
    clients.finish(into: &sink)
    if setup != nil, !namesClients {
      // It asked nobody, and was asked by nobody: most who ask why it does not start are clients.
      isClient = true
      takeSetup(of: LogSubject(), into: &sink)
    }
    if isRefused, let refusal = attempt.refusal {
      // What is pasted ends with what its writer asks about.
      sink.take(.failed(.openvpn, .sendFailed), at: refusal.time, of: gatewaySubject, line: refusal.line)
    }
    if !namesClients {
      if !unsent.isEmpty { isClient = true }
      for packet in unsent {
        sink.take(.sendTooLarge(.openvpn), at: packet.time, of: gatewaySubject, line: packet.line)
      }
      unsent = []
    }
    writer.finish(undecided: isClient ? .openvpnClient : .openvpnServer, into: &sink)
  }

  // MARK: Lines that name no client

  /// Lines of a client about the attempt under way, which say what it means that its time is up.
  private struct Attempt {
    /// Whether it led to a session: what times out then is the handshake for its next keys, which may yet succeed.
    var isUp = false
    /// The last ICMP error, while it has come to nothing else.
    var refusal: (time: LogTime?, line: Int)?
    /// ICMP errors since it is up.
    var refusals = OpenVPNRefusals()
    var isAnswered = false
    /// What the TLS library has said of it.
    var reason: String?
    /// Whether a line has said why it fails.
    var isExplained = false
    /// When it asked.
    var start: LogTime?
    /// Whether it asks for a connection of TCP, and not yet for more.
    var isConnecting = false
    /// Attempts in a row before it of which nothing came, and no line said so.
    var unanswered = 0

    /// Whether no line has said what came of it.
    var isOpen: Bool { !isUp && !isAnswered && !isExplained && refusal == nil && reason == nil }

    var cause: HandshakeFailure.Cause {
      isUp ? .renewalTimedOut : isAnswered ? .incomplete : refusal != nil ? .sendFailed : .timedOut
    }
  }

  /// A new attempt begins. What ended the one before may be another program's doing, which OpenVPN's log does not tell of:
  /// a container's health check.
  private mutating func restart(isConnecting: Bool, at time: LogTime?, into sink: inout LogSink) {
    let last = attempt
    attempt = Attempt()
    attempt.start = time
    attempt.isConnecting = isConnecting
    // The line for TCP comes once more when the connection is up.
    guard !last.isConnecting, last.isOpen, let start = last.start, let time else { return }
    let seconds = time.written.seconds(since: start.written)
    guard Self.attemptSeconds.contains(seconds) else { return }
    attempt.unanswered = last.unanswered + (seconds >= Self.longAttemptSeconds ? Self.unansweredAttempts : 1)
    guard attempt.unanswered >= Self.unansweredAttempts, gateway != nil, !namesClients else { return }
    sink.take(.failed(.openvpn, .timedOut), at: time, of: gatewaySubject)
  }

  /// The line is the client's own, or says something of the gateway as a whole.
  private mutating func takeOwn(_ event: OpenVPNLogEvent, at time: LogTime?, into sink: inout LogSink) {
    if case .replaced(let user) = event { clients.replace(user) }
    if case .connects(let end) = event {
      partner = end
      attempt.isAnswered = true
    }
    // A gateway's line would name its client.
    if case .answered(let end) = event {
      partner = end ?? partner
      attempt.isAnswered = true
    }
    if case .scriptNotRun(let reason) = event { scriptNotRun = reason }
    if case .library(let reason) = event {
      // The first says most.
      attempt.reason = attempt.reason ?? reason
      return
    }
    if case .proxyAnswers(let refusal) = event {
      attempt.reason = refusal
      return
    }
    if case .failed(let cause) = event, case .setup = cause, gateway == nil, !isClient {
      setup = setup ?? (explained(cause), time, sink.line)
      return
    }
    // Whoever hears of it as a gateway names the client when a handshake is not done in time.
    if case .refused = event { attempt.refusal = (time, sink.line) }
    var isOfClient = event.isOfClientAlone
    if case .handshakeFailed = event, attempt.reason != nil { isOfClient = true }
    guard gateway != nil || isClient || isOfClient && !namesClients else {
      // A gateway that ends knows nothing of its clients when it starts again.
      if case .exits = event {
        clients.finish(into: &sink)
        clients = OpenVPNLogClients()
      }
      // It has started after all.
      if case .up = event { setup = nil }
      return
    }
    isClient = true
    gateway = gateway ?? partner
    let subject = gatewaySubject
    takeSetup(of: subject, into: &sink)
    switch event {
    case .nothing, .answers, .served, .renews, .replaced, .stranger, .hiddenStranger, .replay, .connects, .pulls(nil),
      .library, .proxyAnswers, .tooLarge, .answered, .scriptNotRun:
      break
    case .refused:
      // Nothing takes its packets any more.
      if attempt.isUp, attempt.refusals.add(at: time) { sink.take(.deadPeer(.openvpn), at: time, of: subject) }
    case .handshakeFailed:
      if !attempt.isExplained, !attempt.isUp, let reason = attempt.reason {
        sink.take(.failed(.openvpn, .other(reason: reason)), at: time, of: subject)
      }
      attempt.reason = nil
      attempt.isExplained = false
    case .asks: sink.take(.opened(.openvpn), at: time, of: subject)
    case .pingRestart(let seconds), .pulls(let seconds?):
      sink.take(.negotiated(.timers(.openvpn, ChannelTimers(deadPeerDetection: seconds))), at: time, of: subject)
    case .up, .upAtClient:
      sink.take(.established(.openvpn), at: time, of: subject)
      attempt = Attempt(isUp: true)
      garbled.begin(with: nil)
    case .loginRestart:
      if !attempt.isExplained { sink.take(.failed(.openvpn, .other(reason: "AUTH_FAILED")), at: time, of: subject) }
      attempt.isExplained = true
    case .timedOut:
      sink.take(.failed(.openvpn, attempt.cause), at: time, of: subject)
      attempt.refusal = nil
      attempt.isExplained = true
    case .failed(let cause):
      sink.take(.failed(.openvpn, explained(cause)), at: time, of: subject)
      attempt.refusal = nil
      attempt.isExplained = true
    case .garbled:
      guard garbled.shows(from: nil) else { break }
      sink.take(.unusable(.openvpn, reason: OpenVPNGarbledData.reason), at: time, of: subject)
    case .unheard:
      sink.take(.deadPeer(.openvpn), at: time, of: subject)
      attempt.isUp = false
    case .tlsRestart:
      if attempt.isUp { sink.take(.ended(.openvpn, reason: OpenVPNLogClients.noKeys), at: time, of: subject) }
      attempt.isUp = false
    case .ends(let reason):
      // Before the session is up, it was the attempt for it that ended.
      let isAttempt = gateway != nil && !attempt.isUp
      attempt.isExplained = true
      sink.take(
        isAttempt ? .failed(.openvpn, .other(reason: reason)) : .ended(.openvpn, reason: reason), at: time, of: subject)
    case .exits:
      // Whoever ends the program waits no longer.
      attempt.start = nil
      sink.take(.tunnelEnded(reason: nil, byClient: true), at: time, of: subject)
    }
  }

  /// A gateway's line need not say whose packet it was.
  private mutating func takeTooLarge(_ subject: LogSubject?, at time: LogTime?, into sink: inout LogSink) {
    let writersOwn = gateway != nil || isClient ? gatewaySubject : nil
    if let subject = subject ?? writersOwn ?? clients.onlySession {
      sink.take(.sendTooLarge(.openvpn), at: time, of: subject)
    } else if !namesClients, unsent.count < OpenVPNLogLimits.hiddenFailures {
      unsent.append((time, sink.line))
    }
  }

  private mutating func takeSetup(of subject: LogSubject, into sink: inout LogSink) {
    guard let setup else { return }
    self.setup = nil
    sink.take(.failed(.openvpn, setup.cause), at: setup.time, of: subject, line: setup.line)
  }

  /// What cannot be loaded is refused by the TLS library, which says why in front of it.
  private func explained(_ cause: HandshakeFailure.Cause) -> HandshakeFailure.Cause {
    guard case .setup(let what?) = cause, let reason = attempt.reason else { return cause }
    return .setup(reason: "\(what): \(reason)")
  }

  // MARK: Packets that are not accepted

  private static let otherKeys = "the control-channel keys differ (tls-auth, tls-crypt)"

  /// The tls-auth or tls-crypt keys differ, or a stranger knocks, or the peer says again what it said before.
  ///
  /// - Parameter namesClient: Whether the line names the client in front. Over TCP each of its attempts comes from another
  ///   port.
  private mutating func takeStranger(
    _ end: Endpoint, isRepetition: Bool, namesClient: Bool, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard !isRepetition else {
      takeRepetition(from: end, time, into: &sink)
      return
    }
    let origin = namesClient ? Endpoint(end.address, 0) : end
    guard Self.count(origin, in: &strangers) == Self.strangerPackets else { return }
    if isClient || end == gateway, !namesClients {
      // It is the gateway whose answers do not decrypt; others knock at a client's port as at a gateway's.
      guard end == gateway ?? end else { return }
      let subject = gatewaySubject
      if !attempt.isUp { sink.take(.failed(.openvpn, .other(reason: Self.otherKeys)), at: time, of: subject) }
      return
    }
    let subject = LogSubject(client: end.address, clientPort: end.port)
    sink.take(.opened(.openvpn), at: time, of: subject)
    sink.take(.failed(.openvpn, .ignored(reason: Self.otherKeys)), at: time, of: subject)
  }

  /// The same where something else stands in the place of the address: a client's attempt keeps its schedule.
  private mutating func takeHiddenStranger(_ name: String, _ time: LogTime?, into sink: inout LogSink) {
    guard hidden.comesAgain(at: time) else { return }
    if isClient, !namesClients {
      let subject = gatewaySubject
      if !attempt.isUp { sink.take(.failed(.openvpn, .other(reason: Self.otherKeys)), at: time, of: subject) }
    } else if !clients.hasSessions {
      hidden.keep(.ignored(reason: Self.otherKeys), name, time, sink.line)
    }
  }

  /// A client repeats what is not answered: the gateway's answers do not get through. At the client, the time of its attempt
  /// will be up.
  private mutating func takeRepetition(from end: Endpoint, _ time: LogTime?, into sink: inout LogSink) {
    guard end != gateway ?? partner, !isClient || namesClients, !clients.hasSession(end),
      Self.repeatedPackets.contains(Self.count(end, in: &repetitions))
    else { return }
    sink.take(
      .failed(.openvpn, .repeated), at: time, of: LogSubject(client: end.address, clientPort: end.port))
  }

  /// How many packets of an end were counted, with this one.
  private static func count(_ end: Endpoint, in table: inout [Endpoint: Int]) -> Int {
    if table[end] == nil, table.count >= OpenVPNLogLimits.strangers { table.removeAll() }
    table[end, default: 0] += 1
    return table[end, default: 0]
  }
}
