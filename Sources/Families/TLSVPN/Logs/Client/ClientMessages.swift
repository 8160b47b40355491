import Logs
import Observations

/// What AnyConnect and Secure Client say in their own words, wherever these are kept: in DART blocks, in the Windows
/// event log, in syslog.
struct ClientMessages {
  /// The gateway that the last message named by its address.
  private var gateway: IPAddress?
  /// The channel that is being set up, until something came of it.
  private var pending: ChannelKind?

  /// What tells its messages apart, wherever it stands in them.
  private enum Phrase: Int, CaseIterable {
    case establishing, writing, writeError, connectTimeout, expiredTLS, expiredTLSError, expiredDTLS, expiredDTLSError
    case dtlsTimeout, primaryDTLSUp, reconfigured, newMTU, toldUser, connectionUp, completeConnectionUp,
      connectionUpAgain
    case dtlsUp, sslUp, tlsUp, reconnectReason, terminated

    var words: StaticString {
      switch self {
      case .establishing: "Establishing the Primary "
      case .writing: "internalWriteSocket"
      case .writeError: "SOCKETTRANSPORT_ERROR_WRITE"
      case .connectTimeout: "SOCKETTRANSPORT_ERROR_CONNECT_TIMEOUT"
      case .expiredTLS: "CCstpProtocol::handleExpiredDPD"
      case .expiredTLSError: "CSTPPROTOCOL_ERROR_DPD_EXPIRED"
      case .expiredDTLS: "CCdtpProtocol::handleExpiredDPD"
      case .expiredDTLSError: "CDTPPROTOCOL_ERROR_DPD_EXPIRED"
      case .dtlsTimeout: "DTLSPROTOCOL_ERROR_TIMEOUT_EXPIRED"
      case .primaryDTLSUp: "The Primary DTLS connection has been established"
      case .reconfigured: "Reconfigure reason code "
      case .newMTU: "A new MTU needs to be applied to the VPN network interface"
      case .toldUser: "information sent to the user:"
      case .connectionUp: "The VPN connection has been established and can now pass data"
      case .completeConnectionUp: "A complete VPN connection has been established"
      case .connectionUpAgain: "The entire VPN connection has been re-established"
      case .dtlsUp: "A DTLS connection has been established"
      case .sslUp: "A SSL connection has been established"
      case .tlsUp: "A TLS connection has been established"
      case .reconnectReason: "evel reconnect reason code "
      case .terminated: "Termination reason code "
      }
    }
  }
  private static let search = PhraseSearch(Phrase.allCases.map { $0.words.description })

  /// Reads a message: its lines joined with spaces.
  mutating func read(
    _ message: borrowing LogText, at time: LogTime?, line: Int, device: String?, into sink: inout LogSink
  ) {
    var text = LogText(message.bytes)
    guard let phrases = Self.search?.phrases(in: text), !phrases.isEmpty else { return }
    func said(_ phrase: Phrase) -> Bool { phrases.contains(phrase.rawValue) }
    let event: LogEvent?
    if said(.establishing) {
      let channel: ChannelKind = text.contains(" DTLS ") ? .dtls : .tls
      pending = channel
      event = .opened(channel)
    } else if said(.writing) || said(.writeError) {
      event = pending.map { .failed($0, .sendFailed) }
      pending = nil
    } else if said(.connectTimeout) {
      event = .failed(pending ?? .tls, .timedOut)
      pending = nil
    } else if said(.expiredTLS) || said(.expiredTLSError) {
      event = .deadPeer(.tls)
    } else if said(.expiredDTLS) || said(.expiredDTLSError) {
      event = .deadPeer(.dtls)
    } else if said(.dtlsTimeout) {
      event = .failed(.dtls, .timedOut)
    } else if said(.primaryDTLSUp) {
      pending = nil
      event = .established(.dtls)
    } else if said(.reconfigured), text.skip(past: Phrase.reconfigured.words) {
      event = text.number().map { code in
        _ = text.skip(UInt8(ascii: ":"))
        return .statement(.reconfigured(reasonCode: code, text: text.restString))
      }
    } else if said(.newMTU) {
      event = .statement(.adapterMTUApplied)
    } else if said(.toldUser), text.skip(past: "Reconnecting to ") {
      gateway = text.address()
      event = .reconnecting(nil)
    } else if said(.connectionUp) || said(.completeConnectionUp) {
      pending = nil
      event = .sessionEstablished(.tls, .first)
    } else if said(.connectionUpAgain) {
      event = .sessionEstablished(.tls, .replacing)
    } else if said(.dtlsUp) {
      event = .established(.dtls)
    } else if said(.sslUp) || said(.tlsUp) {
      event = .established(.tls)
    } else if said(.reconnectReason) {
      event = .reconnecting(nil)
    } else if said(.terminated), text.skip(past: Phrase.terminated.words) {
      _ = text.number()
      _ = text.skip(UInt8(ascii: ":"))
      let reason = text.restString
      event = .tunnelEnded(reason: reason, byClient: reason.lowercased().contains("user"))
    } else {
      event = nil
    }
    guard let event else { return }
    sink.take(event, at: time, of: LogSubject(gateway: gateway, device: device), line: line)
  }
}

/// The client's entries of a Windows event log that was saved as text or as CSV, and of a syslog file.
///
///     Information<tab>11/16/2013 1:28:50 AM<tab>acvpnagent<tab>2041<tab>Task<tab>"The entire VPN connection …"
///     Nov 16 01:28:50 laptop acvpnagent[1158]: Reconfigure reason code 16: New MTU configuration.
struct ClientEventLog: LogFormatReader {
  private var dates = ClientDates()
  private var client = ClientMessages()

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    let line = LogText(offered.text.bytes)
    if let daemon = offered.daemonHeader {
      guard Self.isClient(line, daemon.program) else { return false }
      sink.understand(.dart)
      client.read(
        line.part(daemon.message..<line.end), at: sink.resolve(daemon.time), line: sink.line,
        device: line.string(daemon.host), into: &sink)
      return true
    }
    var text = LogText(line.bytes)
    guard text.skip("Information") || text.skip("Warning") || text.skip("Error") else { return false }
    let separator = text.next
    guard separator == 0x09 || separator == UInt8(ascii: ",") else { return false }
    text.move(to: text.position + 1)
    guard let day = dates.day(&text) else { return false }
    text.skipSpaces()
    guard let clock = text.clockOfTwelve(), text.next == separator else { return false }
    text.move(to: text.position + 1)
    guard let end = text.find(separator), Self.isClient(text, text.position..<end) else { return false }
    sink.understand(.dart)
    client.read(
      text.part(end..<text.end), at: sink.resolve(dates.time(day, clock)), line: sink.line, device: nil, into: &sink)
    return true
  }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .anyConnect else { return false }
    sink.understand(.dart)
    client.read(
      LogText(message.words.bytes), at: sink.resolve(message.time), line: sink.line, device: message.host, into: &sink)
    return true
  }

  /// "acvpnagent", "acvpnui", "csc_vpnagent", "csc_ui".
  private static func isClient(_ text: borrowing LogText, _ name: Range<Int>) -> Bool {
    text.has("acvpn", at: name.lowerBound) || text.has("csc_vpn", at: name.lowerBound)
      || text.has("csc_ui", at: name.lowerBound)
  }
}
