import Observations

/// The trackers of some families, each with a number, from 0; which of them has a flow stands in the flow's claim.
public protocol FamilyList {
  /// The same list with one more family.
  typealias And<New: Family> = Registered<Self, New>

  /// Families in the list.
  static var count: UInt8 { get }
  /// The same, in the order in which they are registered.
  static var families: [any Family.Type] { get }

  init(limits: TrackingLimits)

  static func mayBegin(first: UInt8, length: Int) -> Bool
  static func reads(protocolNumber: UInt8) -> Bool

  /// What may leave the house of a payload; nil when it belongs to no family that knows its messages one by one.
  static func clear(_ payload: RawSpan, in carrier: PayloadCarrier) -> ClearDatagram?
  /// The same payload under aliases, at most as long; nil when it belongs to no such family.
  static func rebuilt(_ payload: RawSpan, in carrier: PayloadCarrier, alias: ValueAlias) -> [UInt8]?

  /// Offers a packet to the trackers in turn, until one claims the flow.
  mutating func recognize(_ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  mutating func recognize(_ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  mutating func recognize(_ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition

  /// Offers each tracker a connection that nobody has claimed and whose SYN a reset answers.
  mutating func readRefusal(of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter)

  // The flow is claimed by one of the list's trackers.
  mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter)
  mutating func read(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter)
  mutating func read(
    _ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter)
  func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)?
  mutating func end(_ flow: inout TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter)
  func describe(_ flow: TrackedFlow, _ totals: FlowTotals, _ emitter: inout Emitter)

  mutating func finish(_ emitter: inout Emitter)
  func describeSessions(_ emitter: inout Emitter)
}

/// The empty list.
@frozen
public struct NoFamily: FamilyList {
  @inlinable public static var count: UInt8 { 0 }
  public static var families: [any Family.Type] { [] }

  @inlinable
  public init(limits: TrackingLimits) {}

  @inlinable
  public static func mayBegin(first: UInt8, length: Int) -> Bool { false }

  @inlinable
  public static func reads(protocolNumber: UInt8) -> Bool { false }

  public static func clear(_ payload: RawSpan, in carrier: PayloadCarrier) -> ClearDatagram? { nil }

  public static func rebuilt(_ payload: RawSpan, in carrier: PayloadCarrier, alias: ValueAlias) -> [UInt8]? { nil }

  @inlinable
  public mutating func recognize(_ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  { .never }

  @inlinable
  public mutating func recognize(_ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  { .never }

  @inlinable
  public mutating func recognize(_ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  { .never }

  @inlinable
  public mutating func readRefusal(of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter) {}

  @inlinable
  public mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {}

  @inlinable
  public mutating func read(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {}

  @inlinable
  public mutating func read(
    _ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {}

  @inlinable
  public func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)? { nil }

  @inlinable
  public mutating func end(
    _ flow: inout TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter
  ) {}

  @inlinable
  public func describe(_ flow: TrackedFlow, _ totals: FlowTotals, _ emitter: inout Emitter) {}

  @inlinable
  public mutating func finish(_ emitter: inout Emitter) {}

  @inlinable
  public func describeSessions(_ emitter: inout Emitter) {}
}

/// A list and one family more, whose number is the count of those before it.
@frozen
public struct Registered<Others: FamilyList, Last: Family>: FamilyList {
  @usableFromInline var others: Others
  @usableFromInline var last: Last.Tracker

  @inlinable public static var count: UInt8 { Others.count + 1 }
  public static var families: [any Family.Type] { Others.families + [Last.self] }

  @inlinable
  public init(limits: TrackingLimits) {
    others = Others(limits: limits)
    last = Last.Tracker(limits: limits)
  }

  @inlinable @inline(__always)
  public static func mayBegin(first: UInt8, length: Int) -> Bool {
    Others.mayBegin(first: first, length: length) || Last.Tracker.mayBegin(first: first, length: length)
  }

  @inlinable @inline(__always)
  public static func reads(protocolNumber: UInt8) -> Bool {
    Others.reads(protocolNumber: protocolNumber) || Last.Tracker.reads(protocolNumber: protocolNumber)
  }

  public static func clear(_ payload: RawSpan, in carrier: PayloadCarrier) -> ClearDatagram? {
    Others.clear(payload, in: carrier) ?? Last.clear(payload, in: carrier)
  }

  public static func rebuilt(_ payload: RawSpan, in carrier: PayloadCarrier, alias: ValueAlias) -> [UInt8]? {
    Others.rebuilt(payload, in: carrier, alias: alias) ?? Last.rebuilt(payload, in: carrier, alias: alias)
  }

  // MARK: Flows that nobody has claimed

  @inlinable
  public mutating func recognize(_ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  {
    let earlier = others.recognize(datagram, context, of: &flow)
    return earlier == .claimed ? .claimed : claim(&flow, last.recognize(datagram, context, of: &flow), after: earlier)
  }

  @inlinable
  public mutating func recognize(_ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  {
    let earlier = others.recognize(segment, context, of: &flow)
    return earlier == .claimed ? .claimed : claim(&flow, last.recognize(segment, context, of: &flow), after: earlier)
  }

  @inlinable
  public mutating func recognize(_ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  {
    let earlier = others.recognize(packet, context, of: &flow)
    return earlier == .claimed ? .claimed : claim(&flow, last.recognize(packet, context, of: &flow), after: earlier)
  }

  @inlinable
  public mutating func readRefusal(of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter) {
    others.readRefusal(of: flow, context, &emitter)
    last.readRefusal(of: flow, context, &emitter)
  }

  /// What the list says: a flow stays undecided while one of its trackers is.
  @inlinable
  func claim(_ flow: inout TrackedFlow, _ word: Recognition, after earlier: Recognition) -> Recognition {
    switch word {
    case .claimed:
      flow.setClaim(by: Others.count)
      return .claimed
    case .undecided: return .undecided
    case .never: return earlier
    }
  }

  // MARK: Flows of a tracker

  @inlinable @inline(__always)
  static func isLast(_ flow: TrackedFlow) -> Bool { flow.claim == .tracker(Others.count) }

  @inlinable @inline(__always)
  public mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    if Self.isLast(flow) {
      last.read(datagram, context, of: &flow, &emitter)
    } else {
      others.read(datagram, context, of: &flow, &emitter)
    }
  }

  @inlinable @inline(__always)
  public mutating func read(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    if Self.isLast(flow) {
      last.read(segment, context, of: &flow, &emitter)
    } else {
      others.read(segment, context, of: &flow, &emitter)
    }
  }

  @inlinable @inline(__always)
  public mutating func read(
    _ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    if Self.isLast(flow) {
      last.read(packet, context, of: &flow, &emitter)
    } else {
      others.read(packet, context, of: &flow, &emitter)
    }
  }

  @inlinable
  public func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)? {
    Self.isLast(flow) ? last.channel(of: flow) : others.channel(of: flow)
  }

  @inlinable
  public mutating func end(
    _ flow: inout TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter
  ) {
    if Self.isLast(flow) {
      last.end(&flow, end, totals, &emitter)
    } else {
      others.end(&flow, end, totals, &emitter)
    }
  }

  @inlinable
  public func describe(_ flow: TrackedFlow, _ totals: FlowTotals, _ emitter: inout Emitter) {
    if Self.isLast(flow) {
      last.describe(flow, totals, &emitter)
    } else {
      others.describe(flow, totals, &emitter)
    }
  }

  @inlinable
  public mutating func finish(_ emitter: inout Emitter) {
    others.finish(&emitter)
    last.finish(&emitter)
  }

  @inlinable
  public func describeSessions(_ emitter: inout Emitter) {
    others.describeSessions(&emitter)
    last.describeSessions(&emitter)
  }
}
