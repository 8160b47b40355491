import Observations

/// What stands in front of a syslog message, in whatever order the devices and collectors on its way wrote it.
///
///     <166>Nov 16 2013 01:28:50 ciscoasa : …                        ASA, logging timestamp and device-id
///     <166>1 2013-11-16T01:28:50.000Z ciscoasa ASA - - - …          RFC 5424
///     Nov 16 01:28:50 10.1.1.2 Nov 16 2013 01:28:49 ciscoasa : …    RFC 3164, then the device's own
///     2013-11-16T01:28:50.254798+00:00 local4.err ciscoasa …        rsyslog
public struct SyslogHeader {
  /// The time that says most: one with a zone before one without, then one with a year, then the device's own, which
  /// is the last.
  public private(set) var time: CivilTime?
  /// Where the name of the host behind the last time stands, or of that behind an earlier one.
  public private(set) var device: Range<Int>?

  /// Reads a header that ends at `end`, where the message begins.
  ///
  /// - Parameter leading: The time that the line begins with.
  public init(_ line: borrowing LogText, upTo end: Int, leading: LeadingTime?) {
    let offset = max(end - LogLimits.headerLength, 0)
    var text = line.part(offset..<end)
    Self.skipPriority(&text)
    var isBehindTime = true
    while !text.isAtEnd {
      text.skipSpaces()
      while text.skip(UInt8(ascii: ":")) || text.skip(UInt8(ascii: "*")) || text.skip(0x20) {}
      let known = offset + text.position == 0 ? leading.flatMap { text.has($0) ? $0 : nil } : nil
      if let known { text.move(to: known.end) }
      if let found = known?.time ?? text.syslogTime() ?? text.isoTime() {
        if Self.rank(found) >= Self.rank(time) { time = found }
        isBehindTime = true
        continue
      }
      let word = text.word()
      guard !word.isEmpty else { break }
      if isBehindTime, let host = Self.host(text, word) {
        device = host.lowerBound + offset..<host.upperBound + offset
        isBehindTime = false
      }
    }
  }

  /// "<166>", "<166>1 ".
  private static func skipPriority(_ text: inout LogText) {
    guard text.skip(UInt8(ascii: "<")), text.number() != nil, text.skip(UInt8(ascii: ">")) else {
      text.move(to: 0)
      return
    }
    if text.next.isDigit, text[text.position + 1] == 0x20 { text.move(to: text.position + 2) }
  }

  private static func rank(_ time: CivilTime?) -> Int {
    guard let time else { return -1 }
    return (time.offset == nil ? 0 : 2) + (time.year == nil ? 0 : 1)
  }

  /// The host's name in a word of the header; nil for what is none: "local4.err", "-", "CiscoASA[999]:".
  private static func host(_ text: borrowing LogText, _ word: Range<Int>) -> Range<Int>? {
    var end = word.upperBound
    while end > word.lowerBound, text[end - 1] == UInt8(ascii: ":") { end -= 1 }
    let range = word.lowerBound..<end
    guard let first = range.first, text[first] != UInt8(ascii: "-") || range.count > 1 else { return nil }
    guard text[end - 1] != UInt8(ascii: "]"), !isFacility(text, range) else { return nil }
    return range
  }

  /// "local4.err", "Local4.Info", "daemon.notice".
  private static func isFacility(_ text: borrowing LogText, _ range: Range<Int>) -> Bool {
    guard let dot = text.find(UInt8(ascii: "."), from: range.lowerBound), dot < range.upperBound else { return false }
    switch text.string(range.lowerBound..<dot).lowercased() {
    case "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7", "daemon", "user", "syslog",
      "auth",
      "authpriv", "kern":
      break
    default: return false
    }
    switch text.string(dot + 1..<range.upperBound).lowercased() {
    case "emerg", "alert", "crit", "err", "error", "critical", "emergency", "warning", "warn", "notice", "info",
      "debug":
      return true
    default: return false
    }
  }
}

/// The time with which a line begins.
public struct LeadingTime {
  /// How it is written.
  public enum Style {
    /// "Nov 16 01:28:50" (`LogText.syslogTime`).
    case syslog
    /// "2013-11-16T01:28:50" (`LogText.isoTime`).
    case iso
  }

  public let time: CivilTime
  public let style: Style
  /// Where it ends.
  public let end: Int

  /// - Parameter line: Read up to where the time is to begin.
  public init?(_ line: borrowing LogText) {
    var text = LogText(line.bytes, from: line.position)
    guard text.next.isDigit || text.next.isLetter else { return nil }
    if let found = text.syslogTime() {
      (time, style) = (found, .syslog)
    } else if let found = text.isoTime() {
      (time, style) = (found, .iso)
    } else {
      return nil
    }
    end = text.position
  }
}

extension LogText {
  /// Whether a time that was read at the beginning of the whole line stands in this part of it in the same way: with what
  /// might be its zone.
  func has(_ leading: LeadingTime) -> Bool {
    guard leading.end <= end else { return false }
    var behind = LogText(bytes, from: leading.end)
    return behind.word().isEmpty || behind.position < end
  }
}

/// The header that a Unix daemon's line has in a syslog file or the journal, and where the daemon's own words begin.
///
///     Nov 23 20:16:47 vm ocserv[5654]: main[alice]:…
///     2026-11-23T20:16:47.123456+01:00 vm openconnect[716]: …
///     <30>1 2026-11-23T20:16:47Z vm ocserv 5654 - - main[alice]:…
public struct DaemonHeader {
  public let time: CivilTime
  public let host: Range<Int>
  public let program: Range<Int>
  /// Where the message begins.
  public let message: Int

  /// - Parameter leading: The time that the line begins with.
  init?(_ line: borrowing LogText, _ leading: LeadingTime?) {
    var text = LogText(line.bytes)
    var isRFC5424 = false
    var leading = leading
    if text.skip(UInt8(ascii: "<")) {
      guard text.number() != nil, text.skip(UInt8(ascii: ">")) else { return nil }
      if text.skip("1 ") { isRFC5424 = true }
      leading = LeadingTime(text)
    }
    guard let leading else { return nil }
    text.move(to: leading.end)
    let host = text.word()
    let word = text.word()
    guard !host.isEmpty, !word.isEmpty else { return nil }
    var programEnd = word.upperBound
    if isRFC5424 {
      for _ in 0..<2 { _ = text.word() }
      text.skipSpaces()
      if text.next == UInt8(ascii: "["), let end = text.find("] ") { text.move(to: end + 2) } else { _ = text.word() }
    } else {
      guard text[programEnd - 1] == UInt8(ascii: ":") else { return nil }
      programEnd -= 1
      if let bracket = text.find(UInt8(ascii: "["), from: word.lowerBound), bracket < programEnd {
        programEnd = bracket
      }
    }
    text.skipSpaces()
    time = leading.time
    self.host = host
    program = word.lowerBound..<programEnd
    message = text.position
  }
}
