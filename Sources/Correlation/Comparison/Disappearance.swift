import Observations

/// Whether the absence of a finding from a later report means that it is gone.
public struct Disappearance: Sendable {
  package let isGone: Bool
  package let reason: String

  package static func gone(_ reason: String) -> Disappearance { Disappearance(isGone: true, reason: reason) }
  package static func notSeen(_ reason: String) -> Disappearance { Disappearance(isGone: false, reason: reason) }

  /// A report does not say how large the packets were that nothing happened to.
  package static let unseenSizes = notSeen(
    "the later captures would show it only if packets as large were sent while they ran, which a report does not say")

  /// What became of a channel that failed.
  package static func ofChannel(_ kind: ChannelKind?, _ tunnel: TunnelDescription) -> Disappearance {
    guard let kind else { return unseenSizes }
    let name = kind.name
    guard let channel = tunnel.channel(kind) else {
      return notSeen("the later captures show no handshake of \(name) that can be judged")
    }
    let port = channel.port.map { " on \(channel.transport) \($0)" } ?? ""
    switch channel.outcome {
    case .established: return gone("\(name) is established\(port)")
    case .lost: return gone("\(name) is established\(port), and lost later")
    case .unanswered: return notSeen("\(name)\(port) still fails: it gets no answer")
    case .refused: return notSeen("\(name)\(port) still fails: it is refused")
    case .rejected: return notSeen("\(name)\(port) still fails: it is rejected")
    case .stalled: return notSeen("\(name)\(port) still fails: its handshake does not complete")
    case .failed: return notSeen("\(name)\(port) still fails: its handshake is answered, but fails")
    case .blocked: return notSeen("\(name)\(port) still fails: no data comes back")
    case .none, .redirected: return notSeen("the later captures show no handshake of \(name) that can be judged")
    }
  }

  /// A tunnel that re-established its session at an interval has to be watched for this many of them: the first is often
  /// longer than those that follow (70 seconds where they are 60).
  private static let intervalsToWatch = 1.5

  /// Whether sessions that were re-established go on undisturbed for long enough.
  ///
  /// - Parameter before: The earlier report's findings about the tunnel: the longest interval that they name counts, and
  ///   a minute where they name none, which is that of clients that apply a smaller MTU.
  package static func ofReconnects(_ tunnel: TunnelDescription, before: [Finding]) -> Disappearance {
    guard let start = tunnel.sessions.compactMap(\.start).min(), let end = tunnel.lastSeen else {
      return notSeen("the later captures show no session of the tunnel")
    }
    let watched = end.seconds(since: start)
    let interval = before.filter { $0.about == .tunnel }.compactMap(\.seconds).max() ?? RegularStretch.minuteSeconds
    let watching =
      "the later captures show \(Phrase.duration(watched)) of the tunnel without it; the session was re-established "
      + "after \(Phrase.duration(interval))"
    let needed = interval * intervalsToWatch
    return watched >= needed ? gone(watching) : notSeen(watching + ", so \(Phrase.duration(needed)) are needed")
  }
}
