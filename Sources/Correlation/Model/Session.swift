import Algorithms
import Observations

/// A TLS connection between a client and a gateway, in the views of all capture points that show it.
struct Session {
  /// The view nearest to the client first; never empty.
  let views: [ObservedConnection]

  init(first: ObservedConnection, others: [ObservedConnection] = []) { views = [first] + others }

  /// The view nearest to the client.
  var view: ObservedConnection { views[0] }
  /// The ClientHello; without one, the first packet. A SYN may wait long for a path that is down.
  var start: Timestamp { view.helloTime ?? view.start }
  /// Whether the capture shows how it began.
  var sawStart: Bool { view.sawStart }
  var end: Timestamp { views.map(\.end).max() ?? view.end }
  /// How it ended; a capture point that missed the end does not hide it.
  var ending: ConnectionEnding { views.map(\.ending).first { $0 != .open } ?? .open }
  /// When the first FIN or RST was seen; nil while none was.
  var closed: Timestamp? { views.first { $0.ending != .open }?.end }
  var openingRequests: Int { views.map(\.openingRequests).max() ?? 0 }
  var seconds: Double { end.seconds(since: start) }

  /// A tunnel's sides go on speaking in turn after the opening, be it in keep-alives; a long poll or a stream of
  /// events over HTTPS has one speaker. A keep-alive and its answer are two turns.
  var carriesTraffic: Bool { (views.map(\.turns).max() ?? 0) >= Self.tunnelTurns }

  /// Whether it is a tunnel also when there is no DTLS beside it: no short request, and no stream of one speaker.
  var isTunnel: Bool { seconds >= Self.tunnelSeconds && carriesTraffic }

  fileprivate static let tunnelSeconds = 20.0
  fileprivate static let tunnelTurns = 2

  /// Whether the gateway ended it: with the first FIN, or with a last word (a close_notify alert, encrypted under
  /// TLS 1.3) that the client's FIN answers.
  var wasEndedByGateway: Bool {
    switch ending {
    case .serverClosed, .serverReset: return true
    case .open, .clientReset: return false
    case .clientClosed:
      guard let closed, let last = lastPayload(from: .server) else { return false }
      return closed.seconds(since: last) < Self.answerSeconds && last > (lastPayload(from: .client) ?? last)
    }
  }

  /// A client answers a close within this time, unless the path is very slow.
  private static let answerSeconds = 0.5

  /// The last packet with payload from a side, in any view.
  func lastPayload(from side: Side) -> Timestamp? {
    views.compactMap { side == .client ? $0.whole?.client.last : $0.whole?.server.last }.max()
  }

  /// The last packet with payload from a side, as one capture point saw it.
  func lastPayload(from side: Side, at point: Int) -> Timestamp? {
    views.first { $0.point == point }.flatMap { side == .client ? $0.whole?.client.last : $0.whole?.server.last }
  }

  /// The end in words.
  var endReason: String {
    switch ending {
    case .clientClosed: "closed by the client"
    case .serverClosed: "closed by the gateway"
    case .clientReset: "reset by the client"
    case .serverReset: "reset by the gateway"
    case .open: "still open when last seen"
    }
  }
}

extension ObservedConnection {
  /// Whether a session that has no other view is a tunnel by itself.
  var isTunnel: Bool {
    turns >= Session.tunnelTurns && end.seconds(since: helloTime ?? start) >= Session.tunnelSeconds
  }
}

/// Two sessions that follow each other, and how.
struct Handover {
  enum Kind {
    /// The tunnel was re-established: no one asked for it.
    case reconnect
    /// Somebody ended the tunnel in an orderly way and began a new one.
    case restart
  }

  let from: Session
  let to: Session
  let kind: Kind

  /// A client that re-establishes its session does so at once; a person, or a service manager, takes longer.
  static let immediateSeconds = 2.0
  /// A fresh login takes at least this many requests before the tunnel; a re-established session takes one, with
  /// TLS 1.3 sometimes counted as two.
  static let loginRequests = 3

  init(from: Session, to: Session) {
    self.from = from
    self.to = to
    let end = from.closed ?? from.end
    let gap = (to.view.start >= end ? to.view.start : to.start).seconds(since: end)
    let isFreshLogin = to.openingRequests >= Self.loginRequests
    let isOrderly = from.ending == .clientClosed || from.ending == .serverClosed
    kind = gap > Self.immediateSeconds && (isOrderly || isFreshLogin) ? .restart : .reconnect
  }

  /// From the start of one session to the start of the next, in seconds; nil when the capture does not show both.
  var interval: Double? { from.sawStart && to.sawStart ? to.start.seconds(since: from.start) : nil }
}

/// Sessions of one client that follow each other without overlap: what one tunnel lived through.
///
/// Several tracks between the same addresses are several clients behind one address, or several tunnels.
struct SessionTrack {
  var sessions: [Session]

  var handovers: [Handover] { zip(sessions, sessions.dropFirst()).map { Handover(from: $0, to: $1) } }
  var end: Timestamp { sessions.last.map { $0.closed ?? $0.end } ?? Timestamp(nanoseconds: .min) }

  /// Overlap that an orderly handover may have: the old connection's FIN can come after the new SYN.
  private static let overlapSeconds = 1.0
  /// A longer pause is a new beginning, not a handover.
  private static let pauseSeconds = 60.0

  /// Sorts the connections between two hosts into tracks and leaves out those that carried no tunnel: logins,
  /// polls and other short requests.
  ///
  /// - Parameter captureEnd: A connection that is open when the capture ends may have just begun.
  static func tracks(of sessions: [Session], captureEnd: Timestamp) -> [SessionTrack] {
    var tracks: [SessionTrack] = []
    var ends = TrackEnds()
    for session in sessions.ordered(by: \.start, <) where isMain(session, captureEnd: captureEnd) {
      if let index = predecessor(of: session, among: ends) {
        ends.remove(index, end: tracks[index].end)
        tracks[index].sessions.append(session)
        ends.insert(index, end: tracks[index].end)
      } else if session.seconds >= mainSeconds || tracks.last(where: { isAlive($0, at: session.start) }) == nil {
        tracks.append(SessionTrack(sessions: [session]))
        ends.insert(tracks.count - 1, end: tracks[tracks.count - 1].end)
      }
    }
    return tracks
  }

  /// Shorter connections are logins and requests.
  private static let mainSeconds = 10.0

  private static func isMain(_ session: Session, captureEnd: Timestamp) -> Bool {
    session.seconds >= mainSeconds
      || session.ending == .open && captureEnd.seconds(since: session.end) < mainSeconds
  }

  /// The track whose end is nearest to the session's start; of two that are as near, the one that began first.
  private static func predecessor(of session: Session, among ends: TrackEnds) -> Int? {
    ends.neighbours(of: session.start).compactMap { neighbour -> (index: Int, gap: Double)? in
      let gap = session.start.seconds(since: neighbour.end)
      return gap >= -overlapSeconds && gap <= pauseSeconds ? (neighbour.index, abs(gap)) : nil
    }.min { ($0.gap, $0.index) < ($1.gap, $1.index) }?.index
  }

  private static func isAlive(_ track: SessionTrack, at time: Timestamp) -> Bool {
    guard let last = track.sessions.last else { return false }
    return last.closed == nil || last.end > time
  }
}

/// The ends of tracks in order of time, so that thousands side by side are not walked for every session.
private struct TrackEnds {
  private var sorted: [(end: Timestamp, index: Int)] = []

  /// How many come before an end; of equal ones the track with the lower index comes first.
  private func place(_ end: Timestamp, _ index: Int) -> Int {
    sorted.partitioningIndex { ($0.end, $0.index) >= (end, index) }
  }

  mutating func insert(_ index: Int, end: Timestamp) { sorted.insert((end, index), at: place(end, index)) }

  mutating func remove(_ index: Int, end: Timestamp) {
    let place = place(end, index)
    if place < sorted.count, sorted[place].index == index { sorted.remove(at: place) }
  }

  /// The last end that is not after a moment, and the first that is.
  func neighbours(of time: Timestamp) -> [(end: Timestamp, index: Int)] {
    let after = place(time, .max)
    let before = after > 0 ? [sorted[place(sorted[after - 1].end, .min)]] : []
    return before + sorted[after...].prefix(1)
  }
}
