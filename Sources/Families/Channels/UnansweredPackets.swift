import Observations

/// What one side of a channel sent that has to be answered, since the other side was last heard.
@usableFromInline
struct UnansweredPackets {
  @usableFromInline var count = 0
  @usableFromInline var since = Timestamp(nanoseconds: 0)
  @usableFromInline var frame = PackedFrame.none

  @inlinable
  init() {}

  init(count: Int, since: Timestamp, frame: PackedFrame) {
    self.count = count
    self.since = since
    self.frame = frame
  }

  /// One more.
  @inlinable @inline(__always)
  mutating func add(_ context: PacketContext) {
    if count == 0 {
      since = context.time
      frame = context.frame
    }
    count &+= 1
  }

  /// The other side was heard.
  @inlinable @inline(__always)
  mutating func beAnswered() { count = 0 }

  /// Whether the other side has been silent for so many packets and nanoseconds that it matters.
  @inlinable @inline(__always)
  func makeSilence(at time: Timestamp, after nanoseconds: @autoclosure () -> Int64) -> Bool {
    count >= ChannelSilence.packets && time.nanoseconds(since: since) >= nanoseconds()
  }
}

extension Silence {
  /// The silence of a side, to which the other sent these packets.
  init(
    of silent: Side, id: HandshakeID, flow: Flow, lastHeard: Timestamp?, unanswered: UnansweredPackets,
    heardAgain: Bool, controlMessages: Int? = nil, isUnasked: Bool? = nil
  ) {
    self.init(
      id: id, flow: flow, silentSide: silent, lastHeard: lastHeard, unansweredSince: unanswered.since,
      unansweredFrame: unanswered.frame.reference, packets: unanswered.count, heardAgain: heardAgain,
      controlMessages: controlMessages, isUnasked: isUnasked)
  }
}
