import Dispatch
import Threads

/// Reads a source on another thread, a bounded number of blocks ahead of whoever uses them.
///
/// Copying a file out of the page cache, or decompressing it, takes about as long as looking at its packets, so one
/// thread that reads and one that looks nearly halve the time. Sharing the packets out between trackers was measured
/// against it and gives no more on two cores. And one tracker that sees the packets in their order gives the same
/// results by construction, whatever the number of threads.
///
/// Of a file, whose parts can be read in any order, whoever looks at the packets reads a block too when there is none:
/// so neither thread waits for the other, whichever of them has more to do.
final class ReadAhead: @unchecked Sendable {
  /// A block is read with one call, and stays in the second-level cache while it is.
  private static let blockSize = 512 << 10
  /// A record that goes on from one block to the next is copied there; nearly all are shorter than this.
  private static let headroom = 256 << 10

  // Decompression is used by the reader's thread only; a file's parts are read by both.
  private let source: ByteSource
  /// Where the first block begins; nil when blocks come in their order only.
  private let origin: Int?
  // It is entered a few times for a block.
  private let order = SharedState(BlockOrder())
  private let room = DispatchSemaphore(value: 0)
  private let ready = DispatchSemaphore(value: 0)

  /// Begins to read as soon as the thread is done with what it was given before.
  init(source: ByteSource, on thread: ReaderThread) {
    self.source = source
    origin = source.offset
    thread.run {
      while let place = self.nextPlace() { self.read(place) }
    }
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
      let (step, wakesReader) = order.withLock { ($0.use(mayRead: origin != nil), $0.wakesReader()) }
      if wakesReader { room.signal() }
      switch step {
      case .block(let block): return .block(block)
      case .ended(.failure(let failure)): return .failure(failure)
      case .ended: return .end
      case .read(let place): read(place)
      case .wait: ready.wait()
      }
    }
  }

  /// Gives a block back whose bytes nobody needs any more.
  func recycle(_ block: ByteBlock) {
    guard block.headroom == Self.headroom, block.size == Self.headroom + Self.blockSize else { return }
    order.withLock { $0.unused.append(block) }
  }

  /// Nobody will ask for more.
  func abandon() {
    let wakesReader = order.withLock { order in
      order.isAbandoned = true
      return order.wakesReader()
    }
    if wakesReader { room.signal() }
  }

  /// The place of a block that the reader is to fill, as soon as there is room for it; nil when there is none any more.
  private func nextPlace() -> Int? {
    while true {
      switch order.withLock({ $0.read() }) {
      case .read(let place): return place
      case .wait: room.wait()
      case .block, .ended: return nil
      }
    }
  }

  private func read(_ place: Int) {
    let unused = order.withLock { $0.unused.popLast() }
    let block = unused ?? ByteBlock(capacity: Self.blockSize, headroom: Self.headroom)
    let ending = fill(block, place)
    let wakesUser = order.withLock { order in
      order.put(block, at: place, ending)
      return order.wakesUser()
    }
    if wakesUser { ready.signal() }
  }

  /// Fills a block as far as the source reaches; what is not bytes is how the source ended.
  private func fill(_ block: ByteBlock, _ place: Int) -> ByteRead? {
    let body = unsafe block.body
    let offset = origin.map { $0 + place * Self.blockSize }
    block.count = 0
    while block.count < body.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: body[block.count...])
      let read = unsafe offset.map { unsafe source.read(into: rest, at: $0 + block.count) } ?? source.read(into: rest)
      guard case .bytes(let count) = read else { return read }
      block.count += count
    }
    return nil
  }
}
