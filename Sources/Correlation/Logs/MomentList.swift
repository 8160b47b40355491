/// The moments of one story, in blocks that stay where they are when more come.
///
/// An event is some hundred bytes, and facts are sorted, filtered and handed on many times: a fact holds the block and a place
/// in it (`LogFact`). The moments of a story lie side by side, because they are judged one after the other; where each was an
/// object of its own, a gateway's log of a day had them all over the memory.
struct MomentList: Sendable {
  typealias Block = [LogHistory.Moment]

  /// Blocks that are full.
  private var full: [Block] = []
  /// The block that is being filled: here and not behind the others, so that to append takes no look at those.
  private var latest: Block = []

  /// Moments of a block: some kilobytes.
  static let blockSize = 32

  var count: Int { full.count * Self.blockSize + latest.count }

  /// In the order of their moments.
  var blocks: [Block] { latest.isEmpty ? full : full + [latest] }

  mutating func append(_ moment: consuming LogHistory.Moment) {
    if latest.count == Self.blockSize {
      full.append(latest)
      latest = []
      // The first block grows by itself: most subjects have a few moments.
      latest.reserveCapacity(Self.blockSize)
    }
    latest.append(moment)
  }
}
