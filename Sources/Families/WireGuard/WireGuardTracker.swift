import Dissection
import Observations

/// Follows WireGuard: initiations and responses begin a channel, on any port, and so does data that agrees with other data.
///
/// A channel is at the place of its flows. When the client's port changes, a new flow joins the channel by the index that
/// its data is addressed with. A change of the client's address begins another channel, because packets are divided among
/// threads by their hosts; the marks of both (`SessionMarks`) say that they are one session.
public struct WireGuardTracker: ChannelTracker {
  /// A channel and the flows that belong to it.
  @usableFromInline
  struct Place {
    /// The first packet of the flow on which it goes on.
    @usableFromInline var flow: PackedFrame
    /// The `indexChanges` of the channel that `channels` knows.
    @usableFromInline var knownChanges = 0
    @usableFromInline var channel: WireGuardChannel
    /// Whether the peers write into the reserved bytes.
    var isMarked = false
    var flows = 1
    /// The indices by which `channels` finds it. No array: a place that holds no reference is cheap to get at.
    fileprivate var known = WireGuardIndices()

    /// Reads data of the flow on which the channel goes on.
    ///
    /// - Returns: Whether that is all: false when it came on another flow, or changed the channel's indices.
    @inlinable @inline(__always)
    mutating func readData(
      _ data: WireGuardData, from side: Side, on flow: PackedFrame, _ context: PacketContext, _ emitter: inout Emitter
    ) -> Bool {
      guard flow == self.flow else { return false }
      return channel.readData(data, from: side, context, &emitter)
    }
  }

  @usableFromInline var places = Pool<Place>()
  private var candidates = UndecidedFlows<WireGuardDataAgreement>()
  /// By the receiver's index of their data: at most three for each channel, and no more channels than flows.
  private var channels: [HostsKey: Int32] = [:]

  public init(limits: TrackingLimits) {}

  // MARK: Recognition

  @inlinable @inline(__always)
  public static func mayBegin(first: UInt8, length: Int) -> Bool {
    guard let type = WireGuardMessage.MessageType(rawValue: first) else { return false }
    return type == .data ? length >= type.length : type != .cookieReply && length == type.length
  }

  public mutating func recognize(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow
  ) -> Recognition {
    guard let message = WireGuardMessage(datagram.payload, length: datagram.length, allowsMarks: true) else {
      return .never
    }
    let direction = datagram.direction
    switch message.type {
    case .initiation, .response:
      guard message.isCertain else { return .never }
      flow.clientDirection = Int8(truncatingIfNeeded: message.type == .initiation ? direction : 1 - direction)
    case .data:
      if join(message, direction: direction, &flow) { return .claimed }
      if message.isMarked { return .never }
      guard agrees(message, on: flow, direction: direction) else { return .undecided }
      flow.assumeServer(at: Self.usualPort)
    case .cookieReply:
      return message.isMarked ? .never : .undecided
    }
    flow.place = places.insert(
      Place(flow: flow.firstFrame, channel: WireGuardChannel(flow: flow.flow), isMarked: message.isMarked))
    return .claimed
  }

  /// The port that `wg` and its documentation use for the side that is addressed: above most ephemeral ports.
  private static let usualPort: UInt16 = 51_820

  /// Takes data into account that no handshake was seen of.
  ///
  /// - Returns: Whether the flow is WireGuard's.
  private mutating func agrees(_ message: borrowing WireGuardMessage, on flow: TrackedFlow, direction: Int) -> Bool {
    var agreement = candidates[flow.key] ?? WireGuardDataAgreement()
    let isWireGuard = agreement.add(message, direction: direction)
    candidates[flow.key] = isWireGuard ? nil : agreement
    return isWireGuard
  }

  /// Makes a new flow part of the channel whose client's data goes on there.
  private mutating func join(
    _ message: borrowing WireGuardMessage, direction: Int, _ flow: inout TrackedFlow
  ) -> Bool {
    guard !channels.isEmpty, let place = channels[HostsKey(flow.key, message.receiverIndex)],
      places[place].channel.client.indices.all.contains(message.receiverIndex),
      flow.key.receiver(in: direction) == places[place].channel.flow.server
    else { return false }
    flow.place = place
    flow.clientDirection = Int8(truncatingIfNeeded: direction)
    places[place].flows += 1
    return true
  }

  // MARK: Reading

  @inlinable @inline(__always)
  public mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    guard let data = WireGuardData(datagram.payload, length: datagram.length) else {
      readHandshake(datagram, &flow, context, &emitter)
      return
    }
    let side = flow.side(of: datagram.direction)
    let isAll = places[flow.place].readData(data, from: side, on: flow.firstFrame, context, &emitter)
    if !isAll { finishReading(data, from: side, flow, context, &emitter) }
  }

  /// Data that came on another flow, or changed the indices that data is addressed with.
  @usableFromInline @inline(never)
  mutating func finishReading(
    _ data: WireGuardData, from side: Side, _ flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    if places[flow.place].flow != flow.firstFrame {
      moveIfNewer(data, from: side, flow, context, &emitter)
      _ = places[flow.place].channel.readData(data, from: side, context, &emitter)
    }
    if places[flow.place].channel.indexChanges != places[flow.place].knownChanges {
      learnIndices(of: flow.place, flow.key)
    }
  }

  @usableFromInline @inline(never)
  mutating func readHandshake(
    _ datagram: borrowing Datagram, _ flow: inout TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    guard
      let message = WireGuardMessage(
        datagram.payload, length: datagram.length, allowsMarks: places[flow.place].isMarked)
    else { return }
    let side = flow.side(of: datagram.direction)
    places[flow.place].channel[side].timeToLive = datagram.timeToLive
    switch message.type {
    case .initiation:
      let before = places[flow.place].channel[side].handshake?.id
      places[flow.place].channel.readInitiation(message, from: side, context, &emitter)
      // Errors about a new attempt are emitted anew: they say what became of it.
      if places[flow.place].channel[side].handshake?.id != before { flow.emittedErrors = 0 }
    case .response: places[flow.place].channel.readResponse(message, from: side, context, &emitter)
    case .cookieReply: places[flow.place].channel.readCookieReply(message, from: side, context, &emitter)
    case .data:
      let data = WireGuardData(message)
      let isAll = places[flow.place].readData(data, from: side, on: flow.firstFrame, context, &emitter)
      if !isAll { finishReading(data, from: side, flow, context, &emitter) }
    }
  }

  /// The channel goes on where the client's newest data comes from; what was sent before may arrive on the old flow.
  private mutating func moveIfNewer(
    _ data: WireGuardData, from side: Side, _ flow: TrackedFlow, _ context: PacketContext,
    _ emitter: inout Emitter
  ) {
    let window = places[flow.place].channel.client.window
    guard side == .client, data.receiverIndex != window.index || data.counter > window.highest else { return }
    places[flow.place].flow = flow.firstFrame
    places[flow.place].channel.move(to: flow.flow, context, &emitter)
  }

  /// Only the client's data finds the way from a new port.
  private mutating func learnIndices(of place: Int32, _ key: FlowKey) {
    forgetIndices(of: place, key)
    let indices = places[place].channel.client.indices
    for index in indices.all { channels[HostsKey(key, index)] = place }
    places[place].known = indices
    places[place].knownChanges = places[place].channel.indexChanges
  }

  private mutating func forgetIndices(of place: Int32, _ key: FlowKey) {
    for index in places[place].known.all where channels[HostsKey(key, index)] == place {
      channels[HostsKey(key, index)] = nil
    }
  }

  // MARK: Errors and ends

  public func channel(of flow: TrackedFlow) -> (id: HandshakeID, flow: Flow)? {
    flow.place < 0 ? nil : places[flow.place].channel.current
  }

  public mutating func end(_ flow: inout TrackedFlow, _ end: FlowEnd, _ totals: FlowTotals, _ emitter: inout Emitter) {
    let place = flow.place
    guard place >= 0 else { return }
    flow.place = -1
    places[place].flows -= 1
    guard places[place].flows == 0 else { return }
    places[place].channel.describe(&emitter)
    forgetIndices(of: place, flow.key)
    places.remove(place, leaving: Place(flow: .none, channel: WireGuardChannel(flow: flow.flow)))
  }

  /// A channel is described once, with the flow on which it goes on.
  public func describe(_ flow: TrackedFlow, _ totals: FlowTotals, _ emitter: inout Emitter) {
    guard flow.place >= 0, places[flow.place].flow == flow.firstFrame else { return }
    places[flow.place].channel.describe(&emitter)
  }
}
