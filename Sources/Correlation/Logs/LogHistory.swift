import Observations

/// What logs show, sorted by whom it is about, as their lines come.
///
/// Bounded: subjects, moments and what is kept of each kind have caps; what goes beyond them is counted, and of each
/// kind the last and the most extreme moment stay known.
package struct LogHistory: Sendable {
  /// Whom a line names, as far as that tells subjects apart.
  struct Subject: Hashable, Sendable {
    /// Only for lines that name nobody: the log stands for its writer.
    let log: Int?
    let user: String?
    let client: IPAddress?
    let device: String?
  }

  /// What a line shows.
  package struct Moment: Sendable {
    let time: LogTime?
    let line: LogLine
    let event: Observation.Event
    let clientPort: UInt16?
  }

  /// Moments of one kind beyond those that are kept.
  package struct Beyond: Sendable {
    package var count = 0
    var last: Moment
    /// For packet sizes: the largest, and the smallest limit.
    var largest = 0
    var smallestLimit = Int.max
  }

  /// Everything about one subject.
  struct Story: Sendable {
    var moments: [Moment] = []
    var counts: [LogEventKind: Int] = [:]
    var beyond: [LogEventKind: Beyond] = [:]
    var groups: [String] = []
    var innerAddresses: [IPAddress] = []
    var gateways: [Endpoint] = []
    let firstLine: LogLine
  }

  /// A gateway has thousands of users; scanners of the internet come with many addresses.
  static let subjectLimit = 65_536
  /// Of all subjects together, about 100 bytes each.
  static let momentLimit = 600_000
  /// Names and addresses of one subject.
  static let attributeLimit = 16

  private(set) var stories: [Subject: Story] = [:]
  private(set) var moments = 0
  /// Lines about subjects beyond the limit, and moments beyond theirs.
  private(set) var dropped = 0

  var isEmpty: Bool { stories.isEmpty }

  mutating func absorb(_ event: Observation.Event, _ origin: LineOrigin) {
    let names = origin.subject
    let client = names.client ?? Self.droppedClient(event)
    let isNameless = names.user == nil && client == nil
    let subject = Subject(
      log: isNameless ? origin.line.log : nil, user: names.user, client: client, device: names.device)
    guard stories[subject] != nil || stories.count < Self.subjectLimit else {
      dropped += 1
      return
    }
    let moment = Moment(time: origin.time, line: origin.line, event: event, clientPort: names.clientPort)
    let mayKeep = moments < Self.momentLimit
    let isKept = stories[subject, default: Story(firstLine: origin.line)].absorb(moment, names, mayKeep: mayKeep)
    if isKept { moments += 1 } else if !mayKeep { dropped += 1 }
  }

  /// A dropped request names its sender, which for an opening is the client.
  private static func droppedClient(_ event: Observation.Event) -> IPAddress? {
    if case .packetDropped(let packet) = event { packet.source.address } else { nil }
  }
}

extension LogHistory.Story {
  /// Returns whether the moment takes room.
  fileprivate mutating func absorb(_ moment: LogHistory.Moment, _ names: LogSubject, mayKeep: Bool) -> Bool {
    note(names.group, in: \.groups)
    note(names.innerAddress, in: \.innerAddresses)
    note(names.gateway.map { Endpoint($0, names.gatewayPort ?? 0) }, in: \.gateways)
    let kind = moment.event.kind
    let count = counts[kind, default: 0]
    counts[kind] = count + 1
    guard count >= kind.kept || !mayKeep else {
      moments.append(moment)
      return true
    }
    var beyond = beyond[kind] ?? LogHistory.Beyond(last: moment)
    beyond.count += 1
    beyond.last = moment
    if case .largePacket(let packet) = moment.event {
      beyond.largest = max(beyond.largest, packet.size)
      beyond.smallestLimit = min(beyond.smallestLimit, packet.threshold)
    }
    self.beyond[kind] = beyond
    return false
  }

  private mutating func note<Value: Equatable>(_ value: Value?, in list: WritableKeyPath<Self, [Value]>) {
    guard let value, self[keyPath: list].count < LogHistory.attributeLimit, !self[keyPath: list].contains(value) else {
      return
    }
    self[keyPath: list].append(value)
  }
}
