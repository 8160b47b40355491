import Observations

/// Follows the channels of one family at one capture point: packets of its flows in, observations out.
///
/// A tracker is a value that owns its state and knows no other tracker. The packet walk offers it the packets of flows
/// that nobody has claimed; it claims a flow when the bytes have the structure of its protocol, and from then on gets every
/// packet with payload of that flow. A port decides nothing. What it keeps for a flow is at `TrackedFlow.place`, usually in
/// a `Pool`. What it keeps beyond a flow, because a session may move to other addresses, is in a table of its own, bounded by
/// `TrackingLimits` and counted in `Emitter.counters`.
///
/// A flow is a TCP connection, a UDP conversation, or all packets of another IP protocol between two hosts; the defaults
/// of this protocol recognise none.
public protocol ChannelTracker {
  init(limits: TrackingLimits)

  /// Whether a UDP datagram may begin a channel on a flow that was given up as plain: a cheap look, at each datagram of
  /// every plain flow. `recognize` decides.
  ///
  /// - Parameters:
  ///   - first: The first byte of the payload.
  ///   - length: Bytes of the payload on the wire.
  static func mayBegin(first: UInt8, length: Int) -> Bool

  /// Looks at a datagram of a flow that nobody has claimed. Only `read` emits; it gets the same datagram afterwards.
  mutating func recognize(_ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition

  /// Reads a datagram of a flow that this tracker claimed.
  mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter)

  /// Looks at a segment of a connection that nobody has claimed.
  mutating func recognize(_ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition

  /// Reads a segment of a connection that this tracker claimed. Segments come as captured: repeated, overtaken, missing.
  mutating func read(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter)

  /// A reset answers the SYN of a connection, which shows its ports and no byte: nobody has claimed it.
  ///
  /// - Parameter context: Of the reset.
  mutating func readRefusal(of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter)

  /// Whether it wants the packets of an IP protocol other than TCP, UDP and ICMP.
  static func reads(protocolNumber: UInt8) -> Bool

  /// Looks at a packet of such a protocol between two hosts that nobody has claimed.
  mutating func recognize(_ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition

  /// Reads a packet of such a protocol that this tracker claimed.
  mutating func read(
    _ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter)

  /// The handshake or session that a claimed flow carries now: an ICMP error that quotes its packets is emitted as
  /// `.refused` about it. With the flow on which it began; nil when there is none any more.
  func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)?

  /// A claimed flow is over: it was closed, its ports begin a new connection, it is forgotten, or the capture ends.
  /// Emits what only the end can tell, and gives its place back.
  mutating func end(_ flow: inout TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter)

  /// Emits what `end` would emit for a flow now; nothing ends.
  func describe(_ flow: TrackedFlow, _ totals: FlowTotals, _ emitter: inout Emitter)

  /// The capture ends and all flows have ended: emits what is known of sessions that outlive their flows, in the order of
  /// their first packets, each behind `emitter.end(.sessions, first:)`.
  mutating func finish(_ emitter: inout Emitter)

  /// Emits what `finish` would emit now; nothing ends.
  func describeSessions(_ emitter: inout Emitter)
}

/// What a tracker says of a flow that nobody has claimed.
@frozen
public enum Recognition: Sendable {
  /// It is one of its channels. The tracker has set `place`.
  case claimed
  /// It may become one.
  case undecided
  /// It will never be one, unless `mayBegin` says so of a later datagram.
  case never
}

extension ChannelTracker {
  @inlinable @inline(__always)
  public static func mayBegin(first: UInt8, length: Int) -> Bool { false }

  @inlinable
  public mutating func recognize(_ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  { .never }

  @inlinable
  public mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {}

  @inlinable
  public mutating func recognize(_ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  { .never }

  @inlinable
  public mutating func read(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {}

  @inlinable
  public mutating func readRefusal(of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter) {}

  @inlinable
  public static func reads(protocolNumber: UInt8) -> Bool { false }

  @inlinable
  public mutating func recognize(_ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  { .never }

  @inlinable
  public mutating func read(
    _ packet: borrowing IPPayload, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {}

  @inlinable
  public mutating func finish(_ emitter: inout Emitter) {}

  @inlinable
  public func describeSessions(_ emitter: inout Emitter) {}
}
