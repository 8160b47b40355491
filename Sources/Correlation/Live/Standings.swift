import Observations

/// How all tunnels of a live capture stand, from report to report.
///
/// Bounded: by the tunnels of a report and the findings that `FindingWatch` follows; nothing of an earlier report stays but
/// what was counted until then.
public struct Standings: Sendable {
  private struct Totals {
    var client = 0
    var gateway = 0
  }

  /// In the order of the report; findings that no tunnel claims first.
  public private(set) var all: [Standing] = []
  private var totals: [Standing.Identity: Totals] = [:]
  private var moment: Timestamp?

  public init() {}

  /// Takes the report on the capture up to `now`, which the watch has seen.
  public mutating func update(with report: Report, _ watch: FindingWatch, at now: Timestamp) {
    let identities = Self.identities(report.tunnels)
    var followed: [Int: [FollowedFinding]] = [:]
    var unclaimed: [FollowedFinding] = []
    let places = Places(report.tunnels)
    for finding in watch.followed {
      if let place = finding.tunnel.flatMap({ places[$0] }) {
        followed[place, default: []].append(finding)
      } else if finding.isReported {
        unclaimed.append(finding)
      }
    }
    let counted = report.tunnels.map(Self.totals)
    let explanations = Explanations(report.problems)
    let seconds = moment.map { now.seconds(since: $0) } ?? 0
    all =
      unclaimed.map(Self.standing)
      + report.tunnels.indices.map { place in
        standing(
          report.tunnels[place], identities[place], explanations.sorted(followed[place] ?? []), in: report,
          Self.rates(from: totals[identities[place]], to: counted[place], seconds: seconds))
      }
    totals = Dictionary(zip(identities, counted).compactMap { pair in pair.1.map { (pair.0, $0) } }) { first, _ in
      first
    }
    moment = now
  }

  /// A finding of a tunnel that the report no longer has keeps its own line, too.
  private static func standing(_ followed: FollowedFinding) -> Standing {
    Standing(
      identity: .finding(followed.finding.id), condition: Standing.Condition(followed.finding.severity),
      tunnel: followed.tunnel, findings: [followed.finding], since: followed.began)
  }

  private func standing(
    _ tunnel: TunnelDescription, _ identity: Standing.Identity, _ followed: [FollowedFinding], in report: Report,
    _ rates: Standing.Rates?
  ) -> Standing {
    let reported = followed.filter(\.isReported)
    let mayFail = followed.contains { !$0.isReported && $0.finding.severity != .note }
    var condition: Standing.Condition = mayFail || !report.showsHealth(of: tunnel) ? .undecided : .healthy
    // A note does not make a tunnel healthy that was not looked at, but it says more than that.
    if let worst = reported.map(\.finding.severity).max() { condition = Standing.Condition(worst) }
    return Standing(
      identity: identity, condition: condition, tunnel: tunnel,
      findings: reported.map { $0.finding.about(tunnel) }, since: reported.first?.began, rates: rates)
  }

  private static func identities(_ tunnels: [TunnelDescription]) -> [Standing.Identity] {
    var alike: [Standing.Identity: Int] = [:]
    return tunnels.map { tunnel in
      let first = tunnel.identity(ordinal: 0)
      let ordinal = alike[first, default: 0]
      alike[first] = ordinal + 1
      return tunnel.identity(ordinal: ordinal)
    }
  }

  private static func totals(of tunnel: TunnelDescription) -> Totals? {
    var totals: Totals?
    for data in tunnel.channels.map(\.data) where data.clientPackets != nil || data.gatewayPackets != nil {
      totals = Totals(
        client: (totals?.client ?? 0) + (data.clientPackets ?? 0),
        gateway: (totals?.gateway ?? 0) + (data.gatewayPackets ?? 0))
    }
    return totals
  }

  /// nil where sessions were forgotten in between, and their packets with them.
  private static func rates(from before: Totals?, to now: Totals?, seconds: Double) -> Standing.Rates? {
    guard let before, let now, seconds > 0, now.client >= before.client, now.gateway >= before.gateway else {
      return nil
    }
    return Standing.Rates(
      fromClient: Double(now.client - before.client) / seconds,
      fromGateway: Double(now.gateway - before.gateway) / seconds)
  }

  /// Which findings explain others.
  private struct Explanations {
    /// Of findings by what the report calls them: their problem, and where in it they stand, causes first.
    private var places: [String: (problem: Int, place: Int)] = [:]

    /// - Parameter problems: Those of the report, the worst first.
    init(_ problems: [Problem]) {
      for (number, problem) in problems.enumerated() {
        for (place, finding) in problem.findings.enumerated() { places[finding] = (number, place) }
      }
    }

    /// As the problems have them; others behind them, the worst first, then what began first.
    func sorted(_ findings: [FollowedFinding]) -> [FollowedFinding] {
      findings.sorted { a, b in
        let (first, second) = (a.reportID.flatMap { places[$0] }, b.reportID.flatMap { places[$0] })
        if let first, let second { return first < second }
        guard first == nil, second == nil else { return first != nil }
        return (b.finding.severity, a.began) < (a.finding.severity, b.began)
      }
    }
  }

  /// Where the tunnels of a report stand.
  private struct Places {
    private let tunnels: [TunnelDescription]
    private let byID: [String: Int]
    private let byEnds: [Standing.Identity: Int]

    init(_ tunnels: [TunnelDescription]) {
      self.tunnels = tunnels
      byID = Dictionary(tunnels.indices.map { (tunnels[$0].id, $0) }) { first, _ in first }
      byEnds = Dictionary(tunnels.indices.map { (tunnels[$0].identity(ordinal: 0), $0) }) { first, _ in first }
    }

    /// The place of a tunnel that may come from an earlier report, where its number was another one's.
    subscript(tunnel: TunnelDescription) -> Int? {
      let identity = tunnel.identity(ordinal: 0)
      if let place = byID[tunnel.id], tunnels[place].identity(ordinal: 0) == identity { return place }
      return byEnds[identity]
    }
  }
}

extension TunnelDescription {
  fileprivate func identity(ordinal: Int) -> Standing.Identity {
    .tunnel(client: client, gateway: gateway, family: family, ordinal: ordinal)
  }
}

extension FollowedFinding {
  /// When it began: by its own packets, or else when it was noticed.
  fileprivate var began: Timestamp { finding.start ?? since }
}

extension Finding {
  /// The same under the number that the tunnel has now.
  fileprivate func about(_ tunnel: TunnelDescription) -> Finding {
    var finding = self
    finding.tunnel = tunnel.id
    return finding
  }
}
