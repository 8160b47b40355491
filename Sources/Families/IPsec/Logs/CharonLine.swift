import Logs
import Observations

/// A line of charon: its time, the thread that writes it, and the message.
///
///     2026-11-27 22:37:10 09[IKE] initiating IKE_SA vpn[1] to 203.0.113.20        a file, with `time_format`
///     09[IKE] <vpn|1> IKE_SA vpn[1] state change: CREATED => CONNECTING           with `ike_name`
///
/// Or behind the header of a syslog file or the journal. Lines of one thread in a row are about one IKE SA.
struct CharonLine: ~Escapable {
  let time: CivilTime?
  let thread: Int
  /// What the line is about: IKE, CFG, NET, ENC …
  let group: Range<Int>
  /// The unique number of the IKE SA, where it stands in front.
  let association: Int?
  /// The line, read up to the message.
  let message: LogText

  @_lifetime(copy offered)
  init?(_ offered: inout OfferedLine) {
    let header = offered.daemonHeader
    let leading = header == nil ? offered.leadingTime : nil
    var text = LogText(offered.text.bytes, from: header?.message ?? leading?.end ?? 0)
    if header == nil { text.skipSpaces() }
    guard text.next.isDigit, let thread = text.number(), text.skip(UInt8(ascii: "[")) else { return nil }
    let start = text.position
    guard (start..<start + 3).allSatisfy({ text[$0].isLetter }) else { return nil }
    text.move(to: start + 3)
    // "12[IKE1]": with `log_level`.
    if text.next.isDigit { text.move(to: start + 4) }
    guard text.skip("] ") else { return nil }
    association = text.skipCharonName()
    time = header?.time ?? leading?.time
    self.thread = thread
    group = start..<start + 3
    message = text
  }
}

extension LogText {
  /// Passes "<vpn|1> ", or "<1> " of a client that is not known yet, in front of the message. Who pastes where "<" begins a tag
  /// writes "[vpn|1] ".
  ///
  /// - Returns: The number of the IKE SA, where its connection is known.
  mutating func skipCharonName() -> Int? {
    if starts(with: "["), let end = find("] "), let bar = find(UInt8(ascii: "|")), bar < end {
      var rest = LogText(bytes, from: bar + 1)
      guard let number = rest.number(), rest.position == end else { return nil }
      move(to: end + 2)
      return number
    }
    guard starts(with: "<"), let end = find("> ") else { return nil }
    let number = skip(past: "|") ? number() : nil
    move(to: end + 2)
    return number
  }

  /// The number of the IKE SA in "IKE_SA vpn[1] …", and "vpn"; nil where the line names none.
  func charonAssociation() -> (name: String, number: Int, end: Int)? {
    guard let start = find("IKE_SA "), let open = find(UInt8(ascii: "["), from: start) else { return nil }
    var text = LogText(bytes, from: open + 1)
    guard let number = text.number(), text.skip(UInt8(ascii: "]")) else { return nil }
    return (string(start + 7..<open), number, text.position)
  }

  /// "198.51.100.10[500]", "198.51.100.10[alice.example.com]": the address.
  mutating func charonEnd() -> IPAddress? {
    guard let address = address() else { return nil }
    if skip(UInt8(ascii: "[")) { _ = skip(past: "]") }
    return address
  }
}
