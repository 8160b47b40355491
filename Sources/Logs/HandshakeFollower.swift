import Observations

/// Gives every handshake that a log shows, and the session it leads to, one identity that all its observations carry.
///
/// Lines are attributed by channel and by whom they are about (`LogParty`). What begins a handshake begins a new
/// identity, unless one is open that has got no further; what establishes it keeps it; after an end, a dead peer or a
/// failure the next opening or establishment begins another. Where the log does not show the beginning, the identity
/// begins at the first line that belongs to it.
struct HandshakeFollower {
  private var parties: [LogParty: [FollowedHandshake]] = [:]
  /// Whom the last event was about that names no user: what comes next mostly is about the same.
  private var latest: (party: LogParty, place: Dictionary<LogParty, [FollowedHandshake]>.Index)?
  private var unnamed = UnnamedHandshakes()
  private var count = 0
  /// How many that were not over had to be forgotten at the limit.
  private(set) var forgotten = 0

  /// The handshake that an event of `channel` belongs to.
  ///
  /// - Parameters:
  ///   - step: What the event is for its handshake.
  ///   - line: The event's line, at which a handshake begins that is not known yet.
  mutating func follow(
    _ step: HandshakeStep, on channel: ChannelKind, of subject: LogSubject, at time: LogTime?, line: LogLine
  ) -> HandshakeID {
    let party = LogParty(subject)
    // By its index: a dictionary hashes the party for each look, and moves its value out and back in to change it.
    let known = place(of: party)
    let place = known.flatMap { handshake(on: channel, at: $0) }
    if let known, let place, let id = parties.values[known][place].take(step, at: time, of: party) {
      note(step, id, party)
      return id
    }
    let named = step.isEstablishment ? unnamed.take(channel, of: party) : nil
    var next = FollowedHandshake(id: named ?? HandshakeID(channel, first: .line(line)))
    if let known, let place {
      next.replaced = parties.values[known][place].replaced(by: step, of: party)
      _ = next.take(step, at: time, of: party)
      parties.values[known][place] = next
    } else {
      _ = next.take(step, at: time, of: party)
      makeRoom()
      parties[party, default: []].append(next)
      latest = nil
      count += 1
    }
    note(step, next.id, party)
    return next.id
  }

  private mutating func place(of party: LogParty) -> Dictionary<LogParty, [FollowedHandshake]>.Index? {
    // A gateway's users come in any order.
    if case .user = party { return parties.index(forKey: party) }
    if let latest, latest.party == party { return latest.place }
    guard let place = parties.index(forKey: party) else { return nil }
    latest = (party, place)
    return place
  }

  private func handshake(on channel: ChannelKind, at known: Dictionary<LogParty, [FollowedHandshake]>.Index) -> Int? {
    for place in parties.values[known].indices where parties.values[known][place].id.channel == channel { return place }
    return nil
  }

  /// The client begins anew; on all channels when `channel` is nil.
  mutating func reconnect(_ channel: ChannelKind?, of subject: LogSubject) {
    let party = LogParty(subject)
    guard let handshakes = parties[party] else { return }
    for place in handshakes.indices where channel == nil || handshakes[place].id.channel == channel {
      parties[party]?[place].giveWay(isSuperseded: party.logsLateEnds && handshakes[place].phase == .up)
    }
  }

  /// The tunnel ended, and all of it.
  mutating func endTunnel(of subject: LogSubject) {
    guard let known = parties.index(forKey: LogParty(subject)) else { return }
    for place in parties.values[known].indices { parties.values[known][place].giveWay(isSuperseded: false) }
  }

  private mutating func note(_ step: HandshakeStep, _ id: HandshakeID, _ party: LogParty) {
    guard case .connection(let client, let port) = party, let port else { return }
    unnamed.note(id, port: port, of: client, isOver: step.isEnd)
  }

  /// Forgets what is over when the table is full, and everything when that frees less than half: then each of the
  /// forgotten has made room for another, and the work stays linear in the lines.
  private mutating func makeRoom() {
    guard count >= LogLimits.followedHandshakes else { return }
    parties = parties.compactMapValues { handshakes in
      let open = handshakes.filter { $0.phase != .over }
      return open.isEmpty ? nil : open
    }
    count = parties.values.reduce(0) { $0 + $1.count }
    guard count > LogLimits.followedHandshakes / 2 else { return }
    forgotten += count
    parties.removeAll(keepingCapacity: true)
    unnamed = UnnamedHandshakes()
    count = 0
  }
}

/// Whom a line is about, as far as that tells handshakes apart.
enum LogParty: Hashable {
  /// A gateway's lines name the user, mostly with the client's address; a port stands in some of them only.
  case user(String, IPAddress?)
  /// Before a login there is only the client's address, with its port where the line has one.
  case connection(IPAddress, port: UInt16?)
  /// A client's own log names neither: whoever wrote it.
  case writer(String?)

  init(_ subject: LogSubject) {
    if let user = subject.user {
      self = .user(user, subject.client)
    } else if let client = subject.client {
      self = .connection(client, port: subject.clientPort)
    } else {
      self = .writer(subject.device)
    }
  }

  /// Whether the end of a connection may be logged after its successor began: by a gateway, which serves both at once.
  var logsLateEnds: Bool { if case .writer = self { false } else { true } }
}

/// Handshakes at a gateway whose lines name no user, by the client's address, until a line with the user claims them.
private struct UnnamedHandshakes {
  private struct Place: Hashable {
    let client: IPAddress
    let channel: ChannelKind
  }
  private struct Candidates {
    var open: [UInt16: HandshakeID] = [:]
    /// Whether there were more than are kept: then none is the only one.
    var isCrowded = false
  }
  private var places: [Place: Candidates] = [:]

  mutating func note(_ id: HandshakeID, port: UInt16, of client: IPAddress, isOver: Bool) {
    let place = Place(client: client, channel: id.channel)
    guard !isOver else {
      places[place]?.open[port] = nil
      if let candidates = places[place], candidates.open.isEmpty { places[place] = nil }
      return
    }
    if let known = places[place], known.open[port] == nil, known.open.count >= LogLimits.unnamedHandshakes {
      places[place]?.isCrowded = true
      return
    }
    places[place, default: Candidates()].open[port] = id
  }

  /// The only handshake of the user's address that nobody has claimed; nil behind a NAT with several.
  mutating func take(_ channel: ChannelKind, of party: LogParty) -> HandshakeID? {
    guard case .user(_, let client?) = party else { return nil }
    let place = Place(client: client, channel: channel)
    guard let candidates = places[place], candidates.open.count == 1, !candidates.isCrowded else { return nil }
    places[place] = nil
    return candidates.open.values.first
  }
}
