import Logs
import Observations

/// OpenVPN's status file, or what `status` prints on its management interface, in versions 1 to 3 (manage.c, multi.c, sig.c).
///
///     OpenVPN CLIENT LIST
///     Updated,Thu Jun 18 08:12:15 2020
///     Common Name,Real Address,Bytes Received,Bytes Sent,Connected Since
///     alice,198.51.100.10:54321,3860,3688,Thu Jun 18 08:10:15 2020
///     …
///     END
///
///     OpenVPN STATISTICS
///     Updated,Thu Jun 18 08:12:15 2020
///     TUN/TAP read bytes,0
///     …
///     TCP/UDP read bytes,0
///     TCP/UDP write bytes,420
///
/// A server's shows one moment: who is connected, not who is not, and what passed both ways since. A client's counters are of all the time since it began:
/// where it has sent and nothing has come, no gateway has answered.
struct OpenVPNStatus: LogFormatReader {
  private var isListing = false
  /// Whether it is a client's.
  private var isOfClient = false
  /// Bytes that a client has sent to its gateway and received from it, in the list that is read.
  private var counters = Counters()
  /// Clients that were listed before: status files are pasted one behind the other, and `status` is asked again.
  private var listed: Set<Row> = []

  private struct Counters {
    var received: Int?
    var sent: Int?
  }

  private struct Row: Hashable {
    let address: IPAddress
    let port: UInt16?
    let name: String
  }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    if Self.headings.contains(where: { offered.text.starts(with: $0) }) {
      isListing = true
      isOfClient = offered.text.starts(with: "OpenVPN STATISTICS")
      counters = Counters()
    } else if isListing {
      isListing = Self.isRow(&offered)
    }
    guard isListing else { return false }
    sink.understand(isOfClient ? .openvpnCounters : .openvpnStatus)
    readRow(offered.text, into: &sink)
    if offered.text.starts(with: "END") { isListing = false }
    return true
  }

  private static let headings: [StaticString] = [
    "OpenVPN CLIENT LIST", "OpenVPN STATISTICS", "TITLE,OpenVPN ", "TITLE\tOpenVPN ",
  ]

  /// A title, or values with commas or tabulators between them; a line of a log has a time in front or a colon.
  private static func isRow(_ offered: inout OfferedLine) -> Bool {
    if ["ROUTING TABLE", "GLOBAL STATS", "END"].contains(where: { offered.text.starts(with: $0) }) { return true }
    return (offered.text.contains(",") || offered.text.contains("\t")) && !offered.text.contains(": ")
      && offered.leadingTime == nil
  }

  private mutating func readRow(_ line: borrowing LogText, into sink: inout LogSink) {
    var text = LogText(line.bytes)
    if text.skip("TCP/UDP read bytes,") {
      counters.received = text.number()
    } else if text.skip("TCP/UDP write bytes,") {
      counters.sent = text.number()
      tellCounters(into: &sink)
    } else if text.skip("CLIENT_LIST,") || text.skip("CLIENT_LIST\t") {
      readClient(text, isOfVersion1: false, into: &sink)
    } else if !text.starts(with: "HEADER") {
      readClient(text, isOfVersion1: true, into: &sink)
    }
  }

  /// "alice,198.51.100.10:54321,3860,3688,Thu Jun 18 …", of version 2 and 3 with the inner addresses before the counters.
  private mutating func readClient(_ line: borrowing LogText, isOfVersion1: Bool, into sink: inout LogSink) {
    var text = LogText(line.bytes, from: line.position)
    guard let name = text.value, let address = text.realAddress else { return }
    // A row of version 1's table of routes has the name and the address behind the inner address, and ends with a time.
    let inner = isOfVersion1 ? nil : text.value.flatMap { IPAddress($0) }
    // From 2.4 on there is a column for the inner address of IPv6.
    if !isOfVersion1, text.next == UInt8(ascii: ",") || text.next == UInt8(ascii: "\t") || text.address() != nil {
      text.skipByte()
    }
    guard let received = text.number(), !text.isAtEnd else { return }
    text.skipByte()
    guard let sent = text.number() else { return }
    // Who has not shown who it is may be anybody.
    guard name != "UNDEF" else { return }
    let row = Row(address: address.address, port: address.port, name: name)
    guard listed.count < OpenVPNLogLimits.sessions, listed.insert(row).inserted else { return }
    let subject = LogSubject(user: name, client: address.address, clientPort: address.port, innerAddress: inner)
    sink.take(
      min(received, sent) >= Self.dataPasses ? .established(.openvpn) : .opened(.openvpn), at: nil, of: subject)
  }

  private func tellCounters(into sink: inout LogSink) {
    guard counters.received == 0, let sent = counters.sent, sent >= Self.sentUnanswered else { return }
    sink.take(.opened(.openvpn), at: nil, of: LogSubject())
    sink.take(
      .failed(
        .openvpn,
        .waiting(state: "\(sent) bytes sent to the gateway, and none received from it", isAnswered: false)), at: nil,
      of: LogSubject())
  }

  /// Bytes in each direction in which there are packets of data, if only keepalives: a handshake takes some 10 KB.
  private static let dataPasses = 64 << 10

  /// What a client has sent of which nothing answers, in bytes: more than one opening, which has 14 bytes and with the key
  /// of tls-auth or tls-crypt up to 86; the own key that an opening of tls-crypt-v2 brings along makes one some hundred.
  private static let sentUnanswered = 100
}

extension LogText {
  /// What stands in front of the next comma or tabulator, behind which the text is then.
  fileprivate var value: String? {
    mutating get {
      guard let end = find(UInt8(ascii: ",")) ?? find(UInt8(ascii: "\t")) else { return nil }
      defer { move(to: end + 1) }
      return string(position..<end)
    }
  }

  /// "198.51.100.10:54321", "udp4:198.51.100.10:54321" (2.7), "2001:db8::10", and the comma or tabulator behind it.
  fileprivate var realAddress: (address: IPAddress, port: UInt16?)? {
    mutating get {
      for transport: StaticString in ["udp4:", "udp6:", "tcp4-server:", "tcp6-server:", "tcp4:", "tcp6:"]
      where skip(transport) {
        break
      }
      let isBracketed = skip(UInt8(ascii: "["))
      guard let address = address() else { return nil }
      if isBracketed { _ = skip(UInt8(ascii: "]")) }
      let port = skip(UInt8(ascii: ":")) ? number().flatMap { UInt16(exactly: $0) } : nil
      guard skip(UInt8(ascii: ",")) || skip(UInt8(ascii: "\t")) else { return nil }
      return (address, port)
    }
  }
}
