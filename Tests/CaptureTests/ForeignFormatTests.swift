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
