import Logs
import Observations

/// A line of `debug crypto ikev2` or `debug crypto isakmp`: its time, the SA, and the message.
///
///     IKEv2-PROTO-4: (51): Received Packet [From 198.51.100.10:500/To 203.0.113.20:500/VRF i0:f0]           ASA
///     IKEv2-PLAT-4: RECV PKT [IKE_SA_INIT] [198.51.100.10]:500->[203.0.113.20]:500 InitSPI=0x…               ASA
///     *Nov 11 20:28:34.003: IKEv2:(SESSION ID = 1,SA ID = 1):Processing IKE_AUTH message                     IOS
///     *Nov 11 20:28:34.012: IKEv2-ERROR:(SESSION ID = 1,SA ID = 1):: Auth exchange failed                    IOS
///     *Jun  5 10:00:00.123: ISAKMP:(0): beginning Main Mode exchange                                         IOS, IKE version 1
struct CiscoIKEDebugLine: ~Escapable {
  enum Version { case one, two }

  let version: Version
  let time: CivilTime?
  /// What the line calls the SA: "51", "SESSION ID = 1,SA ID = 1"; empty where it names none.
  let name: String
  /// The line, read up to the message.
  let message: LogText

  /// In front of the tag stand a time, and behind a collector a host and a sequence number.
  private static let headerLength = 96

  private static func find(_ tag: StaticString, in line: borrowing LogText) -> Int? {
    line.part(0..<headerLength + tag.utf8CodeUnitCount).find(tag)
  }

  @_lifetime(copy line)
  init?(_ line: borrowing LogText) {
    let isVersionOne: Bool
    let tag: Int
    if let found = Self.find("IKEv2", in: line) {
      (tag, isVersionOne) = (found, false)
    } else if let found = Self.find("ISAKMP", in: line) {
      (tag, isVersionOne) = (found, true)
    } else {
      return nil
    }
    guard tag == 0 || line[tag - 1] == 0x20 else { return nil }
    var text = LogText(line.bytes, from: tag + (isVersionOne ? 6 : 5))
    if isVersionOne {
      // "ISAKMP:(0):", "ISAKMP (0:0):", "ISAKMP: (1001):"; "ISAKMP:      encryption AES-CBC" names no SA.
      let hasColon = text.skip(UInt8(ascii: ":"))
      text.skipSpaces()
      let isBehindTime = tag == 0 || line.has(": ", at: max(0, tag - 2))
      guard text.next == UInt8(ascii: "(") || hasColon && isBehindTime && !text.isAtEnd else { return nil }
    } else if text.skip("-PROTO-") || text.skip("-PLAT-") {
      guard text.number() != nil, text.skip(UInt8(ascii: ":")) else { return nil }
    } else {
      let isNamed = text.skip("-ERROR") || text.skip("-INTERNAL") || text.skip("-PAK")
      guard text.skip(UInt8(ascii: ":")) else { return nil }
      // Others write "IKEv2:" in the middle of a line: "AES_CBC  {256,192,*128} IKEv1: IKE ESP  IKEv2: IKE ESP".
      guard isNamed || tag == 0 || text.next == UInt8(ascii: "(") || line.has(": ", at: max(0, tag - 2)) else {
        return nil
      }
    }
    text.skipSpaces()
    var name = ""
    if text.skip(UInt8(ascii: "(")) {
      guard let end = text.find(UInt8(ascii: ")")), end - text.position <= 64 else { return nil }
      name = text.string(text.position..<end)
      text.move(to: end + 1)
    }
    while text.next == UInt8(ascii: ":") || text.next.isSpace { text.move(to: text.position + 1) }
    version = isVersionOne ? .one : .two
    self.name = name
    message = text
    var start = LogText(line.bytes)
    // The clock is not set ("*"), or not synchronised (".").
    _ = start.skip(UInt8(ascii: "*")) || start.skip(UInt8(ascii: "."))
    time = tag > 0 ? start.syslogTime() : nil
  }
}
