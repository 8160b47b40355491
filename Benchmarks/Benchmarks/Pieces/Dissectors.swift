import Benchmark
import Dissection
import Observations

/// The bytes that each dissector gets, cut out of the sample packets by the dissectors below it.
private struct Layers {
  var frames: [[UInt8]] = []
  var ipv4: [[UInt8]] = []
  var ipv6: [[UInt8]] = []
  var tcp: [[UInt8]] = []
  var udp: [[UInt8]] = []
  var icmpv4: [[UInt8]] = []
  var icmpv6: [[UInt8]] = []
  var quoted: [[UInt8]] = []
  var tls: [[UInt8]] = []
  var dtls: [[UInt8]] = []

  init(_ frames: [[UInt8]]) {
    self.frames = frames
    for frame in frames { unsafe take(frame.span.bytes) }
  }

  private func copy(_ bytes: RawSpan) -> [UInt8] {
    (0..<bytes.byteCount).map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
  }

  private mutating func take(_ frame: RawSpan) {
    guard let network = LinkLayer.networkLayer(of: frame, linkType: .ethernet) else { return }
    let packet = frame.extracting(network.offset..<frame.byteCount)
    if network.etherType == EtherType.ipv4, let header = IPv4Header(packet) {
      ipv4.append(copy(packet))
      take(header.payload, protocolNumber: header.protocolNumber)
    } else if network.etherType == EtherType.ipv6, let header = IPv6Header(packet) {
      ipv6.append(copy(packet))
      take(header.payload, protocolNumber: header.protocolNumber)
    }
  }

  private mutating func take(_ payload: RawSpan, protocolNumber: UInt8) {
    switch protocolNumber {
    case IPProtocol.tcp:
      tcp.append(copy(payload))
      if let header = TCPHeader(payload), header.payload.byteCount > 0 { tls.append(copy(header.payload)) }
    case IPProtocol.udp:
      udp.append(copy(payload))
      if let header = UDPHeader(payload), header.payload.byteCount > 0 { dtls.append(copy(header.payload)) }
    case IPProtocol.icmp:
      icmpv4.append(copy(payload))
      if let message = ICMPv4Message(payload) { quoted.append(copy(message.quoted)) }
    case IPProtocol.icmpv6:
      icmpv6.append(copy(payload))
      if let message = ICMPv6Message(payload) { quoted.append(copy(message.quoted)) }
    default: break
    }
  }
}

/// One benchmark a dissector: a view of each packet is made, and one field of it read.
func dissectorBenchmarks(_ samples: Samples) {
  let layers = Layers(samples.frames)
  measure("link layer", layers.frames) { LinkLayer.networkLayer(of: $0, linkType: .ethernet)?.offset ?? 0 }
  measure("IPv4", layers.ipv4) { IPv4Header($0)?.totalLength ?? 0 }
  measure("IPv6", layers.ipv6) { IPv6Header($0)?.totalLength ?? 0 }
  measure("TCP", layers.tcp) { Int(TCPHeader($0)?.maximumSegmentSize ?? 0) }
  measure("UDP", layers.udp) { UDPHeader($0)?.originalPayloadLength ?? 0 }
  measure("ICMPv4", layers.icmpv4) { Int(ICMPv4Message($0)?.code ?? 0) }
  measure("ICMPv6", layers.icmpv6) { Int(ICMPv6Message($0)?.code ?? 0) }
  measure("quoted packets", layers.quoted) { QuotedPacket($0)?.totalLength ?? 0 }
  measure("TLS records", layers.tls) { bytes in
    var records = TLSRecords(bytes)
    var hellos = 0
    while let record = records.next() {
      guard record.contentType == .handshake else { continue }
      var messages = TLSHandshakeMessages(record.fragment)
      if let message = messages.next(), message.type == .clientHello,
        let hello = ClientHello(message.body, transport: .stream), hello.serverName != nil
      {
        hellos += 1
      }
    }
    return hellos
  }
  measure("DTLS records", layers.dtls) { bytes in
    var records = DTLSRecords(bytes, originalPayloadLength: bytes.byteCount)
    var hellos = 0
    while let record = records.next() {
      guard record.contentType == .handshake, record.epoch == 0 else { continue }
      if let message = DTLSHandshakeFragment(record.fragment), message.type == .clientHello,
        ClientHello(message.body, transport: .datagram) != nil
      {
        hellos += 1
      }
    }
    return hellos
  }
}

private func measure(_ name: String, _ packets: [[UInt8]], _ dissect: @escaping @Sendable (RawSpan) -> Int) {
  Benchmark("dissection: \(name), \(packets.count) packets") { benchmark in
    for _ in benchmark.scaledIterations {
      var sum = 0
      for packet in packets { unsafe sum &+= dissect(packet.span.bytes) }
      blackHole(sum)
    }
  }
}
