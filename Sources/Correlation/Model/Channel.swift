import Algorithms
import Observations

/// One association that a tunnel is made of: every attempt to bring it up, and the sessions that came of them.
///
/// It never changes once it is put together, and every rule looks at every channel: an object is passed on with no copy.
public final class Channel: ChannelPlace, Sendable {
  package let profile: ChannelProfile
  /// By start; empty where only sessions are judged.
  package let handshakes: [Handshake]
  /// All connections, logins and polls included, by start; the sessions themselves where a channel carries no requests.
  package let connections: [Session]
  /// Sessions that follow each other: what one tunnel lived through.
  package let tracks: [SessionTrack]
  /// The sessions that carried the tunnel, by start.
  package let sessions: [Session]
  /// What became of it altogether: what the last handshake that can be judged came to.
  package let outcome: ChannelOutcome
  /// What handshakes that begin a session came to: many rules ask for one that no handshake has.
  private let outcomes: [ChannelOutcome]
  /// Whether logs show it, rather than packets.
  package let isLogged: Bool
  /// The port at the gateway as a log names it, where no packet shows it.
  package let namedPort: Int?

  package init(
    profile: ChannelProfile, handshakes: [Handshake], connections: [Session], tracks: [SessionTrack],
    isLogged: Bool = false, namedPort: Int? = nil
  ) {
    self.profile = profile
    self.handshakes = handshakes
    self.connections = connections
    self.tracks = tracks
    sessions = tracks.count == 1 ? tracks[0].sessions : tracks.flatMap(\.sessions).ordered(by: \.start, <)
    outcome =
      profile.judgesHandshakes
      ? Self.outcome(of: handshakes)
      // Logs name handshakes that failed and were followed by none that did not.
      : handshakes.last?.outcome ?? (sessions.isEmpty ? .none : .established)
    // There are nine: to look through them is quicker than a hash.
    var outcomes: [ChannelOutcome] = []
    for index in handshakes.indices where !handshakes[index].isRenewal {
      let outcome = handshakes[index].outcome
      if outcomes.last != outcome, !outcomes.contains(outcome) { outcomes.append(outcome) }
    }
    self.outcomes = outcomes
    self.isLogged = isLogged
    self.namedPort = namedPort
  }

  package var kind: ChannelKind { profile.kind }

  /// The session that says most about the channel: the first that carried the tunnel.
  package var leadingSession: Session? { sessions.first ?? connections.first }

  /// The port at the gateway that the client used last.
  package var port: Int? {
    profile.judgesHandshakes
      ? handshakes.lazy.reversed().compactMap(\.view.port).first ?? namedPort : leadingSession?.view.port ?? namedPort
  }

  /// "UDP" or "TCP": what carried it last; "IP" for ESP outside UDP (RFC 4303).
  package var transport: String {
    switch handshakes.lazy.reversed().compactMap(\.view.transport).first {
    case .tcp: "TCP"
    case .udp: "UDP"
    case .other, nil: handshakes.last?.view.flow?.server.port == 0 ? "IP" : profile.transport
    }
  }

  private static func outcome(of handshakes: [Handshake]) -> ChannelOutcome {
    var last = ChannelOutcome.none
    var wasLost = false
    for index in handshakes.indices where handshakes[index].outcome != .none && !handshakes[index].isRenewal {
      // After handshakes whose data was dropped, one more that passes shows nothing yet.
      if last == .blocked, handshakes[index].outcome == .established, !handshakes[index].showsData { continue }
      // What one side opens in vain while the tunnel that the other opened works is not what became of the channel.
      if last == .established, handshakes[index].outcome == .unanswered,
        handshakes[..<index].contains(where: { $0.outlives(handshakes[index]) })
      {
        continue
      }
      last = handshakes[index].outcome
      if last == .lost { wasLost = true }
    }
    // A channel that was up and was lost stays lost, though later handshakes go unanswered.
    return wasLost && last != .established ? .lost : last
  }

  /// Handshakes that begin a session, with an outcome.
  package func handshakes(_ outcome: ChannelOutcome) -> [Handshake] {
    outcomes.contains(outcome) ? handshakes.filter { $0.outcome == outcome && !$0.isRenewal } : []
  }

  /// The handshakes for which `isWanted` holds. The others stay where they are: a copy counts references.
  package func handshakes(where isWanted: (Handshake) -> Bool) -> [Handshake] {
    handshakes.indices.filter { isWanted(handshakes[$0]) }.map { handshakes[$0] }
  }

  /// The first handshake that began after a moment, renewals left out.
  package func nextHandshake(after time: Timestamp) -> Handshake? {
    handshakes[handshakes.partitioningIndex { $0.start > time }...].first { !$0.isRenewal }
  }

  /// The next handshake that begins a session, also where it has the same time, as in captures of whole seconds.
  package func nextHandshake(after handshake: Handshake) -> Handshake? {
    let own = (handshake.start, handshake.view.start.source)
    return handshakes[handshakes.partitioningIndex { ($0.start, $0.view.start.source) > own }...].first {
      !$0.isRenewal
    }
  }

  /// The last session of a control channel that a log shows, if its peer was found dead: new handshakes that fail after it
  /// belong to that loss.
  package var deadConnection: Association? {
    guard isLogged, !profile.judgesHandshakes else { return nil }
    let last = connections.last?.view ?? handshakes(.lost).last?.view
    return last?.deadPeer == nil ? nil : last
  }

  /// The last session of a control channel that a log shows, if it broke off and no connection was tried after it.
  package var brokenConnection: Association? {
    guard isLogged, !profile.judgesHandshakes, handshakes.isEmpty, let last = connections.last?.view,
      last.deadPeer == nil, let end = last.ended?.end
    else { return nil }
    return end.isBreak ? last : nil
  }

  var start: Timestamp? {
    let (connection, handshake) = (connections.first?.start ?? Self.noTime, handshakes.first?.start ?? Self.noTime)
    if connection == Self.noTime { return handshake == Self.noTime ? nil : handshake }
    return handshake == Self.noTime ? connection : min(connection, handshake)
  }

  var end: Timestamp? {
    var last = Self.noTime
    for connection in connections { last = max(last, connection.end) }
    for handshake in handshakes { last = max(last, handshake.end) }
    return last == Self.noTime ? nil : last
  }

  /// The moment of a line without a time.
  private static let noTime = Timestamp(nanoseconds: .min)
}
