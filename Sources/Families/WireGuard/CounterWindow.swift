import Observations

/// The counters of one side's data under one pair of keys: how many messages are missing.
///
/// A message that comes up to 63 numbers late is not missing; later ones and repeated ones are not looked at.
@usableFromInline
struct CounterWindow {
  /// The receiver's index, which names the keys; 0 for none yet.
  @usableFromInline let index: UInt32
  @usableFromInline var highest: UInt64
  /// Messages with a number between the first and the highest that did not come.
  private(set) var missing = 0
  /// Bit n: the message with the number `highest` − n came.
  @usableFromInline var received: UInt64 = .max
  @usableFromInline var last: Timestamp
  @usableFromInline var lastLength = 0

  /// Datagrams longer than an Ethernet frame come from segmentation offload: one captured datagram holds several messages,
  /// of which only the first is looked at.
  private static let longestMessage = 1_500
  /// The header, one padded block and its tag.
  private static let shortestWithPacket = 48
  /// More than this at once is no loss: 2^20 packets take a second at 10 Gbit/s, and the sender was heard within 10.
  private static let largestGap: UInt64 = 1 << 20

  /// No keys yet.
  init() {
    index = 0
    highest = 0
    last = Timestamp(nanoseconds: 0)
  }

  /// - Parameter isFirst: Whether the capture shows the handshake that made the keys, so that numbers begin with 0.
  init(index: UInt32, counter: UInt64, isFromStart: Bool, length: Int, at time: Timestamp) {
    self.index = index
    highest = counter
    last = time
    lastLength = length
    if isFromStart, counter > 0, counter < Self.largestGap {
      missing = Int(counter)
      received = 1
    }
  }

  /// Notes a message under these keys.
  @inlinable @inline(__always)
  mutating func note(_ counter: UInt64, length: Int, at time: Timestamp) {
    if counter == highest &+ 1 {
      received = received << 1 | 1
    } else {
      noteOutOfOrder(counter, at: time)
      guard counter > highest else { return }
    }
    highest = counter
    last = time
    lastLength = length
  }

  @usableFromInline @inline(never)
  mutating func noteOutOfOrder(_ counter: UInt64, at time: Timestamp) {
    guard counter > highest else {
      let behind = highest &- counter
      guard behind < 64, received & (1 << behind) == 0 else { return }
      received |= 1 << behind
      missing -= missing > 0 ? 1 : 0
      return
    }
    let step = counter &- highest
    if isLoss(step &- 1, at: time) {
      missing += Int(step &- 1)
      received = step < 64 ? received << step | 1 : 1
    } else {
      received = .max
    }
  }

  /// A gap after a long pause is an outage, which is reported as a silence, and no loss.
  private func isLoss(_ gap: UInt64, at time: Timestamp) -> Bool {
    guard gap < Self.largestGap, time.nanoseconds(since: last) < WireGuardTimers.keepaliveTimeout else { return false }
    guard lastLength > Self.longestMessage else { return true }
    return gap > UInt64(lastLength / Self.shortestWithPacket)
  }
}
