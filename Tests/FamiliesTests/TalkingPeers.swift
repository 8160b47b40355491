import Observations

@testable import Families

/// Datagrams of UDP as one capture point sees them, numbered from 1 in capture 7, and what the tracker of a family makes of them.
struct TalkingPeers<Tracker: ChannelTracker> {
  private(set) var tracker = Tracker(limits: TrackingLimits())
  private(set) var emitter = Emitter(point: 0)
  private var flows: [(flow: TrackedFlow, isClaimed: Bool)] = []
  private var count = 0

  static func time(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_767_225_600_000_000_000 + Int64((seconds * 1_000).rounded()) * 1_000_000)
  }

  /// - Parameter length: Bytes on the wire, where a snap length cut the payload.
  mutating func send(
    _ payload: [UInt8], at seconds: Double, from source: Endpoint, to destination: Endpoint, length: Int? = nil,
    timeToLive: UInt8 = 64
  ) {
    count += 1
    let context = PacketContext(time: Self.time(seconds), frame: PackedFrame(capture: 7, frame: count), missingBytes: 0)
    let (key, direction) = FlowKey.of(
      source: source.address, destination: destination.address, protocolNumber: 17, sourcePort: source.port,
      destinationPort: destination.port)
    let known = flows.firstIndex { $0.flow.key == key }
    let index = known ?? flows.count
    if known == nil { flows.append((TrackedFlow(key: key, first: context.time, firstFrame: context.frame), false)) }
    let datagram = unsafe Datagram(
      payload.span.bytes, length: length ?? payload.count, direction: direction, timeToLive: timeToLive)
    if !flows[index].isClaimed, case .claimed = tracker.recognize(datagram, context, of: &flows[index].flow) {
      flows[index].isClaimed = true
    }
    if flows[index].isClaimed { tracker.read(datagram, context, of: &flows[index].flow, &emitter) }
  }

  /// A segment of a TCP connection whose SYN was seen; the client opened it.
  mutating func sendSegment(
    _ payload: [UInt8], sequence: UInt32, at seconds: Double, from source: Endpoint, to destination: Endpoint,
    isClient: Bool
  ) {
    count += 1
    let context = PacketContext(time: Self.time(seconds), frame: PackedFrame(capture: 7, frame: count), missingBytes: 0)
    let (key, direction) = FlowKey.of(
      source: source.address, destination: destination.address, protocolNumber: 6, sourcePort: source.port,
      destinationPort: destination.port)
    let known = flows.firstIndex { $0.flow.key == key }
    let index = known ?? flows.count
    if known == nil {
      var flow = TrackedFlow(key: key, first: context.time, firstFrame: context.frame)
      flow.clientDirection = Int8(isClient ? direction : 1 - direction)
      flow.sawSYN = true
      flows.append((flow, false))
    }
    let segment = unsafe Segment(payload.span.bytes, sequence: sequence, direction: direction)
    if !flows[index].isClaimed, case .claimed = tracker.recognize(segment, context, of: &flows[index].flow) {
      flows[index].isClaimed = true
    }
    if flows[index].isClaimed { tracker.read(segment, context, of: &flows[index].flow, &emitter) }
  }

  /// What was emitted so far.
  mutating func observations() -> [Observation] { emitter.take().observations }

  private static var nothing: FlowTotals {
    FlowTotals(client: PayloadTotals(), server: PayloadTotals(), last: Timestamp(nanoseconds: 0))
  }

  /// Lets all flows end in the order in which they began.
  mutating func end() {
    for index in flows.indices where flows[index].isClaimed {
      tracker.end(&flows[index].flow, .unseen, Self.nothing, &emitter)
    }
  }

  /// What the tracker would say of the claimed flows now.
  func described() -> [Observation] {
    var last = Emitter(point: 0)
    for flow in flows where flow.isClaimed { tracker.describe(flow.flow, Self.nothing, &last) }
    return last.take().observations
  }

  var isClaimed: Bool { flows.contains { $0.isClaimed } }
  var currentChannels: [HandshakeID?] { flows.filter(\.isClaimed).map { tracker.channel(of: $0.flow)?.id } }
}
