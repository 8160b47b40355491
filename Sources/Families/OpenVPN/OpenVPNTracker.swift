import Dissection
import Observations

/// Follows OpenVPN: hard resets begin a channel, on any port, and so does data that agrees with other data.
///
/// A channel is at the place of its flows. When the client's port changes, a new flow joins the channel by the peer ID of its
/// data. A change of the client's address begins another channel, because packets are divided among threads by their hosts; the
/// marks of both (`SessionMarks`) say that they are one session.
public struct OpenVPNTracker: ChannelTracker {
  /// A channel and the flows that belong to it.
  @usableFromInline
  struct Place {
    @usableFromInline var channel: OpenVPNChannel
    var flows = 1
    /// The first packet of the flow on which it goes on.
    @usableFromInline var flow: PackedFrame
    /// The header of the client's data by which `channels` finds it; 0 for none.
    @usableFromInline var known: UInt32 = 0

    /// Reads data of the flow on which the channel goes on.
    ///
    /// - Returns: false, with nothing read, when it came on another flow, or of a client whose header is new.
    @inlinable @inline(__always)
    mutating func readData(
      _ data: OpenVPNData, from side: Side, on flow: PackedFrame, _ context: PacketContext, _ emitter: inout Emitter
    ) -> Bool {
      guard flow == self.flow, side != .client || known == data.header else { return false }
      channel.readData(data, from: side, context, &emitter)
      return true
    }
  }

  @usableFromInline var places = Pool<Place>()
  /// Both directions of each TCP connection, at the place of its channel.
  private var streams: [Int32: (FramedStream<OpenVPNFraming>, FramedStream<OpenVPNFraming>)] = [:]
  private var candidates = UndecidedFlows<OpenVPNDataAgreement>()
  /// By the peer ID of the client's data: at most one for each channel, and no more channels than flows.
  private var channels: [HostsKey: Int32] = [:]

  public init(limits: TrackingLimits) {}

  // MARK: Recognition

  /// First bytes of hard resets: opcodes 7, 8 and 10 with key ID 0.
  @inlinable @inline(__always)
  public static func mayBegin(first: UInt8, length: Int) -> Bool {
    (first == 7 << 3 || first == 8 << 3 || first == 10 << 3) && length >= 14
  }

  public mutating func recognize(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow
  ) -> Recognition {
    if let data = OpenVPNData(datagram.payload, length: datagram.length) {
      guard data.isV2 else { return .never }
      if join(data, direction: datagram.direction, &flow) { return .claimed }
      guard OpenVPNCiphertext.looksLikeNoise(datagram.payload.from(OpenVPNData.headerLength)),
        agrees(data, on: flow, direction: datagram.direction)
      else { return .undecided }
      flow.assumeServer(at: Self.usualPort)
      insert(&flow)
      return .claimed
    }
    guard let message = OpenVPNMessage(datagram.payload, length: datagram.length) else { return .never }
    return claim(message, direction: datagram.direction, &flow)
  }

  public mutating func recognize(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow
  ) -> Recognition {
    let payload = segment.payload
    if isWordToProxy(payload, &flow) { return .undecided }
    guard payload.byteCount >= 2 else { return flow.sawSYN ? .never : .undecided }
    let length = unsafe Int(payload.u16(0))
    if !flow.sawSYN {
      return recognizeData(
        payload.from(2), length: length, wireLength: payload.byteCount &+ context.missingBytes, segment.direction, &flow
      )
    }
    guard let message = OpenVPNMessage(payload.from(2), length: length) else { return .never }
    return claim(message, direction: segment.direction, &flow)
  }

  /// Whether a connection is being opened through a proxy: the client's first words ask for it, and until the hard reset
  /// nothing but such words goes either way.
  private func isWordToProxy(_ payload: RawSpan, _ flow: inout TrackedFlow) -> Bool {
    guard flow.sawSYN else { return false }
    if flow.marks.contains(.proxied) { return ProxyWords.mayGoOn(with: payload) }
    guard ProxyWords.mayBegin(with: payload) else { return false }
    flow.marks.insert(.proxied)
    return true
  }

  /// A connection under way: where a segment begins with a whole packet of data, it may agree with others. Segments that
  /// begin inside a packet say nothing.
  private mutating func recognizeData(
    _ bytes: RawSpan, length: Int, wireLength: Int, _ direction: Int, _ flow: inout TrackedFlow
  ) -> Recognition {
    guard length + 2 <= wireLength, let data = OpenVPNData(bytes.upTo(length), length: length), data.isV2,
      OpenVPNCiphertext.looksLikeNoise(bytes.from(OpenVPNData.headerLength)),
      agrees(data, on: flow, direction: direction)
    else { return .undecided }
    flow.assumeServer(at: Self.usualPort)
    insert(&flow)
    return .claimed
  }

  /// A refused SYN shows nothing but ports, so that here IANA's has to do. How often it happens makes it a client.
  public mutating func readRefusal(of flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter) {
    guard flow.flow.server.port == Self.usualPort else { return }
    emitter.emitRefusedConnection(of: flow, on: .openvpn, context)
  }

  private mutating func claim(
    _ message: borrowing OpenVPNMessage, direction: Int, _ flow: inout TrackedFlow
  ) -> Recognition {
    guard let wrapping = message.resetWrapping else { return .never }
    flow.clientDirection = Int8(
      truncatingIfNeeded: message.opcode == .hardResetServerV2 ? 1 - direction : direction)
    insert(&flow)
    places[flow.place].channel.wrapping = wrapping
    return .claimed
  }

  private mutating func insert(_ flow: inout TrackedFlow) {
    flow.place = places.insert(
      Place(channel: OpenVPNChannel(flow: flow.flow, isTCP: flow.isTCP), flow: flow.firstFrame))
  }

  /// IANA's port for OpenVPN.
  private static let usualPort: UInt16 = 1_194

  /// Takes data into account that no handshake was seen of.
  ///
  /// - Returns: Whether the flow is OpenVPN's.
  private mutating func agrees(_ data: OpenVPNData, on flow: TrackedFlow, direction: Int) -> Bool {
    var agreement = candidates[flow.key] ?? OpenVPNDataAgreement()
    let isOpenVPN = agreement.add(data, direction: direction)
    candidates[flow.key] = isOpenVPN ? nil : agreement
    return isOpenVPN
  }

  /// What data of a client begins with, whatever its port: the peer ID, without opcode and key ID.
  private static func peer(_ key: FlowKey, _ header: UInt32) -> HostsKey { HostsKey(key, header & 0x00FF_FFFF) }

  /// Makes a new flow part of the channel whose client's data goes on there.
  private mutating func join(_ data: OpenVPNData, direction: Int, _ flow: inout TrackedFlow) -> Bool {
    guard !channels.isEmpty, let place = channels[Self.peer(flow.key, data.header)] else { return false }
    let window = places[place].channel.client.window
    guard window.header == data.header, data.packetID > window.highest,
      data.packetID &- window.highest <= Self.largestStep,
      flow.key.receiver(in: direction) == places[place].channel.flow.server
    else { return false }
    flow.place = place
    flow.clientDirection = Int8(truncatingIfNeeded: direction)
    places[place].flows += 1
    return true
  }

  /// What may have been lost while the client's packets found no way: minutes of a busy session.
  private static let largestStep: UInt32 = 1 << 20

  // MARK: Reading

  @inlinable @inline(__always)
  public mutating func read(
    _ datagram: borrowing Datagram, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    let side = flow.side(of: datagram.direction)
    if let data = OpenVPNData(datagram.payload, length: datagram.length) {
      let isRead = places[flow.place].readData(data, from: side, on: flow.firstFrame, context, &emitter)
      if !isRead { readMoved(data, from: side, flow, context, &emitter) }
    } else {
      readControl(
        datagram.payload, length: datagram.length, timeToLive: datagram.timeToLive, from: side, &flow, context, &emitter
      )
    }
  }

  /// Data that came on another flow, or of a client whose header is new.
  @usableFromInline @inline(never)
  mutating func readMoved(
    _ data: OpenVPNData, from side: Side, _ flow: TrackedFlow, _ context: PacketContext, _ emitter: inout Emitter
  ) {
    let place = flow.place
    if places[place].flow != flow.firstFrame {
      // What was sent before may still arrive on the old flow.
      let window = places[place].channel.client.window
      if side == .client, data.header == window.header, data.packetID > window.highest {
        places[place].flow = flow.firstFrame
        places[place].channel.move(to: flow.flow, context, &emitter)
      }
    }
    places[place].channel.readData(data, from: side, context, &emitter)
    if side == .client { learn(data.header, of: place, flow.key) }
  }

  @usableFromInline @inline(never)
  mutating func readControl(
    _ bytes: RawSpan, length: Int, timeToLive: UInt8 = 0, from side: Side, _ flow: inout TrackedFlow,
    _ context: PacketContext, _ emitter: inout Emitter
  ) {
    guard let message = OpenVPNMessage(bytes, length: length) else { return }
    defer { places[flow.place].channel[side].timeToLive = timeToLive }
    let isNew = places[flow.place].channel.readControl(message, from: side, context, &emitter)
    // Errors about a new attempt are emitted anew: they say what became of it.
    if isNew { flow.emittedErrors = 0 }
  }

  public mutating func read(
    _ segment: borrowing Segment, _ context: PacketContext, of flow: inout TrackedFlow, _ emitter: inout Emitter
  ) {
    let side = flow.side(of: segment.direction)
    let place = flow.place
    var both = streams.removeValue(forKey: place) ?? (FramedStream<OpenVPNFraming>(), FramedStream<OpenVPNFraming>())
    var stream = segment.direction == 0 ? both.0 : both.1
    stream.read(segment, missing: context.missingBytes) { bytes, length in
      if let data = OpenVPNData(bytes, length: length) {
        places[place].channel.readData(data, from: side, context, &emitter)
      } else {
        readControl(bytes, length: length, from: side, &flow, context, &emitter)
      }
    }
    if segment.direction == 0 { both.0 = stream } else { both.1 = stream }
    streams[place] = both
  }

  /// Only the client's data of P_DATA_V2 finds the way from a new port.
  private mutating func learn(_ header: UInt32, of place: Int32, _ key: FlowKey) {
    forget(place, key)
    guard OpenVPNData.hasPeerID(header) else { return }
    channels[Self.peer(key, header)] = place
    places[place].known = header
  }

  private mutating func forget(_ place: Int32, _ key: FlowKey) {
    let peer = Self.peer(key, places[place].known)
    if places[place].known != 0, channels[peer] == place { channels[peer] = nil }
    places[place].known = 0
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
    places[place].channel.describe(end, &emitter)
    forget(place, flow.key)
    streams[place] = nil
    places.remove(place, leaving: Place(channel: OpenVPNChannel(flow: flow.flow, isTCP: false), flow: .none))
  }

  /// A channel is described once, with the flow on which it goes on.
  public func describe(_ flow: TrackedFlow, _ totals: FlowTotals, _ emitter: inout Emitter) {
    guard flow.place >= 0, places[flow.place].flow == flow.firstFrame else { return }
    places[flow.place].channel.describe(.unseen, &emitter)
  }
}
