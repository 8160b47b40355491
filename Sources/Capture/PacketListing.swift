/// Text that lists packets without their bytes: what tcpdump, tshark, FortiGate's sniffer and ASA's `show capture` print
/// unless they are asked for more.
///
///     20:16:45.472371 IP 198.51.100.10.40152 > 203.0.113.20.443: Flags [S], seq 1
///         1   0.000000 198.51.100.10 → 203.0.113.20 TCP 74 40152 → 443 [SYN]
///     0.004205 198.51.100.10.500 -> 203.0.113.20.500: udp 364
enum PacketListing {
  /// Fewer lines may be a quotation in a log.
  private static let fewestLines = 3

  /// Whether a text that begins with `bytes` is a listing: three quarters of its lines are.
  static func recognises(_ bytes: RawSpan) -> Bool {
    let text = bytes.prefixBytes(HexDumpStream.probeLength)
    if isOfTshark(String(decoding: text.prefix(tsharkPrefixLength), as: UTF8.self)) { return true }
    var (listed, others) = (0, 0)
    for line in lines(of: text) {
      // tcpdump -v goes on in lines that are indented.
      if isPacket(line) { listed += 1 } else if line.first?.isWhitespace != true { others += 1 }
    }
    return listed >= fewestLines && listed >= 3 * others
  }

  /// Whether a text that begins with `bytes` lists packets that a firewall dropped, with or without their bytes: the lines of most
  /// of them go on with the reason (ASA and FTD, a capture of type asp-drop). What such a device prints of a packet that it
  /// traces has the reason in a line of its own.
  static func isOfDrops(_ bytes: RawSpan) -> Bool {
    let text = bytes.prefixBytes(HexDumpStream.probeLength)
    // Most texts say nothing of it, which is cheaper to see in bytes than in characters.
    let mark = Array("Drop-reason: (".utf8)
    guard text.indices.contains(where: { text[$0] == mark[0] && text[$0...].starts(with: mark) }) else { return false }
    var (packets, reasons) = (0, 0)
    for line in lines(of: text) {
      if isPacket(line) { packets += 1 }
      if line.contains("Drop-reason: ("), !line.hasPrefix("Drop-reason") { reasons += 1 }
    }
    return packets > 0 && 2 * reasons > packets
  }

  /// The lines that are not empty. They end where their bytes say so: to look at each character takes ten times as long.
  private static func lines(of text: [UInt8]) -> some Sequence<Substring> {
    text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.lazy.map {
      Substring(decoding: $0, as: UTF8.self)
    }
  }

  /// As much of a text shows whether it begins as tshark's does.
  private static let tsharkPrefixLength = 4_096

  /// Whether a text begins as tshark does with -T ek, json or pdml, or -V.
  private static func isOfTshark(_ text: String) -> Bool {
    text.hasPrefix("{\"index\":{\"_index\":\"packets-") || text.hasPrefix("[\n  {\n    \"_index\": \"packets-")
      || text.hasPrefix("<?xml") && text.contains("<pdml ")
      || text.hasPrefix("Frame ") && text.prefix(80).contains(" bytes on wire (")
  }

  /// Whether a line has a time with fractions of a second among its first words, and an arrow between two ends or the
  /// header that tcpdump -v prints before them.
  private static func isPacket(_ line: Substring) -> Bool {
    // Nearly every line that is none is seen by its beginning.
    guard line.split(separator: " ", maxSplits: 3).prefix(3).contains(where: isTime) else { return false }
    let words = line.split(separator: " ", maxSplits: 24, omittingEmptySubsequences: true)
    return words.indices.dropFirst().dropLast().contains { index in
      let next = words[index + 1]
      return switch words[index] {
      case "→", "->", ">": isEnd(words[index - 1]) && isEnd(next)
      case "IP", "IP6": next.first == "("
      default: false
      }
    }
  }

  /// "20:16:45.472371", "0.000000" or "1795465005.472371".
  private static func isTime(_ word: Substring) -> Bool {
    guard let first = word.first, first.isWholeNumber || first == ":" else { return false }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy(\.isWholeNumber) else { return false }
    return !parts[0].isEmpty && parts[0].allSatisfy { $0.isWholeNumber || $0 == ":" }
  }

  /// An address with or without a port, of any layer, with what stands behind it. In brackets a log names whom it is about.
  private static func isEnd(_ word: Substring) -> Bool {
    word.first != "(" && word.contains { $0 == "." || $0 == ":" } && word.contains(where: \.isHexDigit)
  }
}
