import Observations

@testable import Families

/// Datagrams between an OpenVPN client and its gateway as one capture point sees them, numbered from 1; times are seconds.
struct OpenVPNTalk {
  static let client = Endpoint(IPAddress(v4: 0xC633_640A), 40_000)
  static let gateway = Endpoint(IPAddress(v4: 0xCB00_7114), 1_194)

  private var peers = TalkingPeers<OpenVPNTracker>()
  var tracker: OpenVPNTracker { peers.tracker }
  var emitter: Emitter { peers.emitter }

  static func id(_ frame: Int) -> HandshakeID {
    HandshakeID(.openvpn, firstFrame: FrameReference(capture: 7, frame: frame))
  }

  mutating func client(_ payload: [UInt8], at seconds: Double, port: UInt16 = client.port) {
    peers.send(payload, at: seconds, from: Endpoint(Self.client.address, port), to: Self.gateway)
  }

  mutating func gateway(_ payload: [UInt8], at seconds: Double, port: UInt16 = client.port) {
    peers.send(payload, at: seconds, from: Self.gateway, to: Endpoint(Self.client.address, port))
  }

  /// Resets, and data both ways at `seconds` + 0.2 and + 0.3.
  mutating func establish(at seconds: Double) {
    client(OpenVPNBytes.reset(), at: seconds)
    gateway(OpenVPNBytes.answer(), at: seconds + 0.1)
    client(OpenVPNBytes.data(1), at: seconds + 0.2)
    gateway(OpenVPNBytes.data(1), at: seconds + 0.3)
  }

  mutating func events() -> [Observation.Event] { peers.observations().map(\.event) }

  mutating func finish() -> [Observation.Event] {
    peers.end()
    return events()
  }

  var isClaimed: Bool { peers.isClaimed }
}

/// Packets without a control-channel key, byte by byte.
enum OpenVPNBytes {
  static let clientSession: [UInt8] = [0x27, 0x55, 0x42, 0x1A, 0x9A, 0xD7, 0x10, 0x4E]
  static let serverSession: [UInt8] = [0x3D, 0x36, 0x1E, 0xE3, 0xE6, 0x57, 0x13, 0x05]

  static func reset(_ session: [UInt8] = clientSession) -> [UInt8] { [0x38] + session + [0, 0, 0, 0, 0] }
  static func answer(to session: [UInt8] = clientSession) -> [UInt8] {
    [0x40] + serverSession + [1, 0, 0, 0, 0] + session + [0, 0, 0, 0]
  }
  static func softReset(_ session: [UInt8] = clientSession) -> [UInt8] { [0x19] + session + [0, 0, 0, 0, 0] }
  static func control(_ session: [UInt8], _ payload: [UInt8]) -> [UInt8] {
    [0x20] + session + [0, 0, 0, 0, 1] + payload
  }

  /// P_DATA_V2 of peer 0 under key 0.
  static func data(_ packetID: UInt32, key: UInt8 = 0) -> [UInt8] {
    let number = (0..<4).map { UInt8(truncatingIfNeeded: packetID >> UInt32(24 - 8 * $0)) }
    let noise = (0..<40).map { UInt8(truncatingIfNeeded: 0x9D &+ Int(packetID) &* 31 &+ $0 &* 57) | 1 }
    return [0x48 | key, 0, 0, 0] + number + noise
  }
}
