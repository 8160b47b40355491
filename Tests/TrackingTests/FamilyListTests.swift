import Correlation
import Families
import Observations
import Testing

/// Families whose channels begin with a byte of their own: what a list of families does with any.
@Suite("list of families")
struct FamilyListTests {
  private typealias List = NoFamily.And<First>.And<Second>

  private static let key = FlowKey.of(
    source: Packets.client.address, destination: Packets.gateway.address, protocolNumber: 17, sourcePort: 50_000,
    destinationPort: 443
  ).key
  private static let context = PacketContext(
    time: Packets.time(1), frame: PackedFrame(capture: 7, frame: 4), missingBytes: 0)
  private static let nothing = FlowTotals(client: PayloadTotals(), server: PayloadTotals(), last: Packets.time(1))

  private static func newFlow() -> TrackedFlow {
    TrackedFlow(key: key, first: context.time, firstFrame: context.frame)
  }

  private static func recognize(_ bytes: [UInt8], of flow: inout TrackedFlow, by list: inout List) -> Recognition {
    unsafe list.recognize(Datagram(bytes.span.bytes, length: bytes.count, direction: 0), context, of: &flow)
  }

  @Test(
    "the first family that recognises a flow has it, and gets its packets",
    arguments: [(UInt8(1), ChannelKind.tls), (2, .wireguard), (3, .tls)])
  func claims(first: UInt8, channel: ChannelKind) {
    var list = List(limits: TrackingLimits())
    var flow = Self.newFlow()
    var emitter = Emitter(point: 0)
    #expect(Self.recognize([first], of: &flow, by: &list) == .claimed)
    #expect(flow.claim.isTracked)
    unsafe list.read(
      Datagram([first].span.bytes, length: 1, direction: 0), Self.context, of: &flow, &emitter)
    #expect(list.channel(of: flow)?.id.channel == channel)
    list.describe(flow, Self.nothing, &emitter)
    list.end(&flow, .unseen, Self.nothing, &emitter)
    let events = emitter.take().observations.map(\.event)
    #expect(
      events == Array(repeating: .deadPeer(DeadPeer(id: HandshakeID(channel, firstFrame: Packets.frame(4)))), count: 3))
  }

  @Test("a flow that no family recognises is undecided while one of them is")
  func undecided() {
    var list = List(limits: TrackingLimits())
    var flow = Self.newFlow()
    #expect(Self.recognize([4], of: &flow, by: &list) == .undecided)
    #expect(Self.recognize([5], of: &flow, by: &list) == .never)
    #expect(flow.claim == .undecided)
    #expect(!flow.claim.isTracked)
  }

  @Test("what one family wants to see again or reads, the list does")
  func wishes() {
    #expect(List.count == 2)
    #expect(List.mayBegin(first: 1, length: 1) && List.mayBegin(first: 2, length: 1))
    #expect(!List.mayBegin(first: 9, length: 1))
    #expect(List.reads(protocolNumber: 50) && !List.reads(protocolNumber: 51))
  }

  @Test("sessions that outlive their flows are emitted at the end, family by family")
  func finish() {
    var list = List(limits: TrackingLimits())
    var emitter = Emitter(point: 0)
    list.describeSessions(&emitter)
    list.finish(&emitter)
    #expect(emitter.take().observations.map(\.event) == [.reconnecting(.tls), .reconnecting(.wireguard)])
  }
}

/// What correlation asks for, which these have no use for.
private protocol Unjudged: FamilyProfile {}

extension Unjudged {
  static var title: String { name.rawValue }
  static var channels: [ChannelProfile] { [] }
  static func isTunnel(_ candidate: TunnelCandidate) -> Bool { false }
}

private enum First: Family, Unjudged {
  static var name: FamilyName { .tlsVPN }

  /// Begins with 1 or 3, or later with 1; 4 may become one.
  struct Tracker: ByteTracker {
    static var channel: ChannelKind { .tls }
    static var bytes: [UInt8] { [1, 3] }
    static var undecided: [UInt8] { [4] }
  }
}

private enum Second: Family, Unjudged {
  static var name: FamilyName { .wireguard }

  struct Tracker: ByteTracker {
    static var channel: ChannelKind { .wireguard }
    static var bytes: [UInt8] { [2, 3] }
    static var undecided: [UInt8] { [] }

    static func reads(protocolNumber: UInt8) -> Bool { protocolNumber == 50 }
  }
}

/// Says of everything that happens which of the trackers was called.
private protocol ByteTracker: ChannelTracker {
  init()
  static var channel: ChannelKind { get }
  static var bytes: [UInt8] { get }
  static var undecided: [UInt8] { get }
}

extension ByteTracker {
  init(limits: TrackingLimits) { self.init() }

  static func mayBegin(first: UInt8, length: Int) -> Bool { bytes.contains(first) }

  mutating func recognize(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow
  ) -> Recognition {
    let first = unsafe datagram.payload.unsafeLoad(as: UInt8.self)
    return Self.bytes.contains(first) ? .claimed : Self.undecided.contains(first) ? .undecided : .never
  }

  mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) { emit(flow, &emitter) }

  func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)? {
    (HandshakeID(Self.channel, firstFrame: flow.firstFrame.reference), flow.flow)
  }

  mutating func end(_ flow: inout TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter) {
    emit(flow, &emitter)
  }

  func describe(_ flow: TrackedFlow, _ totals: FlowTotals, _ emitter: inout Emitter) { emit(flow, &emitter) }

  mutating func finish(_ emitter: inout Emitter) {
    emitter.emit(.reconnecting(Self.channel), time: Packets.time(0), frame: .none)
  }

  private func emit(_ flow: TrackedFlow, _ emitter: inout Emitter) {
    emitter.emit(
      .deadPeer(DeadPeer(id: HandshakeID(Self.channel, firstFrame: flow.firstFrame.reference))), time: flow.first,
      frame: flow.firstFrame)
  }
}
