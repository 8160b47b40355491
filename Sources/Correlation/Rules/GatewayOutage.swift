import Algorithms
import Observations

// A gateway that went away in the middle of a session and came back: it restarted, or crashed.
extension SessionReconnects {
  /// The gateway ended a session and refused new connections; then it was there again, and the client logged in again or has
  /// not yet.
  static func outageFinding(_ channel: Channel, _ tunnel: Tunnel, _ situation: Situation) -> Finding? {
    let refused = channel.connections.filter(\.view.isRefusedByReset)
    guard channel.profile.carriesRequests, !channel.isLogged, !refused.isEmpty else { return nil }
    var outages = channel.sessions.adjacentPairs().compactMap { before, after -> Outage? in
      guard before.wasEndedByGateway, let closed = before.closed,
        Handover(from: before, to: after).kind == .restart,
        let refusal = refused.first(where: { $0.start >= closed && $0.start <= after.start })
      else { return nil }
      return Outage(before: before, refused: refusal, after: after, seconds: after.start.seconds(since: closed))
    }
    if let lasting = lastingOutage(channel, refused, tunnel) { outages.append(lasting) }
    guard let first = outages.first, let last = outages.last else { return nil }
    let times = outages.count == 1 ? "" : " \(outages.count) times"
    return Finding(
      rule: name, about: .tunnel, severity: .warning, confidence: .certain,
      confidenceReason: "the gateway ended the session, and answered new connections with a reset", tunnel: tunnel.id,
      title:
        "The gateway went away\(times), and the client \(last.after == nil ? "has not logged in again" : "had to log in again")",
      headline: "the gateway ended the session and refused new connections for a while",
      explanation: """
        The session of \(tunnel.clientName) was \(first.before.endReason). Then \(tunnel.gatewayName) refused a new connection: \
        nothing listened there. \(first.sequel) The \
        gateway's service was restarted, or it crashed.\(outages.count == 1 ? "" : " It happened \(outages.count) times.")
        """,
      remedies: [
        "Find out in the gateway's log why its service ended at that moment: a crash, an update, a change of its configuration."
      ], start: first.before.closed, end: last.after?.start ?? last.refused.end,
      facts: [
        ("sessions", .integer(outages.count + (last.after == nil ? 0 : 1))),
        ("intervals_seconds", .numbers(outages.map(\.seconds))),
      ], amount: outages.count + 1, seconds: outages.map(\.seconds).max(),
      evidence: outages.prefix(6).flatMap(\.evidence))
  }

  /// The last session's, where the gateway answers again and no session follows. While it refuses, it is a refusal.
  private static func lastingOutage(_ channel: Channel, _ refused: [Session], _ tunnel: Tunnel) -> Outage? {
    guard let before = channel.sessions.last, before.wasEndedByGateway, let closed = before.closed,
      let refusal = refused.first(where: { $0.start >= closed }),
      channel.connections.contains(where: { !$0.view.isRefusedByReset && $0.start > refusal.start })
    else { return nil }
    return Outage(
      before: before, refused: refusal, after: nil, seconds: max(tunnel.captureEnd.seconds(since: closed), 0))
  }

  private struct Outage {
    let before: Session
    let refused: Session
    /// nil while the client has not logged in again.
    let after: Session?
    /// Without a session.
    let seconds: Double

    var sequel: String {
      after == nil
        ? "\(Phrase.duration(seconds)) after the end of its session the capture ends, and the client has not logged in again."
        : "\(Phrase.duration(seconds)) after the end of its session the client logged in again."
    }

    var evidence: [Evidence] {
      (before.closing.map { [$0.evidence("the session is \(before.endReason)")] } ?? [])
        + refused.view.refusals.prefix(1).map { $0.sighting.evidence("TCP reset, answering a SYN: nothing listens") }
        + (after.map { [$0.begin.evidence("the client logs in again")] } ?? [])
    }
  }
}
