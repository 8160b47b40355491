import Observations
import Testing

@testable import Dissection

extension Array where Element == UInt8 {
  /// Views of the bytes.
  var raw: RawSpan {
    @_lifetime(borrow self) get { unsafe span.bytes }
  }
}

/// The network-layer packet of an Ethernet frame; empty when there is none.
@_lifetime(copy frame)
func packet(in frame: RawSpan) -> RawSpan {
  guard let layer = LinkLayer.networkLayer(of: frame, linkType: .ethernet) else {
    Issue.record("no network layer")
    return frame.upTo(0)
  }
  return frame.from(layer.offset)
}

/// What follows the IP header of an Ethernet frame; empty when there is none.
@_lifetime(copy frame)
func transport(in frame: RawSpan) -> RawSpan {
  let packet = packet(in: frame)
  if let ip = IPv4Header(packet) { return ip.payload }
  if let ip = IPv6Header(packet) { return ip.payload }
  Issue.record("no IP header")
  return frame.upTo(0)
}

/// What follows the TCP or UDP header of an Ethernet frame; empty when there is none.
@_lifetime(copy frame)
func payload(in frame: RawSpan, _ protocolNumber: UInt8) -> RawSpan {
  let segment = transport(in: frame)
  if protocolNumber == IPProtocol.tcp, let tcp = TCPHeader(segment) { return tcp.payload }
  if protocolNumber == IPProtocol.udp, let udp = UDPHeader(segment) { return udp.payload }
  Issue.record("no transport header")
  return frame.upTo(0)
}

/// The body of the first handshake message in a frame's TLS records.
@_lifetime(copy frame)
func handshakeBody(in frame: RawSpan) -> RawSpan {
  var records = TLSRecords(payload(in: frame, IPProtocol.tcp))
  guard let record = records.next(), let message = TLSHandshakeMessage(record.fragment) else {
    Issue.record("no handshake message")
    return frame.upTo(0)
  }
  return message.body
}

/// The body of the first handshake fragment in a frame's DTLS records.
@_lifetime(copy frame)
func datagramHandshakeBody(in frame: RawSpan) -> RawSpan {
  var records = DTLSRecords(payload(in: frame, IPProtocol.udp))
  guard let record = records.next(), let fragment = DTLSHandshakeFragment(record.fragment) else {
    Issue.record("no handshake fragment")
    return frame.upTo(0)
  }
  return fragment.body
}

extension RawSpan {
  /// The bytes as an array, to compare.
  var array: [UInt8] {
    var array: [UInt8] = []
    for index in 0..<byteCount { unsafe array.append(u8(index)) }
    return array
  }
}
