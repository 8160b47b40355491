import Observations

/// Puts events about alike findings together: the first is passed on at once, those that follow within a few seconds are
/// one group then.
///
/// Bounded: by the findings that `FindingWatch` follows; of a group the first event and the names of a few are kept.
public struct EventGathering: Sendable {
  /// A gateway that fails is noticed tunnel by tunnel, as the timers of each run out.
  public static let seconds = 10.0
  /// Events of a group that are named; the others are counted.
  public static let mostNamed = 64

  /// What makes events alike.
  private struct Likeness: Hashable {
    let state: Int
    let rule: RuleName
    let channel: ChannelKind?
    let port: Int?
    let gateway: IPAddress?
  }

  private struct Waiting {
    let since: Timestamp
    let first: FindingEvent
    var count = 0
    var members: [EventGroup.Member] = []
  }

  private struct Topic: Hashable {
    let rule: RuleName
    let channel: ChannelKind?
  }

  private let rules: [RuleName: any Rule.Type]
  private var waiting: [Likeness: Waiting] = [:]
  /// In the order in which groups began to wait.
  private var order: [Likeness] = []
  /// The group in which a finding's event waits.
  private var places: [String: Likeness] = [:]
  /// When a group was passed on last, for as long as others follow it.
  private var passed: [Likeness: Timestamp] = [:]
  private var known: Set<Topic> = []

  public init(families: FamilyTable) {
    rules = Dictionary(families.rules.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Takes events in; the groups that are complete by now, in order.
  public mutating func groups(of events: [FindingEvent], at now: Timestamp) -> [EventGroup] {
    passed = passed.filter { Self.isRecent($0.value, at: now) }
    var complete: [EventGroup] = []
    for event in events {
      let likeness = Self.likeness(of: event)
      // What is told of one finding keeps its order.
      if let place = places[event.finding.id], place != likeness { complete += passOn([place], at: now) }
      add(event, to: likeness, at: now)
    }
    complete += passOn(
      order.filter { passed[$0] == nil || !Self.isRecent(waiting[$0]?.since ?? now, at: now) }, at: now)
    return complete
  }

  /// The groups that are still gathered, at the end.
  public mutating func rest(at now: Timestamp) -> [EventGroup] { passOn(order, at: now) }

  private mutating func add(_ event: FindingEvent, to likeness: Likeness, at now: Timestamp) {
    if waiting[likeness] == nil { order.append(likeness) }
    var group = waiting[likeness] ?? Waiting(since: now, first: event)
    group.count += 1
    if group.members.count < Self.mostNamed {
      group.members.append(
        EventGroup.Member(finding: event.finding.id, client: event.tunnel?.client, gateway: event.tunnel?.gateway))
    }
    waiting[likeness] = group
    places[event.finding.id] = likeness
  }

  private mutating func passOn(_ likenesses: [Likeness], at now: Timestamp) -> [EventGroup] {
    guard !likenesses.isEmpty else { return [] }
    let leaving = Set(likenesses)
    order.removeAll { leaving.contains($0) }
    places = places.filter { !leaving.contains($0.value) }
    return likenesses.compactMap { likeness in
      guard let group = waiting.removeValue(forKey: likeness) else { return nil }
      passed[likeness] = now
      let finding = group.first.finding
      let isNews = known.insert(Topic(rule: likeness.rule, channel: likeness.channel)).inserted
      return EventGroup(
        first: group.first, count: group.count, members: group.members,
        plural: rules[likeness.rule]?.plural(finding.about) ?? "have \(likeness.rule)", isNews: isNews)
    }
  }

  private static func likeness(of event: FindingEvent) -> Likeness {
    let state =
      switch event.kind {
      case .found: 0
      case .grown: 1
      case .recovered: 2
      case .again: 3
      }
    return Likeness(
      state: state, rule: event.finding.rule, channel: event.finding.channel, port: event.finding.about.port,
      gateway: event.tunnel?.gateway)
  }

  /// A clock that was set back makes nothing wait.
  private static func isRecent(_ time: Timestamp, at now: Timestamp) -> Bool {
    (0..<seconds).contains(now.seconds(since: time))
  }
}
