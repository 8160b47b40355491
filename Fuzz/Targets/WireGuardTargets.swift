import Dissection
import Families
import Observations

/// WireGuard: messages one by one, and sequences of them between two peers.
enum WireGuardTargets {
  static let all = [
    FuzzTarget("wireguard", "WireGuard messages, handshakes, sessions and moves to other ports", walking: walk)
  ]

  /// An input is datagrams, each behind four bytes: direction and port, seconds since the one before, bytes that are
  /// here, bytes that a snap length cut off.
  private static func walk(_ bytes: RawSpan) -> Int {
    var sum = dissect(bytes, length: bytes.byteCount)
    var peers = Peers()
    var at = 0
    while at + 4 <= bytes.byteCount {
      let ends = unsafe bytes.u8(at)
      let seconds = unsafe bytes.u8(at + 1)
      let count = min(unsafe Int(bytes.u8(at + 2)), bytes.byteCount - at - 4)
      let missing = unsafe Int(bytes.u8(at + 3))
      let payload = bytes.from(at + 4).upTo(count)
      sum &+= dissect(payload, length: count + missing)
      if count > 0 { peers.send(payload, length: count + missing, ends: ends, seconds: seconds) }
      at += 4 + count
    }
    return sum &+ peers.finish()
  }

  private static func dissect(_ bytes: RawSpan, length: Int) -> Int {
    guard let message = WireGuardMessage(bytes, length: length) else { return 0 }
    promise(message.type == .data || message.length == message.type.length, "a handshake message has its length")
    promise(message.ephemeral.byteCount <= 32 && message.firstCode.byteCount <= 16, "a field has its length")
    promise(message.token.byteCount == message.ephemeral.byteCount, "a token is as long as the key")
    return message.secondCode.byteCount &+ message.encryptedPacket.byteCount &+ Int(message.receiverIndex & 1)
  }

  /// A client with two ports, a gateway, and what a tracker makes of their datagrams.
  private struct Peers {
    private static let client = IPAddress(v4: 0xC633_640A)
    private static let gateway = IPAddress(v4: 0xCB00_7114)

    private var tracker = WireGuardTracker(limits: TrackingLimits())
    private var emitter = Emitter(point: 0)
    private var flows: [TrackedFlow] = []
    private var isClaimed: [Bool] = []
    private var time = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
    private var count = 0

    /// - Parameter ends: Bit 0: from the gateway; bit 1: the client's other port; bit 2: the flow ends before.
    mutating func send(_ payload: RawSpan, length: Int, ends: UInt8, seconds: UInt8) {
      time = time.adding(nanoseconds: Int64(seconds) * 1_000_000_000)
      count += 1
      let context = PacketContext(time: time, frame: PackedFrame(capture: 0, frame: count), missingBytes: 0)
      let port: UInt16 = ends & 2 == 0 ? 40_000 : 41_000
      let isBack = ends & 1 != 0
      let (key, direction) = FlowKey.of(
        source: isBack ? Self.gateway : Self.client, destination: isBack ? Self.client : Self.gateway,
        protocolNumber: IPProtocol.udp, sourcePort: isBack ? 51_820 : port, destinationPort: isBack ? port : 51_820)
      let known = flows.firstIndex { $0.key == key }
      let index = known ?? flows.count
      if known == nil {
        flows.append(TrackedFlow(key: key, first: time, firstFrame: context.frame))
        isClaimed.append(false)
      }
      if ends & 4 != 0 { end(index) }
      let datagram = Datagram(payload, length: length, direction: direction)
      if !isClaimed[index], case .claimed = tracker.recognize(datagram, context, of: &flows[index]) {
        isClaimed[index] = true
      }
      guard isClaimed[index] else { return }
      tracker.read(datagram, context, of: &flows[index], &emitter)
      // What a live capture asks for in the middle of things.
      var aside = Emitter(point: 0)
      tracker.describe(flows[index], Self.nothing, &aside)
      check(aside.take().observations)
    }

    private mutating func end(_ index: Int) {
      guard isClaimed[index] else { return }
      tracker.end(&flows[index], .unseen, Self.nothing, &emitter)
      isClaimed[index] = false
    }

    mutating func finish() -> Int {
      for index in flows.indices { end(index) }
      let observations = emitter.take().observations
      promise(observations.count <= 8 * count, "a datagram shows a few things")
      check(observations)
      return observations.count
    }

    private func check(_ observations: [Observation]) {
      for observation in observations {
        switch observation.event {
        case .summary(let summary):
          for totals in [summary.client, summary.server] {
            promise(totals.packets <= count && totals.missing ?? 0 >= 0, "no more than was sent, no less than none")
          }
        case .silence(let silence): promise(silence.packets <= count, "a silence is counted")
        default: break
        }
      }
    }

    private static let nothing = FlowTotals(
      client: PayloadTotals(), server: PayloadTotals(), last: Timestamp(nanoseconds: 0))
  }
}
