import Logs
import Observations

/// A line of WireGuard: its time, the interface, the peer where it names one, and the message.
///
///     DEBUG: (wg0) 2026/11/27 22:33:23 peer(5wWv…Op2w) - Sending handshake initiation             wireguard-go
///     [  123.456] wireguard: wg0: Sending handshake initiation to peer 1 (203.0.113.20:51820)      Linux, dynamic debug
///     2026-11-27 22:33:23.123: [TUN] [office] Sending handshake initiation to peer 1 (203.0…)      Windows
///
/// The first two may stand behind the header of a syslog file or the journal.
struct WireGuardLine: ~Escapable {
  let time: CivilTime?
  /// The name of the interface.
  let interface: Range<Int>
  /// What wireguard-go calls the peer, without "peer(" and ")"; Tailscale writes "[9CjNC]".
  let peer: Range<Int>?
  /// Whether wireguard-go calls it an error.
  let isError: Bool
  /// The line, read up to the message.
  let message: LogText

  /// - Parameter leading: The time that the line begins with.
  @_lifetime(copy line)
  init?(_ line: borrowing LogText, _ leading: LeadingTime?, header: DaemonHeader?) {
    var text = LogText(line.bytes, from: header?.message ?? 0)
    var time = header?.time
    if text.next == UInt8(ascii: "["), !Self.skipKernelTime(&text, &time) { return nil }
    isError = text.next == UInt8(ascii: "E")
    switch text.next {
    case UInt8(ascii: "w"):
      guard text.skip("wireguard: "), let interface = Self.name(&text, upTo: ": ") else { return nil }
      self.interface = interface
    case UInt8(ascii: "D"), UInt8(ascii: "I"), UInt8(ascii: "E"):
      guard text.skip("DEBUG: (") || text.skip("INFO: (") || text.skip("ERROR: ("),
        let interface = Self.name(&text, upTo: ") "), let own = text.isoTime()
      else { return nil }
      self.interface = interface
      time = header?.time.offset == nil ? own : time
      text.skipSpaces()
    case UInt8(ascii: "1")...UInt8(ascii: "9"):
      // Behind the seconds stand their fraction or the colon: most other lines that begin with a time have a space there.
      guard text[text.position + 19] != 0x20 || !text[text.position + 18].isDigit else { return nil }
      guard let own = text.position == 0 ? leading : LeadingTime(text), own.style == .iso else { return nil }
      text.move(to: own.end)
      guard text.skip(": [TUN] ["), let interface = Self.name(&text, upTo: "] ") else { return nil }
      self.interface = interface
      time = own.time
    default: return nil
    }
    var peer: Range<Int>?
    if text.skip("peer(") {
      peer = Self.name(&text, upTo: ") - ")
      guard peer != nil else { return nil }
    }
    self.time = time
    self.peer = peer
    message = text
  }

  /// What the program wrote of a line in which something else stands around it.
  @_lifetime(copy words)
  init(words: borrowing LogText, time: CivilTime?) {
    var text = LogText(words.bytes)
    var peer: Range<Int>?
    var interface = 0..<0
    if text.skip("peer(") {
      peer = Self.name(&text, upTo: ") - ")
      if peer == nil { text.move(to: 0) }
    } else if text.skip(UInt8(ascii: "[")) {
      peer = Self.name(&text, upTo: "] - ")
      if peer == nil { text.move(to: 0) }
    } else if let end = text.find(": "), text.part(0..<end).find(UInt8(ascii: " ")) == nil {
      interface = 0..<end
      text.move(to: end + 2)
    }
    self.time = time
    self.interface = interface
    self.peer = peer
    isError = false
    message = text
  }

  /// "[  123.456789] " says nothing of the day; "[Fri Nov 27 22:33:23 2026] " does.
  private static func skipKernelTime(_ text: inout LogText, _ time: inout CivilTime?) -> Bool {
    guard text.skip(UInt8(ascii: "[")), let end = text.find(UInt8(ascii: "]")) else { return false }
    if text.next.isLetter {
      _ = text.word()
      text.skipSpaces()
      time = text.syslogTime()
      text.skipSpaces()
      if let year = text.digits(4) { time?.year = year }
    }
    text.move(to: end + 1)
    text.skipSpaces()
    return true
  }

  private static func name(_ text: inout LogText, upTo stop: StaticString) -> Range<Int>? {
    let start = text.position
    guard let end = text.find(stop), end > start else { return nil }
    text.move(to: end + stop.utf8CodeUnitCount)
    return start..<end
  }
}

extension LogText {
  /// "peer 1 (203.0.113.20:51820)", or "peer "bmXOC+F1Fx" (9) (203.0.113.20:51820)" on Keenetic's routers: what it is called
  /// and the end of the peer, where it is known.
  mutating func wireGuardPeer() -> (name: String, end: Endpoint?)? {
    guard skip("peer ") else { return nil }
    let name: String
    if skip(UInt8(ascii: "\"")) {
      guard let key = string(upTo: "\"") else { return nil }
      name = key
      if skip(" ("), number() != nil { _ = skip(UInt8(ascii: ")")) }
    } else {
      guard let number = number() else { return nil }
      name = "peer \(number)"
    }
    return (name, skip(" (") ? endpoint() : nil)
  }

  /// "203.0.113.20:51820", "[2001:db8::20]:51820".
  mutating func endpoint() -> Endpoint? {
    let isBracketed = skip(UInt8(ascii: "["))
    guard let address = address() else { return nil }
    if isBracketed { _ = skip(UInt8(ascii: "]")) }
    guard skip(UInt8(ascii: ":")), let port = port() else { return nil }
    return Endpoint(address, port)
  }
}
