import Logs
import Observations

/// A line of OpenVPN: its time, the client that a gateway names in front, and the message.
///
///     2026-11-27 22:31:12 us=916749 Initialization Sequence Completed                          client
///     2026-11-27 22:32:13 198.51.100.10:40938 TLS Error: TLS handshake failed                  gateway
///     2026-11-27 22:31:46 alice/198.51.100.10:52697 TLS: soft reset sec=38/38                  gateway, after the login
///
/// Or behind the header of a syslog file or the journal.
struct OpenVPNLine: ~Escapable {
  let time: CivilTime?
  let client: OpenVPNClient?
  let user: String?
  /// What stands in the place of the client's address where that is hidden.
  let hiddenClient: String?
  /// The line, read up to the message.
  let message: LogText

  /// - Parameter leading: The time that the line begins with.
  @_lifetime(copy line)
  init?(_ line: borrowing LogText, _ leading: LeadingTime?, header found: DaemonHeader?) {
    let header = found.flatMap { Self.isOpenVPNs($0, line) ? $0 : nil }
    var text = LogText(line.bytes, from: header?.message ?? 0)
    let time: CivilTime?
    if let header {
      time = header.time
    } else {
      guard let leading, leading.style == .iso else { return nil }
      time = leading.time
      text.move(to: leading.end)
      text.skipSpaces()
      if text.skip("us=") {
        _ = text.number()
        text.skipSpaces()
      }
    }
    self.init(text, time: time)
  }

  /// What the program wrote of a line in which something else stands around it.
  ///
  /// - Parameter words: Read up to what the program wrote.
  @_lifetime(copy words)
  init(_ words: borrowing LogText, time: CivilTime?) {
    var text = LogText(words.bytes, from: words.position)
    let start = text.position
    var (client, user): (OpenVPNClient?, String?)
    let word = text.word()
    var prefix = text.part(word)
    if let slash = prefix.find(UInt8(ascii: "/")) {
      user = prefix.string(0..<slash)
      prefix.move(to: slash + 1)
    }
    client = prefix.openVPNClient()
    if client == nil {
      user = nil
      text.move(to: start)
      hiddenClient = text.skipHiddenOpenVPNClient()
    } else {
      hiddenClient = nil
      text.skipSpaces()
    }
    self.time = time
    self.client = client
    self.user = user
    message = text
  }

  /// Whether something else stands in the place of the client's address.
  var hidesClient: Bool { hiddenClient != nil }

  /// Whether a syslog header is one: behind a time of OpenVPN's own "TLS Error:" and "us=916749 TCP:" look like a host and
  /// a program.
  private static func isOpenVPNs(_ header: DaemonHeader, _ line: borrowing LogText) -> Bool {
    let first = line[header.host.lowerBound]
    if line[header.host.upperBound - 1] == UInt8(ascii: ":") || line.has("us=", at: header.host.lowerBound)
      || first >= UInt8(ascii: "D") && first <= UInt8(ascii: "V") && words.contains(line.string(header.host))
    {
      return false
    }
    var end = LogText(line.bytes, from: header.host.lowerBound)
    if let slash = end.part(header.host).find(UInt8(ascii: "/")) { end.move(to: slash + 1) }
    return end.openVPNClient() == nil
  }

  /// With which messages begin whose second word ends with a colon.
  private static let words: Set<String> = ["TLS", "VERIFY", "OPTIONS", "Options", "DEPRECATED", "Exiting"]
}

extension LogText {
  /// Whether the line is one of a list below a message, with nothing in front: "12 [verify-x509-name] [vpn.example.com]", an
  /// option as version 3 shows it, or "IV_PLAT=android", what a client tells a gateway of itself.
  var isOfOpenVPNList: Bool {
    if starts(with: "IV_") { return true }
    var text = LogText(bytes)
    guard text.next.isDigit, text.number() != nil, text.skip(" ["), text.next.isLetter else { return false }
    while text.next.isLetter || text.next.isDigit || text.next == UInt8(ascii: "-") { text.skipByte() }
    return text.skip(UInt8(ascii: "]"))
  }

  /// "203.0.113.20:1194", "[AF_INET]203.0.113.20:1194", "[AF_INET6]2001:db8::20:1194".
  mutating func openVPNEnd() -> Endpoint? {
    if skip("[AF_INET6]") { return openVPNEndOverIPv6() }
    _ = skip("[AF_INET]")
    guard let address = address(), skip(UInt8(ascii: ":")), let port = port() else { return nil }
    return Endpoint(address, port)
  }

  /// "2001:db8::20:1194": the port stands behind the last colon, without brackets.
  private mutating func openVPNEndOverIPv6() -> Endpoint? {
    var colon: Int?
    var end = position
    while self[end].isHexDigit || self[end] == UInt8(ascii: ":") {
      if self[end] == UInt8(ascii: ":") { colon = end }
      end += 1
    }
    guard let colon, let address = IPAddress(string(position..<colon)) else { return nil }
    move(to: colon + 1)
    return port().map { Endpoint(address, $0) }
  }

  /// A gateway's client in front of a message: "198.51.100.10:40938", "2001:db8:1::10".
  mutating func openVPNClient() -> OpenVPNClient? {
    let start = position
    if let end = openVPNEnd() { return OpenVPNClient(address: end.address, port: end.port) }
    move(to: start)
    guard let address = address(), !address.isIPv4, isAtEnd || next.isSpace else { return nil }
    return OpenVPNClient(address: address, port: nil)
  }
}
