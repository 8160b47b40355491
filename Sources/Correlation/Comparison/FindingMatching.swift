/// Which finding of a later report is which of an earlier one.
struct FindingMatching {
  private let before: Report
  private let after: Report
  private let tunnels: TunnelMatching
  private let rules: [RuleName: any Rule.Type]

  init(_ before: Report, _ after: Report, _ tunnels: TunnelMatching, _ families: FamilyTable) {
    rules = Dictionary(families.rules.map { ($0.name, $0) }) { first, _ in first }
    self.before = before
    self.after = after
    self.tunnels = tunnels
  }

  func changes() -> [FindingChange] {
    let earlier = before.findings.filter { $0.rule != .captureQuality }
    let later = after.findings.filter { $0.rule != .captureQuality }
    let partners = self.partners(of: earlier, in: later)
    let known = earlier.indices.map { index -> FindingChange in
      let finding = earlier[index]
      if let partner = partners[index] {
        return FindingChange(status: .remains, before: finding, after: later[partner], reason: "")
      }
      let judgement = disappearance(of: finding)
      return FindingChange(
        status: judgement.isGone ? .gone : .notSeen, before: finding, after: nil, reason: judgement.reason)
    }
    let taken = Set(partners.values)
    let added = later.indices.filter { !taken.contains($0) }.map { index in
      FindingChange(status: .new, before: nil, after: later[index], reason: "")
    }
    let all = known + added
    return FindingChange.Status.allCases.flatMap { status in all.filter { $0.status == status } }
  }

  /// The index in `later` of each finding of `earlier` that has a partner: same rule and tunnel first, and of several
  /// the one about the same subject, then the first.
  private func partners(of earlier: [Finding], in later: [Finding]) -> [Int: Int] {
    struct Pair {
      let index: Int
      let partner: Int
      let likeness: Int
    }
    // Only findings about the same tunnel, or about none, come into question: reports may hold thousands.
    let byTunnel = Dictionary(grouping: later.indices) { later[$0].tunnel }
    let aboutNone = byTunnel[String?.none] ?? []
    var pairs: [Pair] = []
    for (index, finding) in earlier.enumerated() {
      let tunnel = finding.tunnel.flatMap(tunnels.later)
      let candidates =
        finding.tunnel == nil ? Array(later.indices) : (tunnel.map { byTunnel[$0] ?? [] } ?? []) + aboutNone
      for partner in candidates {
        guard let likeness = likeness(of: finding, to: later[partner]) else { continue }
        pairs.append(Pair(index: index, partner: partner, likeness: likeness))
      }
    }
    var partners: [Int: Int] = [:]
    var taken: Set<Int> = []
    for pair in pairs.sorted(by: { ($1.likeness, $0.index, $0.partner) < ($0.likeness, $1.index, $1.partner) })
    where partners[pair.index] == nil && !taken.contains(pair.partner) {
      partners[pair.index] = pair.partner
      taken.insert(pair.partner)
    }
    return partners
  }

  /// How much alike two findings are; nil when they are not the same problem.
  private func likeness(of finding: Finding, to other: Finding) -> Int? {
    guard isSameProblem(finding.rule, other.rule) else { return nil }
    let sameRule = finding.rule == other.rule ? 4 : 0
    let sameSubject = finding.about == other.about ? 2 : finding.channel == other.channel ? 1 : 0
    let tunnel = finding.tunnel.flatMap(tunnels.later)
    if finding.tunnel != nil ? tunnel != nil && tunnel == other.tunnel : other.tunnel == nil {
      return sameRule + sameSubject
    }
    // Inner packets that one report could tie to the tunnel and the other could not.
    let isTiedOnce = (finding.tunnel == nil) != (other.tunnel == nil)
    return isTiedOnce && finding.about == other.about && finding.about != .tunnel ? sameSubject : nil
  }

  /// A session that is re-established is the same problem whether there were enough intervals to call it regular.
  private func isSameProblem(_ a: RuleName, _ b: RuleName) -> Bool {
    a == b
      || rules[a]?.topic == .sessions && rules[b]?.topic == .sessions && a != b
        && ![a, b].contains { rules[$0]?.joinsFindings ?? false }
  }

  /// Whether a finding of the earlier report that the later one lacks is gone.
  private func disappearance(of finding: Finding) -> Disappearance {
    guard let id = finding.tunnel else { return .unseenSizes }
    guard let change = tunnels.change(ofEarlier: id) else { return .notSeen("it is about no tunnel of the report") }
    guard let tunnel = change.after else {
      let route = change.before.map { "from \($0.clientName) to \($0.gatewayName)" } ?? id
      return .notSeen("the later captures show no tunnel \(route)")
    }
    let about = before.findings.filter { $0.tunnel == id }
    return rules[finding.rule]?.disappearance(of: finding, from: tunnel, before: about) ?? .unseenSizes
  }
}
