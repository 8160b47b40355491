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
    package let event: Observation.Event
    let kind: LogEventKind
    let clientPort: UInt16?

    init(_ event: Observation.Event, at time: LogTime?, line: LogLine, clientPort: UInt16?) {
      self.event = event
      self.time = time
      self.line = line
      self.clientPort = clientPort
      kind = event.kind
    }
  }

  /// Moments of one kind beyond those that are kept.
  package struct Beyond: Sendable {
    package var count = 0
    var last: Moment
    /// For packet sizes: the largest, and the smallest limit.
    var largest = 0
    var smallestLimit = Int.max

    fileprivate init(_ first: consuming Moment) {
      last = first
      measure()
    }

    /// Those of two logs.
    init(_ a: Beyond, _ b: Beyond) {
      count = a.count + b.count
      last = a.last.line < b.last.line ? b.last : a.last
      largest = max(a.largest, b.largest)
      smallestLimit = min(a.smallestLimit, b.smallestLimit)
    }

    fileprivate mutating func add(_ moment: consuming Moment) {
      last = moment
      measure()
    }

    private mutating func measure() {
      count += 1
      if case .largePacket(let packet) = last.event {
        largest = max(largest, packet.size)
        smallestLimit = min(smallestLimit, packet.threshold)
      }
    }
  }

  /// Everything about one subject.
  struct Story: Sendable {
    var moments = MomentList()
    /// How many there were of each kind, in the order of kinds.
    fileprivate var counts = InlineArray<32, UInt32>(repeating: 0)
    /// One of each kind that has moments beyond those that are kept.
    private(set) var beyond: [Beyond] = []
    var groups: [String] = []
    var innerAddresses: [IPAddress] = []
    var gateways: [Endpoint] = []
    let firstLine: LogLine
  }

  /// A gateway has thousands of users; scanners of the internet come with many addresses.
  static let subjectLimit = 65_536
  /// Of all subjects together, some 200 bytes each.
  static let momentLimit = 600_000
  /// Names and addresses of one subject.
  static let attributeLimit = 16

  private(set) var stories: [Subject: Story] = [:]
  /// Whom the last line was about that names no user: what comes next mostly is about the same.
  private var latest: (subject: Subject, place: Dictionary<Subject, Story>.Index)?
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
    // In its place: a dictionary moves a value out and back in to change it.
    guard let place = place(of: subject) else {
      guard stories.count < Self.subjectLimit else {
        dropped += 1
        return
      }
      stories[subject] = Story(firstLine: origin.line)
      latest = nil
      return absorb(event, origin)
    }
    let mayKeep = moments < Self.momentLimit
    if stories.values[place].absorb(
      Moment(event, at: origin.time, line: origin.line, clientPort: names.clientPort), names, mayKeep: mayKeep)
    {
      moments += 1
    } else if !mayKeep {
      dropped += 1
    }
  }

  private mutating func place(of subject: Subject) -> Dictionary<Subject, Story>.Index? {
    // A gateway's users come in any order.
    if subject.user != nil { return stories.index(forKey: subject) }
    if let latest, latest.subject == subject { return latest.place }
    guard let place = stories.index(forKey: subject) else { return nil }
    latest = (subject, place)
    return place
  }

  /// A dropped request names its sender, which for an opening is the client.
  private static func droppedClient(_ event: Observation.Event) -> IPAddress? {
    if case .packetDropped(let packet) = event { packet.source.address } else { nil }
  }
}

extension LogHistory.Story {
  /// Returns whether the moment takes room.
  fileprivate mutating func absorb(_ moment: consuming LogHistory.Moment, _ names: LogSubject, mayKeep: Bool) -> Bool {
    Self.note(names.group, in: &groups)
    Self.note(names.innerAddress, in: &innerAddresses)
    Self.note(names.gateway.map { Endpoint($0, names.gatewayPort ?? 0) }, in: &gateways)
    let kind = moment.kind
    let count = counts[Int(kind.rawValue)]
    counts[Int(kind.rawValue)] = count &+ 1
    guard count >= kind.kept || !mayKeep else {
      moments.append(moment)
      return true
    }
    for place in beyond.indices where beyond[place].last.kind == kind {
      beyond[place].add(moment)
      return false
    }
    beyond.append(LogHistory.Beyond(moment))
    return false
  }

  private static func note<Value: Equatable>(_ value: Value?, in list: inout [Value]) {
    guard let value, list.count < LogHistory.attributeLimit, !list.contains(value) else { return }
    list.append(value)
  }
}
