/// Which finding of a later report is which of an earlier one.
struct FindingMatching {
  private let before: Report
  private let after: Report
  private let tunnels: TunnelMatching

  /// What tells two findings of one rule about one tunnel apart.
  private static let identifyingFacts = ["port", "tls_port", "dtls_port", "reporter", "source", "destination"]

  init(_ before: Report, _ after: Report, _ tunnels: TunnelMatching) {
    self.before = before
    self.after = after
    self.tunnels = tunnels
  }

  func changes() -> [FindingChange] {
    let earlier = before.findings.filter { $0.rule != .captureQuality }
    let later = after.findings.filter { $0.rule != .captureQuality }
    let partners = self.partners(of: earlier, in: later)
    let disappearance = Disappearance(before: before, tunnels: tunnels)
    let known = earlier.indices.map { index -> FindingChange in
      let finding = earlier[index]
      if let partner = partners[index] {
        return FindingChange(status: .remains, before: finding, after: later[partner], reason: "")
      }
      let judgement = disappearance.judgement(of: finding)
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
  /// the one with the most identifying facts in common, then the first.
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
    guard Self.isSameProblem(finding.rule, other.rule) else { return nil }
    let named = Self.identifyingFacts.filter { finding.fact($0) != nil && other.fact($0) != nil }
    let equal = named.count { finding.fact($0) == other.fact($0) }
    let sameRule = finding.rule == other.rule ? Self.identifyingFacts.count + 1 : 0
    let tunnel = finding.tunnel.flatMap(tunnels.later)
    if finding.tunnel != nil ? tunnel != nil && tunnel == other.tunnel : other.tunnel == nil {
      return sameRule + equal
    }
    // Inner packets that one report could tie to the tunnel and the other could not.
    let isTiedOnce = (finding.tunnel == nil) != (other.tunnel == nil)
    return isTiedOnce && !named.isEmpty && equal == named.count ? equal : nil
  }

  /// A session that is re-established is the same problem whether there were enough intervals to call it regular.
  private static func isSameProblem(_ a: RuleName, _ b: RuleName) -> Bool {
    let reconnects: Set<RuleName> = [.reconnectCycle, .sessionReconnects]
    return a == b || reconnects.contains(a) && reconnects.contains(b)
  }
}
