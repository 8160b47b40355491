import Observations

@testable import Families

/// Datagrams of IKE and ESP between a client and a gateway as one capture point sees them, numbered from 1.
struct IPsecTalk {
  static let clientAddress = IPAddress(v4: 0xC633_640A)
  static let gatewayAddress = IPAddress(v4: 0xCB00_7114)

  private var peers = TalkingPeers<IPsecTracker>()
  private var observations: [Observation] = []
  /// Bytes of the TCP connection that each side has sent.
  private var sent: [Side: UInt32] = [:]
  var evictedSessions: Int { peers.emitter.counters.evictedSessions }

  static func id(_ channel: ChannelKind, _ frame: Int) -> HandshakeID {
    HandshakeID(channel, firstFrame: FrameReference(capture: 7, frame: frame))
  }

  mutating func client(_ payload: [UInt8], at seconds: Double, port: UInt16 = 4_500) {
    peers.send(payload, at: seconds, from: Endpoint(Self.clientAddress, port), to: Endpoint(Self.gatewayAddress, port))
  }

  mutating func gateway(_ payload: [UInt8], at seconds: Double, port: UInt16 = 4_500) {
    peers.send(payload, at: seconds, from: Endpoint(Self.gatewayAddress, port), to: Endpoint(Self.clientAddress, port))
  }

  /// Bytes of a TCP connection to port 4500, in segments of at most `size` bytes.
  mutating func stream(_ bytes: [UInt8], from side: Side, at seconds: Double, size: Int = 1_400) {
    let (client, gateway) = (Endpoint(Self.clientAddress, 50_000), Endpoint(Self.gatewayAddress, 4_500))
    for start in stride(from: 0, to: bytes.count, by: size) {
      let segment = Array(bytes[start..<min(start + size, bytes.count)])
      peers.sendSegment(
        segment, sequence: sent[side, default: 0], at: seconds, from: side == .client ? client : gateway,
        to: side == .client ? gateway : client, isClient: side == .client)
      sent[side, default: 0] &+= UInt32(segment.count)
    }
  }

  /// Bytes that the capture does not hold.
  mutating func lose(_ bytes: UInt32, from side: Side) { sent[side, default: 0] &+= bytes }

  /// A message or ESP packet as TCP carries it: a length that counts itself, and a marker before IKE.
  static func framed(_ message: [UInt8]) -> [UInt8] {
    // An IKE_SA_INIT is made as port 500 has it.
    let marked = message[0] == 1 ? [0, 0, 0, 0] + message : message
    return [UInt8((marked.count + 2) >> 8), UInt8((marked.count + 2) & 255)] + marked
  }

  var isClaimed: Bool { peers.isClaimed }

  /// IKE_SA_INIT and its answer on port 500.
  mutating func open() {
    client(Self.ike(34, 0, 0x08, next: 33, length: 200, rspi: 0), at: 0, port: 500)
    gateway(Self.ike(34, 0, 0x20, next: 33, length: 200), at: 0.1, port: 500)
  }

  /// The same, and an IKE_AUTH whose answer is too short to accept.
  mutating func answerShortly() {
    open()
    client(Self.ike(35, 1, 0x08, length: 300), at: 0.2)
    gateway(Self.ike(35, 1, 0x20, length: 80), at: 0.3)
  }

  /// IKE_SA_INIT with its answer, IKE_AUTH on port 4500, and an ESP packet each way.
  mutating func establish() {
    open()
    client(Self.ike(35, 1, 0x08, length: 300), at: 0.2)
    gateway(Self.ike(35, 1, 0x20, length: 260), at: 0.3)
    client(Self.esp(0xAAAA_0001, 1), at: 1)
    gateway(Self.esp(0xBBBB_0002, 1), at: 1.1)
  }

  /// What was emitted so far, and what the end tells.
  mutating func finish() -> IPsecEvents {
    observations += peers.observations()
    return IPsecEvents(observations + peers.described())
  }

  /// An IKE message of `length` bytes; on port 4500 with its marker.
  ///
  /// - Parameter rspi: Not 0 stands for a message on port 4500, unless it is an IKE_SA_INIT answer.
  static func ike(
    _ exchange: UInt8, _ messageID: UInt32, _ flags: UInt8, next: UInt8 = 46, length: Int, rspi: UInt8 = 0x77,
    content: [UInt8] = []
  ) -> [UInt8] {
    let header: [UInt8] =
      [1, 2, 3, 4, 5, 6, 7, 8] + [UInt8](repeating: rspi, count: 8) + [next, 0x20, exchange, flags]
      + bytes(messageID) + bytes(UInt32(length))
    // One payload that fills the message, unless there is content.
    let rest = length - 28
    let filled: [UInt8] =
      content.isEmpty
      ? [0, 0, UInt8(rest >> 8), UInt8(rest & 0xFF)] + [UInt8](repeating: 0x9C, count: rest - 4) : content
    return (exchange == 34 ? [] : [0, 0, 0, 0]) + header + filled
  }

  /// An IKEv1 message with its marker.
  static func ikeV1(
    _ exchange: UInt8, _ messageID: UInt32, flags: UInt8 = 0, next: UInt8 = 8, length: Int, rspi: UInt8 = 0x77
  ) -> [UInt8] {
    var message = ike(exchange, messageID, flags, next: next, length: length, rspi: rspi)
    message[4 + 17] = 0x10
    return message
  }

  static func esp(_ spi: UInt32, _ sequence: UInt32, length: Int = 64) -> [UInt8] {
    bytes(spi) + bytes(sequence)
      + (0..<length).map { UInt8(truncatingIfNeeded: ($0 + 1) * 37 + Int(sequence) * 11) | 0x80 }
  }

  private static func bytes(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}

/// Observations by kind.
struct IPsecEvents {
  private(set) var openings: [Opening] = []
  private(set) var messages: [HandshakeMessage] = []
  private(set) var established: [Establishment] = []
  private(set) var rejections: [Rejection] = []
  private(set) var data: [ChannelData] = []
  private(set) var silences: [Silence] = []
  private(set) var summaries: [ChannelSummary] = []

  init(_ observations: [Observation]) {
    for observation in observations {
      switch observation.event {
      case .opened(let event): openings.append(event)
      case .message(let event): messages.append(event)
      case .established(let event): established.append(event)
      case .rejected(let event): rejections.append(event)
      case .data(let event): data.append(event)
      case .silence(let event): silences.append(event)
      case .summary(let event): summaries.append(event)
      default: break
      }
    }
  }
}
