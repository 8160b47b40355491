import Observations

/// TLS records as bytes.
enum TLSBytes {
  static func record(_ type: UInt8, _ fragment: [UInt8]) -> [UInt8] {
    [type, 3, 1] + Packets.bytes(UInt16(fragment.count)) + fragment
  }

  static func applicationData(_ count: Int = 100) -> [UInt8] {
    record(23, [UInt8](repeating: 0x5A, count: count))
  }

  static func random(_ number: UInt64) -> HandshakeToken { HandshakeToken(number, 2, 3, 4) }

  private static func randomBytes(_ number: UInt64) -> [UInt8] {
    [number, 2, 3, 4].flatMap { Packets.bytes($0) }
  }

  /// A ClientHello for a server name; `padding` bytes of session ticket make it longer.
  static func clientHello(random number: UInt64, serverName: String = "vpn.example.com", padding: Int = 0) -> [UInt8] {
    let name = Array(serverName.utf8)
    let list = [0] + Packets.bytes(UInt16(name.count)) + name
    let serverNames = Packets.bytes(UInt16(list.count)) + list
    let extensions =
      [0, 35] + Packets.bytes(UInt16(padding)) + [UInt8](repeating: 0, count: padding)
      + [0, 0] + Packets.bytes(UInt16(serverNames.count)) + serverNames
      + [0, 16, 0, 5, 0, 3, 2] + Array("h2".utf8)
    let body =
      [3, 3] + randomBytes(number) + [0, 0, 2, 0xC0, 0x2F, 1, 0] + Packets.bytes(UInt16(extensions.count)) + extensions
    return record(22, [1, 0] + Packets.bytes(UInt16(body.count)) + body)
  }

  static func serverHello(suite: UInt16 = 0xC02F) -> [UInt8] {
    let body = [3, 3] + randomBytes(99) + [0] + Packets.bytes(suite) + [0]
    return record(22, [2, 0] + Packets.bytes(UInt16(body.count)) + body)
  }
}

/// DTLS records as bytes.
enum DTLSBytes {
  static func record(
    _ type: UInt8, epoch: UInt16 = 0, number: UInt32 = 1, _ fragment: [UInt8], version: UInt16 = 0xFEFD
  ) -> [UInt8] {
    [type] + Packets.bytes(version) + Packets.bytes(epoch) + [0, 0] + Packets.bytes(number)
      + Packets.bytes(UInt16(fragment.count)) + fragment
  }

  private static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    let length = [0] + Packets.bytes(UInt16(body.count))
    return record(22, [type] + length + [0, 0, 0, 0, 0] + length + body)
  }

  static func clientHello(
    random number: UInt64, sessionID: [UInt8] = [], cookie: [UInt8] = [], offersSRTP: Bool = false
  ) -> [UInt8] {
    let extensions: [UInt8] = offersSRTP ? [0, 14, 0, 5, 0, 2, 0, 1, 0] : []
    let random = [number, 2, 3, 4].flatMap { Packets.bytes($0) }
    let body =
      [0xFE, 0xFD] + random + [UInt8(sessionID.count)] + sessionID + [UInt8(cookie.count)] + cookie
      + [0, 2, 0xC0, 0x2F, 1, 0] + Packets.bytes(UInt16(extensions.count)) + extensions
    return handshake(1, body)
  }

  static let helloVerifyRequest = handshake(3, [0xFE, 0xFF, 4, 1, 2, 3, 4])

  static func serverHello(suite: UInt16 = 0xC02F) -> [UInt8] {
    let random = [UInt64(99), 2, 3, 4].flatMap { Packets.bytes($0) }
    return handshake(2, [0xFE, 0xFD] + random + [0] + Packets.bytes(suite) + [0])
  }

  /// Chooses DTLS 1.3; with `retry`, it asks for another hello instead.
  static func serverHello13(retry: Bool = false) -> [UInt8] {
    let random: [UInt64] =
      retry
      ? [0xCF21_AD74_E59A_6111, 0xBE1D_8C02_1E65_B891, 0xC2A2_1116_7ABB_8C5E, 0x079E_09E2_C8A8_339C] : [99, 2, 3, 4]
    let version: [UInt8] = [0, 43, 0, 2, 0xFE, 0xFC]
    return handshake(2, [0xFE, 0xFD] + random.flatMap { Packets.bytes($0) } + [0, 0x13, 0x01, 0, 0, 6] + version)
  }

  /// An encrypted record of DTLS 1.3 with number and length.
  static func unified(epoch: UInt8, _ count: Int = 60) -> [UInt8] {
    [0x2C | epoch & 3, 0x77, 0x31] + Packets.bytes(UInt16(count)) + [UInt8](repeating: 0x5A, count: count)
  }

  static let changeCipherSpec = record(20, [1])
  static let finished = record(22, epoch: 1, [UInt8](repeating: 0xAB, count: 40))
  static let alert = record(21, epoch: 1, [UInt8](repeating: 0xCD, count: 26))

  /// An alert in clear.
  static func clearAlert(level: UInt8, _ description: UInt8) -> [UInt8] { record(21, [level, description]) }

  static func data(_ count: Int = 60, epoch: UInt16 = 1, number: UInt32 = 1) -> [UInt8] {
    record(23, epoch: epoch, number: number, [UInt8](repeating: 0x5A, count: count))
  }
}

extension [Observation.Event] {
  /// Openings of one kind of channel.
  func openings(_ channel: ChannelKind) -> [Opening] {
    compactMap { if case .opened(let it) = $0, it.id.channel == channel { it } else { nil } }
  }
  func messages(_ channel: ChannelKind) -> [HandshakeMessage] {
    compactMap { if case .message(let it) = $0, it.id.channel == channel { it } else { nil } }
  }
  func summaries(_ channel: ChannelKind) -> [ChannelSummary] {
    compactMap { if case .summary(let it) = $0, it.id.channel == channel { it } else { nil } }
  }
  var data: [ChannelData] { compactMap { if case .data(let it) = $0 { it } else { nil } } }
  var silences: [Silence] { compactMap { if case .silence(let it) = $0 { it } else { nil } } }
  var closings: [Closing] { compactMap { if case .closing(let it) = $0 { it } else { nil } } }
  var rejections: [Rejection] { compactMap { if case .rejected(let it) = $0 { it } else { nil } } }
  var refusals: [Refusal] { compactMap { if case .refused(let it) = $0 { it } else { nil } } }
  var tooBigs: [PacketTooBig] { compactMap { if case .packetTooBig(let it) = $0 { it } else { nil } } }
  var oversized: [OversizedPackets] { compactMap { if case .oversizedPackets(let it) = $0 { it } else { nil } } }
  var offers: [MSSOffer] { compactMap { if case .mssOffered(let it) = $0 { it } else { nil } } }
  var stuck: [StuckSegment] { compactMap { if case .stuckSegment(let it) = $0 { it } else { nil } } }
  var fragments: [Fragments] { compactMap { if case .fragments(let it) = $0 { it } else { nil } } }
}
