import Observations

/// Follows the findings of a capture that goes on, from report to report, and says what is new.
///
/// Bounded: at `capacity` the finding that was closed longest ago is forgotten, then new ones are left to the report.
public struct FindingWatch: Sendable {
  private struct Watched {
    /// 0 while it has not been reported.
    var number = 0
    /// When it was first in a report, without a gap since then.
    var since: Timestamp
    var missingSince: Timestamp?
    /// As it was last reported.
    var reported: Finding
    /// Without its history, which grows: a tunnel that is still there has it in the report.
    var tunnel: TunnelDescription?
    var isClosed = false
    /// Whether the latest report shows it, and no sign that it is over.
    var isPresent = true
    /// What the latest report calls it; nil where it is not in that.
    var reportID: String?

    func followed(isReported: Bool) -> FollowedFinding {
      FollowedFinding(finding: reported, reportID: reportID, tunnel: tunnel, since: since, isReported: isReported)
    }
  }

  /// Findings of different identity that are followed at once.
  public static let capacity = 4_096

  private var watched: [FindingIdentity: Watched] = [:]
  private var count = 0
  /// Whether room was looked for in vain since the last report, so that it need not be for every finding.
  private var hasNoneClosed = false
  /// Findings that were reported since the beginning, by rule.
  public private(set) var reported: [RuleName: Int] = [:]
  private let rules: [RuleName: any Rule.Type]

  public init(families: FamilyTable) {
    rules = Dictionary(families.rules.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Seconds for which a finding must have been missing before it counts as gone.
  private static let absenceSeconds = 5.0

  /// Findings that were reported and have not recovered.
  public var open: [Finding] {
    watched.values.filter { $0.number > 0 && !$0.isClosed }.sorted { $0.number < $1.number }.map(\.reported)
  }

  /// What is wrong now: findings that were reported and have not recovered, in the order in which they were; then those that
  /// have not lasted long enough yet.
  var followed: [FollowedFinding] {
    let reported = watched.values.filter { $0.number > 0 && !$0.isClosed }.sorted { $0.number < $1.number }
    let waiting = watched.values.filter { $0.isPresent && ($0.number == 0 || $0.isClosed) }
    return reported.map { $0.followed(isReported: true) } + waiting.map { $0.followed(isReported: false) }
  }

  /// How many findings like that of an event, about tunnels to the same gateway, have not recovered.
  public func openCount(like event: FindingEvent) -> Int {
    watched.count { identity, state in
      state.number > 0 && !state.isClosed && identity.rule == event.finding.rule
        && identity.gateway == event.tunnel?.gateway && state.reported.channel == event.finding.channel
    }
  }

  /// What is new in a report on the capture up to `now`, in the report's order, recoveries last.
  public mutating func events(in report: Report, at now: Timestamp) -> [FindingEvent] {
    let tunnels = Dictionary(report.tunnels.map { ($0.id, $0) }) { first, _ in first }
    var present: Set<FindingIdentity> = []
    var alike: [FindingIdentity: Int] = [:]
    var events: [FindingEvent] = []
    hasNoneClosed = false
    for finding in report.findings where finding.rule != .captureQuality {
      let tunnel = finding.tunnel.flatMap { tunnels[$0] }
      let first = FindingIdentity(finding, tunnel, rules[finding.rule]?.topic)
      var identity = first
      identity.ordinal = alike[first, default: 0]
      alike[first, default: 0] += 1
      present.insert(identity)
      if let event = note(finding, identity, tunnel, now) { events.append(event) }
    }
    events += missing(present, in: report, at: now)
    return named(events, in: report, tunnels)
  }

  private mutating func note(
    _ finding: Finding, _ identity: FindingIdentity, _ tunnel: TunnelDescription?, _ now: Timestamp
  ) -> FindingEvent? {
    guard var state = watched[identity] ?? beginning(finding, now) else { return nil }
    defer { watched[identity] = state }
    // A clock that was set back begins anew.
    if now < state.since { state.since = now }
    state.missingSince = nil
    state.tunnel = tunnel?.withoutHistory
    let recovery = rules[finding.rule]?.recovery(from: finding, tunnel, at: now)
    state.isPresent = recovery == nil
    state.reportID = finding.id
    var kind: FindingEvent.Kind?
    if state.number == 0 {
      guard now.seconds(since: state.since) >= (rules[finding.rule]?.holdSeconds ?? 0) else { return nil }
      count += 1
      state.number = count
      reported[finding.rule, default: 0] += 1
      kind = .found
    } else if state.isClosed {
      guard recovery == nil else {
        state.since = now
        return nil
      }
      guard now.seconds(since: state.since) >= (rules[finding.rule]?.holdSeconds ?? 0) else { return nil }
      state.isClosed = false
      kind = .again
    } else if let recovery {
      state.isClosed = true
      hasNoneClosed = false
      state.since = now
      kind = .recovered(recovery)
    } else if Self.hasGrown(finding, since: state.reported) {
      kind = .grown
    }
    guard let kind else { return nil }
    // What is over is what was reported, even where the rule now tells of an earlier one of its kind.
    if !state.isClosed || finding.start == state.reported.start { state.reported = finding }
    state.reported.id = "L\(state.number)"
    return FindingEvent(kind: kind, time: now, finding: state.reported, tunnel: tunnel)
  }

  private mutating func beginning(_ finding: Finding, _ now: Timestamp) -> Watched? {
    if watched.count >= Self.capacity {
      guard !hasNoneClosed, let oldest = oldestClosed() else {
        hasNoneClosed = true
        return nil
      }
      watched[oldest] = nil
    }
    return Watched(since: now, reported: finding)
  }

  private func oldestClosed() -> FindingIdentity? {
    var oldest: (identity: FindingIdentity, number: Int)?
    for (identity, state) in watched where state.isClosed && state.number < oldest?.number ?? .max {
      oldest = (identity, state.number)
    }
    return oldest?.identity
  }

  /// Whether a finding says more than when it was last reported: it is worse or surer, or its amount has doubled
  /// (three sessions become four, then eight …).
  private static func hasGrown(_ finding: Finding, since earlier: Finding) -> Bool {
    if finding.severity > earlier.severity || finding.confidence > earlier.confidence { return true }
    guard let now = finding.amount, let then = earlier.amount else { return false }
    return magnitude(now) > magnitude(then)
  }

  private static func magnitude(_ value: Int) -> Int { Int.bitWidth - max(value, 0).leadingZeroBitCount }

  /// Findings that were in an earlier report and are not in this one.
  private mutating func missing(
    _ present: Set<FindingIdentity>, in report: Report, at now: Timestamp
  ) -> [FindingEvent] {
    var events: [FindingEvent] = []
    lazy var tunnels = Dictionary(report.tunnels.map { ([$0.client, $0.gateway], $0) }) { first, _ in first }
    let absent = watched.filter { !present.contains($0.key) }.sorted { $0.value.number < $1.value.number }
    for (identity, state) in absent {
      watched[identity]?.isPresent = false
      watched[identity]?.reportID = nil
      guard state.number > 0, !state.isClosed else {
        // Closed ones stay, so that a return is reported as such.
        if state.number == 0 { watched[identity] = nil }
        continue
      }
      let since = min(state.missingSince ?? now, now)
      watched[identity]?.missingSince = since
      guard now.seconds(since: since) >= Self.absenceSeconds else { continue }
      watched[identity]?.isClosed = true
      watched[identity]?.since = now
      if identity.isReplaced(by: present) { continue }
      let found = state.tunnel.flatMap { tunnels[[$0.client, $0.gateway]] }
      // What is no longer followed has not recovered, as far as is known.
      let reason =
        state.tunnel == nil || found != nil
        ? "the packets since then do not show it any more"
        : "the tunnel is no longer tracked: it was quiet while others needed the room, or it turned out to be no tunnel"
      events.append(
        FindingEvent(kind: .recovered(reason), time: now, finding: state.reported, tunnel: found ?? state.tunnel))
    }
    return events
  }

  /// Causes by the identifiers of this run; a cause that has not been reported is left out.
  private func named(
    _ events: [FindingEvent], in report: Report, _ tunnels: [String: TunnelDescription]
  ) -> [FindingEvent] {
    guard events.contains(where: { !$0.finding.causes.isEmpty }) else { return events }
    var numbers: [String: Int] = [:]
    for finding in report.findings {
      let identity = FindingIdentity(
        finding, finding.tunnel.flatMap { tunnels[$0] }, rules[finding.rule]?.topic)
      if let state = watched[identity], state.number > 0 { numbers[finding.id] = state.number }
    }
    return events.map { event in
      var finding = event.finding
      finding.causes = finding.causes.compactMap { id in
        if case .recovered = event.kind { return nil }
        return numbers[id].map { "L\($0)" }
      }
      return FindingEvent(kind: event.kind, time: event.time, finding: finding, tunnel: event.tunnel)
    }
  }
}
