import Algorithms
import Observations

/// A tunnel's control connection one side of which is not heard any more, as packets show it: the other side sends the same
/// segment again and again.
struct ConnectionLoss {
  let session: Session
  let view: Association
  let silence: Association.Silent
  /// The connection with which the client began anew.
  let next: Session?
  /// The data channel's session beside it that carried data both ways; nil when there is none.
  let data: (channel: Channel, handshake: Handshake)?
  /// Whether the silent side is still heard on the data channel; false without one.
  let isDataAlive: Bool

  /// The loss of a tunnel's control connection that lasts; of those that are over, the first. An orderly end is none, and
  /// neither is a silence that ended or may still end.
  init?(in channel: Channel, of tunnel: Tunnel) {
    guard !channel.profile.judgesHandshakes, !channel.isLogged else { return nil }
    let sessions = channel.sessions.filter { $0.isTunnel || !tunnel.dataHandshakes.isEmpty }
    for session in chain(sessions.suffix(1), sessions.dropLast()) {
      for view in session.views {
        guard let silence = view.lastingSilence, Self.isUnexplained(silence, view),
          let point = view.point
        else { continue }
        let next = channel.connections.first { $0.start > silence.since.moment && $0.view.id != view.id }
        guard next != nil || silence.seconds >= channel.profile.longSilenceSeconds else { continue }
        self.session = session
        self.view = view
        self.silence = silence
        self.next = next
        data = tunnel.dataHandshakes.last { $0.handshake.start < silence.since.moment }
        let heard = data.flatMap { data in
          data.handshake.views.first { $0.point == point }?.lastPayload(from: silence.side)
        }
        isDataAlive = heard.map { $0.seconds(since: silence.since.moment) > Self.togetherSeconds } ?? false
        return
      }
    }
    return nil
  }

  /// Whether neither side closed the connection in a way that explains why nothing more is heard.
  private static func isUnexplained(_ silence: Association.Silent, _ view: Association) -> Bool {
    switch view.ending {
    case .open: true
    case .clientClosed, .clientReset: silence.side == .server && view.end > silence.since.moment
    case .serverClosed, .serverReset: silence.side == .client && view.end > silence.since.moment
    }
  }

  /// A side that is heard on the data channel for longer than this after the control connection went silent is still there.
  private static let togetherSeconds = 10.0

  /// How long the silent side was not heard, in seconds.
  var seconds: Double { silence.seconds }

  func evidence(_ channel: Channel) -> [Evidence] {
    var evidence = [
      session.begin.evidence("\(channel.profile.name): the connection begins"),
      silence.since.evidence("\(channel.profile.name): a segment is sent again that stays unanswered"),
      silence.noticed.evidence("still nothing from the \(silence.side.name)"),
    ]
    // What comes last decides how long it was silent.
    if let next {
      evidence.append(next.begin.evidence("the client begins anew"))
    } else if silence.latest != silence.noticed {
      evidence.append(silence.latest.evidence("the same segment once more"))
    }
    return evidence
  }
}

extension Tunnel {
  /// Handshakes of the data channel that packets show and that led to data both ways, by start.
  fileprivate var dataHandshakes: some BidirectionalCollection<(channel: Channel, handshake: Handshake)> {
    seen.lazy.filter { $0.profile.role == .data }.flatMap { channel in
      channel.handshakes.lazy.filter { $0.views.contains(where: \.carriedBothWays) }.map {
        (channel: channel, handshake: $0)
      }
    }
  }
}
