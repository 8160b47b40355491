import Correlation
import Dispatch
import Families
import Observations
import Synchronization

/// Judges a capture while it goes on: the same rules as for files, asked again and again.
public struct LiveJudge: Sendable {
  private let limits: LiveLimits
  private var correlator = Correlator(families: RegisteredFamilies.table)
  private var watch = FindingWatch(families: RegisteredFamilies.table)
  private var gathering = EventGathering(families: RegisteredFamilies.table)
  /// Tunnels in the last report by their gateways.
  private var tunnelsOfGateways: [IPAddress: Int] = [:]
  /// Pairs of hosts that were forgotten to make room.
  public private(set) var forgottenPairs = 0
  /// Tunnels in the last report.
  public private(set) var tunnels = 0

  /// How each tunnel stood in the last report; nil where nobody asked for it.
  private var standing: Standings?

  /// - Parameter tellsStandings: Whether `standings` is kept up to date.
  public init(limits: LiveLimits = LiveLimits(), tellsStandings: Bool = false) {
    self.limits = limits
    standing = tellsStandings ? Standings() : nil
  }

  /// How each tunnel stood in the last report, in its order.
  public var standings: [Standing] { standing?.all ?? [] }

  /// Findings that were reported and have not recovered.
  public var openFindings: [Finding] { watch.open }
  /// Findings that were reported since the beginning, by rule.
  public var reportedFindings: [RuleName: Int] { watch.reported }
  /// How much is remembered; bounded by `LiveLimits`.
  public var size: Correlator.Size { correlator.size }

  public mutating func absorb(_ observations: [Observation]) { correlator.absorb(observations) }

  /// What is new at the moment of a snapshot, whose observations and those before it were absorbed.
  public mutating func events(at snapshot: LiveSnapshot) -> [FindingEvent] {
    forgottenPairs += correlator.forgetOldest(keeping: limits.entries, factLimit: limits.facts)
    guard let now = snapshot.now else { return [] }
    let report = verdict(snapshot)
    tunnels = report.tunnels.count
    tunnelsOfGateways = Dictionary(report.tunnels.compactMap(\.gateway).map { ($0, 1) }, uniquingKeysWith: +)
    let events = watch.events(in: report, at: now)
    standing?.update(with: report, watch, at: now)
    return events
  }

  /// The same events put together: alike ones that come within a few seconds are one group.
  public mutating func groups(of events: [FindingEvent], at now: Timestamp) -> [EventGroup] {
    gathering.groups(of: events, at: now).map(counted)
  }

  /// The groups that are still gathered, at the end.
  public mutating func remainingGroups(at now: Timestamp) -> [EventGroup] { gathering.rest(at: now).map(counted) }

  private func counted(_ group: EventGroup) -> EventGroup {
    guard let gateway = group.first.tunnel?.gateway else { return group }
    var group = group
    group.open = watch.openCount(like: group.first)
    group.tunnels = max(tunnelsOfGateways[gateway] ?? 0, group.open)
    return group
  }

  /// The report on everything up to a snapshot.
  ///
  /// - Parameters:
  ///   - tunnels: Those that are reported; nil for all that was seen.
  ///   - renaming: What the report calls things, when not by their own names.
  public func report(
    _ snapshot: LiveSnapshot, only tunnels: TunnelSelection? = nil, renaming: Renaming? = nil
  ) -> Report {
    let description = snapshot.description
    let narrowing = tunnels.map { Narrowing(tunnels: $0) }
    var report = known(at: snapshot).report(
      captures: [renaming?.capture(description) ?? description], narrowedTo: narrowing,
      renaming: renaming?.observation)
    if let renaming { report.narrowing = report.narrowing.map(renaming.narrowing) }
    return report
  }

  /// No global queue: of those Dispatch watches the threads through /proc, which the sandbox does not let it read.
  private static let queue = DispatchQueue(label: "verdict")

  /// A report to watch findings in.
  ///
  /// Made on another thread: what a verdict makes and lets go of would lie between what is remembered, and keep its
  /// pages, if both were in one thread's heap.
  private func verdict(_ snapshot: LiveSnapshot) -> Report {
    let report = Mutex(Report())
    let work = DispatchWorkItem { [self] in
      let made = known(at: snapshot).report(captures: [snapshot.description], tellsTimeline: false)
      report.withLock { $0 = made }
    }
    Self.queue.async(execute: work)
    work.wait()
    return report.withLock { $0 }
  }

  /// What is known, with what is still open on top: storage is copied for the pairs of hosts that this is about.
  private func known(at snapshot: LiveSnapshot) -> Correlator {
    var known = correlator
    known.absorb(snapshot.open)
    return known
  }
}
