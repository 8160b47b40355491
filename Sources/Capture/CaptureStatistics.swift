import Observations

/// What has been read of a capture so far, and what limits its evidence.
public struct CaptureStatistics: Hashable, Sendable {
  /// Packets read.
  public internal(set) var packets = 0
  /// Bytes of those packets that the capture holds.
  public internal(set) var capturedBytes = 0
  /// Bytes those packets had on the wire.
  public internal(set) var originalBytes = 0
  /// Time of the first packet in file order.
  public internal(set) var first: Timestamp?
  /// Frame number of that packet.
  public internal(set) var firstFrame: Int?
  /// Time of the last packet in file order.
  public internal(set) var last: Timestamp?
  /// The least time of any packet.
  public internal(set) var earliest: Timestamp?
  /// The greatest time of any packet.
  public internal(set) var latest: Timestamp?
  /// Packets of which the capture holds less than was on the wire.
  public internal(set) var cutPackets = 0
  /// Captured bytes of the shortest packet among those.
  public internal(set) var smallestCut: Int?
  /// Packets whose time is before that of the packet preceding them, by more than a millisecond: less is what the
  /// queues of one network interface differ by when they stamp packets.
  public internal(set) var backwardSteps = 0
  /// Frame number of the first such packet.
  public internal(set) var firstBackwardFrame: Int?
  /// Whether no packet's time has a fraction of a second; so it is before the first one.
  public internal(set) var hasWholeSeconds = true
  /// Packets that came without a time (pcapng's simple packet blocks) and were given that of the packet before.
  public internal(set) var packetsWithoutTime = 0
  /// Packets that the capturing host lost, over all interfaces; nil when the capture does not say.
  public var droppedPackets: UInt64?
  /// Blocks of unknown or private type that were skipped.
  public internal(set) var ignoredBlocks = 0
  /// Interfaces beyond those that are kept; their packets count as of an unknown link type.
  public internal(set) var omittedInterfaces = 0
  /// Blocks with more options than are looked at.
  public internal(set) var cutOptionLists = 0
  /// Packets that the capturing host dropped, beyond those that are kept.
  public internal(set) var omittedHostDrops = 0
  /// Whether the capture was read to an orderly end.
  public internal(set) var isComplete = false

  private static let queueJitter: Int64 = 1_000_000

  public init() {}

  /// The limits of the program's own that the capture reached.
  public var reachedLimits: [ReachedLimit] {
    [
      ReachedLimit(.interfaces, limit: PcapNGBlock.mostInterfaces, count: omittedInterfaces),
      ReachedLimit(.options, limit: PcapNGBlock.mostOptions, count: cutOptionLists),
      ReachedLimit(.hostDrops, limit: HostDrop.mostKept, count: omittedHostDrops),
    ].filter { $0.count > 0 }
  }

  /// Counts the packets of a batch: one pass while its records are still in the nearest cache.
  public mutating func add(_ batch: borrowing PacketBatch) { add(batch, 0..<batch.count) }

  /// Counts some packets of a batch.
  public mutating func add(_ batch: borrowing PacketBatch, _ records: Range<Int>) {
    guard !records.isEmpty else { return }
    let begin = batch[records.lowerBound].time
    var previous = last ?? begin
    var low = earliest ?? begin
    var high = latest ?? begin
    var captured = 0
    var original = 0
    let all = batch.records.span
    for index in records {
      let record = all[index]
      captured &+= record.capturedLength
      original &+= record.originalLength
      if record.capturedLength < record.originalLength { addCut(record.capturedLength) }
      if record.time < previous, previous.nanoseconds(since: record.time) > Self.queueJitter {
        addBackwardStep(frame: batch.frame(at: index))
      }
      low = min(low, record.time)
      high = max(high, record.time)
      previous = record.time
    }
    // In most captures the first packet answers it for all that follow.
    if hasWholeSeconds {
      for index in records where all[index].time.nanoseconds % 1_000_000_000 != 0 {
        hasWholeSeconds = false
        break
      }
    }
    if first == nil {
      first = begin
      firstFrame = batch.frame(at: records.lowerBound)
    }
    last = previous
    earliest = low
    latest = high
    packets += records.count
    capturedBytes &+= captured
    originalBytes &+= original
  }

  private mutating func addCut(_ length: Int) {
    cutPackets += 1
    smallestCut = min(smallestCut ?? length, length)
  }

  @inline(never)
  private mutating func addBackwardStep(frame: Int) {
    backwardSteps += 1
    if firstBackwardFrame == nil { firstBackwardFrame = frame }
  }
}
