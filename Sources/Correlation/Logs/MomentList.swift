/// The moments of one story, in blocks that stay where they are when more come.
///
/// An event is some hundred bytes, and facts are sorted, filtered and handed on many times: a fact holds the block and a place
/// in it (`LogFact`). The moments of a story lie side by side, because they are judged one after the other; where each was an
/// object of its own, a gateway's log of a day had them all over the memory.
struct MomentList: Sendable {
  typealias Block = [LogHistory.Moment]

  private(set) var blocks: [Block] = []
  private(set) var count = 0

  /// Moments of a block: some kilobytes.
  static let blockSize = 32

  mutating func append(_ moment: LogHistory.Moment) {
    if blocks.isEmpty || blocks[blocks.count - 1].count == Self.blockSize {
      // The first block grows by itself: most subjects have a few moments.
      var block: Block = []
      if !blocks.isEmpty { block.reserveCapacity(Self.blockSize) }
      blocks.append(block)
    }
    blocks[blocks.count - 1].append(moment)
    count += 1
  }
}
