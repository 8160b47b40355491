import Observations

extension Channel {
  /// Of handshakes that failed, those that are a trouble of their own and matter now: no symptoms of a loss, and while the
  /// channel is down, those since it was up last.
  func troubles(_ failed: [Handshake]) -> [Handshake] {
    guard !failed.isEmpty else { return [] }
    let aftermath = aftermath
    let own = failed.filter { !aftermath.contains($0.view.id) }
    guard outcome != .established, let up = handshakes.last(where: \.cameUp) else { return own }
    let later = own.filter { $0.start > up.start }
    return later.isEmpty ? own : later
  }

  /// Handshakes with which the client tries to come back after a loss, until one succeeds or the client rests.
  ///
  /// What fails among them is a symptom of the loss. A client that begins again after a rest, or after it was back, has a
  /// trouble of its own.
  private var aftermath: Set<HandshakeID> {
    var attempts: Set<HandshakeID> = []
    var lastTry: Timestamp?
    for handshake in handshakes where !handshake.isRenewal {
      switch handshake.outcome {
      case .lost: lastTry = handshake.end
      case .established: lastTry = nil
      default:
        guard let last = lastTry, handshake.start.seconds(since: last) < Self.restSeconds else {
          lastTry = nil
          continue
        }
        attempts.insert(handshake.view.id)
        lastTry = max(last, handshake.end)
      }
    }
    return attempts
  }

  /// A client that is still trying pauses for 5 minutes at most (OpenVPN's `connect-retry`); three times that is a rest.
  private static let restSeconds = 900.0

  /// Whether it was up before a handshake.
  func wasUp(before handshake: Handshake) -> Bool {
    handshakes.contains { $0.start < handshake.start && $0.cameUp }
  }
}

extension Handshake {
  /// Whether it began a session, lost since or not.
  fileprivate var cameUp: Bool { !isRenewal && (outcome == .established || outcome == .lost) }
}
