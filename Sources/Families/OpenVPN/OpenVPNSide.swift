import Observations

/// What one side of an OpenVPN channel did.
@usableFromInline
struct OpenVPNSide {
  /// Whether it sent data in this session; pings are data.
  @usableFromInline var sentData = false
  /// Hops that its last control packet had left; 0 for none.
  var timeToLive: UInt8 = 0
  /// When it was last heard, with anything.
  @usableFromInline var lastHeard: Timestamp?
  /// Its longest pause in this session, in nanoseconds, until the other side's silence was first looked for.
  @usableFromInline var longestPause: Int64 = 0
  /// Its data in this session.
  @usableFromInline var packets = 0
  @usableFromInline var bytes = 0
  /// Of all its packets in this session, control packets too.
  @usableFromInline var largest = LargestTracking()
  /// Missing packets under keys that are no longer in use; nil when their numbers are not in clear.
  private var missingBefore: Int? = 0
  /// Under the key it uses, and under the one it used before: a few packets come late when keys change.
  @usableFromInline var window = PacketIDWindow()
  private(set) var previous = PacketIDWindow()

  /// What its first data in this session begins with, and its packet ID; 0 for none yet.
  private(set) var firstHeader: UInt32 = 0
  private(set) var firstPacketID: UInt32 = 0

  /// Its packets since the other side was last heard.
  @usableFromInline var unanswered = UnansweredPackets()
  /// Whether the other side's silence was emitted.
  @usableFromInline var emittedSilence = false

  /// - Parameter countsMissing: Whether packets travel one by one, as over UDP.
  func totals(countsMissing: Bool) -> PayloadTotals {
    let windows = [window, previous].filter { $0.header != 0 }
    let missing = windows.reduce(missingBefore) { sum, window in
      sum.flatMap { sum in window.counted.map { sum + $0 } }
    }
    return PayloadTotals(
      packets: packets, bytes: bytes, last: lastHeard, missing: countsMissing && packets > 0 ? missing : nil,
      largest: countsMissing ? largest.packets : nil)
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

  /// Takes note of data under the key in use, which is nearly all that a session sends.
  @inlinable @inline(__always)
  static func readData(
    _ data: OpenVPNData, _ context: PacketContext, from sender: inout OpenVPNSide, to receiver: inout OpenVPNSide
  ) -> News {
    guard data.header == sender.window.header, sender.sentData, !receiver.emittedSilence else { return .unusual }
    receiver.unanswered.beAnswered()
    sender.hear(at: context.time)
    sender.window.note(data, at: context.time)
    sender.packets &+= 1
    sender.bytes &+= data.length
    sender.largest.note(data.length, context)
    return sender.demandAnswer(context, after: Self.patience(with: receiver)) ? .silence : .none
  }

  @inlinable @inline(__always)
  mutating func hear(at time: Timestamp) {
    if let lastHeard { longestPause = max(longestPause, time.nanoseconds(since: lastHeard)) }
    lastHeard = time
  }

  /// For how long, in nanoseconds, a side of a session may be silent while the other sends.
  @inlinable @inline(__always)
  static func patience(with side: OpenVPNSide) -> Int64 {
    max(OpenVPNTimers.silence, side.longestPause &* OpenVPNTimers.pauses)
  }

  /// It sent something while the other side is expected to be heard.
  ///
  /// - Returns: Whether the other side has now been silent long enough to report it.
  @inlinable @inline(__always)
  mutating func demandAnswer(_ context: PacketContext, after patience: @autoclosure () -> Int64) -> Bool {
    unanswered.add(context)
    return !emittedSilence && unanswered.makeSilence(at: context.time, after: patience())
  }

  /// Notes data under a key that is in use.
  ///
  /// - Returns: false when it is under another key.
  mutating func note(_ data: OpenVPNData, at time: Timestamp) -> Bool {
    if data.header == window.header {
      window.note(data, at: time)
      return true
    }
    guard data.header == previous.header else { return false }
    previous.note(data, at: time)
    return true
  }

  /// It uses another key from this packet on.
  mutating func changeKey(_ data: OpenVPNData, isFromStart: Bool, at time: Timestamp) {
    if previous.header != 0 { missingBefore = missingBefore.flatMap { sum in previous.counted.map { sum + $0 } } }
    if firstHeader == 0 { (firstHeader, firstPacketID) = (data.header, data.packetID) }
    previous = window
    window = PacketIDWindow(data, isFromStart: isFromStart, at: time)
  }

  /// By what this side's data is known again from another address; nil without a peer ID.
  ///
  /// - Parameter sawStart: Whether the capture shows the handshake of the session.
  func marks(sawStart: Bool) -> SessionMarks? {
    guard OpenVPNData.hasPeerID(window.header) else { return nil }
    let isLater = !sawStart && OpenVPNData.hasPeerID(firstHeader)
    return SessionMarks(
      first: isLater ? HandshakeToken(UInt64(firstHeader), 0, 0, 0) : nil,
      latest: [HandshakeToken(UInt64(window.header), 0, 0, 0)], firstNumber: firstPacketID,
      highestNumber: window.highest)
  }

  /// A new session begins: what was counted belongs to the one before.
  mutating func beginSession() {
    let hops = timeToLive
    self = OpenVPNSide()
    timeToLive = hops
  }
}
