import Algorithms
import Observations

/// From a handshake that succeeded to the end of what it set up, in the views of all capture points or logs that show it.
package struct Session: Sendable {
  /// The view nearest to the client first; never empty.
  package let views: [Association]

  package init(_ view: Association) { views = [view] }

  /// - Parameter views: The view nearest to the client first; not empty.
  init(views: [Association]) { self.views = views }

  /// The view nearest to the client.
  package var view: Association { _read { yield views[0] } }
  /// The opening; without one, the first packet. A SYN may wait long for a path that is down.
  package var start: Timestamp { begin.moment }
  /// The packet or line that stands for its beginning: what a log calls the start is when the session is up.
  package var begin: Sighting { view.isLogged ? view.established ?? view.begin : view.begin }
  /// Whether the capture shows how it began.
  package var sawStart: Bool { view.sawStart }
  package var end: Timestamp { views.lazy.map(\.end).max() ?? view.end }
  /// How it ended; a capture point that missed the end does not hide it.
  package var ending: ConnectionEnding { views.lazy.map(\.ending).first { $0 != .open } ?? .open }
  /// When the first FIN or RST was seen; nil while none was.
  package var closed: Timestamp? { endedView.map { views[$0].end } ?? view.loggedEnd?.time }
  /// Place of the first view that shows an end.
  private var endedView: Int? { views.indices.first { views[$0].ending != .open } }
  package var openingRequests: Int { views.lazy.map(\.openingRequests).max() ?? 0 }
  package var seconds: Double { end.seconds(since: start) }

  /// A tunnel's sides go on speaking in turn after the opening, be it in keep-alives; a long poll or a stream of
  /// events over HTTPS has one speaker. A keep-alive and its answer are two turns.
  package var carriesTraffic: Bool { (views.lazy.map(\.turns).max() ?? 0) >= Self.tunnelTurns }

  /// Whether it is a tunnel also when there is no DTLS beside it: no short request, no stream of one speaker, no web client.
  package var isTunnel: Bool {
    seconds >= Self.tunnelSeconds && carriesTraffic && !views.contains(where: \.isForeign)
  }

  fileprivate static let tunnelSeconds = 20.0
  fileprivate static let tunnelTurns = 2

  /// Whether the gateway ended it: with the first FIN, or with a last word (a close_notify alert, encrypted under
  /// TLS 1.3) that the client's FIN answers.
  package var wasEndedByGateway: Bool {
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
  package func lastPayload(from side: Side) -> Timestamp? {
    views.lazy.compactMap { $0.lastPayload(from: side) }.max()
  }

  /// The last packet with payload from a side, as one capture point saw it.
  package func lastPayload(from side: Side, at point: Int) -> Timestamp? {
    views.first { $0.point == point }?.lastPayload(from: side)
  }

  /// The last word of its end: a FIN, a reset, a line.
  package var closing: Sighting? {
    if let place = endedView, let whole = views[place].whole {
      // A protocol without connections ends with a word of leave.
      let end = Sighting(time: whole.end, frame: whole.endFrame)
      return end.source == views[place].start.source ? views[place].closing ?? end : end
    }
    return view.loggedEnd
  }

  /// The end in words.
  package var endReason: String {
    if view.deadPeer != nil { return "given up: the peer was found dead" }
    if let ended = view.ended?.end {
      return "ended" + (ended.byClient ? " by the client" : "") + (ended.reason.map { ": \($0)" } ?? "")
    }
    return switch ending {
    case .clientClosed: "closed by the client"
    case .serverClosed: "closed by the gateway"
    case .clientReset: "reset by the client"
    case .serverReset: "reset by the gateway"
    case .open: view.isLogged ? "the log does not show its end" : "still open when last seen"
    }
  }
}

extension Association {
  /// The line that shows its end.
  fileprivate var loggedEnd: Sighting? { deadPeer ?? ended?.sighting }

  /// Whether a connection that has no other view is a tunnel by itself.
  package var isTunnelConnection: Bool {
    turns >= Session.tunnelTurns && end.seconds(since: begin.moment) >= Session.tunnelSeconds && !isForeign
  }
}

extension Session {
  /// Whether one side was not heard any more, to its end.
  package var wasLost: Bool { view.lastingSilence != nil }
  /// Whether it is a TCP connection that nobody is seen to close.
  package var lacksEnd: Bool { view.connection != nil && ending == .open }
}

/// Two sessions that follow each other, and how.
package struct Handover: Sendable {
  package enum Kind: Sendable {
    /// The tunnel was re-established: no one asked for it.
    case reconnect
    /// Somebody ended the tunnel in an orderly way and began a new one.
    case restart
    /// The protocol began a new session in place of one that was well.
    case renewal
  }

  package let from: Session
  package let to: Session
  package let kind: Kind
  /// Whether a log says what kind it is.
  package let isSaid: Bool

  /// A client that re-establishes its session does so at once; a person, or a service manager, takes longer.
  package static let immediateSeconds = 2.0
  /// A fresh login takes at least this many requests before the tunnel; a re-established session takes one, with
  /// TLS 1.3 sometimes counted as two.
  static let loginRequests = 3

  /// - Parameters:
  ///   - reconnects: Whether a log says that the client begins anew by itself before `to`.
  ///   - renewal: How the protocol begins a new session in place of one that was well.
  init(from: Session, to: Session, reconnects: Bool = false, renewal: SessionRenewal? = nil) {
    self.from = from
    self.to = to
    guard !to.view.isLogged else {
      (kind, isSaid) = Self.loggedKind(from: from, to: to, reconnects: reconnects)
      return
    }
    isSaid = false
    let end = from.closed ?? from.end
    let begin = to.view.start.moment
    let gap = (begin >= end ? begin : to.start).seconds(since: end)
    let isFreshLogin = to.openingRequests >= Self.loginRequests
    let isOrderly = from.ending == .clientClosed || from.ending == .serverClosed
    if let renewal, Self.isRenewal(renewal, from: from, to: to) {
      kind = .renewal
      return
    }
    kind = gap > Self.immediateSeconds && (isOrderly || isFreshLogin) ? .restart : .reconnect
  }

  private static func isRenewal(_ renewal: SessionRenewal, from: Session, to: Session) -> Bool {
    guard from.view.lastingSilence == nil else { return false }
    switch renewal {
    case .afterLeave:
      guard let closing = from.view.closing?.moment, from.view.closingSender == .client else { return false }
      return abs(to.start.seconds(since: closing)) <= immediateSeconds
    case .afterKeysExpire(let seconds):
      return from.view.flow == to.view.flow && to.start.seconds(since: from.start) >= seconds
    }
  }

  /// A log says whether a session replaces another one; where it does not, its end and the next beginning tell.
  private static func loggedKind(from: Session, to: Session, reconnects: Bool) -> (Kind, isSaid: Bool) {
    switch to.view.relation {
    case .replacing, .resumed: return (.reconnect, true)
    case .first: return (.restart, true)
    // None is left to replace: the one before was lost, and the client has come back to it.
    case .additional: return (reconnects ? .reconnect : .restart, true)
    case .unknown: break
    }
    // Dead-peer detection gave the one before up: nobody ended it.
    if from.view.deadPeer != nil { return (.reconnect, false) }
    if from.view.ended?.end.byClient ?? false { return (.restart, false) }
    if reconnects { return (.reconnect, true) }
    guard let end = from.view.ended?.sighting else { return (.restart, false) }
    return (to.begin.seconds(since: end).map { $0 <= soonSeconds } ?? true ? .reconnect : .restart, false)
  }

  /// A client that begins anew by itself does so within this time; clients that lost their network take longer.
  private static let soonSeconds = 5.0

  /// From the start of one session to the start of the next, in seconds; nil when the capture does not show both.
  package var interval: Double? { from.sawStart && to.sawStart ? to.begin.seconds(since: from.begin) : nil }
}

/// Sessions of one client that follow each other without overlap: what one tunnel lived through.
///
/// Several tracks between the same addresses are several clients behind one address, or several tunnels.
package struct SessionTrack: Sendable {
  package var sessions: [Session]
  /// Places of sessions before which a log says that the client begins anew by itself.
  var reconnecting: Set<Int> = []
  /// How the protocol begins a new session in place of one that was well.
  let renewal: SessionRenewal?

  init(sessions: [Session], reconnecting: Set<Int> = [], renewal: SessionRenewal? = nil) {
    self.sessions = sessions
    self.reconnecting = reconnecting
    self.renewal = renewal
  }

  package var handovers: [Handover] {
    sessions.indices.dropFirst().map { place in
      Handover(
        from: sessions[place - 1], to: sessions[place], reconnects: reconnecting.contains(place), renewal: renewal)
    }
  }
  var end: Timestamp { sessions.last.map { $0.closed ?? $0.end } ?? Timestamp(nanoseconds: .min) }

  /// Overlap that an orderly handover may have: the old connection's FIN can come after the new SYN.
  private static let overlapSeconds = 1.0
  /// A longer pause is a new beginning, not a handover.
  private static let pauseSeconds = 60.0

  /// Sorts the connections between two hosts into tracks and leaves out those that carried no tunnel: logins,
  /// polls and other short requests.
  ///
  /// - Parameters:
  ///   - captureEnd: A connection that is open when the capture ends may have just begun.
  ///   - carriesRequests: Whether short connections may be requests rather than sessions.
  ///   - renewal: How the protocol begins a new session in place of one that was well.
  static func tracks(
    of sessions: [Session], captureEnd: Timestamp, carriesRequests: Bool, renewal: SessionRenewal?
  ) -> [SessionTrack] {
    guard sessions.count > 1 else {
      return sessions.filter { !carriesRequests || isMain($0, captureEnd: captureEnd) }.map {
        SessionTrack(sessions: [$0], renewal: renewal)
      }
    }
    var tracks: [SessionTrack] = []
    var ends = TrackEnds()
    for session in sessions.ordered(by: \.start, <)
    where !carriesRequests || isMain(session, captureEnd: captureEnd) {
      if let index = predecessor(of: session, among: ends) {
        ends.remove(index, end: tracks[index].end)
        tracks[index].sessions.append(session)
        ends.insert(index, end: tracks[index].end)
      } else if !carriesRequests || session.seconds >= mainSeconds
        || tracks.last(where: { isAlive($0, at: session.start) }) == nil
      {
        tracks.append(SessionTrack(sessions: [session], renewal: renewal))
        ends.insert(tracks.count - 1, end: tracks[tracks.count - 1].end)
      }
    }
    return tracks
  }

  /// The connection that set up another channel and rests since, open to the end, while that one carries the data: it is no
  /// short request, however short it spoke.
  static func resting(
    _ connections: [Session], beside handshakes: [[Association]], renewal: SessionRenewal?
  ) -> [SessionTrack] {
    guard let first = handshakes.lazy.compactMap(\.first).filter(\.carriedBothWays).map(\.begin.moment).min(),
      let last = connections.filter({ $0.start <= first }).max(by: { $0.start < $1.start }), last.ending == .open,
      first.seconds(since: last.end) < mainSeconds
    else { return [] }
    return [SessionTrack(sessions: [last], renewal: renewal)]
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
