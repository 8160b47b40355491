import Dissection
import Families
import Observations

/// A client with two ports, a gateway, and what the tracker of a family makes of their packets.
///
/// An input is packets, each behind four bytes: direction, port and transport, seconds since the one before, bytes that are here,
/// bytes that a snap length cut off.
struct FuzzPeers<Tracker: ChannelTracker> {
  private let client = IPAddress(v4: 0xC633_640A)
  private let gateway = IPAddress(v4: 0xCB00_7114)
  /// The gateway's ports and protocols that packets may be of.
  private let ports: [UInt16]
  private let protocols: [UInt8]
  /// What a packet shows at the most, on average; nil where that is not promised.
  private let mostObservations: Int?

  private var tracker = Tracker(limits: TrackingLimits())
  private var emitter = Emitter(point: 0)
  private var flows: [TrackedFlow] = []
  private var isClaimed: [Bool] = []
  /// Of each flow, both directions.
  private var sequences: [(UInt32, UInt32)] = []
  private var time = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
  private var count = 0

  /// - Parameters:
  ///   - ports: At most four.
  ///   - protocols: At most four, of IP.
  ///   - mostObservations: What a packet shows at the most, on average; nil where that is not promised.
  init(ports: [UInt16], protocols: [UInt8], mostObservations: Int? = nil) {
    self.ports = ports
    self.protocols = protocols
    self.mostObservations = mostObservations
  }

  /// A segment may hold several packets, and be part of one.
  private var sendsPacketsOneByOne: Bool { !protocols.contains(IPProtocol.tcp) }

  /// Reads an input.
  ///
  /// - Parameter dissect: Gets each packet by itself.
  mutating func walk(_ bytes: RawSpan, dissect: (RawSpan, Int) -> Int) -> Int {
    var sum = dissect(bytes, bytes.byteCount)
    var at = 0
    while at + 4 <= bytes.byteCount {
      let ends = unsafe bytes.u8(at)
      let seconds = unsafe bytes.u8(at + 1)
      let count = min(unsafe Int(bytes.u8(at + 2)), bytes.byteCount - at - 4)
      let missing = unsafe Int(bytes.u8(at + 3))
      let payload = bytes.from(at + 4).upTo(count)
      sum &+= dissect(payload, count + missing)
      if count > 0 { send(payload, missing: missing, ends: ends, seconds: seconds) }
      at += 4 + count
    }
    return sum &+ finish()
  }

  /// - Parameter ends: Bit 0: from the gateway; bit 1: the client's other port; bit 2: the flow ends before; bits 3 and 4: the
  ///   gateway's port; bits 5 and 6: the protocol; bit 7: a segment is lost before this one.
  private mutating func send(_ payload: RawSpan, missing: Int, ends: UInt8, seconds: UInt8) {
    time = time.adding(nanoseconds: Int64(seconds) * 1_000_000_000)
    count += 1
    let context = PacketContext(time: time, frame: PackedFrame(capture: 0, frame: count), missingBytes: missing)
    let number = protocols[Int(ends >> 5 & 3) % protocols.count]
    let hasPorts = number == IPProtocol.udp || number == IPProtocol.tcp
    let port = hasPorts ? ports[Int(ends >> 3 & 3) % ports.count] : 0
    let own: UInt16 = hasPorts ? (ends & 2 == 0 ? 40_000 : 41_000) : 0
    let isBack = ends & 1 != 0
    let (key, direction) = FlowKey.of(
      source: isBack ? gateway : client, destination: isBack ? client : gateway, protocolNumber: number,
      sourcePort: isBack ? port : own, destinationPort: isBack ? own : port)
    let known = flows.firstIndex { $0.key == key }
    let index = known ?? flows.count
    if known == nil {
      flows.append(TrackedFlow(key: key, first: time, firstFrame: context.frame))
      isClaimed.append(false)
      sequences.append((1, 1))
    }
    if ends & 4 != 0 { end(index) }
    switch number {
    case IPProtocol.udp:
      let datagram = Datagram(payload, length: payload.byteCount + missing, direction: direction)
      if !isClaimed[index] { isClaimed[index] = tracker.recognize(datagram, context, of: &flows[index]) == .claimed }
      if isClaimed[index] { tracker.read(datagram, context, of: &flows[index], &emitter) }
    case IPProtocol.tcp:
      let sequence = advance(index, direction, by: payload.byteCount + missing, isLossy: ends & 128 != 0)
      let segment = Segment(payload, sequence: sequence, direction: direction)
      if !isClaimed[index] { isClaimed[index] = tracker.recognize(segment, context, of: &flows[index]) == .claimed }
      if isClaimed[index] { tracker.read(segment, context, of: &flows[index], &emitter) }
    default:
      let packet = IPPayload(payload, length: payload.byteCount + missing, direction: direction)
      if !isClaimed[index] { isClaimed[index] = tracker.recognize(packet, context, of: &flows[index]) == .claimed }
      if isClaimed[index] { tracker.read(packet, context, of: &flows[index], &emitter) }
    }
    guard isClaimed[index] else { return }
    // What a live capture asks for in the middle of things.
    var aside = Emitter(point: 0)
    tracker.describe(flows[index], Self.nothing, &aside)
    tracker.describeSessions(&aside)
    check(aside.take().observations)
  }

  /// The sequence number of a segment.
  private mutating func advance(_ index: Int, _ direction: Int, by length: Int, isLossy: Bool) -> UInt32 {
    var next = sequences[index]
    let sequence = (direction == 0 ? next.0 : next.1) &+ (isLossy ? 100 : 0)
    if direction == 0 {
      next.0 = sequence &+ UInt32(length)
    } else {
      next.1 = sequence &+ UInt32(length)
    }
    sequences[index] = next
    return sequence
  }

  private mutating func end(_ index: Int) {
    guard isClaimed[index] else { return }
    tracker.end(&flows[index], .unseen, Self.nothing, &emitter)
    isClaimed[index] = false
  }

  private mutating func finish() -> Int {
    for index in flows.indices { end(index) }
    tracker.finish(&emitter)
    let observations = emitter.take().observations
    if let mostObservations { promise(observations.count <= mostObservations * count, "a packet shows a few things") }
    check(observations)
    return observations.count
  }

  private func check(_ observations: [Observation]) {
    for observation in observations {
      switch observation.event {
      case .summary(let summary):
        for totals in [summary.client, summary.server] {
          promise(totals.packets >= 0 && totals.missing ?? 0 >= 0, "no less than none")
          promise(!sendsPacketsOneByOne || totals.packets <= count, "no more than was sent")
          promise(totals.largest?.length ?? 0 <= 1_500, "no larger than a wire carries")
        }
      case .silence(let silence):
        promise(silence.packets >= 0 && (!sendsPacketsOneByOne || silence.packets <= count), "a silence is counted")
      default: break
      }
    }
  }

  private static var nothing: FlowTotals {
    FlowTotals(client: PayloadTotals(), server: PayloadTotals(), last: Timestamp(nanoseconds: 0))
  }
}

/// What leaves the house of a packet is never more than the packet, and the same twice.
enum FuzzPrivacy {
  static func check<Kind: Family>(_ family: Kind.Type, _ payload: RawSpan, length: Int) -> Int {
    let clear = Kind.clear(payload, in: .udp(length: length))
    let rebuilt = Kind.rebuilt(payload, in: .udp(length: length), alias: alias)
    promise(clear?.kept ?? 0 <= payload.byteCount, "no more stays than there is")
    promise(rebuilt?.count ?? 0 <= payload.byteCount, "nothing grows")
    promise((clear == nil) == (rebuilt == nil), "both know the same packets")
    let segment = Kind.clear(payload, in: .tcp)
    let segmentRebuilt = Kind.rebuilt(payload, in: .tcp, alias: alias)
    promise(segment?.kept ?? 0 <= payload.byteCount, "no more stays of a segment than there is")
    promise(segmentRebuilt?.count ?? 0 == segment?.kept ?? 0, "a segment is rebuilt as far as it stays")
    return (rebuilt?.count ?? 0) &+ (segmentRebuilt?.count ?? 0)
  }

  private static func alias(_ kind: String, _ value: [UInt8], _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 < value.count ? Int(value[$0]) : 0) &* 31 &+ $0 &+ 7) }
  }
}
