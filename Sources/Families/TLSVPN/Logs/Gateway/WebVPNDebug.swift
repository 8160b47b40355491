import Logs
import Observations

/// The lines of `debug webvpn anyconnect` that compute a tunnel's MTUs.
///
///     Iphdr=20 base-mtu=1500 def-mtu=1500 conf-mtu=1406
///     tcp-mss = 1380
///     tls-mtu = 1367(mtu) - 20(mac) = 1347
///     dtls-mtu = 1440(mod-mtu) - 1(cdtp) - 20(mac) - 1(pad) = 1418
///     computed tls-mtu=1347 dtls-mtu=1418 conf-mtu=1406
///     tls-mtu=1347 dtls-mtu=1406
///
/// or the same on one line, as a support note writes it: "1380 - 5 (SSL) - 8 (CSTP) - 0 (padding) - 20 (HASH) = 1347".
/// The client receives what stands last.
struct WebVPNDebug {
  private var line: Int?
  private var announcement = TunnelMTUAnnouncement()

  var isOpen: Bool { line != nil }

  mutating func take(_ line: borrowing LogText, _ subject: LogSubject, into sink: inout LogSink) -> Bool {
    if isOpen, line.contains("Block size") || line.starts(with: "DTLS enabled for ") { return true }
    guard line.mayBeginComputation else { return false }
    var text = LogText(line.bytes)
    text.skipSpaces()
    if text.starts(with: "Iphdr") || text.starts(with: "IPhdr"), let base = text.value(behind: "base-mtu=") {
      // Another client's computation begins.
      if isOpen { end(subject, into: &sink) }
      open(sink.line)
      announcement.base = base
    } else if text.skip("tcp-mss = ") || text.skip("tcp-mss=") {
      guard let size = text.number() else { return false }
      open(sink.line)
      announcement.tcpMSS = size
    } else if text.starts(with: "tls-mtu = ") || text.starts(with: "dtls-mtu = ") {
      guard let result = text.result else { return false }
      open(sink.line)
      if text.starts(with: "tls") { announcement.tls = result } else { announcement.dtls = result }
    } else if text.starts(with: "computed ") || text.starts(with: "tls-mtu="), let tls = text.value(behind: "tls-mtu=")
    {
      open(sink.line)
      announcement.tls = tls
      announcement.dtls = text.value(behind: " dtls-mtu=") ?? announcement.dtls
      if text.starts(with: "tls-mtu=") { end(subject, into: &sink) }
    } else if let mss = text.leadingSize, text.contains("(CSTP)") || text.contains("(cstp)"), let result = text.result {
      open(sink.line)
      announcement.tcpMSS = mss
      announcement.tls = result
    } else {
      return isOpen
        && (text.starts(with: "mtu = ") || text.starts(with: "mod-mtu = ") || text.starts(with: "path-mtu = "))
    }
    return true
  }

  mutating func end(_ subject: LogSubject, into sink: inout LogSink) {
    if announcement.tls != nil || announcement.dtls != nil {
      sink.take(.negotiated(.mtu(announcement)), at: nil, of: subject, line: line)
    }
    line = nil
    announcement = TunnelMTUAnnouncement()
  }

  private mutating func open(_ number: Int) { line = line ?? number }
}

extension LogText {
  /// Whether a line of a computation begins like this one, whatever blanks stand in front: most lines of a log do not, and need
  /// not be searched.
  fileprivate var mayBeginComputation: Bool {
    var text = LogText(bytes)
    text.skipSpaces()
    return text.next.isDigit || text.isAtOneOf("Itdcmp")
  }

  /// The number behind `key`, which is not the end of a longer key.
  fileprivate func value(behind key: StaticString) -> Int? {
    guard let found = find(key), found == position || !self[found - 1].isLetter && self[found - 1] != UInt8(ascii: "-")
    else { return nil }
    var text = LogText(bytes, from: found + key.utf8CodeUnitCount)
    return text.number()
  }

  /// The number that the line begins with.
  fileprivate var leadingSize: Int? {
    var text = LogText(bytes, from: position)
    return text.number()
  }

  /// The number behind the line's last equals sign.
  fileprivate var result: Int? {
    var index = end
    while index > position, self[index - 1] != UInt8(ascii: "=") { index -= 1 }
    guard index > position else { return nil }
    var text = LogText(bytes, from: index)
    text.skipSpaces()
    guard let number = text.number(), text.isAtEnd else { return nil }
    return number
  }
}
