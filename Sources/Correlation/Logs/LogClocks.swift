import Observations

/// Compares the logs' clocks with that of the captures; without captures, with each other.
struct LogClocks {
  private let logs: [LogDescription]
  private let families: FamilyTable
  /// For each log, the first of those that the same writer wrote.
  let writers: [Int: Int]
  private(set) var clocks: [Int: LogClock] = [:]
  /// Whether times of unknown zone count as they are written: no capture says otherwise.
  private var countsAsWritten = false

  /// - Parameter zone: What the user says of lines that name no zone, in seconds east of UTC.
  init(_ logs: [LogDescription], families: FamilyTable, zone: Int?) {
    self.logs = logs
    self.families = families
    writers = Self.writers(of: logs)
    for log in logs {
      let times = [log.start, log.end].compactMap(\.self)
      guard let first = times.first else {
        clocks[log.index] = LogClock(zone: .noTimes)
        continue
      }
      clocks[log.index] = LogClock(zone: first.hasZone ? .named : zone.map { .given($0) } ?? .unknown)
    }
  }

  /// A time on the report's clock, as far as that is known: nil while the zone is not.
  func moment(_ fact: LogFact) -> Timestamp? {
    guard let time = fact.written, let clock = clocks[fact.line.log] else { return nil }
    return clock.isSettled || time.hasZone || countsAsWritten ? clock.moment(time) : nil
  }

  /// The same, with times of unknown zone as they are written, which compare within one log.
  func writtenMoment(_ fact: LogFact) -> Timestamp? {
    guard let time = fact.written, let clock = clocks[fact.line.log] else { return nil }
    return clock.moment(time)
  }

  // MARK: Writers

  /// Logs of one kind that continue each other, and members of one bundle, were written by the same clock.
  private static func writers(of logs: [LogDescription]) -> [Int: Int] {
    var writers: [Int: Int] = [:]
    var groups: [(first: LogDescription, spans: [ClosedRange<Timestamp>])] = []
    for log in logs.sorted(by: { $0.index < $1.index }) {
      let span = log.start.flatMap { start in
        log.end.map { min(start.written, $0.written)...max(start.written, $0.written) }
      }
      let place = groups.firstIndex { group in
        guard group.first.format == log.format, log.format != .unknown,
          group.first.start?.hasZone == log.start?.hasZone, group.first.start?.hasYear == log.start?.hasYear
        else { return false }
        if let bundle = bundle(of: log.name), bundle == self.bundle(of: group.first.name) { return true }
        guard let span else { return false }
        return group.spans.allSatisfy { !$0.overlaps(span) }
      }
      if let place {
        writers[log.index] = groups[place].first.index
        if let span { groups[place].spans.append(span) }
      } else {
        writers[log.index] = log.index
        groups.append((log, span.map { [$0] } ?? []))
      }
    }
    return writers
  }

  /// "bundle.zip" of "bundle.zip: path/in/it".
  private static func bundle(of name: String) -> Substring? {
    name.firstRange(of: ": ").map { name[..<$0.lowerBound] }
  }

  // MARK: Comparing

  /// Years first, then each writer's offset to the captures'.
  mutating func compare(_ parties: [LogParty], with tunnels: [Tunnel], captures: ClosedRange<Timestamp>?) {
    setYears(captures)
    guard !tunnels.isEmpty else {
      countsAsWritten = true
      return compare(parties)
    }
    let candidates = TunnelCandidates(tunnels)
    for writer in Set(writers.values).sorted() {
      align(writer, .captures) { alignment, clocks in
        for party in parties {
          let own = clocks.events(of: party, by: writer)
          guard !own.isEmpty else { continue }
          for place in candidates.places(for: party) { alignment.add(own, tunnels[place].clockEvents) }
        }
      }
    }
    let isLeftOver = Set(writers.values).contains { clocks[$0].map { !$0.isSettled && $0.zone != .noTimes } ?? false }
    if isLeftOver { compare(parties) }
  }

  /// Without captures: with the log that knows its zone, or else the one that says most.
  private mutating func compare(_ parties: [LogParty]) {
    let all = Set(writers.values).sorted().filter { clocks[$0]?.zone != .noTimes }
    guard all.count > 1 else { return }
    let counts = Dictionary(
      uniqueKeysWithValues: all.map { writer in (writer, parties.reduce(0) { $0 + events(of: $1, by: writer).count }) })
    let reference = all.max { a, b in
      let (x, y) = (clocks[a]?.isSettled ?? false, clocks[b]?.isSettled ?? false)
      return x != y ? y : (counts[a] ?? 0, b) < (counts[b] ?? 0, a)
    }
    guard let reference else { return }
    for writer in all where writer != reference && clocks[writer]?.reference == nil {
      align(writer, .log(reference)) { alignment, clocks in
        for party in parties {
          let own = clocks.events(of: party, by: writer)
          guard !own.isEmpty else { continue }
          for other in parties where clocks.isSame(party, other) {
            alignment.add(own, clocks.events(of: other, by: reference))
          }
        }
      }
    }
  }

  /// Whether two parties may be one: a client that names itself nowhere may be any.
  private func isSame(_ a: LogParty, _ b: LogParty) -> Bool {
    a.firstLine == b.firstLine || a.isWriter != b.isWriter
  }

  private func events(of party: LogParty, by writer: Int) -> [ClockEvent] {
    var log = party.log
    log.facts = log.facts.filter { writers[$0.line.log] == writer }
    return log.clockEvents(families, writtenMoment)
  }

  private mutating func align(
    _ writer: Int, _ reference: LogClock.Reference, _ add: (inout ClockAlignment, LogClocks) -> Void
  ) {
    guard let clock = clocks[writer], clock.zone != .noTimes else { return }
    var alignment = ClockAlignment(hasZone: clock.isSettled)
    add(&alignment, self)
    guard let estimate = alignment.estimate() else { return }
    for log in logs where writers[log.index] == writer {
      guard var own = clocks[log.index], own.zone != .noTimes else { continue }
      own.isWholeSeconds = isWholeSeconds(log)
      var error = Double(alignment.error(estimate.nanoseconds)) / 1e9
      // A second that is cut off begins half a second earlier on average; nothing finer can be said.
      if own.isWholeSeconds { error = (error + 0.5).rounded() }
      if own.zone == .unknown, case .log(let other) = reference, clocks[other]?.isSettled != true {
        // The reference's own zone is unknown, so nothing can be said of this one but how far it is from there.
        error = Double(estimate.nanoseconds) / 1e9
        if own.isWholeSeconds { error = (error + 0.5).rounded() }
      } else if own.zone == .unknown {
        own.zone = .estimated(Int(ClockAlignment.zone(of: estimate.nanoseconds) / 1_000_000_000))
      }
      own.errorSeconds = error
      own.matches = estimate.matches
      own.isAmbiguous = estimate.isAmbiguous
      own.reference = reference
      clocks[log.index] = own
    }
  }

  private func isWholeSeconds(_ log: LogDescription) -> Bool {
    [log.start, log.end].allSatisfy { ($0?.written.nanoseconds ?? 0) % 1_000_000_000 == 0 }
  }

  // MARK: Years

  /// The year that puts a log without one nearest to the captures, or to the logs that name it.
  private mutating func setYears(_ captures: ClosedRange<Timestamp>?) {
    // Of a log in which only some lines have a year, those are the latest.
    let dated = logs.flatMap { [$0.start, $0.end] }.compactMap { $0.flatMap { $0.hasYear ? $0.written : nil } }.min()
    guard let anchor = captures?.lowerBound ?? dated else { return }
    for log in logs {
      guard let start = log.start, !start.hasYear else { continue }
      let year = CivilYear.year(of: anchor)
      let end = log.end.flatMap { $0.hasYear ? nil : $0 } ?? start
      let distances = [year - 1, year, year + 1].map { year -> (year: Int, distance: UInt64) in
        let years = year - LogClock.yearlessStart
        let (first, last) = (
          CivilYear.moving(start.written, byYears: years), CivilYear.moving(end.written, byYears: years)
        )
        if first <= anchor, anchor <= last { return (year, 0) }
        return (year, min(anchor.nanoseconds(since: first).magnitude, anchor.nanoseconds(since: last).magnitude))
      }
      clocks[log.index]?.year = distances.min { ($0.distance, $0.year) < ($1.distance, $1.year) }?.year
    }
  }
}

/// The tunnels that parties of logs may be, found by address.
private struct TunnelCandidates {
  private let tunnels: [Tunnel]
  private var places: [IPAddress: [Int]] = [:]

  init(_ tunnels: [Tunnel]) {
    self.tunnels = tunnels
    for (place, tunnel) in tunnels.enumerated() {
      for address in tunnel.clients { places[address, default: []].append(place) }
    }
  }

  /// An address that no capture shows may be one that translation gave, so it rules out nothing for a client that also
  /// speaks for itself.
  func places(for party: LogParty) -> [Int] {
    let byAddress = Set(party.log.clients.flatMap { places[$0] ?? [] }).sorted()
    guard byAddress.isEmpty, party.log.clients.isEmpty || party.sides.contains(.client) else { return byAddress }
    return tunnels.places(ofGateways: party.log.gateways)
  }
}
