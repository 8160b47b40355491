import Dispatch
import Synchronization

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
  /// A block is read with one call, and large enough that handing it over costs nothing beside reading it.
  private static let blockSize = 1 << 20
  /// A record that goes on from one block to the next is copied there; nearly all are shorter than this.
  private static let headroom = 256 << 10
  /// Blocks that wait to be used. Memory is this, and one that is filled and one that is used.
  private static let blocksAhead = 3

  private struct State {
    var filled: [ByteBlock] = []
    var unused: [ByteBlock] = []
    /// How the source ended, once it has.
    var ending: ByteRead?
    var isAbandoned = false
  }

  // Only the reader's thread uses the source.
  private let source: ByteSource
  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)
  private let ready = DispatchSemaphore(value: 0)

  /// Begins to read as soon as the thread is done with what it was given before.
  init(source: ByteSource, on thread: ReaderThread) {
    self.source = source
    // A semaphore must not go away with less than it began with, so it begins with nothing.
    for _ in 0..<Self.blocksAhead { room.signal() }
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
    ready.wait()
    let delivery = state.withLock { state -> Delivery in
      if !state.filled.isEmpty { return .block(state.filled.removeFirst()) }
      if case .failure(let failure) = state.ending { return .failure(failure) }
      return .end
    }
    room.signal()
    return delivery
  }

  /// Gives a block back whose bytes nobody needs any more.
  func recycle(_ block: ByteBlock) {
    guard block.headroom == Self.headroom, block.size == Self.headroom + Self.blockSize else { return }
    state.withLock { $0.unused.append(block) }
  }

  /// Nobody will ask for more.
  func abandon() {
    state.withLock { $0.isAbandoned = true }
    room.signal()
  }

  private func readAll() {
    while true {
      room.wait()
      guard let block = emptyBlock() else { return }
      let ending = fill(block)
      state.withLock { state in
        if block.count > 0 { state.filled.append(block) }
        state.ending = ending
      }
      if block.count > 0 { ready.signal() }
      if ending != nil {
        _ = ready.signal()
        return
      }
    }
  }

  /// nil when nobody asks for more.
  private func emptyBlock() -> ByteBlock? {
    state.withLock { state in
      guard !state.isAbandoned else { return nil }
      return state.unused.popLast() ?? ByteBlock(capacity: Self.blockSize, headroom: Self.headroom)
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
