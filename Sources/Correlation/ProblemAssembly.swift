import Observations

/// Joins findings into problems: those that cause each other, over all tunnels that have the root in common.
struct ProblemAssembly {
  private let findings: [Finding]
  private let places: [String: Int]
  private let joining: Set<RuleName>
  /// For each finding the common cause that it is part of.
  private let common: [String: Int]
  /// For each finding another one of its problem, or itself (a forest of disjoint sets).
  private var parents: [Int]

  /// No rule makes a longer chain of causes; a circle, which none makes either, ends here.
  private static let longestChain = 16

  /// - Parameter findings: With the identifiers of the report, worst first.
  init(_ findings: [Finding], _ commonCauses: [CommonCause], _ families: FamilyTable) {
    self.findings = findings
    places = Dictionary(findings.enumerated().map { ($1.id, $0) }) { first, _ in first }
    joining = Set(families.rules.filter { $0.joinsFindings }.map { $0.name })
    common = Dictionary(
      commonCauses.enumerated().flatMap { place, cause in cause.findings.map { ($0, place) } }
    ) { first, _ in first }
    parents = Array(findings.indices)
    for place in findings.indices {
      for cause in findings[place].causes { join(place, cause) }
    }
  }

  private mutating func join(_ place: Int, _ other: String) {
    guard let other = places[other] else { return }
    let (a, b) = (top(of: place), top(of: other))
    parents[max(a, b)] = min(a, b)
  }

  private mutating func top(of place: Int) -> Int {
    var place = place
    while parents[place] != place {
      parents[place] = parents[parents[place]]
      place = parents[place]
    }
    return place
  }

  /// The worst first. Notes that explain no problem are none, and neither is what limits the captures.
  mutating func problems() -> [Problem] {
    let depths = depths()
    var members: [Int: [Int]] = [:]
    var order: [Int] = []
    for place in findings.indices where findings[place].about != .captures {
      let top = top(of: place)
      if members[top] == nil { order.append(top) }
      members[top, default: []].append(place)
    }
    // Tunnels that have the same root in common have one problem; what they merely suffer alike may have other causes.
    var groups: [[Int]] = []
    var places: [Int: Int] = [:]
    for top in order {
      let own = ordered(members[top] ?? [], depths)
      guard own.contains(where: { findings[$0].severity > .note }) else { continue }
      guard let root = own.first, let shared = common[findings[root].id] else {
        groups.append(own)
        continue
      }
      if let place = places[shared] {
        groups[place] += own
      } else {
        places[shared] = groups.count
        groups.append(own)
      }
    }
    return groups.enumerated().map { problem("P\($0 + 1)", $1) }
  }

  /// Causes before effects. A mere possibility is no root while something is known.
  private func ordered(_ members: [Int], _ depths: [Int]) -> [Int] {
    var ordered = members.sorted { rank($0, depths) < rank($1, depths) }
    if let first = ordered.first, findings[first].confidence == .possible,
      let known = ordered.firstIndex(where: { findings[$0].confidence != .possible && findings[$0].severity != .note })
    {
      ordered.insert(ordered.remove(at: known), at: 0)
    }
    return ordered
  }

  /// - Parameter ordered: Its findings, the root first.
  private func problem(_ id: String, _ ordered: [Int]) -> Problem {
    let root = findings[ordered[0]]
    let tunnels = ordered.sorted().compactMap { findings[$0].tunnel }
    var known: Set<String> = []
    // What many tunnels have in common is said of one.
    let told = ordered.map { findings[$0] }.filter { $0.tunnel == root.tunnel }
    return Problem(
      id: id, root: root.id, findings: ordered.map { findings[$0].id },
      tunnels: tunnels.filter { known.insert($0).inserted },
      severity: ordered.map { findings[$0].severity }.max() ?? root.severity,
      place: told.lazy.compactMap(\.place).first, remedies: remedies(told),
      stopgap: told.first { joining.contains($0.rule) && $0.stopgap != nil }?.stopgap
        ?? told.lazy.compactMap(\.stopgap).first)
  }

  /// Causes come before effects; of causes that nothing brings about, a channel that fails before what its packets meet,
  /// and problems before notes.
  private func rank(_ place: Int, _ depths: [Int]) -> (Int, Int, Int, Int) {
    let finding = findings[place]
    let kind =
      switch finding.about {
      case .channel, .device: 0
      case .tunnel: 1
      case .path, .host, .captures: 2
      }
    return (depths[place], finding.severity == .note ? 1 : 0, kind, place)
  }

  /// How many steps each finding is from a first cause.
  private func depths() -> [Int] {
    var depths = [Int](repeating: 0, count: findings.count)
    for _ in 0..<Self.longestChain {
      var isDone = true
      for place in findings.indices {
        let deepest = findings[place].causes.compactMap { places[$0] }.filter { $0 != place }.map { depths[$0] }.max()
        guard let deepest, deepest + 1 > depths[place], deepest < Self.longestChain else { continue }
        depths[place] = deepest + 1
        isDone = false
      }
      if isDone { break }
    }
    return depths
  }

  /// The steps of first causes and of what joins them. An effect goes away with its cause, and has none of its own.
  private func remedies(_ findings: [Finding]) -> [String] {
    let ids = Set(findings.map(\.id))
    let telling = findings.enumerated().filter { place, finding in
      place == 0 || joining.contains(finding.rule) || ids.isDisjoint(with: finding.causes)
    }.map(\.element)
    let ordered =
      telling.prefix(1) + telling.dropFirst().filter { joining.contains($0.rule) }
      + telling.dropFirst().filter { !joining.contains($0.rule) }
    var steps: [String] = []
    var settings: Set<String> = []
    for finding in ordered {
      // A chain that begins with "repair the cause" is told after the cause's own steps.
      for step in finding.remedies.dropFirst(finding.id == ordered.first?.id ? 0 : finding.remediesOfCauses) {
        let own = Problem.settings(in: step)
        guard !steps.contains(step), own.isEmpty || !own.isSubset(of: settings) else { continue }
        steps.append(step)
        settings.formUnion(own)
      }
    }
    return steps
  }
}
