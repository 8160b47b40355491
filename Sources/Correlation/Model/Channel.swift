import Algorithms
import Observations

/// One association that a tunnel is made of: every attempt to bring it up, and the sessions that came of them.
///
/// It never changes once it is put together, and every rule looks at every channel: an object is passed on with no copy.
public final class Channel: Sendable {
  package let profile: ChannelProfile
  /// By start; empty where only sessions are judged.
  package let handshakes: [Handshake]
  /// All connections, logins and polls included, by start; the sessions themselves where a channel carries no requests.
  package let connections: [Session]
  /// Sessions that follow each other: what one tunnel lived through.
  package let tracks: [SessionTrack]
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
    self.isLogged = isLogged
    self.namedPort = namedPort
  }

  package var kind: ChannelKind { profile.kind }

  /// The sessions that carried the tunnel, by start.
  package var sessions: [Session] {
    tracks.count == 1 ? tracks[0].sessions : tracks.flatMap(\.sessions).ordered(by: \.start, <)
  }

  /// The session that says most about the channel: the first that carried the tunnel.
  package var leadingSession: Session? { sessions.first ?? connections.first }

  /// The port at the gateway that the client used last.
  package var port: Int? {
    profile.judgesHandshakes
      ? handshakes.lazy.reversed().compactMap(\.view.port).first ?? namedPort : leadingSession?.view.port ?? namedPort
  }

  /// "UDP" or "TCP": what carried it last.
  package var transport: String {
    switch handshakes.lazy.reversed().compactMap(\.view.transport).first {
    case .tcp: "TCP"
    case .udp: "UDP"
    case .other, nil: profile.transport
    }
  }

  /// What became of it altogether: what the last handshake that can be judged came to.
  package var outcome: ChannelOutcome {
    guard profile.judgesHandshakes else { return sessions.isEmpty ? .none : .established }
    let outcomes = handshakes.filter { !$0.isRenewal }.map(\.outcome).filter { $0 != .none }
    // A channel that was up and was lost stays lost, though later handshakes go unanswered.
    if outcomes.last != .established, outcomes.contains(.lost) { return .lost }
    return outcomes.last ?? .none
  }

  /// Handshakes that begin a session, with an outcome.
  package func handshakes(_ outcome: ChannelOutcome) -> [Handshake] {
    handshakes.filter { $0.outcome == outcome && !$0.isRenewal }
  }

  /// The first handshake that began after a moment, renewals left out.
  package func nextHandshake(after time: Timestamp) -> Handshake? {
    handshakes[handshakes.partitioningIndex { $0.start > time }...].first { !$0.isRenewal }
  }

  /// "DTLS on UDP 443"; without a port, just its name.
  package var place: String { port.map { "\(profile.name) on \(transport) \($0)" } ?? profile.name }
  /// " on UDP 443", for behind something else; empty without a port.
  package var onPort: String { port.map { " on \(transport) \($0)" } ?? "" }
  /// "UDP 443"; without a port, "UDP".
  package var transportPort: String { port.map { "\(transport) \($0)" } ?? transport }

  var start: Timestamp? {
    [connections.first?.start, handshakes.first?.start].compactMap(\.self).filter { $0.nanoseconds != .min }.min()
  }

  var end: Timestamp? {
    [connections.lazy.map(\.end).max(), handshakes.lazy.map(\.end).max()].compactMap(\.self)
      .filter { $0.nanoseconds != .min }.max()
  }
}
