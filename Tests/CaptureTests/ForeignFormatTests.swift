import Foundation
import Testing

@testable import Capture

@Suite("files that are no captures are named")
struct ForeignFormatTests {
  static let eventTrace: [UInt8] =
    [0, 0, 1, 0] + [UInt8](repeating: 0, count: 68) + [2, 0, 2, 0xC0] + [UInt8](repeating: 0, count: 100)

  static let files: [(bytes: [UInt8], format: ForeignFormat)] = [
    (Array("GMBU".utf8) + [0, 2, 1, 0], .networkMonitor), (Array("RTSS".utf8) + [1, 1, 1, 0], .networkMonitor),
    (eventTrace, .eventTrace), ([0x58, 0x43, 0x50, 0, 0x30, 0x30], .sniffer),
    (Array("TRSNIFF data    ".utf8) + [0x1A], .sniffer), (Array("ObserverPktBufferVersion".utf8), .observer),
    (Array("iptrace 2.0".utf8), .iptrace), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4], .sevenZip),
    (Array("+---------+---------------+----------+\n13:00:00,000,000   ETHER\n|0   |02|00|\n".utf8), .k12Text),
    (Array("Rar!".utf8) + [0x1A, 7, 0], .rar), (Array("%PDF-1.7\n".utf8), .pdf),
    (Array("Nov 23 20:16:45 gw charon: 05[NET] received packet\n".utf8), .text),
    (Array("20:16:45.1 IP 198.51.100.10.40152 > 203.0.113.20.443: Flags [S]\n".utf8), .text),
  ]

  @Test("each says what it is and what to do, and shows no bytes", arguments: files.indices)
  func named(index: Int) throws {
    let (bytes, format) = Self.files[index]
    let error = try #require(ReadCapture(bytes).error)
    #expect(error == .foreignFormat(name: "test.pcap", format: format))
    #expect(error.exitCategory == .unreadableData)
    #expect(error.description == "test.pcap: not a capture file but \(format.advice)")
    #expect(!format.advice.contains("\n"))
  }

  /// A capture as a mail carries it, its lines ended as mails end them.
  private static func mail(_ bytes: [UInt8], encoding: String = "Content-Transfer-Encoding: base64\r\n\r\n") -> [UInt8]
  {
    let encoded = Array(Data(bytes).base64EncodedString())
    let lines = stride(from: 0, to: encoded.count, by: 76).map { String(encoded[$0..<min($0 + 76, encoded.count)]) }
    return Array(("Subject: capture\r\n" + encoding + lines.joined(separator: "\r\n") + "\r\n").utf8)
  }

  @Test("a capture in base64 is named, in a mail or alone; other base64 is text")
  func base64() {
    let encoded = ForeignFormat.base64
    let captures = [StreamTests.file.bytes, SnoopTests.whole.bytes]
    #expect(
      ReadCapture(Self.mail(captures[0], encoding: "")).error == .foreignFormat(name: "test.pcap", format: encoded))
    #expect(ReadCapture(Self.mail(captures[0])).error == .foreignFormat(name: "test.pcap", format: encoded))
    let packed: [UInt8] = [0x1F, 0x8B, 8, 0] + (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    #expect(ReadCapture(Self.mail(packed)).error == .foreignFormat(name: "test.pcap", format: encoded))
    #expect(ReadCapture(Self.mail(packed, encoding: "")).error == .foreignFormat(name: "test.pcap", format: .text))
    let certificate = [0x30, 0x82] + (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    #expect(ReadCapture(Self.mail(certificate)).error == .foreignFormat(name: "test.pcap", format: .text))
  }

  static let listings = [
    """
    listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes
    20:16:45.472371 IP 198.51.100.10.40152 > 203.0.113.20.443: Flags [S], seq 1, win 64240, options [mss 1460], length 0
    20:16:45.492371 IP 203.0.113.20.443 > 198.51.100.10.40152: Flags [S.], seq 1, ack 2, win 65160, length 0
    20:16:46.472371 IP6 fe80::1 > ff02::2: ICMP6, router solicitation, length 16
    """,
    """
    2026-11-28 20:16:45.472371 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto UDP (17), length 176)
        198.51.100.10.51820 > 203.0.113.20.51820: UDP, length 148
    2026-11-28 20:16:45.492371 IP (tos 0x0, ttl 64, id 2, offset 0, flags [DF], proto UDP (17), length 176)
        198.51.100.10.51820 > 203.0.113.20.51820: UDP, length 148
    20:16:45.472371 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), length 190
    2026-11-28 20:16:50.572371 eth0  Out IP 198.51.100.10.51820 > 203.0.113.20.51820: UDP, length 148
    2026-11-28 20:16:55.672371 eth0  Out IP 198.51.100.10.51820 > 203.0.113.20.51820: UDP, length 148
    """,
    """
        1   0.000000 198.51.100.10 → 203.0.113.20 TCP 74 40152 → 443 [SYN] Seq=0 Win=64240 Len=0 MSS=1460
        2   0.020030 203.0.113.20 → 198.51.100.10 TCP 74 443 → 40152 [SYN, ACK] Seq=0 Ack=1 Win=65160 Len=0
        3   0.020097 198.51.100.10 -> 203.0.113.20 TCP 66 40152 -> 443 [ACK] Seq=1 Ack=1 Win=64256 Len=0
    """,
    """
    interfaces=[any]
    filters=[port 500]
    0.004205 198.51.100.10.500 -> 203.0.113.20.500: udp 364
    4.004205 198.51.100.10.500 -> 203.0.113.20.500: udp 364
    8.004205 198.51.100.10.500 -> 203.0.113.20.500: udp 364
    16.004205 198.51.100.10.500 -> 203.0.113.20.500: udp 364
    24.004205 198.51.100.10.500 -> 203.0.113.20.500: udp 364
    32.004205 198.51.100.10.500 -> 203.0.113.20.500: udp 364
    """,
    """
       1: 20:16:45.472371       198.51.100.10.500 > 203.0.113.20.500:  udp 364
       2: 20:16:49.472371       198.51.100.10.500 > 203.0.113.20.500:  udp 364
       3: 20:16:53.472371       198.51.100.10.500 > 203.0.113.20.500:  udp 364
    """,
    "{\"index\":{\"_index\":\"packets-2026-11-28\",\"_type\":\"doc\"}}\n{\"timestamp\":\"1795465005472\",\"layers\":{}}",
  ]

  @Test("a listing of packets says that their bytes are missing", arguments: listings.indices)
  func listing(index: Int) throws {
    let error = try #require(ReadCapture(Array(Self.listings[index].utf8)).error)
    #expect(error == .foreignFormat(name: "test.pcap", format: .packetListing))
  }

  @Test("packets that a firewall dropped are a log, with their bytes or without", arguments: [false, true])
  func drops(withBytes: Bool) throws {
    let bytes =
      "\n0x0000   0a0b 0c0d 0e0f 1011 1213 1415 0800 4500        ................"
      + "\n0x0010   0024 1819 0000 4011 1213 c633 640a cb00        .$....@....3d..."
    let lines = (1...3).map { number in
      "   \(number): 20:16:4\(number).472371       198.51.100.10.500 > 203.0.113.20.500:  udp 364 Drop-reason: (acl-drop) Flow is "
        + "denied by configured rule" + (withBytes ? bytes : "")
    }
    let error = try #require(ReadCapture(Array(lines.joined(separator: "\n").utf8)).error)
    #expect(error == .foreignFormat(name: "test.pcap", format: .droppedPackets))
  }

  @Test("a capture in which the device says of one packet why it drops it remains one")
  func traced() throws {
    let packets = String(repeating: Self.listings[Self.listings.count - 2] + "\n", count: 3)
    let text =
      packets + "Action: drop\nDrop-reason: (acl-drop) Flow is denied by configured rule\n"
    let error = try #require(ReadCapture(Array(text.utf8)).error)
    #expect(error == .foreignFormat(name: "test.pcap", format: .packetListing))
  }

  @Test("a log that quotes packets, or that names ends of connections, is a log")
  func quotingLog() throws {
    let logs = [
      """
      Nov 28 20:16:45 gw charon: 05[NET] sending packet: from 198.51.100.10[500] to 203.0.113.20[500] (364 bytes)
      20:16:45.472371 IP 198.51.100.10.500 > 203.0.113.20.500: isakmp: parent_sa ikev2_init[I]
      20:16:49.472371 IP 198.51.100.10.500 > 203.0.113.20.500: isakmp: parent_sa ikev2_init[I]
      20:16:53.472371 IP 198.51.100.10.500 > 203.0.113.20.500: isakmp: parent_sa ikev2_init[I]
      Nov 28 20:16:55 gw charon: 05[IKE] giving up after 5 retransmits
      """,
      String(repeating: "Nov 28 20:16:45 fw kernel: DROP udp 198.51.100.10:500 -> 203.0.113.20:500\n", count: 9),
      String(
        repeating:
          "2026-11-28 20:16:45.648 IPsec Client 35 (198.51.100.10:500 -> 203.0.113.20:500): A new IPsec client is created.\n",
        count: 9),
    ]
    for log in logs {
      let error = try #require(ReadCapture(Array(log.utf8)).error)
      #expect(error == .foreignFormat(name: "test.pcap", format: .text))
    }
  }

  @Test(
    "a line of a language that has no letters of ASCII is text",
    arguments: ["用户拨打的连接已失败。失败后返回的错误代码为", "соединениеразорвано"])
  func otherScripts(words: String) throws {
    let error = try #require(ReadCapture(Array("\(words) 809\n".utf8)).error)
    #expect(error == .foreignFormat(name: "test.pcap", format: .text))
  }

  @Test("a log is told to be one")
  func log() {
    #expect(ForeignFormat.text.advice.contains("a log is given with --log"))
    #expect(ForeignFormat.eventTrace.advice.contains("etl2pcapng"))
  }

  @Test("random bytes are neither text nor a trace")
  func random() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let isText = bytes.withUnsafeSpan { ForeignFormat.isText($0) }
      #expect(!isText)
    }
  }
}
