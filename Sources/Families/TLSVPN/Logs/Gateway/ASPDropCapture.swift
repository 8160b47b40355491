import Logs
import Observations

/// `show capture` of a capture of type asp-drop on an ASA or FTD: packets that the device dropped, each with the reason.
///
///        1: 12:33:10.123456       198.51.100.10.51234 > 203.0.113.20.443:  udp 210 Drop-reason: (acl-drop) Flow is denied by configured rule
///        2: 12:33:11.124004       802.1Q vlan#10 P0 198.51.100.10 > 203.0.113.20:  ip-proto-50, length 120 Drop-reason: (…) …
///     0x0000   0a0b 0c0d 0e0f 1011 1213 1415 1617 1819        ................      with `dump`
///
/// The reason may stand in the next line, where the terminal was narrow. The times have no date, and are not read.
struct ASPDropCapture {
  /// A packet whose reason has not come yet, and its line.
  private var waiting: (packet: Packet, line: Int)?
  /// Whether the last line that was read is one of a dropped packet, so that its bytes may follow.
  private var isInPacket = false

  private struct Packet {
    let transport: TransportProtocol
    let source: Endpoint
    let destination: Endpoint
  }

  /// Takes a line of a dropped packet, and the lines of its bytes.
  mutating func take(_ line: borrowing LogText, _ subject: LogSubject, into sink: inout LogSink) -> Bool {
    if isInPacket, line.starts(with: "0x") { return true }
    if let packet = Self.packet(line) {
      isInPacket = false
      waiting = (packet, sink.line)
      return takeReason(line, subject, into: &sink)
    }
    if isInPacket, Self.isCount(line) { return true }
    guard waiting != nil else { return false }
    return takeReason(line, subject, into: &sink)
  }

  /// "24 packets shown".
  private static func isCount(_ line: borrowing LogText) -> Bool {
    var text = LogText(line.bytes)
    return text.number() != nil && (text.skip(" packets shown") || text.skip(" packet shown")) && text.isAtEnd
  }

  mutating func end() {
    waiting = nil
    isInPacket = false
  }

  /// Takes the reason in a line, if the packet that waits for it goes on there.
  private mutating func takeReason(_ line: borrowing LogText, _ subject: LogSubject, into sink: inout LogSink) -> Bool {
    guard let (packet, number) = waiting, let reason = Self.reason(line) else { return false }
    waiting = nil
    isInPacket = true
    sink.take(
      .packetDropped(
        DroppedPacket(
          isToDevice: false, transport: packet.transport, source: packet.source, destination: packet.destination,
          byAccessList: reason == "acl-drop", reason: reason)), at: nil, of: subject, line: number)
    return true
  }

  /// The name in "Drop-reason: (acl-drop)".
  private static func reason(_ line: borrowing LogText) -> String? {
    guard let start = line.find("Drop-reason: (") else { return nil }
    var end = start + 14
    while line[end].isLetter || line[end].isDigit || line[end] == UInt8(ascii: "-") || line[end] == UInt8(ascii: "_") {
      end += 1
    }
    let name = start + 14..<end
    // The longest that `show asp drop` knows has 40 letters.
    guard !name.isEmpty, name.count <= 64, line[end] == UInt8(ascii: ")") else { return nil }
    return line.string(name)
  }

  /// A packet's line: its number and a time of day, and two ends with an arrow between them.
  private static func packet(_ line: borrowing LogText) -> Packet? {
    var text = LogText(line.bytes)
    text.skipSpaces()
    // Nearly every other line is told by its first letter.
    guard text.next.isDigit else { return nil }
    let start = text.position
    if text.number() != nil, text.skip(UInt8(ascii: ":")), text.next.isSpace {
      text.skipSpaces()
    } else {
      text.move(to: start)
    }
    guard text.clock() != nil, text.next.isSpace, let arrow = text.find(" > ") else { return nil }
    var from = arrow
    while from > text.position, !line[from - 1].isSpace { from -= 1 }
    text.move(to: arrow + 3)
    let to = text.word()
    guard let colon = to.last, line[colon] == UInt8(ascii: ":"), let source = end(line, from..<arrow),
      let destination = end(line, to.lowerBound..<colon)
    else { return nil }
    text.skipSpaces()
    let isUDP = text.starts(with: "udp")
    let hasPorts = source.port != 0 || destination.port != 0
    return Packet(
      transport: isUDP ? .udp : hasPorts ? .tcp : .other, source: source, destination: destination)
  }

  /// An address, with a port behind a point where the protocol has ports.
  private static func end(_ line: borrowing LogText, _ range: Range<Int>) -> Endpoint? {
    var whole = line.part(range)
    if let address = whole.address(), whole.isAtEnd { return Endpoint(address, 0) }
    guard let point = range.last(where: { index in line[index] == UInt8(ascii: ".") }) else { return nil }
    var front = line.part(range.lowerBound..<point)
    var back = line.part(point + 1..<range.upperBound)
    guard let address = front.address(), front.isAtEnd, let port = back.port(), back.isAtEnd else { return nil }
    return Endpoint(address, port)
  }
}
