import Algorithms
import Observations

/// One client and one gateway, with everything that happened between them, at all capture points.
struct Tunnel {
  var id: String
  let client: IPAddress
  let gateway: IPAddress
  /// The client's address behind translation, where it differs.
  let translatedClients: [IPAddress]
  /// All TLS connections, logins and polls included, by start.
  let sessions: [Session]
  /// The sessions that carried the tunnel.
  let tracks: [SessionTrack]
  /// By start.
  let attempts: [Attempt]
  /// Capture points that show it, nearest to the client first.
  let points: [Int]
  /// When the last of those captures ends.
  let captureEnd: Timestamp
  /// What logs tell of it.
  var log = TunnelLog()

  /// When it was first and last seen.
  var start: Timestamp {
    min(sessions.first?.start ?? Timestamp(nanoseconds: .max), attempts.first?.start ?? Timestamp(nanoseconds: .max))
  }

  var end: Timestamp {
    max(
      sessions.map(\.end).max() ?? Timestamp(nanoseconds: .min),
      attempts.map(\.end).max() ?? Timestamp(nanoseconds: .min))
  }

  /// The sessions that carried the tunnel, by start.
  var mainSessions: [Session] {
    tracks.count == 1 ? tracks[0].sessions : tracks.flatMap(\.sessions).ordered(by: \.start, <)
  }

  /// The session that says most about the tunnel: the first that carried it.
  var leadingSession: Session? { mainSessions.first ?? sessions.first }
  var tlsPort: Int? { leadingSession.map { Int($0.view.flow.server.port) } }
  var dtlsPort: Int? { attempts.last.map { Int($0.view.flow.server.port) } }
  var serverName: String? { sessions.lazy.compactMap { $0.views.compactMap(\.serverName).first }.first }

  /// What became of DTLS altogether: what the last attempt that can be judged came to.
  var dtlsOutcome: DTLSOutcome {
    let outcomes = attempts.map(\.outcome).filter { $0 != .none }
    // DTLS that was up and was lost stays lost, though later attempts go unanswered.
    if outcomes.last != .established, outcomes.contains(.lost) { return .lost }
    return outcomes.last ?? .none
  }

  /// Whether the capture shows how the tunnel began.
  var sawStart: Bool { mainSessions.first?.view.sawStart ?? true }

  /// Text for people: "198.51.100.10 → 203.0.113.20".
  var route: String { "\(client) → \(gateway)" }

  /// Whether the tunnel's DTLS belongs to the sessions of a track. Where another session lives beside most of them, it
  /// is that one's, unless each of these begins an attempt of its own: else they are polls beside a living tunnel.
  func hasDTLS(of track: SessionTrack) -> Bool {
    guard !attempts.isEmpty else { return false }
    let starts = track.sessions.map(\.start)
    let own = Set(track.sessions.map(\.view.startFrame))
    let livesBeside = tracks.flatMap(\.sessions).contains { other in
      !own.contains(other.view.startFrame)
        && starts.filter { $0 >= other.start && $0 <= other.end }.count * 2 > starts.count
    }
    guard livesBeside else { return true }
    let followed = starts.filter { start in
      attempts.contains { (0...Self.firstHelloSeconds).contains($0.start.seconds(since: start)) }
    }
    return followed.count * 2 > starts.count
  }

  /// A client sends its first DTLS hello within this time of the session's ClientHello.
  private static let firstHelloSeconds = 5.0

  /// The first attempt that began after a moment.
  func nextAttempt(after time: Timestamp) -> Attempt? {
    attempts[attempts.partitioningIndex { $0.start > time }...].first
  }

  func attempts(_ outcome: DTLSOutcome) -> [Attempt] { attempts.filter { $0.outcome == outcome } }
}
