/// Which blocks of a source are read, which are there, and which is used next: what two threads agree on.
///
/// A block's place is its number from the source's beginning.
struct BlockOrder {
  /// Blocks that may be read and not used yet. Memory is this and the one that is used.
  private static let blocksAhead = 9
  /// Whoever waits is woken when so many blocks are there, or so many may be filled again. To wake a thread costs
  /// about as much as to read a block, so it is not done for each.
  private static let blocksAtOnce = 4

  /// What a thread is to do.
  enum Step {
    /// Use this block.
    case block(ByteBlock)
    /// Fill the block of this place.
    case read(Int)
    case wait
    /// There is no further block, for this reason.
    case ended(ByteRead)
  }

  /// Blocks that can be filled again.
  var unused: [ByteBlock] = []
  var isAbandoned = false
  private var filled: [Int: ByteBlock] = [:]
  /// The place of the first block that nobody reads yet.
  private var unread = 0
  /// The place of the block that is used next.
  private var wanted = 0
  /// The first place that has no block, and why.
  private var ending: (place: Int, reason: ByteRead)?
  private var readerWaits = false
  private var userWaits = false

  /// What the reader does next.
  mutating func read() -> Step {
    if isAbandoned { return .ended(.end) }
    if let ending { return .ended(ending.reason) }
    if let step = claim() { return step }
    readerWaits = true
    return .wait
  }

  /// What the user does next.
  ///
  /// - Parameter mayRead: Whether it may fill a block itself.
  mutating func use(mayRead: Bool) -> Step {
    if let block = filled.removeValue(forKey: wanted) {
      wanted += 1
      return .block(block)
    }
    if let ending, wanted >= ending.place { return .ended(ending.reason) }
    if mayRead, ending == nil, let step = claim() { return step }
    userWaits = true
    return .wait
  }

  private var isFull: Bool { unread - wanted >= Self.blocksAhead }

  /// The next block that nobody reads yet is the caller's to fill; nil when there is no room for it.
  private mutating func claim() -> Step? {
    guard !isFull else { return nil }
    defer { unread += 1 }
    return .read(unread)
  }

  /// Takes a block that was filled, and how the source ended in it, if it did.
  mutating func put(_ block: ByteBlock, at place: Int, _ ending: ByteRead?) {
    if block.count > 0 { filled[place] = block }
    guard let ending else { return }
    // Parts that lie behind an end do not count, even if the file has grown since.
    let end = block.count > 0 ? place + 1 : place
    if self.ending.map({ end < $0.place }) ?? true { self.ending = (end, ending) }
    filled = filled.filter { $0.key < end }
  }

  /// Whether the reader is to be woken now.
  mutating func wakesReader() -> Bool {
    guard readerWaits, isAbandoned || ending != nil || unread - wanted <= Self.blocksAhead - Self.blocksAtOnce else {
      return false
    }
    readerWaits = false
    return true
  }

  /// Whether the user is to be woken now.
  mutating func wakesUser() -> Bool {
    guard userWaits, ending != nil || filled[wanted] != nil && (isFull || filled.count >= Self.blocksAtOnce) else {
      return false
    }
    userWaits = false
    return true
  }
}
