import Observations

/// What a value in a message is. The raw value is its name in `Message.text`.
package enum ValueRole: String, Sendable, CaseIterable {
  // Addresses, with or without a port.
  case client, gateway, inner, previous, source, destination, address
  // Whole numbers.
  case size, threshold, mtu, port, seconds, minutes, code, count, dpd, keepalive, message
  // Text, up to what the message has behind it.
  case user, group, reason, host, session, interface, name, cipher, transport, connection

  enum Kind: Sendable { case address, number, text }

  var kind: Kind {
    switch self {
    case .client, .gateway, .inner, .previous, .source, .destination, .address: .address
    case .size, .threshold, .mtu, .port, .seconds, .minutes, .code, .count, .dpd, .keepalive, .message: .number
    case .user, .group, .reason, .host, .session, .interface, .name, .cipher, .transport, .connection: .text
    }
  }
}

/// Where the values of a message stand in its text: at most `limit`, the first come stay.
struct MessageValues {
  /// No message here has more places; its subject (user, group, client) counts too.
  static let limit = 8

  struct Found {
    var role: ValueRole
    /// Offsets in the text; a line has at most 64 KiB (`LogLimits.lineLength`).
    var start: Int32
    var end: Int32
  }

  private var found = InlineArray<8, Found>(repeating: Found(role: .name, start: 0, end: 0))
  private(set) var count = 0

  mutating func add(_ role: ValueRole, _ range: Range<Int>) {
    guard count < Self.limit else { return }
    found[count] = Found(role: role, start: Int32(clamping: range.lowerBound), end: Int32(clamping: range.upperBound))
    count += 1
  }

  /// Where the value with this role stands; nil when the message has none.
  func range(of role: ValueRole) -> Range<Int>? {
    for index in 0..<count where found[index].role == role { return Int(found[index].start)..<Int(found[index].end) }
    return nil
  }

  func number(_ role: ValueRole, in text: borrowing LogText) -> Int? {
    guard let range = range(of: role) else { return nil }
    var part = text.part(range)
    return part.number()
  }

  func text(_ role: ValueRole, in text: borrowing LogText) -> String? {
    guard let range = range(of: role) else { return nil }
    return text.string(range)
  }

  /// The address, and the port where it is written with one.
  func endpoint(_ role: ValueRole, in text: borrowing LogText) -> (address: IPAddress, port: UInt16?)? {
    guard let range = range(of: role) else { return nil }
    var part = text.part(range)
    return part.addressWithPort()
  }
}

extension LogText {
  /// "198.51.100.10", "198.51.100.10:40124", "[2001:db8::1]:443", "10.1.1.1/443", "outside:10.1.1.1/443",
  /// "[AF_INET]198.51.100.10:1194", "198.51.100.10[500]", "(198.51.100.10)", "2001:db8::10:40124" (the last part, when
  /// it cannot be one of an address).
  mutating func addressWithPort() -> (address: IPAddress, port: UInt16?)? {
    let start = position
    _ = skip("[AF_INET]") || skip("[AF_INET6]")
    _ = skip(UInt8(ascii: "<")) || skip(UInt8(ascii: "(")) || skip(UInt8(ascii: "["))
    if let address = address() {
      _ = skip(UInt8(ascii: "]"))
      return (address, portBehindAddress())
    }
    if next.isLetter, let colon = find(UInt8(ascii: ":")) {
      // An interface's name in front.
      move(to: colon + 1)
      if let address = address() { return (address, portBehindAddress()) }
    }
    move(to: start)
    // IPv6 with a port behind its last colon.
    var end = position
    while self[end].isHexDigit || self[end] == UInt8(ascii: ":") || self[end] == UInt8(ascii: ".") { end += 1 }
    var colon = end
    while colon > position, self[colon - 1] != UInt8(ascii: ":") { colon -= 1 }
    guard colon - 1 > position else { return nil }
    var front = part(position..<colon - 1)
    guard let address = front.address(), front.isAtEnd else { return nil }
    move(to: colon)
    return (address, port())
  }

  private mutating func portBehindAddress() -> UInt16? {
    let start = position
    if skip(UInt8(ascii: ":")) || skip(UInt8(ascii: "/")) || skip(UInt8(ascii: "[")), let port = port() { return port }
    move(to: start)
    return nil
  }
}
