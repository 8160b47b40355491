import Observations

/// The TLS VPN and its relatives: AnyConnect, ocserv, GlobalProtect, FortiGate, Pulse, F5. TLS over TCP for control, DTLS over
/// UDP beside it for data; without DTLS, data goes through TLS.
public enum TLSVPN: Family {
  public static var name: FamilyName { .tlsVPN }

  /// A login and the opening request of a session are done by then, counted from the first TLS record; what comes later is
  /// traffic.
  public static var openingNanoseconds: Int64 { 5_000_000_000 }

  /// DTLS has the UDP flows of the family, TLS its TCP connections; neither knows of the other.
  public struct Tracker: ChannelTracker {
    @usableFromInline var tls: TLSTracker
    @usableFromInline var dtls: DTLSTracker

    public init(limits: TrackingLimits) {
      tls = TLSTracker(limits: limits)
      dtls = DTLSTracker()
    }
  }
}

extension TLSVPN.Tracker {
  @inlinable @inline(__always)
  public static func mayBegin(first: UInt8, length: Int) -> Bool { DTLSTracker.mayBegin(first: first) }

  public mutating func recognize(_ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  {
    dtls.recognize(datagram, context, of: &flow)
  }

  @inlinable @inline(__always)
  public mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    dtls.read(datagram, context, of: &flow, &emitter)
  }

  public mutating func recognize(_ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow)
    -> Recognition
  {
    tls.recognize(segment, context, of: &flow)
  }

  @inlinable @inline(__always)
  public mutating func read(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    tls.read(segment, context, of: &flow, &emitter)
  }

  public mutating func readRefusal(of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter) {
    tls.readRefusal(of: flow, context, &emitter)
  }

  public func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)? {
    flow.isTCP ? tls.channel(of: flow) : dtls.channel(of: flow)
  }

  public mutating func end(
    _ flow: inout TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter
  ) {
    if flow.isTCP { tls.end(&flow, end, totals, &emitter) } else { dtls.end(&flow, &emitter) }
  }

  public func describe(_ flow: TrackedFlow, _ totals: FlowTotals, _ emitter: inout Emitter) {
    if flow.isTCP {
      tls.describe(flow, .unseen, totals, &emitter)
    } else {
      dtls.describe(flow, &emitter)
    }
  }
}
