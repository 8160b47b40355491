import Observations

@testable import Dissection

/// What the dissectors find in one packet, under the names and in the formats of Wireshark's fields.
struct PacketFields {
  private(set) var values: [String: [String]] = [:]

  /// The fields that `read` fills.
  static let names = [
    "ip.src", "ip.dst", "ip.proto", "ip.len", "ip.id", "ip.ttl", "ip.flags.df", "ip.flags.mf", "ip.frag_offset",
    "ipv6.src", "ipv6.dst", "ipv6.plen", "ipv6.hlim",
    "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.hdr_len", "tcp.flags", "tcp.window_size_value",
    "tcp.options.mss_val",
    "udp.srcport", "udp.dstport", "udp.length",
    "icmp.type", "icmp.code", "icmp.mtu", "icmpv6.type", "icmpv6.code", "icmpv6.mtu",
    "tls.record.content_type", "tls.record.length", "tls.handshake.type", "tls.handshake.length",
    "tls.handshake.version", "tls.handshake.random",
    "tls.handshake.session_id", "tls.handshake.ciphersuite", "tls.handshake.extensions_server_name",
    "tls.handshake.extensions_alpn_str", "tls.handshake.extensions.supported_version", "tls.alert_message.desc",
    "dtls.record.content_type", "dtls.record.version", "dtls.record.epoch", "dtls.record.sequence_number",
    "dtls.record.length", "dtls.handshake.type", "dtls.handshake.length", "dtls.handshake.message_seq",
    "dtls.handshake.fragment_offset", "dtls.handshake.fragment_length", "dtls.handshake.version",
    "dtls.handshake.random", "dtls.handshake.session_id", "dtls.handshake.ciphersuite",
    "dtls.handshake.cookie_length",
  ]

  private mutating func add(_ name: String, _ value: some CustomStringConvertible) {
    values[name, default: []].append(value.description)
  }

  private mutating func addHex(_ name: String, _ value: some BinaryInteger, digits: Int) {
    let text = String(value, radix: 16)
    add(name, "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text)
  }

  private mutating func addBytes(_ name: String, _ bytes: RawSpan) {
    guard !bytes.isEmpty else { return }
    var text = ""
    for index in 0..<bytes.byteCount {
      let byte = unsafe bytes.u8(index)
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    add(name, text)
  }

  /// Flows that went on to encrypted handshake messages, one direction each.
  struct Encrypted {
    var directions: Set<[Endpoint]> = []
  }

  mutating func read(frame: RawSpan, linkType: LinkType, encrypted: inout Encrypted) {
    guard let layer = LinkLayer.networkLayer(of: frame, linkType: linkType) else { return }
    let packet = frame.from(layer.offset)
    if layer.etherType == EtherType.ipv4 || layer.etherType == EtherType.ipv6 {
      readPacket(packet, isQuote: false, encrypted: &encrypted)
    }
  }

  private mutating func readPacket(_ packet: RawSpan, isQuote: Bool, encrypted: inout Encrypted) {
    if let ip = IPv4Header(packet) {
      add("ip.src", ip.source)
      add("ip.dst", ip.destination)
      add("ip.proto", ip.protocolNumber)
      add("ip.len", ip.totalLength)
      addHex("ip.id", ip.identification, digits: 4)
      add("ip.ttl", ip.timeToLive)
      add("ip.flags.df", ip.dontFragment ? 1 : 0)
      add("ip.flags.mf", ip.moreFragments ? 1 : 0)
      add("ip.frag_offset", ip.fragmentOffset / 8)  // tshark prints the field, in units of 8 bytes
      guard !ip.isLaterFragment else { return }
      readTransport(
        ip.protocolNumber, ip.payload, from: ip.source, to: ip.destination,
        originalLength: ip.totalLength - ip.headerLength, isQuote: isQuote, encrypted: &encrypted)
    } else if let ip = IPv6Header(packet) {
      add("ipv6.src", ip.source)
      add("ipv6.dst", ip.destination)
      add("ipv6.plen", ip.payloadLength)
      add("ipv6.hlim", ip.hopLimit)
      guard !ip.isLaterFragment else { return }
      readTransport(
        ip.protocolNumber, ip.payload, from: ip.source, to: ip.destination,
        originalLength: ip.totalLength - ip.headerLength, isQuote: isQuote, encrypted: &encrypted)
    }
  }

  private mutating func readTransport(
    _ number: UInt8, _ bytes: RawSpan, from source: IPAddress, to destination: IPAddress, originalLength: Int,
    isQuote: Bool, encrypted: inout Encrypted
  ) {
    switch number {
    case IPProtocol.tcp:
      guard let tcp = TCPHeader(bytes) else { return }
      add("tcp.srcport", tcp.sourcePort)
      add("tcp.dstport", tcp.destinationPort)
      if !isQuote { add("tcp.seq_raw", tcp.sequenceNumber) }  // tshark leaves it out of quotes
      add("tcp.ack_raw", tcp.acknowledgmentNumber)
      add("tcp.hdr_len", tcp.headerLength)
      addHex("tcp.flags", tcp.flags.rawValue, digits: 4)
      add("tcp.window_size_value", tcp.windowSize)
      if let mss = tcp.maximumSegmentSize { add("tcp.options.mss_val", mss) }
      guard !isQuote else { return }
      let direction = [Endpoint(source, tcp.sourcePort), Endpoint(destination, tcp.destinationPort)]
      if tcp.flags.contains(.syn) { encrypted.directions.remove(direction) }
      readTLS(
        tcp.payload, originalLength: originalLength - tcp.headerLength, direction: direction, encrypted: &encrypted)
    case IPProtocol.udp:
      guard let udp = UDPHeader(bytes) else { return }
      add("udp.srcport", udp.sourcePort)
      add("udp.dstport", udp.destinationPort)
      add("udp.length", udp.length)
      readDTLS(udp.payload, originalLength: udp.originalPayloadLength, isQuote: isQuote)
    case IPProtocol.icmp:
      guard let icmp = ICMPv4Message(bytes) else { return }
      add("icmp.type", icmp.type)
      add("icmp.code", icmp.code)
      if icmp.destinationUnreachableCode == .fragmentationNeeded { add("icmp.mtu", icmp.nextHopMTU) }
      if icmp.isError { readPacket(icmp.quoted, isQuote: true, encrypted: &encrypted) }
    case IPProtocol.icmpv6:
      guard let icmp = ICMPv6Message(bytes) else { return }
      add("icmpv6.type", icmp.type)
      add("icmpv6.code", icmp.code)
      if icmp.type == 2 { add("icmpv6.mtu", icmp.mtu) }
      if icmp.isError { readPacket(icmp.quoted, isQuote: true, encrypted: &encrypted) }
    default: return
    }
  }

  private mutating func readTLS(
    _ payload: RawSpan, originalLength: Int, direction: [Endpoint], encrypted: inout Encrypted
  ) {
    var records = TLSRecords(payload)
    while let record = records.next() {
      // Without reassembly tshark does not show a record that goes on in the next segment.
      if records.consumed + records.bytesMissing > originalLength { break }
      add("tls.record.content_type", record.contentType.number)
      add("tls.record.length", record.length)
      switch record.contentType {
      case .changeCipherSpec: encrypted.directions.insert(direction)
      case .alert:
        if let alert = TLSAlert(record.fragment) { addAlert(alert, "tls.alert_message.desc") }
      case .handshake where !encrypted.directions.contains(direction):
        var messages = TLSHandshakeMessages(record.fragment)
        // tshark shows nothing of a message that a snap length cut.
        while let message = messages.next(), message.isComplete {
          add("tls.handshake.type", message.type.number)
          add("tls.handshake.length", message.length)
          readHello(message.type, message.body, transport: .stream, prefix: "tls")
        }
      default: break
      }
    }
  }

  private mutating func addAlert(_ alert: TLSAlert, _ name: String) {
    switch alert.description {
    case .closeNotify: add(name, 0)
    case .unknown(let number): add(name, number)
    default:
      for number in UInt8.min ... .max where TLSAlertDescription(number) == alert.description { add(name, number) }
    }
  }

  private mutating func readDTLS(_ payload: RawSpan, originalLength: Int, isQuote: Bool) {
    var records = DTLSRecords(payload, originalPayloadLength: originalLength)
    while let record = records.next() {
      if isQuote, !record.isComplete { break }  // tshark does not show a record that a quote cut
      add("dtls.record.content_type", record.contentType.number)
      addHex("dtls.record.version", record.version, digits: 4)
      add("dtls.record.epoch", record.epoch)
      add("dtls.record.sequence_number", record.sequenceNumber)
      add("dtls.record.length", record.length)
      guard record.contentType == .handshake, !record.isEncrypted else { continue }
      var fragments = DTLSHandshakeFragments(record.fragment)
      while let fragment = fragments.next() {
        add("dtls.handshake.type", fragment.type.number)
        add("dtls.handshake.length", fragment.length)
        add("dtls.handshake.message_seq", fragment.messageSequence)
        add("dtls.handshake.fragment_offset", fragment.fragmentOffset)
        add("dtls.handshake.fragment_length", fragment.fragmentLength)
        // tshark shows some fields of a message that a snap length cut, but not all that are there.
        if fragment.isComplete { readHello(fragment.type, fragment.body, transport: .datagram, prefix: "dtls") }
      }
    }
  }

  private mutating func readHello(
    _ type: TLSHandshakeType, _ body: RawSpan, transport: HelloTransport, prefix: String
  ) {
    switch type {
    case .clientHello:
      guard let hello = ClientHello(body, transport: transport) else { return }
      addHex(prefix + ".handshake.version", hello.version, digits: 4)
      if hello.random.isComplete { add(prefix + ".handshake.random", hello.random.hexadecimal) }
      addBytes(prefix + ".handshake.session_id", hello.sessionID)
      for index in 0..<hello.cipherSuites.count {
        addHex(prefix + ".handshake.ciphersuite", hello.cipherSuites[index], digits: 4)
      }
      if let name = hello.serverName { add(prefix + ".handshake.extensions_server_name", name) }
      for name in hello.applicationProtocols { add(prefix + ".handshake.extensions_alpn_str", name) }
      for version in hello.supportedVersions {
        addHex(prefix + ".handshake.extensions.supported_version", version, digits: 4)
      }
      if transport == .datagram { add("dtls.handshake.cookie_length", hello.cookie.byteCount) }
    case .serverHello:
      guard let hello = ServerHello(body) else { return }
      addHex(prefix + ".handshake.version", hello.legacyVersion, digits: 4)
      if hello.random.isComplete { add(prefix + ".handshake.random", hello.random.hexadecimal) }
      addBytes(prefix + ".handshake.session_id", hello.sessionID)
      if let suite = hello.cipherSuite { addHex(prefix + ".handshake.ciphersuite", suite, digits: 4) }
      if hello.selectedVersion != hello.legacyVersion {
        addHex(prefix + ".handshake.extensions.supported_version", hello.selectedVersion, digits: 4)
      }
    case .helloVerifyRequest:
      guard let request = HelloVerifyRequest(body) else { return }
      addHex(prefix + ".handshake.version", request.version, digits: 4)
      add("dtls.handshake.cookie_length", request.cookieLength)
    default: break
    }
  }
}
