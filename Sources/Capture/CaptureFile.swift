import Observations

/// A capture being read: a pcap or pcapng file, plain or compressed, or a stream of the same.
///
/// Packets come in batches, each packet as a place in `window` and never as a copy:
///
///     var file = try CaptureFile.open(path)
///     var batch = PacketBatch()
///     while try file.readBatch(&batch) {
///       let window = file.window
///       for index in 0..<batch.count { look(at: batch[index].bytes(in: window)) }
///     }
///
/// Memory does not grow with the capture: it passes through a buffer of bounded size.
public struct CaptureFile: ~Copyable {
  /// The name the capture was opened by; "standard input" for `-`.
  public let name: String
  public let format: CaptureFormat
  private var input: ByteWindow
  /// The reader of a classic file, or nil.
  private let pcap: PcapReader?
  /// The reader of a pcapng file, or nil.
  private var pcapng: PcapNGReader?
  /// The reader of a snoop file, or nil.
  private let snoop: SnoopReader?
  private var counted = CaptureStatistics()
  /// A packet that was read to know its time and not yet delivered.
  private var peeked: PacketBatch?
  private var ending: Ending?

  private enum Ending {
    /// To be thrown by the next read.
    case failing(CaptureError)
    case finished
  }

  init(
    name: String, format: CaptureFormat, input: consuming ByteWindow, pcap: PcapReader? = nil,
    pcapng: PcapNGReader? = nil, snoop: SnoopReader? = nil
  ) {
    self.name = name
    self.format = format
    self.input = input
    self.pcap = pcap
    self.pcapng = pcapng
    self.snoop = snoop
  }

  /// The bytes that the last batch's offsets count in; the next read may move them.
  public var window: RawSpan {
    @_lifetime(borrow self)
    get { input.bytes }
  }

  /// The interfaces described so far; take a copy per batch rather than per packet.
  ///
  /// A pcapng file may describe more at any place, so the list can grow with a read; interfaces of later sections
  /// follow those of earlier ones.
  public var interfaces: ContiguousArray<CaptureInterface> {
    pcapng?.interfaces ?? pcap?.interfaces ?? snoop?.interfaces ?? []
  }

  /// Comments on packets, in file order, at most `PacketComment.mostKept`.
  public var comments: [PacketComment] { pcapng?.comments ?? [] }

  /// Comments on packets beyond those kept.
  public var commentsOmitted: Int { pcapng?.commentsOmitted ?? 0 }

  /// Hands over the packets that the capturing host dropped, of the batches since the last call.
  public mutating func takeHostDrops() -> [HostDrop] { pcapng?.takeHostDrops() ?? [] }

  /// What has been read so far.
  public var statistics: CaptureStatistics {
    var statistics = counted
    guard let pcapng else { return statistics }
    statistics.ignoredBlocks += pcapng.ignoredBlocks
    statistics.packetsWithoutTime = pcapng.packetsWithoutTime
    statistics.omittedInterfaces = pcapng.omittedInterfaces
    statistics.cutOptionLists = pcapng.cutOptionLists
    statistics.omittedHostDrops = pcapng.omittedHostDrops
    statistics.droppedPackets = pcapng.interfaces.reduce(nil) { total, interface in
      guard let drops = interface.droppedPackets else { return total }
      let (sum, overflow) = (total ?? 0).addingReportingOverflow(drops)
      return overflow ? .max : sum
    }
    return statistics
  }

  /// How often time went backwards so far, as the statistics say.
  public var backwardSteps: Int { counted.backwardSteps }

  /// Lets another thread read and decompress what comes, ahead of `readBatch` and bounded.
  public mutating func readAhead(on thread: ReaderThread) { input.readAhead(on: thread) }

  /// Bytes of the file or the stream that were read so far; of compressed input, compressed bytes.
  public var bytesRead: Int { input.bytesRead }

  /// Bytes that the file has, compressed if it is; nil for standard input, a pipe or a device, which cannot be read
  /// twice either.
  public var size: Int? { input.size }

  /// Fills `batch` with the next packets and returns true; returns false at the end of the capture.
  ///
  /// Where the capture is damaged or ends too early, all packets before that place are delivered first; then one
  /// read throws the error, and every later one returns false.
  public mutating func readBatch(_ batch: inout PacketBatch) throws(CaptureError) -> Bool {
    if let first = peeked.take() {
      batch.reset(firstFrame: first.firstFrame)
      batch.records[0] = first.records[0]
      batch.count = 1
      if first.isIdentified { batch.identifyLast(first.identity(at: 0)) }
      return true
    }
    batch.reset(firstFrame: counted.packets + 1)
    while ending == nil {
      let stop = readWindow(into: &batch)
      if case .full = stop { break }
      // Moving the window would pull it from under the packets already in the batch.
      if batch.count > 0, input.mayGrow { break }
      ending = resume(after: stop, frame: batch.firstFrame + batch.count)
    }
    counted.add(batch)
    if batch.count > 0 { return true }
    defer { ending = .finished }
    if case .failing(let error) = ending { throw error }
    return false
  }

  /// The time of the first packet, without consuming it; nil when there is none. For putting captures in order.
  ///
  /// Damage before the first packet is thrown here, and not again by `readBatch`.
  public mutating func peekFirstTime() throws(CaptureError) -> Timestamp? {
    if counted.packets == 0 {
      var first = PacketBatch(capacity: 1)
      if try readBatch(&first) { peeked = first }
    }
    return counted.first
  }

  /// The first packet's time and what it was captured from, without consuming it; throws as `peekFirstTime` does.
  public mutating func overview() throws(CaptureError) -> CaptureOverview {
    let firstTime = try peekFirstTime()
    let interfaces = self.interfaces
    let index = peeked?[0].interface ?? 0
    guard index < interfaces.count else {
      return CaptureOverview(firstTime: firstTime, linkType: nil, snapLength: 0)
    }
    return CaptureOverview(
      firstTime: firstTime, linkType: interfaces[index].linkType, snapLength: interfaces[index].snapLength)
  }
}

// MARK: - Moving on

extension CaptureFile {
  private mutating func readWindow(into batch: inout PacketBatch) -> ReadStop {
    var position = input.position
    defer { input.position = position }
    if let pcap { return pcap.read(input.bytes, at: &position, into: &batch) }
    if let snoop { return snoop.read(input.bytes, at: &position, into: &batch) }
    return pcapng?.read(input.bytes, at: &position, into: &batch) ?? .full
  }

  /// Gets past what stopped the reader at `frame`, or says how the capture ends.
  private mutating func resume(after stop: ReadStop, frame: Int) -> Ending? {
    switch stop {
    case .full: return nil
    case .short(let shortage):
      if input.mayGrow {
        input.fill(shortage.total)
        return nil
      }
      if let failure = input.failure { return .failing(error(failure, framesRead: frame - 1)) }
      if input.available == 0 {
        counted.isComplete = true
        return .finished
      }
      return .failing(
        truncation(
          shortage.words(frame: frame), needed: shortage.needed, available: input.available - shortage.skipped,
          framesRead: frame - 1))
    case .oversized(let length):
      let missing = input.skip(length)
      if missing == 0 {
        counted.ignoredBlocks += 1
        return nil
      }
      if let failure = input.failure { return .failing(error(failure, framesRead: frame - 1)) }
      return .failing(
        truncation("a block to be skipped", needed: length, available: length - missing, framesRead: frame - 1))
    case .zeroBytes(let needed):
      if input.mayGrow, input.available < needed {
        input.fill(needed)
        return nil
      }
      return .failing(
        damage(
          "zero bytes stand where frame \(frame) should: the file was copied before it was written to its end",
          framesRead: frame - 1))
    case .damaged(let reason): return .failing(damage(reason, framesRead: frame - 1))
    case .unsupported(let reason):
      return .failing(.unsupported(name: name, reason: reason, framesRead: frame - 1))
    }
  }

  private func truncation(_ part: String, needed: Int, available: Int, framesRead: Int) -> CaptureError {
    .truncated(
      name: name, offset: input.endOffset, part: part, needed: needed, available: available, framesRead: framesRead)
  }

  private func damage(_ reason: String, framesRead: Int) -> CaptureError {
    .damaged(name: name, offset: input.offset, reason: reason, framesRead: framesRead)
  }

  private func error(_ failure: ByteFailure, framesRead: Int) -> CaptureError {
    failure.error(name: name, offset: input.endOffset, framesRead: framesRead)
  }
}
