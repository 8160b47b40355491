import Analysis
import Capture
import Correlation
import Observations

/// The two halves of a live capture in one thread: packets are observed, and what was observed is judged.
struct LivePipeline {
  var observer: LiveObserver
  private(set) var judge: LiveJudge
  private var batch: PacketBatch

  init(
    name: String = "eth0", linkType: LinkType = .ethernet, snapLength: Int = 0, limits: LiveLimits = LiveLimits(),
    batchCapacity: Int = 256
  ) {
    batch = PacketBatch(capacity: batchCapacity)
    observer = LiveObserver(name: name, linkType: linkType, snapLength: snapLength, limits: limits.tracking)
    judge = LiveJudge(limits: limits)
  }

  /// Reads a packet as it is lent; whether it was the last of a batch.
  @discardableResult
  mutating func read(_ packet: [UInt8], originalLength: Int, time: Timestamp) -> Bool {
    let record = PacketRecord(
      offset: 0, capturedLength: packet.count, originalLength: originalLength, time: time, interface: 0)
    unsafe observer.read(record, window: packet.span.bytes, frame: batch.firstFrame + batch.count)
    _ = batch.append(record)
    guard batch.count == batch.capacity else { return false }
    endBatch()
    return true
  }

  /// Ends a batch before it is full.
  mutating func endBatch() {
    guard batch.count > 0 else { return }
    observer.end(batch)
    batch.reset(firstFrame: batch.firstFrame + batch.count)
    judge.absorb(observer.takeObservations())
  }

  mutating func events(now: Timestamp) -> [FindingEvent] { judge.events(at: observer.snapshot(now: now)) }

  func report(now: Timestamp, only tunnels: TunnelSelection? = nil, renaming: Renaming? = nil) -> Report {
    judge.report(observer.snapshot(now: now), only: tunnels, renaming: renaming)
  }
}
