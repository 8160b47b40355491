import Correlation
import Observations

/// Judges a capture while it goes on: the same rules as for files, asked again and again.
public struct LiveJudge {
  private let limits: LiveLimits
  private var correlator = Correlator()
  private var watch = FindingWatch()
  /// Pairs of hosts that were forgotten to make room.
  public private(set) var forgottenPairs = 0
  /// Tunnels in the last report.
  public private(set) var tunnels = 0

  public init(limits: LiveLimits = LiveLimits()) { self.limits = limits }

  /// Findings that were told and have not recovered.
  public var openFindings: [Finding] { watch.open }
  /// Findings that were told since the beginning, by rule.
  public var toldFindings: [RuleName: Int] { watch.told }
  /// How much is remembered; bounded by `LiveLimits`.
  public var size: Correlator.Size { correlator.size }

  public mutating func absorb(_ observations: [Observation]) { correlator.absorb(observations) }

  /// What is new at the moment of a snapshot, whose observations and those before it were absorbed.
  public mutating func events(at snapshot: LiveSnapshot) -> [FindingEvent] {
    forgottenPairs += correlator.forgetOldest(keeping: limits.entries, factLimit: limits.facts)
    guard let now = snapshot.now else { return [] }
    let report = report(snapshot)
    tunnels = report.tunnels.count
    return watch.events(in: report, at: now)
  }

  /// The report on everything up to a snapshot.
  ///
  /// - Parameter tunnels: Those that are reported; nil for all that was seen.
  public func report(_ snapshot: LiveSnapshot, only tunnels: TunnelSelection? = nil) -> Report {
    var known = correlator
    known.absorb(snapshot.open)
    return known.report(captures: [snapshot.description], narrowedTo: tunnels.map { Narrowing(tunnels: $0) })
  }
}
