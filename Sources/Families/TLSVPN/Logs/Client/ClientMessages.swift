import Logs
import Observations

/// What AnyConnect and Secure Client say in their own words, wherever these are kept: in DART blocks, in the Windows
/// event log, in syslog.
struct ClientMessages {
  /// The gateway that the last message named by its address.
  private var gateway: IPAddress?
  /// The channel that is being set up, until something came of it.
  private var pending: ChannelKind?

  /// Reads a message: its lines joined with spaces.
  mutating func read(
    _ message: borrowing LogText, at time: LogTime?, line: Int, device: String?, into sink: inout LogSink
  ) {
    var text = LogText(message.bytes)
    let event: LogEvent?
    if text.contains("Establishing the Primary ") {
      let channel: ChannelKind = text.contains(" DTLS ") ? .dtls : .tls
      pending = channel
      event = .opened(channel)
    } else if text.contains("internalWriteSocket") || text.contains("SOCKETTRANSPORT_ERROR_WRITE") {
      event = pending.map { .failed($0, .sendFailed) }
      pending = nil
    } else if text.contains("SOCKETTRANSPORT_ERROR_CONNECT_TIMEOUT") {
      event = .failed(pending ?? .tls, .timedOut)
      pending = nil
    } else if text.contains("CCstpProtocol::handleExpiredDPD") || text.contains("CSTPPROTOCOL_ERROR_DPD_EXPIRED") {
      event = .deadPeer(.tls)
    } else if text.contains("CCdtpProtocol::handleExpiredDPD") || text.contains("CDTPPROTOCOL_ERROR_DPD_EXPIRED") {
      event = .deadPeer(.dtls)
    } else if text.contains("DTLSPROTOCOL_ERROR_TIMEOUT_EXPIRED") {
      event = .failed(.dtls, .timedOut)
    } else if text.contains("The Primary DTLS connection has been established") {
      pending = nil
      event = .established(.dtls)
    } else if text.skip(past: "Reconfigure reason code ") {
      event = text.number().map { code in
        _ = text.skip(UInt8(ascii: ":"))
        return .statement(.reconfigured(reasonCode: code, text: text.restString))
      }
    } else if text.contains("A new MTU needs to be applied to the VPN network interface") {
      event = .statement(.adapterMTUApplied)
    } else if text.contains("information sent to the user:"), text.skip(past: "Reconnecting to ") {
      gateway = text.address()
      event = .reconnecting(nil)
    } else if text.contains("The VPN connection has been established and can now pass data")
      || text.contains("A complete VPN connection has been established")
    {
      pending = nil
      event = .sessionEstablished(.tls, .first)
    } else if text.contains("The entire VPN connection has been re-established") {
      event = .sessionEstablished(.tls, .replacing)
    } else if text.contains("A DTLS connection has been established") {
      event = .established(.dtls)
    } else if text.contains("A SSL connection has been established")
      || text.contains("A TLS connection has been established")
    {
      event = .established(.tls)
    } else if text.contains("evel reconnect reason code ") {
      event = .reconnecting(nil)
    } else if text.skip(past: "Termination reason code ") {
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
