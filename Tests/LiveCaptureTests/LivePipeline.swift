import Analysis
import Capture
import Correlation
import Observations

/// The two halves of a live capture in one thread: packets are observed, and what was observed is judged.
struct LivePipeline {
  var observer: LiveObserver
  private(set) var judge: LiveJudge

  init(name: String = "eth0", linkType: LinkType = .ethernet, snapLength: Int = 0, limits: LiveLimits = LiveLimits()) {
    observer = LiveObserver(name: name, linkType: linkType, snapLength: snapLength, limits: limits.tracking)
    judge = LiveJudge(limits: limits)
  }

  mutating func read(_ batch: borrowing PacketBatch, window: RawSpan) {
    observer.read(batch, window: window)
    judge.absorb(observer.takeObservations())
  }

  mutating func events(now: Timestamp) -> [FindingEvent] { judge.events(at: observer.snapshot(now: now)) }

  func report(now: Timestamp, only tunnels: TunnelSelection? = nil, renaming: Renaming? = nil) -> Report {
    judge.report(observer.snapshot(now: now), only: tunnels, renaming: renaming)
  }
}
