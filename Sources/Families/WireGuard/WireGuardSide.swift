import Observations

/// What one side of a WireGuard channel did.
@usableFromInline
struct WireGuardSide {
  // What data touches comes first, side by side: nearly all packets are data, and each line of the cache that they need is
  // one to wait for.

  /// Whether it sent data in this session; keepalives are data.
  @usableFromInline var sentData = false
  /// Whether the other side's silence was emitted.
  @usableFromInline var emittedSilence = false
  /// Whether there is a `handshake`.
  @usableFromInline private(set) var isInHandshake = false
  /// Hops that its last handshake message had left; 0 for none.
  var timeToLive: UInt8 = 0
  /// When it was last heard, with anything.
  @usableFromInline var lastHeard: Timestamp?
  /// Its packets that demand an answer since the other side was last heard: initiations, and data with a packet.
  @usableFromInline var unanswered = UnansweredPackets()
  /// Its data in this session.
  @usableFromInline var packets = 0
  @usableFromInline var bytes = 0
  @usableFromInline var largest = LargestTracking()
  /// Its data under the keys it uses.
  @usableFromInline var window = CounterWindow()
  /// The same under the keys it used before: a few packets come late when keys change.
  private(set) var previous = CounterWindow()
  /// Missing messages under keys that are no longer in use.
  private var missingBefore = 0
  /// The index of its first data in this session; 0 for none yet.
  private(set) var firstIndex: UInt32 = 0
  /// The index under which it may send once the handshake under way is done; 0 for none.
  var nextIndex: UInt32 = 0
  /// The attempt to agree on keys that it began and that has not succeeded yet.
  var handshake: WireGuardHandshake? { didSet { isInHandshake = handshake != nil } }

  /// The indices with which its data may be addressed.
  var indices: WireGuardIndices {
    WireGuardIndices(inUse: window.index, before: previous.index, next: nextIndex)
  }

  var totals: PayloadTotals {
    PayloadTotals(
      packets: packets, bytes: bytes, last: lastHeard, missing: missingBefore + window.missing + previous.missing,
      largest: largest.packets)
  }

  /// What data brings beyond its numbers.
  @usableFromInline
  enum News {
    case none
    /// The other side has now been silent long enough to matter.
    case silence
    /// Something has to be looked at first: nothing was noted yet.
    case unusual
  }

  /// Takes note of data under the keys in use, which is nearly all that a session sends.
  @inlinable @inline(__always)
  static func readData(
    _ data: WireGuardData, _ context: PacketContext, from sender: inout WireGuardSide,
    to receiver: inout WireGuardSide
  ) -> News {
    guard data.receiverIndex == sender.window.index, sender.sentData, !receiver.emittedSilence,
      !receiver.isInHandshake
    else { return .unusual }
    receiver.unanswered.beAnswered()
    sender.lastHeard = context.time
    sender.window.note(data.counter, length: data.length, at: context.time)
    sender.packets &+= 1
    sender.bytes &+= data.length
    sender.largest.note(data.length, context)
    return data.carriesPacket && sender.demandAnswer(context) ? .silence : .none
  }

  /// It sent something that the other side must answer.
  ///
  /// A side that hears nothing begins a handshake after 15 s. While it does not, it hears what the capture lacks: packets were
  /// not captured, or the clock leapt ahead.
  ///
  /// - Returns: Whether the other side has now been silent long enough to report it.
  @inlinable @inline(__always)
  mutating func demandAnswer(_ context: PacketContext) -> Bool {
    unanswered.add(context)
    return isInHandshake && !emittedSilence && unanswered.makeSilence(at: context.time, after: WireGuardTimers.lostPeer)
  }

  /// Notes the counter of data under keys that are in use.
  ///
  /// - Returns: false when its index names other keys.
  mutating func note(_ data: WireGuardData, at time: Timestamp) -> Bool {
    let index = data.receiverIndex
    if index == window.index {
      window.note(data.counter, length: data.length, at: time)
      return true
    }
    guard index == previous.index else { return false }
    previous.note(data.counter, length: data.length, at: time)
    return true
  }

  /// It uses other keys from this message on.
  mutating func changeKeys(_ data: WireGuardData, at time: Timestamp) {
    let index = data.receiverIndex
    if firstIndex == 0 { firstIndex = index }
    missingBefore += previous.missing
    previous = window
    window = CounterWindow(
      index: index, counter: data.counter, isFromStart: index == nextIndex, length: data.length, at: time)
    nextIndex = 0
  }

  /// A new session begins: what was counted belongs to the one before.
  mutating func beginSession() {
    sentData = false
    packets = 0
    bytes = 0
    largest = LargestTracking()
    missingBefore = 0
    firstIndex = 0
    window = CounterWindow()
    previous = CounterWindow()
  }
}

extension WireGuardSide {
  /// By what this side's data is known again from another address.
  ///
  /// - Parameter sawStart: Whether the capture shows the handshake of the session.
  func marks(sawStart: Bool) -> SessionMarks {
    SessionMarks(
      first: sawStart || firstIndex == 0 ? nil : HandshakeToken(UInt64(firstIndex), 0, 0, 0),
      latest: [previous.index, window.index, nextIndex].filter { $0 != 0 }.map { HandshakeToken(UInt64($0), 0, 0, 0) })
  }
}

/// The indices with which a side's data may be addressed: under its keys, those before, and those to come. 0 for none.
struct WireGuardIndices {
  var inUse: UInt32 = 0
  var before: UInt32 = 0
  var next: UInt32 = 0

  var all: [UInt32] { [inUse, before, next].filter { $0 != 0 } }
}
