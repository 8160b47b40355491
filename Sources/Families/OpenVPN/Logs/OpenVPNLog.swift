import Logs
import Observations

/// What OpenVPN's client and server write of handshakes and sessions.
///
/// Only lines whose words are known are taken: many programs write a time and a message.
struct OpenVPNLog: LogFormatReader {
  /// The gateway that the client of this log asks.
  private var gateway: Endpoint?
  /// Lines that were read before it was known which side writes.
  private var undecidedLines = 0
  /// What the attempt under way of a client has come to.
  private var attempt = Attempt()
  /// Packets under another key, by where they came from.
  private var strangers: [Endpoint: Int] = [:]

  /// A client repeats its reset: one packet may be a scanner's.
  private static let strangerPackets = 3

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard let line = OpenVPNLine(offered.text, header: offered.daemonHeader) else { return false }
    var text = LogText(line.message.bytes, from: line.message.position)
    let subject = LogSubject(
      user: line.user, client: line.client?.address, clientPort: line.client?.port, gateway: gateway?.address,
      gatewayPort: gateway?.port)
    guard let event = Event(&text, isGateway: line.client != nil) else { return false }
    if case .asks(let end) = event {
      gateway = end
      attempt = Attempt()
    }
    understand(isAboutClient: line.client != nil, into: &sink)
    let time = sink.resolve(line.time)
    switch event {
    case .nothing: break
    case .asks(let end):
      sink.take(.opened(.openvpn), at: time, of: LogSubject(gateway: end.address, gatewayPort: end.port))
    // A line without a client is the client's own, or says something of the gateway as a whole.
    case .other where line.client == nil && gateway == nil: break
    case .other(let event):
      if case .established = event { attempt = Attempt(isUp: true) }
      if case .deadPeer = event { attempt.isUp = false }
      sink.take(event, at: time, of: subject)
    case .refused: attempt.isRefused = true
    case .answered: attempt.isAnswered = true
    case .timedOut where gateway == nil || attempt.isUp: break
    case .tlsRestart where attempt.isUp:
      attempt.isUp = false
      sink.take(.deadPeer(.openvpn), at: time, of: subject)
    case .tlsRestart: break
    case .timedOut: sink.take(.failed(.openvpn, attempt.cause), at: time, of: subject)
    case .stranger(let end): takeStranger(end, time, into: &sink)
    }
    return true
  }

  /// A message of no consequence for handshakes counts for the side that writes the log.
  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .openVPN else { return false }
    var text = LogText(message.words.bytes)
    if let slash = text.part(text.word()).find(UInt8(ascii: "/")) { text.move(to: slash + 1) } else { text.move(to: 0) }
    understand(isAboutClient: text.openVPNEnd() != nil, into: &sink)
    _ = sink.resolve(message.time)
    return true
  }

  /// Counts a line; those before it is known which side writes wait until it is.
  private mutating func understand(isAboutClient: Bool, into sink: inout LogSink) {
    undecidedLines += 1
    guard isAboutClient || gateway != nil else { return }
    sink.understand(isAboutClient ? .openvpnServer : .openvpnClient, lines: undecidedLines)
    undecidedLines = 0
  }

  mutating func finish(into sink: inout LogSink) {
    guard undecidedLines > 0 else { return }
    sink.understand(.openvpnServer, lines: undecidedLines)
    undecidedLines = 0
  }

  /// Lines of a client about the attempt under way, which say what it means that its time is up.
  private struct Attempt {
    /// Whether it led to a session: what times out then is the handshake for its next keys, which may yet succeed.
    var isUp = false
    var isRefused = false
    var isAnswered = false

    var cause: HandshakeFailure.Cause { isAnswered ? .incomplete : isRefused ? .sendFailed : .timedOut }
  }

  /// What a line says.
  private enum Event {
    /// Of a handshake that goes on, or of no interest.
    case nothing
    case asks(Endpoint)
    case other(LogEvent)
    /// An ICMP error came back.
    case refused
    /// The gateway's first packet.
    case answered
    /// The client gives the attempt up.
    case timedOut
    /// A client begins anew because a handshake failed; of a session, that for new keys.
    case tlsRestart
    /// A packet from there is under another key.
    case stranger(Endpoint)

    init?(_ text: inout LogText, isGateway: Bool) {
      if let event = Event(failure: &text, isGateway: isGateway) {
        self = event
      } else if text.contains(" link remote: ") || text.starts(with: "Attempting to establish TCP connection with ") {
        _ = text.skip(past: " link remote: ") || text.skip("Attempting to establish TCP connection with ")
        self = text.openVPNEnd().map { .asks($0) } ?? .nothing
      } else if text.starts(with: "Initialization Sequence Completed") {
        // A gateway's line means that it is ready.
        self = .other(.established(.openvpn))
      } else if isGateway, text.starts(with: "TLS: Initial packet from ") {
        self = .other(.opened(.openvpn))
      } else if text.starts(with: "TLS: Initial packet from ") {
        self = .answered
      } else if isGateway,
        text.starts(with: "Data Channel: cipher ") || text.starts(with: "Outgoing Data Channel: Cipher ")
      {
        self = .other(.established(.openvpn))
      } else if text.contains("Inactivity timeout (--ping-restart)") {
        // At the gateway a client that went away leaves the same line.
        self = .other(isGateway ? .ended(.openvpn, reason: "inactivity timeout") : .deadPeer(.openvpn))
      } else if text.contains("Connection reset, restarting") {
        self = .other(.ended(.openvpn, reason: "connection reset"))
      } else if text.starts(with: "SIGTERM[") {
        self = .other(isGateway ? .ended(.openvpn, reason: nil) : .tunnelEnded(reason: nil, byClient: true))
      } else if !isGateway, text.starts(with: "SIGUSR1[soft,tls-error]") {
        self = .tlsRestart
      } else if text.starts(with: "SIGUSR1[") || text.starts(with: "TLS: soft reset ")
        || text.starts(with: "VERIFY OK: ") || text.starts(with: "TLS Error: ")
        || text.contains("Peer Connection Initiated with ")
      {
        self = .nothing
      } else {
        return nil
      }
    }

    private init?(failure text: inout LogText, isGateway: Bool) {
      if text.starts(with: "TLS Error: TLS key negotiation failed to occur within ") {
        // At the gateway a client that went away, or a scanner, leaves the same line.
        self = isGateway ? .nothing : .timedOut
      } else if text.starts(with: "VERIFY ERROR: ") {
        let reason = text.skip(past: "error=") ? text.string(upTo: ": ") : nil
        self = .other(.failed(.openvpn, .rejected(reason: reason.map { "certificate: \($0)" } ?? "certificate")))
      } else if text.contains("AUTH_FAILED") {
        _ = text.skip(past: "AUTH_FAILED")
        let reason = text.skip(UInt8(ascii: ",")) ? (text.string(upTo: "'") ?? text.restString) : nil
        self = .other(.failed(.openvpn, .rejected(reason: reason.map { "AUTH_FAILED, \($0)" } ?? "AUTH_FAILED")))
      } else if text.starts(with: "read UDPv4 [ECONNREFUSED]") || text.starts(with: "read UDPv6 [ECONNREFUSED]")
        || text.starts(with: "read UDPv4 [EHOSTUNREACH]") || text.starts(with: "read UDPv6 [EHOSTUNREACH]")
      {
        // A gateway hears this of clients that went away.
        self = isGateway ? .nothing : .refused
      } else if text.starts(with: "TCP: connect to "), text.contains("failed: Connection refused") {
        self = .other(.failed(.openvpn, .sendFailed))
      } else if text.skip("TLS Error: cannot locate HMAC in incoming packet from ")
        || text.skip("TLS Error: incoming packet authentication failed from ")
        || text.skip("TLS Error: tls-crypt unwrapping failed from ")
      {
        self = text.openVPNEnd().map { .stranger($0) } ?? .nothing
      } else {
        return nil
      }
    }
  }

  /// The tls-auth or tls-crypt keys differ, or a stranger knocks. A client does so again and again.
  private mutating func takeStranger(_ end: Endpoint, _ time: LogTime?, into sink: inout LogSink) {
    if strangers[end] == nil, strangers.count >= OpenVPNLogLimits.strangers { strangers.removeAll() }
    strangers[end, default: 0] += 1
    guard strangers[end] == Self.strangerPackets else { return }
    let subject = LogSubject(client: end.address, clientPort: end.port)
    sink.take(.opened(.openvpn), at: time, of: subject)
    sink.take(
      .failed(.openvpn, .other(reason: "its control-channel key differs (tls-auth, tls-crypt)")), at: time, of: subject)
  }
}
