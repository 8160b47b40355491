import Dispatch

/// A thread that reads captures, one after the other, while their packets are looked at on another.
public final class ReaderThread: Sendable {
  fileprivate let queue = DispatchQueue(label: "tunnelscope reader")

  public init() {}
}

/// Reads a source on another thread, a bounded number of blocks ahead of whoever uses them.
///
/// Copying a file out of the page cache, or decompressing it, takes about as long as looking at its packets, so one
/// thread that reads and one that looks nearly halve the time. Sharing the packets out between trackers was measured
/// against it and gives no more on two cores: reading, which it does not divide, is the longer half. And one tracker
/// that sees the packets in their order gives the same results by construction, whatever the number of threads.
final class ReadAhead: @unchecked Sendable {
  /// A block is read with one call, and stays in the second-level cache while it is.
  private static let blockSize = 512 << 10
  /// A record that goes on from one block to the next is copied there; nearly all are shorter than this.
  private static let headroom = 256 << 10
  /// Blocks that may wait to be used. Memory is this, and one that is filled and one that is used.
  private static let blocksAhead = 8
  /// Whoever waits is woken when so many blocks are there, or so many may be filled again. To wake a thread costs
  /// about as much as to read a block, so it is not done for each.
  private static let blocksAtOnce = 4

  private struct State {
    var filled: [ByteBlock] = []
    var unused: [ByteBlock] = []
    /// How the source ended, once it has.
    var ending: ByteRead?
    var isAbandoned = false
    var readerWaits = false
    var userWaits = false

    /// Whether the reader is to be woken now.
    mutating func wakesReader() -> Bool {
      guard readerWaits, isAbandoned || filled.count <= ReadAhead.blocksAhead - ReadAhead.blocksAtOnce else {
        return false
      }
      readerWaits = false
      return true
    }

    /// Whether the user is to be woken now.
    mutating func wakesUser() -> Bool {
      guard userWaits, ending != nil || filled.count >= ReadAhead.blocksAtOnce else { return false }
      userWaits = false
      return true
    }
  }

  // Only the reader's thread uses the source.
  private let source: ByteSource
  // A queue guards the state, and no Mutex: what it orders the thread sanitizer sees too (CONTRIBUTING.md, Sanitizers).
  // It is entered a few times for a block.
  private let access = DispatchQueue(label: "tunnelscope blocks")
  private var state = State()
  private let room = DispatchSemaphore(value: 0)
  private let ready = DispatchSemaphore(value: 0)

  /// Begins to read as soon as the thread is done with what it was given before.
  init(source: ByteSource, on thread: ReaderThread) {
    self.source = source
    thread.queue.async { self.readAll() }
  }

  /// What the source gave next.
  enum Delivery {
    case block(ByteBlock)
    case end
    case failure(ByteFailure)
  }

  /// The next block of the source, waiting for it; after the end or a failure nothing may be asked for any more.
  func next() -> Delivery {
    while true {
      let (delivery, wakesReader) = withState { state -> (Delivery?, Bool) in
        if !state.filled.isEmpty { return (.block(state.filled.removeFirst()), state.wakesReader()) }
        switch state.ending {
        case .failure(let failure): return (.failure(failure), false)
        case .some: return (.end, false)
        case nil:
          state.userWaits = true
          return (nil, false)
        }
      }
      if wakesReader { room.signal() }
      if let delivery { return delivery }
      ready.wait()
    }
  }

  /// Gives a block back whose bytes nobody needs any more.
  func recycle(_ block: ByteBlock) {
    guard block.headroom == Self.headroom, block.size == Self.headroom + Self.blockSize else { return }
    withState { $0.unused.append(block) }
  }

  /// Nobody will ask for more.
  func abandon() {
    let wakesReader = withState { state in
      state.isAbandoned = true
      return state.wakesReader()
    }
    if wakesReader { room.signal() }
  }

  private func withState<Result>(_ body: (inout State) -> Result) -> Result { access.sync { body(&state) } }

  private func readAll() {
    while let block = emptyBlock() {
      let ending = fill(block)
      let wakesUser = withState { state in
        if block.count > 0 { state.filled.append(block) }
        state.ending = ending
        return state.wakesUser()
      }
      if wakesUser { ready.signal() }
      if ending != nil { return }
    }
  }

  /// A block to fill, as soon as there is room for one more; nil when nobody asks for more.
  private func emptyBlock() -> ByteBlock? {
    while true {
      let (block, isOver) = withState { state -> (ByteBlock?, Bool) in
        if state.isAbandoned { return (nil, true) }
        guard state.filled.count < Self.blocksAhead else {
          state.readerWaits = true
          return (nil, false)
        }
        return (state.unused.popLast() ?? ByteBlock(capacity: Self.blockSize, headroom: Self.headroom), false)
      }
      if isOver || block != nil { return block }
      room.wait()
    }
  }

  /// Fills a block as far as the source reaches; what is not bytes is how the source ended.
  private func fill(_ block: ByteBlock) -> ByteRead? {
    let body = unsafe block.body
    block.count = 0
    while block.count < body.count {
      switch unsafe source.read(into: UnsafeMutableRawBufferPointer(rebasing: body[block.count...])) {
      case .bytes(let count): block.count += count
      case let ending: return ending
      }
    }
    return nil
  }
}
