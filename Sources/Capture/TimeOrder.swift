import Observations

/// Puts the packets of a capture in order of time where the file holds them a little out of it, as captures from several
/// queues, or files put behind each other, do.
///
/// Packets wait until one came that is later by `windowNanoseconds`, as copies; a clock that was set back by more stays as it
/// is. A capture whose first packets are in order is read as it is from there on, until packets come out of order.
public struct TimeOrder {
  private struct Waiting {
    let record: PacketRecord
    let frame: Int
    let identity: UInt64
    /// Place of its bytes in `blocks`.
    let block: Int
  }

  /// Queues of a card and of a kernel differ by milliseconds.
  static let windowNanoseconds: Int64 = 250_000_000
  /// Packets from which a capture's order is told.
  static let probedPackets = 4_096
  /// Packets, and bytes of the batches that hold them, that wait at once; above it the oldest go on.
  static let mostWaiting = 16_384
  static let mostBytes = 32 << 20

  /// By time, of equal times in the order of the file.
  private var waiting: [Waiting] = []
  /// How many of those at the front are delivered, and how many came before the clock was set back: nothing goes before them.
  private var delivered = 0
  private var settled = 0
  /// Bytes of the batches that were added, by the number of the batch.
  private var blocks: [Int: [UInt8]] = [:]
  private var bytes = 0
  private var added = 0
  /// Packets that came in order from the beginning on; no number of them is enough once one did not.
  private var inOrder = 0
  private var latest = Timestamp(nanoseconds: .min)
  private var output: [UInt8] = []

  public init() {}

  /// Whether the first packets came in order, so that those that follow need not wait.
  public var isNeedless: Bool { inOrder >= Self.probedPackets }

  /// Whether a batch can be taken before another is added.
  public var isReady: Bool {
    guard delivered < waiting.count else { return false }
    return delivered < settled || waiting.count - delivered > Self.mostWaiting || bytes > Self.mostBytes
      || isSettled(waiting[delivered])
  }

  private func isSettled(_ packet: Waiting) -> Bool {
    latest.nanoseconds(since: packet.record.time) > Self.windowNanoseconds
  }

  /// Adds the packets of a batch; their bytes are copied.
  public mutating func add(_ batch: borrowing PacketBatch, window: RawSpan) {
    guard batch.count > 0 else { return }
    let start = (0..<batch.count).reduce(Int.max) { min($0, batch[$1].offset) }
    let end = (0..<batch.count).reduce(0) { max($0, batch[$1].offset + batch[$1].capturedLength) }
    let block = added
    added += 1
    forgetDelivered()
    blocks[block] = window.extracting(start..<end).prefixBytes(end - start)
    bytes += end - start
    for index in 0..<batch.count {
      let record = batch[index]
      if latest > record.time, latest.nanoseconds(since: record.time) > Self.windowNanoseconds {
        settled = waiting.count
        latest = record.time
      } else if latest > record.time {
        inOrder = .min
      }
      inOrder &+= 1
      latest = max(latest, record.time)
      insert(
        Waiting(
          record: PacketRecord(
            offset: record.offset - start, capturedLength: record.capturedLength,
            originalLength: record.originalLength, time: record.time, interface: record.interface),
          frame: batch.frame(at: index), identity: batch.identity(at: index), block: block))
    }
  }

  /// Most packets belong at the end or shortly before it.
  private mutating func insert(_ packet: Waiting) {
    var place = waiting.count
    while place > settled, waiting[place - 1].record.time > packet.record.time { place -= 1 }
    waiting.insert(packet, at: place)
  }

  private mutating func forgetDelivered() {
    waiting.removeFirst(delivered)
    settled = max(0, settled - delivered)
    delivered = 0
    let oldest = waiting.lazy.map(\.block).min() ?? .max
    blocks = blocks.filter { $0.key >= oldest }
    bytes = blocks.values.reduce(0) { $0 + $1.count }
  }

  /// Fills a batch with the packets whose turn it is.
  ///
  /// - Parameter isAtEnd: Whether nothing more comes.
  public mutating func take(into batch: inout PacketBatch, isAtEnd: Bool) {
    batch.reset(firstFrame: batch.firstFrame)
    output.removeAll(keepingCapacity: true)
    while batch.count < batch.capacity, delivered < waiting.count, isAtEnd || isReady {
      let packet = waiting[delivered]
      delivered += 1
      let record = packet.record
      let offset = output.count
      output += blocks[packet.block]?[record.offset..<record.offset + record.capturedLength] ?? []
      batch.append(
        PacketRecord(
          offset: offset, capturedLength: record.capturedLength, originalLength: record.originalLength,
          time: record.time, interface: record.interface), frame: packet.frame, identity: packet.identity)
    }
  }

  /// The bytes that the last batch's offsets count in.
  public var window: RawSpan {
    @_lifetime(borrow self)
    get { unsafe output.span.bytes }
  }
}
