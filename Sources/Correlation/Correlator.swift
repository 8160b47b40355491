import Observations

/// From observations to a report: the engine behind files, live packets and logs alike.
///
/// Observations may come in any order between capture points, and in time order within each. What is kept is bounded
/// (`PointHistory`); `report` may be asked for at any time and does not change what is known.
public struct Correlator: Sendable {
  private var histories: [Int: PointHistory] = [:]
  private var logHistory = LogHistory()
  private let limits: CorrelationLimits
  private let families: FamilyTable

  public init(families: FamilyTable, limits: CorrelationLimits = CorrelationLimits()) {
    self.families = families
    self.limits = limits
  }

  public mutating func absorb(_ observation: borrowing Observation) {
    switch observation.origin {
    case .packet(let time, let point, let frame):
      // In its place: a dictionary moves a value out and back in to change it.
      guard let place = histories.index(forKey: point) else {
        histories[point] = emptyHistory(point)
        return absorb(observation)
      }
      histories.values[place].absorb(observation.event, Sighting(time: time, frame: frame), at: frame)
    case .line(let origin): logHistory.absorb(observation.event, origin)
    }
  }

  private func emptyHistory(_ point: Int) -> PointHistory {
    let families = families
    return PointHistory(point: point, limits: limits) { TunnelCandidate.wasTunnel($0, families) }
  }

  public mutating func absorb(_ observations: [Observation]) {
    for observation in observations { absorb(observation) }
  }

  /// Makes room for what is to come, for a capture that has no end: what ended longest ago goes first.
  ///
  /// - Parameters:
  ///   - entries: Connections and attempts that may stay, at each capture point.
  ///   - factLimit: Path facts of each kind that may stay.
  /// - Returns: How many pairs of hosts were forgotten.
  public mutating func forgetOldest(keeping entries: Int, factLimit: Int) -> Int {
    var forgotten = 0
    for point in histories.keys {
      forgotten += histories[point]?.forgetOldest(keeping: entries, factLimit: factLimit) ?? 0
    }
    return forgotten
  }

  /// How much is remembered, over all capture points.
  public struct Size: Sendable, Hashable {
    public var pairs = 0
    /// Connections and attempts.
    public var entries = 0
    /// Path facts of all kinds.
    public var facts = 0
  }

  public var size: Size {
    histories.values.reduce(into: Size()) { size, history in
      size.pairs += history.pairs.count
      size.entries += history.entries
      size.facts += history.factCount
    }
  }

  /// Judges what is known so far.
  ///
  /// - Parameters:
  ///   - captures: What was read; a capture point that shows nothing is part of the report too.
  ///   - logs: What was read beside them, or alone.
  ///   - logTimeZone: The zone of log lines that name none, in seconds east of UTC; without it, it is estimated.
  ///   - narrowing: What the report is limited to. Only its tunnels are chosen here; packets that its other parts
  ///     leave out must not have come this far.
  ///   - renaming: Gives observations their other selves, as what the report names is to be called; `captures` have
  ///     their other names already. Not for logs.
  ///   - tellsTimeline: Whether to list what happened when, which a verdict in the middle of a capture does not need.
  public func report(
    captures: [CaptureDescription], logs: [LogDescription] = [], logTimeZone: Int? = nil,
    narrowedTo narrowing: Narrowing? = nil, renaming: ((Observation) -> Observation)? = nil, tellsTimeline: Bool = true
  ) -> Report {
    judgment(
      captures: captures, logs: logs, logTimeZone: logTimeZone, narrowedTo: narrowing, renaming: renaming,
      tellsTimeline: tellsTimeline
    ).report
  }

  /// The same, with the situation that was judged.
  package func judgment(
    captures: [CaptureDescription], logs: [LogDescription] = [], logTimeZone: Int? = nil,
    narrowedTo narrowing: Narrowing? = nil, renaming: ((Observation) -> Observation)? = nil, tellsTimeline: Bool = true
  ) -> (report: Report, situation: Situation) {
    var known = histories
    for capture in captures where known[capture.point] == nil {
      known[capture.point] = emptyHistory(capture.point)
    }
    let ordered = known.sorted { $0.key < $1.key }.map(\.value)
    let seen = SituationAssembly(ordered, captures: captures, families: families, limits: limits).situation()
    var situation = LogAssembly(logHistory, logs, families: families, zone: logTimeZone).joined(to: seen)
      .narrowed(to: narrowing?.tunnels ?? TunnelSelection())
    var narrowing = narrowing
    narrowing?.otherTunnels = situation.otherTunnels.count
    if let renaming { situation = situation.renamed(by: renaming) }
    var (findings, omitted) = findings(in: situation)
    let timeline =
      tellsTimeline
      ? TimelineAssembly(situation, findings, limit: limits.timelineEntries).entries() : (kept: [], omitted: 0)
    situation.reachedLimits += [
      ReachedLimit(.findings, limit: limits.findings, count: omitted),
      ReachedLimit(.timelineEntries, limit: limits.timelineEntries, count: timeline.omitted),
    ].filter { $0.count > 0 }
    // Last, because it says what the report itself had to leave out.
    for var finding in CaptureQuality.findings(in: situation) {
      finding.id = "F\(findings.count + 1)"
      findings.append(finding)
    }
    let byTunnel = Dictionary(grouping: findings) { $0.tunnel ?? "" }
    let tunnels = situation.tunnels.map { TunnelSummary.description(of: $0, situation, byTunnel[$0.id] ?? []) }
    let common = CommonCauses.causes(of: findings, tunnels, families)
    var problems = ProblemAssembly(findings, common, families)
    let report = Report(
      captures: captures.sorted { $0.index < $1.index },
      tunnels: tunnels, findings: findings, problems: problems.problems(), commonCauses: common,
      timeline: timeline.kept, clockOffsets: situation.clockOffsets,
      narrowing: narrowing, logs: usedLines(of: situation.logs.logs, findings),
      checks: RuleChecks.checks(
        findings,
        CheckedViews(
          families: families, tunnels: tunnels, points: situation.points.count, logs: situation.loggingSides)))
    return (report, situation)
  }

  /// How many lines of each log findings rest on.
  private func usedLines(of logs: [LogReport], _ findings: [Finding]) -> [LogReport] {
    guard !logs.isEmpty else { return logs }
    let cited = Dictionary(grouping: Set(findings.flatMap(\.evidence).compactMap(\.line)), by: \.log)
    return logs.map { $0.using(lines: cited[$0.description.index]?.count ?? 0) }
  }

  /// All rules in turn; then the worst first, with the identifiers that a person reads, and how many are too many.
  private func findings(in situation: Situation) -> (kept: [Finding], omitted: Int) {
    var found = EarlierFindings()
    var detours = Detours(situation)
    let scans = Scans(situation)
    for rule in families.rules {
      for finding in rule.findings(in: situation, earlier: found)
      where !CaptureWeakness.isBaseless(finding, by: rule, situation) {
        let weighed = CaptureWeakness.weakened(finding, by: rule, situation)
        found.add(scans.told(detours.told(LogCorroboration.corroborated(weighed, by: rule, situation))))
      }
    }
    let latest = Timestamp(nanoseconds: .max)
    let ordered = found.all.ordered(
      by: { (-$0.severity.rank, families.ranks[$0.rule] ?? .max, $0.start ?? latest) }, <)
    let kept = ordered.prefix(limits.findings)
    let names = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1.id, "F\($0 + 1)") })
    var causes: [String: [String]] = [:]
    for finding in kept {
      for effect in finding.effects { causes[effect, default: []].append(finding.id) }
      for link in finding.links { causes[link.effect, default: []].append(link.cause) }
    }
    let named = kept.map { finding in
      var named = finding
      named.id = names[finding.id] ?? finding.id
      named.causes = (finding.causes + (causes[finding.id] ?? [])).compactMap { names[$0] }
      (named.effects, named.links) = ([], [])
      return named
    }
    return (named, ordered.count - kept.count)
  }
}
