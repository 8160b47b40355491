import Observations

@testable import Families

/// Datagrams between a client and a gateway as one capture point sees them, numbered from 1; times are seconds.
///
///     var talk = Talk()
///     talk.client(WireGuardBytes.initiation(1), at: 0)
///     let events = talk.finish()
struct Talk {
  static let client = Endpoint(IPAddress(v4: 0xC633_640A), 40_000)
  static let gateway = Endpoint(IPAddress(v4: 0xCB00_7114), 51_820)
  static let flow = Flow(client: client, server: gateway)

  private var peers = TalkingPeers<WireGuardTracker>()
  var tracker: WireGuardTracker { peers.tracker }
  var emitter: Emitter { peers.emitter }

  static func time(_ seconds: Double) -> Timestamp { TalkingPeers<WireGuardTracker>.time(seconds) }

  static func id(_ frame: Int) -> HandshakeID { HandshakeID(.wireguard, firstFrame: reference(frame)) }
  static func reference(_ frame: Int) -> FrameReference { FrameReference(capture: 7, frame: frame) }

  mutating func client(_ payload: [UInt8], at seconds: Double, port: UInt16 = client.port) {
    send(payload, at: seconds, from: Endpoint(Self.client.address, port), to: Self.gateway)
  }

  mutating func gateway(_ payload: [UInt8], at seconds: Double, port: UInt16 = client.port) {
    send(payload, at: seconds, from: Self.gateway, to: Endpoint(Self.client.address, port))
  }

  /// - Parameter length: Bytes on the wire, where a snap length cut the payload.
  mutating func send(
    _ payload: [UInt8], at seconds: Double, from source: Endpoint, to destination: Endpoint, length: Int? = nil
  ) {
    peers.send(
      payload, at: seconds, from: source, to: destination, length: length,
      timeToLive: source.address == Self.client.address ? 64 : 60)
  }

  /// Initiation, response, and data both ways; done at `seconds` + 0.3. Takes the indices 1 and 2, or those given.
  mutating func establish(at seconds: Double, client: UInt32 = 1, gateway: UInt32 = 2) {
    self.client(WireGuardBytes.initiation(client), at: seconds)
    self.gateway(WireGuardBytes.response(gateway, to: client), at: seconds + 0.1)
    self.client(WireGuardBytes.data(to: gateway, 0), at: seconds + 0.2)
    self.gateway(WireGuardBytes.data(to: client, 0), at: seconds + 0.3)
  }

  /// What was emitted so far.
  mutating func events() -> [Observation.Event] { peers.observations().map(\.event) }

  /// Lets all flows end in the order in which they began; what was emitted.
  mutating func finish() -> [Observation.Event] {
    peers.end()
    return events()
  }

  var isClaimed: Bool { peers.isClaimed }
  var currentChannels: [HandshakeID?] { peers.currentChannels }
}

extension [Observation.Event] {
  var openings: [Opening] { compactMap { if case .opened(let it) = $0 { it } else { nil } } }
  var refusals: [Refusal] { compactMap { if case .refused(let it) = $0 { it } else { nil } } }
  var messages: [HandshakeMessage] { compactMap { if case .message(let it) = $0 { it } else { nil } } }
  var established: [Establishment] { compactMap { if case .established(let it) = $0 { it } else { nil } } }
  var data: [ChannelData] { compactMap { if case .data(let it) = $0 { it } else { nil } } }
  var silences: [Silence] { compactMap { if case .silence(let it) = $0 { it } else { nil } } }
  var moves: [AddressChange] { compactMap { if case .addressChanged(let it) = $0 { it } else { nil } } }
  var summaries: [ChannelSummary] { compactMap { if case .summary(let it) = $0 { it } else { nil } } }
}
