import Logs
import Observations

/// What `openconnect -v` prints, with `--timestamp` or without, or as a daemon writes it to syslog or the journal.
///
///     [2026-11-23 20:16:47] Connected to 203.0.113.20:443
///     Connected to 203.0.113.20:443
///     Nov 23 20:16:47 laptop openconnect[716]: Connected to 203.0.113.20:443
///
/// A client talks to one gateway at a time, so its endpoint and the inner address hold for the lines that follow.
struct OpenConnectLog: LogFormatReader {
  /// The gateway of the connection, and the inner address.
  private var subject = LogSubject()
  /// The headers of the gateway's answer to CONNECT, until they are complete.
  private var answer: ConnectAnswer?
  /// Whether a session is up, which a new connection would replace.
  private var hasSession = false
  /// What became of the DTLS attempt that the last lines are about: each attempt fails once.
  private var attempt = DTLSAttempt.open
  /// Whether the gateway's last answer to CONNECT had headers of DTLS; nil where the log does not show an answer.
  private var offersDTLS: Bool?

  /// Whether the control connection, or ESP, was found dead.
  private var foundDeadPeer = false
  /// Whether the log has shown a connection of TLS.
  private var hasTLS = false
  /// Whether ESP carries the data.
  private var hasESP = false
  /// Whether the gateway has said no to what was asked over the last connection.
  private var isRejected = false
  /// What kept the client from logging in so far, which matters once it gives up.
  private var complaint: (cause: HandshakeFailure.Cause, time: LogTime?, line: Int)?
  /// Whether an HTTP proxy has been asked for the way to the gateway, and has not answered.
  private var asksProxy = false
  /// Whether the client said why it reaches none of its gateway's addresses.
  private var saidWhy = false
  /// Whether the client has said that its last connection did not come up.
  private var hasFailed = false
  /// Whether the client said why it has no adapter.
  private var adapterFailed = false

  /// The port that the client last asked at.
  private var askedPort: UInt16?
  /// The same, of a line of which nothing said yet that it is openconnect's.
  private var earlierPort: UInt16?
  /// Why the gateway's certificate does not please, until it is known whether the user takes it all the same.
  private var certificateProblem: String?
  /// Where the client asked its user about it, until the log shows the answer.
  private var question: (cause: HandshakeFailure.Cause, time: LogTime?, line: Int)?
  /// What the gateway is, as far as its answers have shown.
  private var product: Product?

  /// Whether words that are openconnect's alone, or its name, have been read.
  private var isKnown = false
  /// Whether the log has begun with lines of which nothing says that they are openconnect's.
  private var beginsOtherwise = false

  private enum DTLSAttempt { case open, timedOut, failed, notOffered }

  /// Headers of the answer that matter, each with its line.
  private struct ConnectAnswer {
    var mtu = TunnelMTUAnnouncement()
    var mtuLine: Int?
    var rekeySeconds: Int?
  }

  var isOpen: Bool { question != nil }

  mutating func endBuriedBlock(into sink: inout LogSink) { finish(into: &sink) }

  /// No answer is no "yes".
  mutating func finish(into sink: inout LogSink) {
    guard let question else { return }
    self.question = nil
    hasFailed = true
    sink.take(.failed(.tls, question.cause), at: question.time, of: subject, line: question.line)
  }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    let isRead = readLine(&offered, into: &sink)
    if !isRead { beginsOtherwise = true }
    return isRead
  }

  private mutating func readLine(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    let line = LogText(offered.text.bytes)
    if let daemon = offered.daemonHeader {
      guard line.has("openconnect", at: daemon.program.lowerBound) else { return false }
      isKnown = true
      var message = LogText(line.bytes, from: daemon.message)
      return take(&message, at: daemon.time, into: &sink)
    }
    var text = LogText(line.bytes)
    if text.skip(UInt8(ascii: "[")) {
      guard let time = text.isoTime(), text.skip("]") else { return false }
      text.skipSpaces()
      return take(&text, at: time, into: &sink)
    }
    return take(&text, at: nil, into: &sink)
  }

  /// Reads a message whose meaning is known, and counts it; others are left to the table of messages.
  private mutating func take(_ text: inout LogText, at time: CivilTime?, into sink: inout LogSink) -> Bool {
    if let product = text.requestedProduct { note(product, at: sink.resolve(time), into: &sink) }
    // The table of messages has them as well, and leaves them until the log says whose they are.
    if !isKnown, text.isOfAnyProgram || beginsOtherwise && text.isSaidElsewhere {
      rememberGateway(text)
      return false
    }
    noteRequest(text, at: sink.resolve(time), into: &sink)
    if asksProxy { readProxyAnswer(text, at: sink.resolve(time), line: sink.line) }
    guard text.isOpenConnectTalk || readMessage(&text, at: sink.resolve(time), into: &sink) else { return false }
    isKnown = true
    sink.understand(.openconnect)
    if let port = earlierPort {
      earlierPort = nil
      notePort(port, at: sink.resolve(time), into: &sink)
    }
    return true
  }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .openconnect else { return false }
    isKnown = true
    sink.understand(.openconnect)
    let time = sink.resolve(message.time)
    if let original = message.original {
      let bytes = Array(original.utf8)
      var text = LogText(bytes.span)
      readMessage(&text, at: time, into: &sink)
      return true
    }
    var text = LogText(message.words.bytes)
    if let product = text.requestedProduct { note(product, at: time, into: &sink) }
    noteRequest(text, at: time, into: &sink)
    if !readMessage(&text, at: time, into: &sink) { take(message, at: time, into: &sink) }
    return true
  }

  /// A message whose meaning is all that matters of it.
  private mutating func take(_ message: borrowing TableLine, at time: LogTime?, into sink: inout LogSink) {
    let text = LogText(message.words.bytes)
    switch message.meaning {
    case .sessionEnded(.byClient): endSession("the user ended it", byClient: true, at: time, into: &sink)
    case .sessionEnded:
      endSession(LogText(message.words.bytes).restString, byClient: false, at: time, into: &sink)
    case .channelEstablished(.esp):
      noteTLS(at: time, into: &sink)
      // Two lines say so.
      if !hasESP { sink.take(.established(.esp), at: time, of: subject) }
      hasESP = true
    case .deadPeer(.esp):
      noteTLS(at: time, into: &sink)
      hasESP = false
      foundDeadPeer = true
      sink.take(.deadPeer(.esp), at: time, of: subject)
    case .channelUnanswered(.esp):
      noteTLS(at: time, into: &sink)
      sink.take(.failed(.esp, .timedOut), at: time, of: subject)
    case .channelUnanswered(.dtls): sink.take(.failed(.dtls, .timedOut), at: time, of: subject)
    case .deadPeer(.tls):
      foundDeadPeer = true
      sink.take(.deadPeer(.tls), at: time, of: subject)
    case .portAnnounced(.dtls):
      if let port = message.number(.port).flatMap(UInt16.init(exactly:)) {
        sink.take(.negotiated(.port(.dtls, port)), at: time, of: subject)
      }
    case .addressAssigned:
      if let inner = message.endpoint(.inner)?.address {
        subject.innerAddress = inner
        sink.take(.negotiated(.innerAddress), at: time, of: subject)
      }
      // Only with AnyConnect's protocol and GlobalProtect's does a line before this one say that the session is open.
      if text.starts(with: "Connected ") || text.starts(with: "Configured as ") { noteSession(at: time, into: &sink) }
    // The window sets its routes once the session is open.
    case .informational where text.starts(with: "Route configuration done"): noteSession(at: time, into: &sink)
    case .adapterProblem where text.isTAPSetupFailure && !adapterFailed:
      sink.take(.statement(.adapterFailed(reason: text.restString)), at: time, of: subject)
      adapterFailed = true
    // It says no reason of its own: the lines before did, if any.
    case .channelFailed(.tls)
    where text.starts(with: "Creating SSL connection failed") || text.starts(with: "Failed to parse server response"):
      if isRejected { break }
      let (cause, time, line) = complaint ?? (.other(reason: nil), time, sink.line)
      sink.take(.failed(.tls, cause), at: time, of: subject, line: line)
      complaint = nil
    case .channelFailed(.tls)
    where text.starts(with: "Failed to establish PPP") || text.starts(with: "Establishing PPP")
      || text.starts(with: "Error establishing "):
      if !isRejected { sink.take(.failed(.tls, .other(reason: text.restString)), at: time, of: subject) }
      isRejected = true
    // The proxy's word: the client gives up behind it.
    case .channelFailed(.tls)
    where text.contains("Proxy CONNECT ") || text.contains(" proxy ") || text.contains("SOCKS "):
      complaint = (.other(reason: text.restString), time, sink.line)
    // A connection that breaks off while the client logs in.
    case .channelBroken(.tls) where !hasSession && !isRejected && text.starts(with: "Error fetching HTTPS response"):
      hasFailed = true
      sink.take(.failed(.tls, .withoutAnswer), at: time, of: subject)
      complaint = nil
    case .authenticationFailed where question != nil: finish(into: &sink)
    // The window says so whatever kept it from getting a cookie.
    case .authenticationFailed
    where text.starts(with: "Authentication error; cannot obtain cookie") && (complaint != nil || hasFailed):
      if let complaint, !hasFailed, !isRejected {
        sink.take(.failed(.tls, complaint.cause), at: complaint.time, of: subject, line: complaint.line)
      }
      complaint = nil
    // The other words follow whatever kept the client from logging in.
    case .authenticationFailed
    where text.starts(with: "Login failed") || text.starts(with: "Authentication error; cannot obtain cookie"):
      sink.take(.failed(.tls, .login), at: time, of: subject)
      complaint = nil
    case .authenticationFailed:
      guard let complaint, !hasSession, !isRejected else { break }
      sink.take(.failed(.tls, complaint.cause), at: complaint.time, of: subject, line: complaint.line)
      self.complaint = nil
    // The client may try another way after each of these.
    case .nameNotResolved: complaint = (.nameNotResolved, time, sink.line)
    case .channelBroken(.tls) where text.starts(with: "Error reading HTTP response"):
      complaint = (.withoutAnswer, time, sink.line)
    // The gateway speaks another protocol, or another version of it.
    case .informational
    where text.starts(with: "Unexpected response of size ") || text.starts(with: "Unexpected IF-T/TLS packet "):
      complaint = (.other(reason: text.restString), time, sink.line)
    case .informational where text.starts(with: "Unexpected ") && message.has(.code):
      let isRefusal = message.number(.code) ?? 0 >= 400
      complaint = (
        isRefusal ? .rejected(reason: text.restString) : .other(reason: text.restString), time, sink.line
      )
    // The gateway speaks another protocol, or another way to log in.
    case .configurationProblem where !hasSession: complaint = (.other(reason: text.restString), time, sink.line)
    case .channelRejected(.tls, _):
      let reason = message.string(.reason) ?? LogText(message.words.bytes).restString
      // What the client says of a cookie that is refused comes after the gateway's words.
      if !isRejected { sink.take(.failed(.tls, .rejected(reason: reason)), at: time, of: subject) }
      isRejected = true
    default: break
    }
  }

  /// Reads a message; whether it is one that shows something.
  @discardableResult
  private mutating func readMessage(_ text: inout LogText, at time: LogTime?, into sink: inout LogSink) -> Bool {
    switch text.next {
    case UInt8(ascii: "X"): return readHeader(&text, at: time, into: &sink)
    case UInt8(ascii: "C"): return readConnection(&text, at: time, into: &sink)
    case UInt8(ascii: "E") where text.starts(with: "Error setting up the TUN device"):
      return readEnd(&text, at: time, into: &sink)
    case UInt8(ascii: "D"), UInt8(ascii: "E"), UInt8(ascii: "I"), UInt8(ascii: "N"), UInt8(ascii: "A"),
      UInt8(ascii: "W"):
      return readDTLS(&text, at: time, into: &sink)
    case UInt8(ascii: "S"), UInt8(ascii: "U"), UInt8(ascii: "R"), UInt8(ascii: "F"):
      return readEnd(&text, at: time, into: &sink) || readDTLS(&text, at: time, into: &sink)
    case UInt8(ascii: "G"), UInt8(ascii: "T"): return readAnswer(&text, at: time, into: &sink)
    default: return false
    }
  }

  // MARK: The answer to CONNECT

  private mutating func readAnswer(_ text: inout LogText, at time: LogTime?, into sink: inout LogSink) -> Bool {
    if text.skip("Got CONNECT response: ") {
      answer = ConnectAnswer()
      offersDTLS = false
      // ocserv alone answers in these words.
      if text.contains("200 CONNECTED") { note(.ocserv, at: time, into: &sink) }
    } else if text.skip("Got inappropriate HTTP CONNECT response: ") {
      let reason = "the gateway's answer to CONNECT is \(text.restString)"
      sink.take(.failed(.tls, .rejected(reason: reason)), at: time, of: subject)
      isRejected = true
    } else if text.starts(with: "GPST Dead Peer Detection detected dead peer") {
      note(.globalProtect, at: time, into: &sink)
      foundDeadPeer = true
      sink.take(.deadPeer(.tls), at: time, of: subject)
    } else if text.skip("Tunnel timeout (rekey interval) is ") {
      // GlobalProtect's configuration is complete, with which each of its sessions begins.
      note(.globalProtect, at: time, into: &sink)
      hasTLS = true
      sink.take(.sessionEstablished(.tls, hasSession ? .replacing : .first), at: time, of: subject)
      hasSession = true
      foundDeadPeer = false
      (complaint, question) = (nil, nil)
      if let minutes = text.number() {
        let timers = ChannelTimers(rekey: minutes.multipliedReportingOverflow(by: 60).partialValue)
        sink.take(.negotiated(.timers(.tls, timers)), at: time, of: subject)
      }
    } else {
      return false
    }
    return true
  }

  /// A session whose beginning the log has not told of.
  private mutating func noteSession(at time: LogTime?, into sink: inout LogSink) {
    guard !hasSession else { return }
    sink.take(.sessionEstablished(.tls, .first), at: time, of: subject)
    (hasSession, hasTLS, foundDeadPeer) = (true, true, false)
    (complaint, question) = (nil, nil)
  }

  /// The address that a request goes to may have a port, which that of other channels is compared with.
  private mutating func noteRequest(_ text: borrowing LogText, at time: LogTime?, into sink: inout LogSink) {
    if let port = text.requestedPort { notePort(port, at: time, into: &sink) }
  }

  private mutating func notePort(_ port: UInt16, at time: LogTime?, into sink: inout LogSink) {
    guard port != askedPort else { return }
    askedPort = port
    sink.take(.negotiated(.port(.tls, port)), at: time, of: subject)
  }

  private mutating func note(_ product: Product, at time: LogTime?, into sink: inout LogSink) {
    guard self.product != product else { return }
    self.product = product
    sink.take(.statement(.product(product)), at: time, of: subject)
  }

  private mutating func readHeader(_ text: inout LogText, at time: LogTime?, into sink: inout LogSink) -> Bool {
    if text.starts(with: "X-DTLS") { offersDTLS = true }
    if text.skip("X-CSTP-Address: ") {
      guard let address = text.address() else { return true }
      // With both, the first is IPv4.
      guard subject.innerAddress == nil || address.isIPv4 else { return true }
      subject.innerAddress = address
      sink.take(.negotiated(.innerAddress), at: time, of: subject)
    } else if text.skip("X-DTLS-Port: ") {
      if let port = text.port() { sink.take(.negotiated(.port(.dtls, port)), at: time, of: subject) }
    } else if text.skip("X-CSTP-MTU: ") {
      note(text.number(), \.tls, sink.line)
    } else if text.skip("X-CSTP-Base-MTU: ") {
      note(text.number(), \.base, sink.line)
    } else if text.skip("X-DTLS-MTU: ") {
      note(text.number(), \.dtls, sink.line)
    } else if text.skip("X-CSTP-Rekey-Time: ") {
      answer?.rekeySeconds = text.number()
    } else if text.starts(with: "X-CSTP-Server-Name: ocserv") {
      note(.ocserv, at: time, into: &sink)
    } else {
      return text.starts(with: "X-CSTP-") || text.starts(with: "X-DTLS")
    }
    return true
  }

  private mutating func note(_ size: Int?, _ path: WritableKeyPath<TunnelMTUAnnouncement, Int?>, _ line: Int) {
    guard let size, answer != nil else { return }
    answer?.mtu[keyPath: path] = size
    if answer?.mtuLine == nil { answer?.mtuLine = line }
  }

  /// A connection may be openconnect's although nothing has said so yet.
  private mutating func rememberGateway(_ text: borrowing LogText) {
    var text = LogText(text.bytes, from: text.position)
    guard text.skip("Connected to ") else { return }
    let hiddenPort = text.portOfHiddenAddress
    let isBracketed = text.skip(UInt8(ascii: "["))
    guard let address = text.address() else {
      earlierPort = hiddenPort
      return
    }
    if isBracketed { _ = text.skip(UInt8(ascii: "]")) }
    subject.gateway = address
    subject.gatewayPort = text.skip(UInt8(ascii: ":")) ? text.port() : nil
  }

  // MARK: TCP and TLS

  /// ESP is agreed on over TLS, whose lines may not be in what was pasted; by ESP alone it could be a tunnel of IPsec.
  private mutating func noteTLS(at time: LogTime?, into sink: inout LogSink) {
    if !hasTLS { sink.take(.completed(.tls), at: time, of: subject) }
    hasTLS = true
  }

  private mutating func readConnection(_ text: inout LogText, at time: LogTime?, into sink: inout LogSink) -> Bool {
    if text.skip("CSTP connected.") {
      if let answer, let line = answer.mtuLine {
        sink.take(.negotiated(.mtu(answer.mtu)), at: time, of: subject, line: line)
      }
      readTimers(&text, at: time, into: &sink)
      answer = nil
      attempt = .open
      sink.take(.sessionEstablished(.tls, hasSession ? .replacing : .first), at: time, of: subject)
      hasSession = true
      foundDeadPeer = false
      (complaint, question) = (nil, nil)
    } else if text.skip("Connected to ") {
      if text.starts(with: "HTTPS on ") {
        hasTLS = true
        hasFailed = false
        question = nil
        // It asks once more, over a new connection.
        if complaint?.cause == .withoutAnswer { complaint = nil }
        sink.take(.completed(.tls), at: time, of: subject)
        return true
      }
      let hiddenPort = text.portOfHiddenAddress
      let isBracketed = text.skip(UInt8(ascii: "["))
      guard let address = text.address() else {
        if let hiddenPort { notePort(hiddenPort, at: time, into: &sink) }
        return false
      }
      if isBracketed { _ = text.skip(UInt8(ascii: "]")) }
      subject.gateway = address
      subject.gatewayPort = text.skip(UInt8(ascii: ":")) ? text.port() : nil
    } else if text.starts(with: "Certificate from VPN server "), text.contains(" failed verification") {
      let reason = "the gateway's certificate was not accepted" + (certificateProblem.map { ": \($0)" } ?? "")
      question = question ?? (.other(reason: reason), time, sink.line)
    } else if text.starts(with: "CSTP Dead Peer Detection detected dead peer") {
      foundDeadPeer = true
      sink.take(.deadPeer(.tls), at: time, of: subject)
    } else if text.starts(with: "Cookie is no longer valid") || text.starts(with: "Cookie was rejected") {
      endSession(text.restString, byClient: false, at: time, into: &sink)
    } else {
      return text.starts(with: "Caller paused the connection")
    }
    return true
  }

  /// " DPD 30, Keepalive 20"
  private func readTimers(_ text: inout LogText, at time: LogTime?, into sink: inout LogSink) {
    var timers = ChannelTimers(rekey: answer?.rekeySeconds)
    if text.skip(" DPD ") { timers.deadPeerDetection = text.number() }
    if text.skip(", Keepalive ") { timers.keepalive = text.number() }
    guard timers != ChannelTimers() else { return }
    sink.take(.negotiated(.timers(.tls, timers)), at: time, of: subject)
  }

  // MARK: DTLS

  private mutating func readDTLS(_ text: inout LogText, at time: LogTime?, into sink: inout LogSink) -> Bool {
    if text.starts(with: "DTLS initialised.") {
      sink.take(.opened(.dtls), at: time, of: subject)
      attempt = .open
    } else if text.starts(with: "Attempt new DTLS connection") {
      sink.take(.reconnecting(.dtls), at: time, of: subject)
      attempt = .open
    } else if text.starts(with: "Established DTLS connection") {
      sink.take(.established(.dtls), at: time, of: subject)
      attempt = .open
    } else if text.starts(with: "DTLS handshake timed out") {
      sink.take(.failed(.dtls, .timedOut), at: time, of: subject)
      attempt = .timedOut
    } else if text.starts(with: "DTLS option X-DTLS") {
      offersDTLS = true
    } else if text.skip("DTLS handshake failed") {
      _ = text.skip(": ")
      if text.contains("push function") {
        sink.take(.failed(.dtls, .sendFailed), at: time, of: subject)
      } else if attempt != .timedOut {
        sink.take(.failed(.dtls, Self.cause(text)), at: time, of: subject)
      }
      attempt = .failed
    } else if text.starts(with: "Error setting up DTLS") || text.starts(with: "Set up DTLS failed") {
      // It says no reason of its own: where none was said before, the gateway's answer had no DTLS in it.
      // What GlobalProtect has beside TLS is ESP, which it need not offer.
      if product == .globalProtect { return true }
      if attempt == .open, offersDTLS != false {
        sink.take(.failed(.dtls, .setup(reason: nil)), at: time, of: subject)
        attempt = .failed
      } else if attempt == .open {
        // Without a graphical window over it, a client says the same where its user switched DTLS off.
        miss(mayBeByClient: text.starts(with: "Set up DTLS failed"), at: time, into: &sink)
      }
    } else if text.isSetupFailure {
      sink.take(.failed(.dtls, .setup(reason: text.restString)), at: time, of: subject)
      attempt = .failed
    } else if text.starts(with: "No DTLS address") || text.starts(with: "Server offered no DTLS") {
      if attempt == .open { miss(mayBeByClient: false, at: time, into: &sink) }
    } else if text.starts(with: "No DTLS when connected via proxy") {
      if attempt == .open { miss(mayBeByClient: true, at: time, into: &sink) }
    } else if text.starts(with: "Read error on DTLS session: ") || text.isDTLSWriteError {
      if text.contains("EMSGSIZE") {
        sink.take(.sendTooLarge(.dtls), at: time, of: subject)
      } else if text.isDTLSWriteError, text.contains("push function") {
        sink.take(.failed(.dtls, .sendFailed), at: time, of: subject)
      } else {
        // Other errors are left to the table of messages, which shows what nobody judges.
        return false
      }
    } else if text.starts(with: "Set up UDP failed") {
      if attempt == .open { sink.take(.failed(.dtls, .sendFailed), at: time, of: subject) }
      attempt = .failed
    } else if text.starts(with: "DTLS Dead Peer Detection detected dead peer") {
      sink.take(.deadPeer(.dtls), at: time, of: subject)
      attempt = .open
    } else if text.skip("Detected MTU of ") || text.skip("DTLS MTU reduced to ") {
      if let mtu = text.number() {
        sink.take(.negotiated(.mtu(TunnelMTUAnnouncement(dtls: mtu))), at: time, of: subject)
      }
    } else {
      return text.starts(with: "No change in MTU after detection") || text.starts(with: "DTLS rekey due")
        || text.starts(with: "Attempting to connect to server ")
    }
    return true
  }

  private mutating func miss(mayBeByClient: Bool, at time: LogTime?, into sink: inout LogSink) {
    sink.take(.negotiated(.notOffered(.dtls, mayBeByClient: mayBeByClient)), at: time, of: subject)
    attempt = .notOffered
  }

  /// GnuTLS' words for a handshake in which nothing came in time are those of a read that would block.
  private static func cause(_ text: borrowing LogText) -> HandshakeFailure.Cause {
    if text.contains("Resource temporarily unavailable") { return .timedOut }
    return .other(reason: text.isAtEnd ? nil : text.restString)
  }

  // MARK: Ends

  private mutating func readEnd(_ text: inout LogText, at time: LogTime?, into sink: inout LogSink) -> Bool {
    if text.starts(with: "SSL negotiation with ") {
      finish(into: &sink)
      isRejected = false
      saidWhy = false
      hasFailed = false
      hasTLS = true
      sink.take(.opened(.tls), at: time, of: subject)
    } else if text.skip("Server certificate verify failed: ") {
      certificateProblem = text.restString
    } else if text.skip("Reconnect gave different ") {
      // "Legacy IP address (10.20.0.60 != 10.20.0.50)"; a netmask that differs is no address.
      guard text.contains("address ("), text.skip(past: "(") else { return true }
      // Hidden addresses leave the line to be shown as it is.
      guard let new = text.address(), text.skip(" != "), let old = text.address() else { return false }
      sink.take(.negotiated(.innerAddressChanged(from: old, to: new)), at: time, of: subject)
    } else if text.starts(with: "Failed to reconnect to host ") || text.skip("Failed to connect to ") {
      let isOfAddress = !text.starts(with: "host ") && !text.starts(with: "Failed ")
      if text.skip(past: ": ") {
        guard !text.starts(with: "Interrupted system call") else { return false }
        saidWhy = isOfAddress
        hasFailed = true
        // The client had a way to the gateway before.
        let isCutOff = foundDeadPeer && text.isWithoutRoute
        sink.take(
          .failed(.tls, isCutOff ? .sendFailed : text.saysTimedOut ? .timedOut : .other(reason: text.restString)),
          at: time, of: subject)
      } else {
        guard text.contains("host ") else { return false }
        hasFailed = true
        // For each of the host's addresses the lines before said why.
        if !saidWhy { sink.take(.failed(.tls, .timedOut), at: time, of: subject) }
        saidWhy = false
      }
    } else if foundDeadPeer, text.starts(with: "Failed to open HTTPS connection to ") {
      // The first attempt may fail for its host's name, of which other lines tell.
      sink.take(.failed(.tls, .timedOut), at: time, of: subject)
    } else if text.starts(with: "Set up tun device failed") || text.starts(with: "Error setting up the TUN device") {
      if !adapterFailed { sink.take(.statement(.adapterFailed(reason: "the tunnel device")), at: time, of: subject) }
      adapterFailed = true
    } else if text.starts(with: "Failed to bind local tun device") || text.starts(with: "Failed to open tun device") {
      guard text.skip(past: ": ") else { return false }
      sink.take(.statement(.adapterFailed(reason: "tunnel device: " + text.restString)), at: time, of: subject)
      adapterFailed = true
    } else if text.skip("SIOCSIFMTU: ") {
      sink.take(.statement(.adapterFailed(reason: "MTU: " + text.restString)), at: time, of: subject)
    } else if text.starts(with: "Requesting HTTP proxy connection to ") {
      asksProxy = true
    } else if text.starts(with: "User requested reconnect") {
      sink.take(.reconnecting(.tls), at: time, of: subject)
    } else if text.starts(with: "Session terminated by server") || text.starts(with: "Reconnect failed") {
      endSession(text.restString, byClient: false, at: time, into: &sink)
    } else if text.starts(with: "User cancelled") || text.starts(with: "User canceled")
      || text.starts(with: "User detached")
    {
      endSession(text.restString, byClient: true, at: time, into: &sink)
    } else if text.skip("Send BYE packet: ") {
      sink.take(.ended(.tls, reason: text.restString), at: time, of: subject)
    } else if text.skip("SSL connection failure") {
      finish(into: &sink)
      hasFailed = true
      _ = text.skip(": ")
      sink.take(.failed(.tls, .other(reason: text.isAtEnd ? nil : text.restString)), at: time, of: subject)
    } else if text.starts(with: "Failed to read from TLS/DTLS socket")
      || text.starts(with: "Failed to write to TLS/DTLS socket"), !text.contains("EMSGSIZE")
    {
      breakOff(text.restString, at: time, into: &sink)
    } else if text.starts(with: "SSL read error") || text.starts(with: "SSL write error")
      || text.starts(with: "Failed to read from SSL socket") && !text.contains("EMSGSIZE")
      || text.starts(with: "Failed to write to SSL socket")
    {
      breakOff(text.restString, at: time, into: &sink)
    } else {
      return text.starts(with: "Send CSTP DPD") || text.starts(with: "Send DTLS DPD")
    }
    return true
  }

  /// What an HTTP proxy answers to CONNECT comes in the words of other answers.
  private mutating func readProxyAnswer(_ text: borrowing LogText, at time: LogTime?, line: Int) {
    var text = LogText(text.bytes, from: text.position)
    guard text.skip("Got HTTP response: ") else { return }
    asksProxy = false
    guard !text.contains(" 200") else { return }
    complaint = (.other(reason: "the HTTP proxy answered '\(text.restString)'"), time, line)
  }

  /// While the client logs in, connections come and go as the gateway likes.
  private mutating func breakOff(_ reason: String, at time: LogTime?, into sink: inout LogSink) {
    // Only a session is taken up again, although what is pasted may begin in the middle of it.
    if reason.hasSuffix("; reconnecting.") { hasSession = true }
    // Why it gives up may be in a language that nobody reads here.
    if !hasSession, !isRejected { complaint = (.withoutAnswer, time, sink.line) }
    sink.take(hasSession ? .brokeOff(.tls, reason: reason) : .ended(.tls, reason: reason), at: time, of: subject)
  }

  private mutating func endSession(_ reason: String, byClient: Bool, at time: LogTime?, into sink: inout LogSink) {
    sink.take(.tunnelEnded(reason: reason, byClient: byClient), at: time, of: subject)
    hasSession = false
    subject.innerAddress = nil
  }
}

extension LogText {
  /// Whether the client's own library says that it cannot set DTLS up.
  fileprivate var isSetupFailure: Bool {
    starts(with: "Initialise DTLSv1 ") || starts(with: "Set DTLS cipher list failed")
      || starts(with: "Failed to set DTLS ") || starts(with: "Failed to initialize DTLS")
      || starts(with: "Unknown DTLS parameters for requested ") || starts(with: "DTLS cipher '")
  }

  /// The product that alone has what the client asks for.
  fileprivate var requestedProduct: Product? {
    guard starts(with: "POST https://") || starts(with: "GET https://") else {
      return starts(with: "> GET /ssl-tunnel-connect.sslvpn") || starts(with: "Send GPST ") ? .globalProtect : nil
    }
    if contains("/ssl-vpn/") || contains("/global-protect/") { return .globalProtect }
    return contains("/remote/logincheck") || contains("/remote/fortisslvpn") ? .fortiGate : nil
  }

  /// The port in the address of what the client asks for.
  fileprivate var requestedPort: UInt16? {
    var text = LogText(bytes, from: position)
    guard text.skip("POST https://") || text.skip("GET https://") else { return nil }
    if text.next == UInt8(ascii: "["), !text.skip(past: "]") { return nil }
    while text.next > 0x20, text.next != UInt8(ascii: "/"), text.next != UInt8(ascii: ":") { text.skipByte() }
    return text.skip(UInt8(ascii: ":")) ? text.port() : nil
  }

  /// The port behind what stands in the place of an address: "xxx.xxx.xxx.xxx:443", "[redacted]:443".
  fileprivate var portOfHiddenAddress: UInt16? {
    var end = self.end
    while end > position, self[end - 1].isDigit { end -= 1 }
    guard end > position, self[end - 1] == UInt8(ascii: ":") else { return nil }
    var text = LogText(bytes, from: end)
    return text.port()
  }

  /// Whether a packet of DTLS was not sent: newer clients say it in other words.
  fileprivate var isDTLSWriteError: Bool {
    starts(with: "Write error on DTLS session: ") || starts(with: "DTLS got write error")
  }

  /// Whether the driver of Windows' tunnel adapter is missing, too old, or does not do what it is asked.
  fileprivate var isTAPSetupFailure: Bool {
    starts(with: "Error: TAP-Windows driver ") || starts(with: "No Windows-TAP adapters found")
      || starts(with: "Failed to obtain TAP driver version") || starts(with: "Failed to set TAP ")
  }

  /// Whether the client's system says that nothing came back in time: in the words of Unix, or of Windows.
  fileprivate var saysTimedOut: Bool { contains("timed out") || contains("did not properly respond") }

  /// Whether the client's system says that it has no way there.
  fileprivate var isWithoutRoute: Bool {
    contains("Network is unreachable") || contains("No route to host") || contains("unreachable network")
  }

  /// Whether other programs begin their lines like this.
  fileprivate var isOfAnyProgram: Bool {
    switch next {
    case UInt8(ascii: "C"): starts(with: "Connected to ") && !starts(with: "Connected to HTTPS on ")
    case UInt8(ascii: "D"): starts(with: "DTLS handshake failed")
    case UInt8(ascii: "E"): starts(with: "Error setting up DTLS")
    case UInt8(ascii: "F"):
      starts(with: "Failed to read from SSL socket") || starts(with: "Failed to write to SSL socket")
        || starts(with: "Failed to initialize DTLS") || starts(with: "Failed to open tun device")
    case UInt8(ascii: "R"): starts(with: "Reconnect failed")
    case UInt8(ascii: "S"):
      starts(with: "SSL connection failure") || starts(with: "SSL read error") || starts(with: "SSL write error")
    case UInt8(ascii: "U"): starts(with: "User canceled")
    default: false
    }
  }

  /// Whether another program may say so too; where it is the first that a log says, it is openconnect's.
  fileprivate var isSaidElsewhere: Bool {
    switch next {
    case UInt8(ascii: "D"): starts(with: "DTLS handshake timed out")
    case UInt8(ascii: "E"): starts(with: "Established DTLS connection")
    case UInt8(ascii: "F"): starts(with: "Failed to connect to ") || starts(with: "Failed to open HTTPS connection to ")
    case UInt8(ascii: "R"): starts(with: "Read error on DTLS session")
    case UInt8(ascii: "S"): starts(with: "Server certificate verify failed")
    case UInt8(ascii: "W"): starts(with: "Write error on DTLS session")
    default: false
    }
  }

  /// Whether it is one of the many lines of openconnect that show nothing here.
  fileprivate var isOpenConnectTalk: Bool {
    switch next {
    case UInt8(ascii: "A"): starts(with: "Attempting to connect to ")
    case UInt8(ascii: "D"): starts(with: "Deferring DTLS ") || starts(with: "DTLS connection compression")
    case UInt8(ascii: "G"):
      starts(with: "Got HTTP response: ") || starts(with: "Got CSTP ") || starts(with: "Got DTLS ")
    case UInt8(ascii: "H"): starts(with: "HTTP body ")
    case UInt8(ascii: "I"): starts(with: "Initiating MTU detection")
    case UInt8(ascii: "N"): starts(with: "Not using vhost-net")
    case UInt8(ascii: "P"): starts(with: "POST https://") || starts(with: "Please enter your ")
    case UInt8(ascii: "S"): starts(with: "Set-Cookie: webvpn")
    case UInt8(ascii: "T"): starts(with: "TCP_INFO rcv mss ")
    case UInt8(ascii: "U"): starts(with: "UDP SO_SNDBUF: ")
    case UInt8(ascii: "X"): starts(with: "XML POST enabled") || starts(with: "X-Transcend-Version: ")
    case UInt8(ascii: "("): starts(with: "(Is a firewall preventing you from sending UDP packets?)")
    default: false
    }
  }
}
