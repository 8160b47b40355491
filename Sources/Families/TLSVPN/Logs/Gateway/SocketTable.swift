import Logs
import Observations

/// `show asp table socket`, in both orders of its columns.
///
///     Protocol  Socket    State   Local Address      Foreign Address           9.x
///     SSL       0001fc08  LISTEN  172.16.11.1:444    0.0.0.0:*
///
///     Protocol  Socket    Local Address      Foreign Address    State          8.4
///     DTLS      0000eb5f  172.16.11.1:444    0.0.0.0:*          LISTEN
///
/// In either, the first address of a row is the local one. What stands behind the last column is somebody's note.
struct SocketTable: CommandOutput {
  private var line: Int?
  private var sockets: [ListeningSocket] = []

  var isOpen: Bool { line != nil }

  /// The heading, or a row where the heading was filtered away (`| include SSL`).
  static func isBeginning(_ line: borrowing LogText) -> Bool {
    if line.starts(with: "Protocol"), line.contains("Socket"), line.contains("Local Address") { return true }
    return isRow(line)
  }

  mutating func begin(_ line: borrowing LogText, at number: Int) -> Bool {
    guard Self.isBeginning(line) else { return false }
    self.line = number
    sockets = []
    if Self.isRow(line) { add(line) }
    return true
  }

  mutating func take(_ line: borrowing LogText, _ subject: LogSubject, into sink: inout LogSink) -> Bool {
    guard Self.isRow(line) else { return false }
    add(line)
    return true
  }

  mutating func end(_ subject: LogSubject, into sink: inout LogSink) {
    sink.take(.statement(.listeningSockets(sockets)), at: nil, of: subject, line: line)
    line = nil
    sockets = []
  }

  /// A row: a protocol, and the socket as eight or more hexadecimal digits.
  private static func isRow(_ line: borrowing LogText) -> Bool {
    var text = LogText(line.bytes)
    text.skipSpaces()
    guard text.skip("SSL ") || text.skip("DTLS ") || text.skip("TCP ") || text.skip("UDP ") || text.skip("HTTP ")
    else { return false }
    let socket = text.word()
    guard (8...16).contains(socket.count) else { return false }
    for index in socket where !text[index].isHexDigit { return false }
    return true
  }

  private mutating func add(_ line: borrowing LogText) {
    guard sockets.count < TLSVPNLogLimits.sockets, line.contains("LISTEN") else { return }
    var text = LogText(line.bytes)
    text.skipSpaces()
    let channel: ChannelKind
    if text.skip("SSL ") {
      channel = .tls
    } else if text.skip("DTLS ") {
      channel = .dtls
    } else {
      return
    }
    _ = text.word()
    while !text.isAtEnd {
      let word = text.part(text.word())
      guard let socket = Self.socket(word, channel) else { continue }
      sockets.append(socket)
      return
    }
  }

  /// "172.16.11.1:444", "0.0.0.0:443", "2001:db8::1:443": the port is behind the last colon.
  private static func socket(_ word: borrowing LogText, _ channel: ChannelKind) -> ListeningSocket? {
    var colon = word.end
    while colon > 0, word[colon - 1] != UInt8(ascii: ":") { colon -= 1 }
    guard colon > 1 else { return nil }
    var host = word.part(0..<colon - 1)
    let isBracketed = host.skip(UInt8(ascii: "["))
    guard let address = host.address(), host.isAtEnd || isBracketed && host.next == UInt8(ascii: "]") else {
      return nil
    }
    var port = word.part(colon..<word.end)
    guard let number = port.port(), port.isAtEnd else { return nil }
    return ListeningSocket(channel: channel, address: address.isUnspecified ? nil : address, port: number)
  }
}

extension IPAddress {
  /// 0.0.0.0 or ::, which stand for any address.
  var isUnspecified: Bool { self == IPAddress(v4: 0) || self == IPAddress(high: 0, low: 0) }
}
