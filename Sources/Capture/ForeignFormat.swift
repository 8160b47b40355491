/// What a file is that is no capture in a format known here, told by its content.
public enum ForeignFormat: Hashable, Sendable, CaseIterable {
  case networkMonitor, eventTrace, sniffer, observer, iptrace, sevenZip, rar, pdf, packetListing, droppedPackets,
    k12Text, base64, text

  /// What it is, and what to do.
  public var advice: String {
    let editcap = "convert it with: editcap -F pcapng IN OUT"
    return switch self {
    case .networkMonitor: "a Microsoft Network Monitor capture; \(editcap)"
    case .eventTrace:
      "a Windows event trace (netsh trace, pktmon); convert it with: pktmon etl2pcap IN, or: etl2pcapng IN OUT"
    case .sniffer: "a Sniffer capture; \(editcap)"
    case .observer: "an Observer capture; \(editcap)"
    case .iptrace: "an AIX iptrace capture; \(editcap)"
    case .sevenZip: "a 7z archive; unpack it first"
    case .rar: "a RAR archive; unpack it first"
    case .pdf: "a PDF document"
    case .packetListing:
      "a listing of packets without their bytes; write the packets to a file (tcpdump -w, tshark -w, ASA: copy /pcap) or print their bytes (tcpdump -XX, FortiGate: verbosity 6, ASA: dump)"
    case .droppedPackets:
      "packets that a firewall dropped, which none of its interfaces shows: a log, which is given with --log"
    case .k12Text: "a capture of a K12 analyser in text; \(editcap)"
    case .base64:
      "a capture in base64, as mails carry attachments: save the attachment in the mail program, or take the lines of base64 alone and decode them with: base64 -d IN > OUT"
    case .text: "text without a hexadecimal dump; a log is given with --log"
    }
  }

  /// Bytes that tell all of them apart.
  static let signatureLength = 80

  /// The format whose signature `bytes` begin with; nil for none.
  init?(signature bytes: RawSpan) {
    for (format, signature) in Self.signatures where bytes.begins(with: signature) {
      self = format
      return
    }
    guard Self.isEventTrace(bytes) else { return nil }
    self = .eventTrace
  }

  private static let signatures: [(ForeignFormat, [UInt8])] = [
    (.networkMonitor, Array("GMBU".utf8)), (.networkMonitor, Array("RTSS".utf8)),
    (.sniffer, Array("TRSNIFF data".utf8)), (.sniffer, [0x58, 0x43, 0x50, 0x00]),
    (.sniffer, Array("VL".utf8) + [0, 0]), (.observer, Array("ObserverPktBuffer".utf8)),
    (.iptrace, Array("iptrace ".utf8)), (.k12Text, Array("+---------+---------------+----------+".utf8)),
    (.sevenZip, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), (.rar, Array("Rar!".utf8)), (.pdf, Array("%PDF".utf8)),
  ]

  /// Whether text holds a capture in base64: two lines of it one after the other, of which the first begins as a capture does, or,
  /// in a mail that says what it holds, as something compressed does.
  static func isBase64(_ bytes: RawSpan) -> Bool {
    let probe = bytes.extracting(first: HexDumpStream.probeLength)
    // Most texts have no such line, and need not be divided into lines to see it.
    guard hasEncodedBeginning(probe) else { return false }
    let text = String(decoding: probe.prefixBytes(probe.byteCount), as: UTF8.self)
    let isMail = text.contains("Content-Transfer-Encoding: base64")
    let lines = text.split(whereSeparator: \.isNewline)
    return zip(lines, lines.dropFirst()).contains { line, next in
      isEncoded(line) && isEncoded(next)
        && (encodedCaptures.contains { line.hasPrefix($0) }
          || isMail && encodedArchives.contains { line.hasPrefix($0) })
    }
  }

  /// The first bytes of pcap, in either order and of both units, and of pcapng.
  private static let encodedCaptures = ["1MOyoQ", "obLD1A", "TTyyoQ", "obI8TQ", "Cg0NCg"]
  /// Those of gzip, zip and zstd.
  private static let encodedArchives = ["H4sI", "UEsDB", "KLUv/"]

  private static let encodedBeginnings = (encodedCaptures + encodedArchives).map { Array($0.utf8) }

  /// Whether a line begins as something encoded does.
  private static func hasEncodedBeginning(_ bytes: RawSpan) -> Bool {
    var beginsLine = true
    for offset in bytes.byteOffsets {
      let byte = bytes.byte(offset)
      if beginsLine, encodedBeginnings.contains(where: { bytes.extracting(droppingFirst: offset).begins(with: $0) }) {
        return true
      }
      beginsLine = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
    return false
  }

  /// Mails have 76 characters in a line, PEM has 64.
  private static func isEncoded(_ line: Substring) -> Bool {
    line.utf8.count >= 60
      && line.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F, 0x3D: true
        default: false
        }
      }
  }

  /// An event trace begins with a buffer's header of 72 bytes, which says how long the buffer is, and the record of the
  /// trace's own header (SYSTEM_TRACE_HEADER: type 1 or 2, marker 0xC0).
  private static func isEventTrace(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 76 else { return false }
    let size = bytes.word(0, bigEndian: false)
    return size >= 1024 && size <= 16 << 20 && size % 512 == 0 && bytes.byte(75) & 0xF0 == 0xC0
      && (1...2).contains(bytes.byte(74))
  }

  /// Whether `bytes` are text in ASCII or UTF-8: no control characters but those of text and of terminals.
  static func isText(_ bytes: RawSpan) -> Bool {
    // Fewer bytes prove nothing.
    guard bytes.byteCount >= 8 else { return false }
    let looked = min(bytes.byteCount, 4096)
    var others = 0
    var index = 0
    while index < looked {
      switch bytes.byte(index) {
      case 0x00...0x06, 0x0E...0x1A, 0x1C...0x1F, 0x7F: return false
      case 0x80...:
        let length = utf8Length(bytes, at: index)
        if length == nil { others += 1 }
        index += length ?? 1
      default: index += 1
      }
    }
    // In other encodings, names and messages of any language have spaces, digits and marks between them; random bytes are
    // half of them high.
    return others * 3 <= looked
  }

  /// How many bytes the character of UTF-8 at `index` has, which is not ASCII; nil where none stands.
  private static func utf8Length(_ bytes: RawSpan, at index: Int) -> Int? {
    let length =
      switch bytes.byte(index) {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    guard length > 1, index + length <= bytes.byteCount else { return nil }
    for next in index + 1..<index + length where bytes.byte(next) & 0xC0 != 0x80 { return nil }
    return length
  }
}

extension RawSpan {
  func begins(with signature: [UInt8]) -> Bool {
    guard byteCount >= signature.count else { return false }
    for (offset, expected) in signature.enumerated() where byte(offset) != expected { return false }
    return true
  }
}
