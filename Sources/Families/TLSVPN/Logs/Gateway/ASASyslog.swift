import Logs
import Observations

/// Messages of an ASA or FTD (Cisco Secure Firewall ASA Series Syslog Messages).
///
///     header %ASA-6-722036: Group <group> User <user> IP <address> Transmitting large packet 1418 (threshold 1347).
///
/// The header is whatever device and collectors put there, or nothing (`SyslogHeader`). In the EMBLEM format the tag
/// has the message's class in it: %ASA-svc-6-722036.
struct ASASyslog: LogFormatReader {
  static var hasASATags: Bool { true }

  private var sslConnections = SSLConnections()
  private var wrapped: WrappedMessage?
  private var beginning = RememberedBeginning<SyslogHeader>()

  /// A message that breaks off where its line ends; the rest is on the next lines.
  private struct WrappedMessage {
    let id: Int
    var text: [UInt8]
    let line: Int
    let time: LogTime?
    let device: String?
    var lines = 1
  }

  /// Whether quotation marks, bars, tabs or commas stand in front of a tag, or other letters than ASCII's.
  private static func isWrapped(_ line: borrowing LogText, upTo tag: Int) -> Bool {
    for index in 0..<tag {
      switch line[index] {
      case UInt8(ascii: "\""), UInt8(ascii: "|"), UInt8(ascii: ","), 0x09, 0x80...: return true
      default: continue
      }
    }
    return false
  }

  private mutating func header(_ offered: inout OfferedLine, upTo tag: Int) -> SyslogHeader {
    if let known = beginning.recall(offered.text, upTo: tag) { return known }
    let header = SyslogHeader(offered.text, upTo: tag, leading: offered.leadingTime)
    beginning.remember(header, offered.text, upTo: tag)
    return header
  }

  /// Whether a message waits for its next line.
  var isOpen: Bool { wrapped != nil }

  /// Reads `line` if it has the tag of a message.
  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    let line = LogText(offered.text.bytes)
    guard let tag = offered.asaTag, !line.isSource(tag.start) else { return false }
    finish(into: &sink)
    let header = header(&offered, upTo: tag.start)
    // What stands in JSON, in XML, in columns has its time elsewhere, and escapes: the table of messages reads that.
    guard header.time != nil || !Self.isWrapped(line, upTo: tag.start), !line.contains("&lt;") else { return false }
    let time = sink.resolve(header.time)
    // The table of messages knows what the others mean, or that nobody does.
    guard ASAMessage.isRead(tag.id) else { return false }
    sink.understand(.asaSyslog)
    let message = ASAMessage(
      id: tag.id, line: sink.line, time: time, device: header.device.map { line.string($0) })
    var text = LogText(line.bytes, from: tag.end)
    text.skipSpaces()
    if message.read(text, &sslConnections, into: &sink) == .breaksOff {
      let rest = text.part(text.position..<min(text.end, text.position + TLSVPNLogLimits.wrappedLength))
      wrapped = WrappedMessage(
        id: tag.id, text: rest.copy, line: sink.line, time: time, device: message.device)
    }
    return true
  }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .asa, let number = message.number else { return false }
    finish(into: &sink)
    sink.understand(.asaSyslog)
    let time = sink.resolve(message.time)
    guard ASAMessage.isRead(number) else { return true }
    let read = ASAMessage(id: number, line: sink.line, time: time, device: message.host)
    _ = read.read(LogText(message.words.bytes), &sslConnections, into: &sink)
    return true
  }

  /// Reads `line`, which is of no format, if the message before it broke off.
  mutating func readContinuation(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    guard var message = wrapped else { return false }
    wrapped = nil
    message.text.append(0x20)
    message.text += line.part(0..<min(line.end, TLSVPNLogLimits.wrappedLength)).copy
    message.lines += 1
    let whole = ASAMessage(id: message.id, line: message.line, time: message.time, device: message.device)
    switch whole.read(LogText(message.text.span), &sslConnections, into: &sink) {
    case .read:
      sink.understand(.asaSyslog, lines: message.lines - 1)
      return true
    case .breaksOff
    where message.lines <= TLSVPNLogLimits.wrappedLines && message.text.count < TLSVPNLogLimits.wrappedLength:
      wrapped = message
      return true
    case .breaksOff, .showsNothing:
      sink.doNotUnderstand(lines: message.lines - 2)
      return false
    }
  }

  /// A message that broke off is not going on: what was taken for its next lines is nothing known.
  mutating func finish(into sink: inout LogSink) {
    if let wrapped { sink.doNotUnderstand(lines: wrapped.lines - 1) }
    wrapped = nil
  }
}
