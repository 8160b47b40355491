import Capture
import Observations
import Tracking

/// A place in a capture file that is being read: what is left of its current batch, and its name in the report.
final class CaptureCursor {
  let index: Int
  let path: String
  let name: String
  /// The first packet's time; the distant future for a capture without packets or with an error in its beginning.
  private(set) var start = Timestamp(nanoseconds: .max)
  private(set) var problem: CaptureError?
  private var file: CaptureFile?
  private(set) var batch = PacketBatch()
  /// Puts its packets in order of time; nil where they are, as in most captures from their first packets on.
  private var order: TimeOrder? = TimeOrder()
  /// The next record of the batch that nobody has read.
  private(set) var next = 0
  private var hasBegun = false
  private var reachedEnd = false
  /// The link type of each interface that was described so far.
  private var interfaceTypes: ContiguousArray<LinkType> = []
  /// Packets that the capturing host dropped; known once it is closed, so that nothing depends on how it was read.
  private(set) var hostDrops: [HostDrop] = []
  /// Packets that were handed on as dropped.
  private var dropped = 0
  /// What was selected; nil when everything is.
  private var tally: SelectionTally?

  init(index: Int, path: String, name: String) {
    self.index = index
    self.path = path
    self.name = name
    open()
    peek()
  }

  private func open() {
    do throws(CaptureError) {
      file = try CaptureFile.open(path)
      size = file?.size
    } catch {
      problem = error
      reachedEnd = true
    }
  }

  private func peek() {
    guard file != nil else { return }
    do throws(CaptureError) {
      start = try file?.peekFirstTime() ?? start
      linkTypes = file?.interfaces.map(\.linkType) ?? []
    } catch {
      problem = error
      reachedEnd = true
    }
  }

  /// Whether it has no packet whose time is known.
  var isEmpty: Bool { start == Timestamp(nanoseconds: .max) }

  /// The greatest time of all its packets, whether they are selected or not; known once it is closed.
  private(set) var latest: Timestamp?

  /// Bytes that the file has, compressed if it is; nil when that is not known.
  private(set) var size: Int?
  /// Bytes of it that were read so far.
  var bytesRead: Int { file?.bytesRead ?? bytesReadBefore }
  private var bytesReadBefore = 0

  /// Whether it is no pipe.
  var canBeReadTwice: Bool { size != nil }

  /// Closes the file if it can be opened again, so that hundreds of files need not be open at once.
  func closeUntilNeeded() {
    if size != nil { file = nil }
  }

  private(set) var isClosed = false

  /// Closes the file for good.
  ///
  /// - Parameter selector: Which of the packets that the capturing host dropped count; nil when all do.
  func close(selecting selector: PacketSelector?) {
    isClosed = true
    latest = file?.statistics.latest
    hostDrops = file?.takeHostDrops() ?? []
    if let selector, !hostDrops.isEmpty {
      let interfaces = file?.interfaces ?? []
      hostDrops.removeAll { !selector.selects($0, interfaces: interfaces) }
    }
    bytesReadBefore = file?.bytesRead ?? 0
    file = nil
  }

  /// Begins to read on another thread; `fill` then waits for it.
  func readAhead(on thread: ReaderThread) {
    guard !reachedEnd else { return }
    if file == nil { open() }
    file?.readAhead(on: thread)
  }

  /// What its interfaces begin their frames with, as far as its beginning tells.
  private(set) var linkTypes: [LinkType] = []

  /// The time of the next packet; nil at the end. Reads a new batch when the last one is used up; a file of which
  /// nothing was read yet stays closed.
  func nextTime() -> Timestamp? {
    if next < batch.count { return batch[next].time }
    if !hasBegun, !isEmpty { return start }
    guard fill() else { return nil }
    return batch[next].time
  }

  /// Makes a new batch the current one; false at the end, or at an error, which is then in `problem`.
  func fill() -> Bool {
    hasBegun = true
    next = 0
    if order != nil { return fillInOrder() }
    let steps = file?.backwardSteps ?? 0
    guard read() else { return false }
    guard file?.backwardSteps ?? 0 > steps else { return true }
    // Those that were handed on stay where they were; from here on packets wait for each other.
    order = TimeOrder()
    file?.add(batch, to: &order)
    return fillInOrder()
  }

  /// Reads what the file holds next.
  private func read() -> Bool {
    guard !reachedEnd else { return false }
    if file == nil { open() }
    do throws(CaptureError) {
      if try file?.readBatch(&batch) ?? false { return true }
    } catch {
      problem = error
    }
    reachedEnd = true
    return false
  }

  private func fillInOrder() -> Bool {
    while !(order?.isNeedless ?? true), !(order?.isReady ?? true), read() { file?.add(batch, to: &order) }
    guard order?.isNeedless ?? false else {
      order?.take(into: &batch, isAtEnd: reachedEnd)
      return batch.count > 0
    }
    order?.take(into: &batch, isAtEnd: true)
    if batch.count > 0 { return true }
    order = nil
    return read()
  }

  /// The records of the batch that come no later than `limit`, and at least one unless the file cannot be read.
  func run(until limit: Timestamp) -> Range<Int> {
    if next >= batch.count, !fill() { return 0..<0 }
    let first = next
    repeat { next += 1 } while next < batch.count && batch[next].time <= limit
    return first..<next
  }

  /// Lets a tracker read some records of the current batch.
  func hand(_ records: Range<Int>, to tracker: inout PointTracker) {
    noteInterfaces()
    if let order {
      tracker.read(batch, records, window: order.window, linkTypes: interfaceTypes, capture: index)
    } else {
      file?.hand(batch, records, linkTypes: interfaceTypes, capture: index, to: &tracker)
    }
  }

  /// Takes the packets that the capturing host dropped, by their place among the points in the file, once all have been read.
  func takeHostDrops(by separation: PointSeparation?) -> [Int: [HostDrop]] {
    defer { hostDrops = [] }
    let known = hostDrops.filter { interfaceTypes.indices.contains($0.interface) }
    return Dictionary(grouping: known) { drop in
      separation?.place(of: drop, linkType: interfaceTypes[drop.interface]) ?? 0
    }
  }

  /// Lets a tracker take note of packets that the capturing host dropped.
  func hand(_ drops: [HostDrop], to tracker: inout PointTracker) {
    for drop in drops where interfaceTypes.indices.contains(drop.interface) {
      tracker.note(drop, linkType: interfaceTypes[drop.interface], capture: index)
    }
  }

  /// Lets a tracker take note of some records of the current batch as packets that a firewall dropped.
  ///
  /// - Parameter selector: Which of them count; nil when all do.
  func handAsDropped(_ records: Range<Int>, selectedBy selector: PacketSelector?, to tracker: inout PointTracker) {
    noteInterfaces()
    guard let selector else { return handAsDropped(records, to: &tracker) }
    var tally = self.tally ?? SelectionTally()
    var rest = records
    while let run = nextRun(rest, selectedBy: selector, tally: &tally) {
      handAsDropped(run, to: &tracker)
      tally.statistics.add(batch, run)
      // What follows a run is not selected.
      rest = min(run.upperBound + 1, records.upperBound)..<records.upperBound
    }
    self.tally = tally
  }

  private func nextRun(
    _ records: Range<Int>, selectedBy selector: PacketSelector, tally: inout SelectionTally
  ) -> Range<Int>? {
    if let order {
      return selector.nextRun(
        in: batch, records, window: order.window, interfaces: file?.interfaces ?? [], tally: &tally)
    }
    return file?.nextRun(batch, records, selectedBy: selector, tally: &tally) ?? nil
  }

  private func handAsDropped(_ records: Range<Int>, to tracker: inout PointTracker) {
    let room = max(0, HostDrop.mostKept - dropped)
    dropped += records.count
    let kept = records.prefix(room)
    if let order {
      tracker.note(dropped: batch, kept, window: order.window, linkTypes: interfaceTypes, capture: index)
    } else {
      file?.handAsDropped(batch, kept, linkTypes: interfaceTypes, capture: index, to: &tracker)
    }
  }

  /// The place among the points in its file of each record of the current batch.
  func places(_ records: Range<Int>, by separation: PointSeparation) -> [Int] {
    noteInterfaces()
    if let order {
      return separation.places(of: batch, records, window: order.window, linkTypes: interfaceTypes)
    }
    return file?.places(batch, records, by: separation, linkTypes: interfaceTypes) ?? []
  }

  /// Interfaces may be described at any place of a capture; those that are known are not asked for again.
  private func noteInterfaces() {
    guard let interfaces = file?.interfaces, interfaces.count > interfaceTypes.count else { return }
    interfaceTypes += interfaces[interfaceTypes.count...].lazy.map(\.linkType)
  }

  /// Lets a tracker read those records of the current batch that are selected, and counts them.
  func hand(_ records: Range<Int>, selectedBy selector: PacketSelector, to tracker: inout PointTracker) {
    noteInterfaces()
    var tally = self.tally ?? SelectionTally()
    if let order {
      file?.hand(
        batch, records, window: order.window, selectedBy: selector, linkTypes: interfaceTypes, capture: index,
        to: &tracker, tally: &tally)
    } else {
      file?.hand(
        batch, records, selectedBy: selector, linkTypes: interfaceTypes, capture: index, to: &tracker, tally: &tally)
    }
    self.tally = tally
  }

  /// What the capture filter cannot be used on, by link type.
  var filterProblems: [FilterProblem] {
    guard let tally else { return [] }
    return tally.refusals.sorted { $0.key < $1.key }.map { number, refusal in
      FilterProblem(
        capture: path == "-" ? name : path, linkType: LinkType(number: number), reason: refusal.reason,
        packets: refusal.packets)
    }
  }

  private static let linkTypesNamed = 8

  /// What a report says of it, as far as reading it tells.
  func description(point: Int) -> CaptureDescription {
    let all = file?.statistics
    let statistics = tally?.statistics ?? all
    let interfaces = file?.interfaces ?? []
    var linkTypes: [String] = []
    var known: Set<LinkType> = []
    for type in interfaces.lazy.map(\.linkType) where known.insert(type).inserted {
      // A capture of more kinds is made up; the names of some say so.
      guard linkTypes.count < Self.linkTypesNamed else { break }
      linkTypes.append(type.name)
    }
    return CaptureDescription(
      index: index, point: point, name: name, format: file?.format.description ?? "unreadable", linkTypes: linkTypes,
      snapLength: interfaces.map(\.snapLength).max() ?? 0, packets: statistics?.packets ?? 0,
      bytes: statistics?.capturedBytes ?? 0, start: statistics?.earliest, end: statistics?.latest,
      isComplete: problem == nil, problem: problem?.reason, cutPackets: statistics?.cutPackets ?? 0,
      shortestCut: statistics?.smallestCut ?? 0, droppedPackets: all?.droppedPackets.map { Int(clamping: $0) },
      backwardSteps: statistics?.backwardSteps ?? 0, hasWholeSeconds: statistics?.hasWholeSeconds,
      skippedPackets: (all?.packets ?? 0) - (statistics?.packets ?? 0),
      unfilterablePackets: tally?.refusals.values.reduce(0) { $0 + $1.packets } ?? 0,
      firstFrame: statistics?.firstFrame ?? 1,
      reachedLimits: (all?.reachedLimits ?? [])
        + (dropped > HostDrop.mostKept
          ? [ReachedLimit(.hostDrops, limit: HostDrop.mostKept, count: dropped - HostDrop.mostKept)] : []))
  }
}

extension CaptureFile {
  /// Lets a tracker read some records of the batch that was read last.
  fileprivate borrowing func hand(
    _ batch: borrowing PacketBatch, _ records: Range<Int>, linkTypes: ContiguousArray<LinkType>, capture: Int,
    to tracker: inout PointTracker
  ) {
    tracker.read(batch, records, window: window, linkTypes: linkTypes, capture: capture)
  }

  /// Lets a tracker take note of some records of the batch that was read last as dropped.
  fileprivate borrowing func handAsDropped(
    _ batch: borrowing PacketBatch, _ records: Range<Int>, linkTypes: ContiguousArray<LinkType>, capture: Int,
    to tracker: inout PointTracker
  ) {
    tracker.note(dropped: batch, records, window: window, linkTypes: linkTypes, capture: capture)
  }

  /// The next of those records of the batch that was read last which are selected.
  fileprivate borrowing func nextRun(
    _ batch: borrowing PacketBatch, _ records: Range<Int>, selectedBy selector: PacketSelector,
    tally: inout SelectionTally
  ) -> Range<Int>? {
    selector.nextRun(in: batch, records, window: window, interfaces: interfaces, tally: &tally)
  }

  /// The place of each record of the batch that was read last.
  fileprivate borrowing func places(
    _ batch: borrowing PacketBatch, _ records: Range<Int>, by separation: PointSeparation,
    linkTypes: ContiguousArray<LinkType>
  ) -> [Int] {
    separation.places(of: batch, records, window: window, linkTypes: linkTypes)
  }

  /// Adds the batch that was read last to what is put in order.
  fileprivate borrowing func add(_ batch: borrowing PacketBatch, to order: inout TimeOrder?) {
    order?.add(batch, window: window)
  }

  /// Lets a tracker read the records of the batch that was read last which are selected.
  fileprivate borrowing func hand(
    _ batch: borrowing PacketBatch, _ records: Range<Int>, selectedBy selector: PacketSelector,
    linkTypes: ContiguousArray<LinkType>, capture: Int, to tracker: inout PointTracker, tally: inout SelectionTally
  ) {
    hand(
      batch, records, window: window, selectedBy: selector, linkTypes: linkTypes, capture: capture, to: &tracker,
      tally: &tally)
  }

  /// The same for a batch whose bytes are in `window`.
  fileprivate borrowing func hand(
    _ batch: borrowing PacketBatch, _ records: Range<Int>, window: RawSpan, selectedBy selector: PacketSelector,
    linkTypes: ContiguousArray<LinkType>, capture: Int, to tracker: inout PointTracker, tally: inout SelectionTally
  ) {
    let interfaces = self.interfaces
    var rest = records
    while let run = selector.nextRun(in: batch, rest, window: window, interfaces: interfaces, tally: &tally) {
      tracker.read(batch, run, window: window, linkTypes: linkTypes, capture: capture)
      tally.statistics.add(batch, run)
      // What follows a run is not selected.
      rest = min(run.upperBound + 1, records.upperBound)..<records.upperBound
    }
  }
}
