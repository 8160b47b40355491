import Foundation
import Observations
import Testing

@testable import Capture

@Suite("hexadecimal dumps become packets")
struct HexDumpTests {
  /// A SYN in an IPv4 packet of 44 bytes.
  static let packet: [UInt8] = [
    0x45, 0x00, 0x00, 0x2C, 0x53, 0xA2, 0x40, 0x00, 0x40, 0x06, 0x80, 0xC7, 0xC6, 0x33, 0x64, 0x0A, 0xCB, 0x00, 0x71,
    0x14, 0x9C, 0xD8, 0x01, 0xBB, 0xEB, 0xE2, 0x59, 0x02, 0x00, 0x00, 0x00, 0x00, 0x60, 0x02, 0xFA, 0xF0, 0x41, 0x5E,
    0x00, 0x00, 0x02, 0x04, 0x05, 0xB4,
  ]
  static let frame: [UInt8] = [0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00] + packet

  static func read(_ text: String) -> ReadCapture { ReadCapture(Array(text.utf8)) }

  /// The lines of a dump: `offset` and `separator` make the beginning, `group` digits stand together.
  static func dump(
    _ bytes: [UInt8], group: Int = 4, offset: (Int) -> String, ascii: (ArraySlice<UInt8>) -> String = { _ in "" },
    gapInMiddle: Bool = false
  ) -> String {
    stride(from: 0, to: bytes.count, by: 16).map { start in
      let row = bytes[start..<min(start + 16, bytes.count)]
      let digits = row.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
      var text = ""
      for (index, pair) in digits.enumerated() {
        if index > 0, index * 2 % group == 0 { text += gapInMiddle && index == 8 ? "  " : " " }
        text += pair
      }
      return offset(start) + text + ascii(row) + "\n"
    }.joined()
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  static func characters(_ row: ArraySlice<UInt8>) -> String {
    String(decoding: row.map { 0x20...0x7E ~= $0 ? $0 : 0x2E }, as: UTF8.self)
  }

  static func fortiGate(_ row: ArraySlice<UInt8>) -> String { "\t" + characters(row) }

  @Test("a frame whose hardware address begins as an IP header does is a frame", arguments: [0x45, 0x60, 0x6A, 0x46])
  func hardwareAddress(first: UInt8) {
    let frame = [first, 0x00, 0xFF, 0xE1, 0xCF, 0x73] + Self.frame.dropFirst(6)
    let capture = Self.read(Self.dump(frame, offset: { "\t0x\(Self.padded($0, 4)):  " }))
    #expect(capture.packets.map(\.bytes) == [frame] && capture.packets.map(\.originalLength) == [frame.count])
    #expect(capture.packets.map { capture.interfaces[$0.interface].linkType } == [.ethernet])
  }

  @Test("FortiGate's sniffer, verbosity 6: frames with times, the prompt and headers passed over")
  func fortiGateFrames() {
    let dumped = Self.dump(Self.frame, offset: { "0x\(Self.padded($0, 4))\t " }, ascii: Self.fortiGate)
    let text = """
      fw # diagnose sniffer packet any 'port 443' 6 0 a
      interfaces=[any]
      filters=[port 443]
      2026-11-23 20:16:45.123456 port1 out 198.51.100.10.40152 -> 203.0.113.20.443: syn 3957479682
      \(dumped)
      2026-11-23 20:16:46.5 port1 in 203.0.113.20.443 -> 198.51.100.10.40152: rst 0
      \(dumped)
      2 packets received by filter

      """
    let capture = Self.read(text)
    #expect(capture.error == nil)
    #expect(capture.format == "hexadecimal dump")
    #expect(capture.packets.map(\.bytes) == [Self.frame, Self.frame])
    #expect(capture.packets.map(\.nanoseconds) == [1_795_465_005_123_456_000, 1_795_465_006_500_000_000])
    #expect(capture.packets.allSatisfy { capture.interfaces[$0.interface].linkType == .ethernet })
  }

  @Test("FortiGate's verbosity 3: packets without a frame, relative times")
  func fortiGatePackets() {
    let dumped = Self.dump(Self.packet, offset: { "0x\(Self.padded($0, 4))\t " }, ascii: Self.fortiGate)
    let capture = Self.read("interfaces=[any]\n0.445180 198.51.100.10.40152 -> 203.0.113.20.443: syn 1\n\(dumped)\n")
    #expect(capture.packets.map(\.bytes) == [Self.packet])
    #expect(capture.packets.first?.nanoseconds == 445_180_000)
    #expect(capture.packets.allSatisfy { capture.interfaces[$0.interface].linkType == .rawIP })
  }

  @Test("ASA's show capture with dump: numbered lines with times of day, past midnight")
  func asa() {
    let dumped = Self.dump(
      Self.frame, offset: { "0x\(Self.padded($0, 4))   " }, ascii: { "        " + Self.characters($0) })
    let text = """
      asa# show capture outside dump

      2 packets captured

         1: 23:59:59.461525       198.51.100.10.40152 > 203.0.113.20.443: S 1:1(0) win 64240
      \(dumped)   2: 00:00:01.461525       198.51.100.10.40152 > 203.0.113.20.443: S 1:1(0) win 64240
      \(dumped)2 packets shown
      """
    let capture = Self.read(text)
    #expect(capture.packets.map(\.bytes) == [Self.frame, Self.frame])
    #expect((capture.packets.last?.nanoseconds ?? 0) - (capture.packets.first?.nanoseconds ?? 0) == 2_000_000_000)
  }

  @Test(
    "tcpdump -x, -X and -xx, with any of its times",
    arguments: [
      ("20:16:45.123456 ", Int64(73_005_123_456_000)), ("2026-11-23 20:16:45.123456 ", 1_795_465_005_123_456_000),
      ("1795465005.123456 ", 1_795_465_005_123_456_000), (" 00:00:00.000000 ", 0),
    ])
  func tcpdump(time: String, nanoseconds: Int64) {
    let header = time + "IP 198.51.100.10.40152 > 203.0.113.20.443: Flags [S], seq 1, length 0\n"
    let offset: (Int) -> String = { "\t0x\(Self.padded($0, 4)):  " }
    for bytes in [Self.packet, Self.frame] {
      for ascii in [{ _ in "" }, { "  " + Self.characters($0) }] as [(ArraySlice<UInt8>) -> String] {
        let dumped = header + Self.dump(bytes, offset: offset, ascii: ascii)
        let capture = Self.read(dumped + dumped)
        #expect(capture.packets.map(\.bytes) == [bytes, bytes])
        #expect(capture.packets.first?.nanoseconds == nanoseconds)
      }
    }
  }

  @Test("what text2pcap reads: single bytes, with a gap in the middle and characters beside them")
  func text2pcap() {
    for (ascii, gap) in [
      ({ _ in "" }, false), ({ "   " + Self.characters($0) }, false), ({ "  |" + Self.characters($0) + "|" }, true),
    ]
      as [((ArraySlice<UInt8>) -> String, Bool)]
    {
      let dumped = Self.dump(Self.frame, group: 2, offset: { "\(Self.padded($0, 6)) " }, ascii: ascii, gapInMiddle: gap)
      #expect(Self.read(dumped).packets.map(\.bytes) == [Self.frame])
      #expect(Self.read(dumped.replacingOccurrences(of: "\n", with: "\r\n")).packets.map(\.bytes) == [Self.frame])
      #expect(Self.read(dumped.uppercased()).packets.map(\.bytes) == [Self.frame])
    }
  }

  @Test("characters that look like bytes do not become bytes")
  func misleadingCharacters() {
    let bytes = Self.frame + Array("abcd ef01 2345 6789".utf8)
    // One space alone stands before the characters.
    let dumped = Self.dump(bytes, offset: { "0x\(Self.padded($0, 4))  " }, ascii: { " " + Self.characters($0) })
    #expect(Self.read(dumped).packets.map { Array($0.bytes.prefix(bytes.count - 3)) } == [Array(bytes.dropLast(3))])
  }

  @Test("the packet's own length says how much a short dump left out")
  func originalLength() {
    let dumped = Self.dump(Array(Self.packet.prefix(32)), offset: { "\t0x\(Self.padded($0, 4)):  " })
    let capture = Self.read("1.5 IP a > b\n" + dumped)
    #expect(capture.packets.map(\.originalLength) == [44])
  }

  @Test("a packet whose offsets do not fit is left out, told once, and the others are read")
  func damaged() throws {
    let good = Self.dump(Self.frame, offset: { "0x\(Self.padded($0, 4))  " })
    var lines = good.split(separator: "\n")
    lines.remove(at: 1)
    let bad = lines.joined(separator: "\n") + "\n"
    let capture = Self.read(good + "\n" + bad + "\n" + good)
    #expect(capture.packets.map(\.bytes) == [Self.frame, Self.frame])
    #expect(
      capture.error?.description
        == "test.pcap: a packet of the dump has offsets that do not fit, first in line 7; "
        + "the 2 frames before it were read")
    let repeated = Self.read(good + "0x0000 0000 0000 0000 0000 0000 0000 0000 0000\n*\n0x0040 0000 0000\n")
    #expect(repeated.packets.count == 1)
    #expect(repeated.error != nil)
  }

  @Test("cut anywhere, a dump gives the packets before the cut and no other bytes")
  func everyLength() {
    let dumped = Self.dump(Self.frame, offset: { "0x\(Self.padded($0, 4))  " })
    let text = Array((dumped + "\n" + dumped).utf8)
    for length in 0...text.count {
      let capture = ReadCapture(Array(text.prefix(length)), windowCapacity: 64)
      for packet in capture.packets { #expect(Self.frame.starts(with: packet.bytes)) }
      if length > dumped.utf8.count { #expect(capture.packets.first?.bytes == Self.frame) }
    }
  }

  @Test("a number of seconds that no time holds is no time", arguments: ["9999999999.9", "9223372036.999999999"])
  func secondsBeyondTime(_ text: String) {
    #expect(HexDumpTime(Array(text.utf8)[...]) == nil)
    #expect(HexDumpTime(Array("9223372035.5".utf8)[...]) == .elapsed(9_223_372_035_500_000_000))
  }

  @Test("a long dump passes through in bounded memory")
  func long() {
    let dumped = Self.dump(Self.frame, offset: { "0x\(Self.padded($0, 4))  " }) + "\n"
    #expect(Self.read(String(repeating: dumped, count: 5_000)).packets.count == 5_000)
  }

  @Test("a line without end, and offsets without end, are no packets")
  func hostile() {
    let line = "0x0000  " + String(repeating: "4500 ", count: 100_000)
    #expect(Self.read("text\n" + line).packets.allSatisfy { $0.bytes.count <= HexDumpLine.mostBytes })
    let much = [UInt8](repeating: 0x45, count: 300_000)
    #expect(Self.read(Self.dump(much, offset: { "0x\(Self.padded($0, 6))  " })).packets.isEmpty)
  }

  @Test("a dump that begins late is taken for text")
  func lateDump() {
    let dumped = Self.dump(Self.frame, offset: { "0x\(Self.padded($0, 4))  " })
    let line = "Nov 23 20:16:45 fw kernel: a line of a log\n"
    #expect(Self.read(String(repeating: line, count: 10) + dumped).packets.count == 1)
    #expect(
      Self.read(String(repeating: line, count: 2_000) + dumped).error
        == .foreignFormat(name: "test.pcap", format: .text))
  }

  @Test(
    "lines that are no dump",
    arguments: [
      "", "0x", "0x0010", "0x0010:", "0010", "12 4500", "2026-11-23 20:16:45", "   1: 11:15:32.461525",
      "10.0.0.1 > 10.0.0.2",
      "0x0000  450", "0x0000  45000", "000000 hello", "123456789 4500",
    ])
  func noLines(text: String) {
    #expect(HexDumpLine(Array(text.utf8)[...]) == nil)
  }

  @Test(
    "lines without a time",
    arguments: [
      "", "10.0.0.1 > 10.0.0.2", "25:00:00.1", "10:61:00", "2026-13-01 10:00:00", "port1 in", "1.2.3", "12345678901.5",
      "1: 2",
    ])
  func noTimes(text: String) {
    #expect(HexDumpTime(Array(text.utf8)[...]) == nil)
  }

  // text2pcap itself, where there is one.
  @Test(
    "packets are those that tcpdump printed",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/tcpdump")))
  func printed() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Captures/blocked-client.pcap").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/tcpdump")
    process.arguments = ["-nn", "-tt", "-XX", "-r", path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    let original = ReadCapture(path: path)
    let dumped = ReadCapture(text, windowCapacity: 65_536)
    #expect(dumped.packets.count == original.packets.count)
    for (ours, theirs) in zip(dumped.packets, original.packets) {
      #expect(ours.bytes == theirs.bytes)
      #expect(ours.nanoseconds / 1000 == theirs.nanoseconds / 1000)
    }
  }
}
