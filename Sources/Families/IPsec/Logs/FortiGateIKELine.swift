import Logs
import Observations

/// A line of FortiOS' `diagnose debug application ike -1`: the phase 1, its number, and the message.
///
///     ike 0:to-hq:1234: negotiation timeout, deleting
///     2025-02-28 10:28:08.260710 ike 5:d1ae31d584881057/0000000000000000:2086423: incoming proposal:
///     ike V=root:0:to-hq:1234: established IKE SA 5f1f…/9a7c…
///     ike 0: comes 203.0.113.45:500->198.51.100.10:500,ifindex=3....
struct FortiGateIKELine: ~Escapable {
  let time: CivilTime?
  /// nil for a packet that belongs to none yet.
  let number: Int?
  /// The name of the phase 1; nil where the line has none.
  let connection: String?
  /// The line, read up to the message.
  let message: LogText

  /// - Parameter leading: The time that the line begins with.
  @_lifetime(copy line)
  init?(_ line: borrowing LogText, _ leading: LeadingTime?) {
    var text = LogText(line.bytes)
    if let leading, leading.style == .iso {
      time = leading.time
      text.move(to: leading.end)
    } else {
      time = nil
    }
    text.skipSpaces()
    // "ike Negotiate ISAKMP SA Error: ike 0:…"
    if text.skip("ike Negotiate "), !text.skip(past: "Error: ") { return nil }
    guard text.skip("ike ") else { return nil }
    if text.skip("V=") { guard text.skip(past: ":") else { return nil } }
    guard text.number() != nil, text.skip(UInt8(ascii: ":")) else { return nil }
    if text.skip(UInt8(ascii: " ")) {
      number = nil
      connection = nil
    } else {
      guard let end = text.find(": ") else { return nil }
      var names = text.part(0..<end)
      names.move(to: text.position)
      connection = names.string(upTo: ":")
      names.move(to: text.position)
      // The first field that is a number alone; behind it stand a phase 2 and its number.
      var found: Int?
      while found == nil, names.skip(past: ":") {
        if let number = names.number(), names.isAtEnd || names.next == UInt8(ascii: ":") { found = number }
      }
      number = found
      text.move(to: end + 2)
    }
    message = text
  }
}
