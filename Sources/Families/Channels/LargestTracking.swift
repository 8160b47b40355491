import Observations

/// The largest packets that a side of a channel sent, to compare what two capture points see.
@usableFromInline
struct LargestTracking {
  @usableFromInline var length = 0
  @usableFromInline var count = 0
  private var first = Timestamp(nanoseconds: 0)
  private var frame = PackedFrame.none
  private var sawMerged = false

  /// Longer datagrams come from segmentation offload, at either end: no wire carried them.
  private static let longest = 1_500

  @usableFromInline
  init() {}

  @inlinable @inline(__always)
  mutating func note(_ length: Int, _ context: PacketContext) {
    if length == self.length {
      count &+= 1
    } else if length > self.length {
      noteLarger(length, context)
    }
  }

  @usableFromInline @inline(never)
  mutating func noteLarger(_ length: Int, _ context: PacketContext) {
    guard length <= Self.longest else {
      sawMerged = true
      return
    }
    self.length = length
    count = 1
    first = context.time
    frame = context.frame
  }

  var packets: LargestPackets? {
    count == 0
      ? nil
      : LargestPackets(
        length: length, count: count, first: first, firstFrame: frame.reference, besideMerged: sawMerged ? true : nil)
  }
}
