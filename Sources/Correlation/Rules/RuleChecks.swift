import Observations

/// What came of looking for each diagnosis.
enum RuleChecks {
  static func checks(
    _ findings: [Finding], _ views: CheckedViews
  ) -> [RuleCheck] {
    let families = views.families
    let found = Set(findings.map(\.rule))
    let tunnels = views.tunnels
    let isJudged = tunnels.contains(where: \.wasJudged)
    // A connection that carries requests too says nothing of a data channel, and neither does a handshake cut off.
    let hasHandshakes = tunnels.lazy.flatMap(\.channels).contains { channel in
      families.profile(channel.kind)?.judgesHandshakes ?? true && channel.handshakes.contains(where: \.outcome.isJudged)
    }
    // The tunnel's own packets are others than those that it carries.
    let inner = families.rules.filter { $0.topic == .path && $0.name != TunnelFragmentation.name }.map { $0.name }
    let innerIsMeasured = !found.isDisjoint(with: inner)
    return families.rules.map { rule in
      if found.contains(rule.name) { return RuleCheck(rule: rule.name, outcome: .found) }
      if isJudged, let why = whyOfAnotherFamily(rule, views) ?? rule.whyNotApplicable(to: views) {
        return RuleCheck(rule: rule.name, outcome: .notApplicable, why: why)
      }
      if isJudged, let why = rule.whyNotVisible(in: views) {
        return RuleCheck(rule: rule.name, outcome: .notVisible, why: why)
      }
      switch rule.topic {
      case .channel:
        return hasHandshakes
          ? RuleCheck(
            rule: rule.name, outcome: .clear, why: "the handshakes and sessions that were seen do not show it")
          : RuleCheck(
            rule: rule.name, outcome: isJudged ? .notVisible : .notApplicable,
            why: "no handshake that can be judged was seen")
      case .sessions:
        return isJudged
          ? RuleCheck(rule: rule.name, outcome: .clear, why: "the sessions that were seen do not show it")
          : RuleCheck(rule: rule.name, outcome: .notApplicable, why: "no session of a tunnel was seen")
      case .path:
        // Packets that nothing happened to are not measured.
        return innerIsMeasured && inner.contains(rule.name)
          ? RuleCheck(
            rule: rule.name, outcome: .clear,
            why: "packets that were too large were seen, and it did not happen to them")
          : RuleCheck(
            rule: rule.name, outcome: .notVisible, why: "it shows only when oversized packets are sent")
      case .configuration:
        return RuleCheck(rule: rule.name, outcome: .notVisible, why: "only the gateway's configuration would show it")
      }
    }
  }

  /// Why a family's own rule does not apply where no tunnel is of that family.
  private static func whyOfAnotherFamily(_ rule: any Rule.Type, _ views: CheckedViews) -> String? {
    guard let owner = views.families.all.first(where: { family in family.rules.contains { $0.name == rule.name } }),
      !views.tunnels.contains(where: { $0.family == owner.name })
    else { return nil }
    return "no \(owner.title) was seen"
  }
}
