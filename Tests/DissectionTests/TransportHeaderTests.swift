import Testing

@testable import Dissection

@Suite("TCP and UDP headers")
struct TransportHeaderTests {
  @Test("a SYN has the fields and options that Wireshark shows")
  func syn() {
    let frame = SampleFrames.tcpSYN
    guard let tcp = TCPHeader(transport(in: frame.raw)) else {
      Issue.record("no header")
      return
    }
    #expect(tcp.sourcePort == 40152)
    #expect(tcp.destinationPort == 443)
    #expect(tcp.sequenceNumber == 3_957_479_682)
    #expect(tcp.acknowledgmentNumber == 0)
    #expect(tcp.headerLength == 40)
    #expect(tcp.flags == .syn)
    #expect(tcp.windowSize == 64240)
    #expect(tcp.maximumSegmentSize == 1460)
    #expect(tcp.payload.isEmpty == true)
    var kinds: [TCPOptionKind] = []
    var options = tcp.options
    while let option = options.next() { kinds.append(option.kind) }
    #expect(kinds == [.maximumSegmentSize, .selectiveAcknowledgmentPermitted, .timestamps, .windowScale])
  }

  @Test("flags can be asked for together and apart")
  func flags() {
    let flags = TCPFlags(rawValue: 0x12)
    #expect(flags == [.syn, .ack])
    #expect(flags.contains(.syn))
    #expect(flags.contains([.syn, .ack]))
    #expect(!flags.contains([.syn, .fin]))
    #expect(!flags.contains(.rst))
    let all: TCPFlags = [.fin, .syn, .rst, .psh, .ack, .urg, .ece, .cwr]
    #expect(all.rawValue == 0xFF)
  }

  /// A header that claims `headerLength`, with those options.
  func header(length: Int, options: [UInt8]) -> [UInt8] {
    [0xC3, 0x50, 0x01, 0xBB, 0, 0, 0, 1, 0, 0, 0, 2, UInt8(length / 4) << 4, 0x02, 0xFF, 0xFF, 0, 0, 0, 0] + options
  }

  @Test("options cut by a snap length end early and leave the header readable")
  func cutOptions() {
    let bytes = header(length: 32, options: [2, 4, 5, 0xB4, 1, 3, 3, 7, 4, 2, 0, 0])
    #expect(TCPHeader(bytes.raw)?.maximumSegmentSize == 1460)
    #expect(TCPHeader(bytes.raw.upTo(24))?.maximumSegmentSize == 1460)
    for count in 20..<24 {
      #expect(TCPHeader(bytes.raw.upTo(count))?.headerLength == 32)
      #expect(TCPHeader(bytes.raw.upTo(count))?.maximumSegmentSize == nil)
      #expect(TCPHeader(bytes.raw.upTo(count))?.payload.byteCount == 0)
    }
    #expect(TCPHeader(bytes.raw.upTo(19))?.headerLength == nil)
  }

  @Test(
    "options with impossible lengths end the walk",
    arguments: [
      [UInt8(2), 0, 5, 0xB4], [2, 1, 5, 0xB4], [2, 200, 5, 0xB4], [8, 10, 0, 0], [0, 2, 4, 5], [1, 1, 1, 2],
      [2, 3, 5, 1],
    ])
  func impossibleOptions(options: [UInt8]) {
    let bytes = header(length: 24, options: options)
    #expect(TCPHeader(bytes.raw)?.maximumSegmentSize == nil)
  }

  @Test("an option past the header's end is payload")
  func optionInPayload() {
    let bytes = header(length: 20, options: [2, 4, 5, 0xB4])
    #expect(TCPHeader(bytes.raw)?.maximumSegmentSize == nil)
    #expect(TCPHeader(bytes.raw)?.payload.array == [2, 4, 5, 0xB4])
  }

  @Test("a data offset that points into the fixed header is damage", arguments: [0, 4, 16])
  func shortDataOffset(length: Int) {
    let bytes = header(length: length, options: [])
    #expect(TCPHeader(bytes.raw)?.headerLength == nil)
  }

  @Test("a UDP header has the fields that Wireshark shows")
  func udp() {
    let frame = SampleFrames.dtlsClientHello
    guard let udp = UDPHeader(transport(in: frame.raw)) else {
      Issue.record("no header")
      return
    }
    #expect(udp.sourcePort == 42366)
    #expect(udp.destinationPort == 443)
    #expect(udp.length == 176)
    #expect(udp.payload.byteCount == 168)
  }

  @Test(
    "a UDP payload ends at the length, or at the captured end when that is no help",
    arguments: [
      (UInt8(8), 0, 0), (10, 2, 2), (12, 4, 4), (0, 4, 4), (7, 4, 4), (200, 4, 192),
    ])
  func udpLength(length: UInt8, payload: Int, original: Int) {
    let bytes: [UInt8] = [0xC3, 0x50, 0x01, 0xBB, 0, length, 0, 0, 1, 2, 3, 4]
    #expect(UDPHeader(bytes.raw)?.payload.byteCount == payload)
    #expect(UDPHeader(bytes.raw)?.originalPayloadLength == original)
    #expect(UDPHeader(bytes.raw.upTo(7))?.length == nil)
  }
}
