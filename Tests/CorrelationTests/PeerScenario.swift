import Correlation
import Observations

/// A family of one channel that carries both control and data, whose handshake the gateway's answer completes, as
/// WireGuard's does: what generic rules make of a tunnel without TLS.
enum PeerFamily: FamilyProfile {
  static let name = FamilyName.wireguard
  static let title = "Peers"
  static let channels = [
    ChannelProfile(
      kind: .wireguard, role: .both, transport: "UDP", usualPort: 51_820, opening: "initiation",
      openingMessage: "initiation", isDoneWithAnswer: true, patienceSeconds: 3, handshakeSeconds: 12,
      longSilenceSeconds: 30, longSilencePackets: 10, keepaliveLimit: 32)
  ]

  static func isTunnel(_ candidate: TunnelCandidate) -> Bool { !candidate.handshakes.isEmpty }
}

// What a capture point sees of a tunnel of peers.
extension Scenario {
  static let peers = FamilyTable([PeerFamily.self])

  func peerReport() -> Report { Self.report(of: [self], families: Self.peers) }

  /// The first initiation of a handshake.
  mutating func initiation(
    at seconds: Double, renewing session: Attempt? = nil, by side: Side = .client, dataMeanwhile: Int = 0,
    random: Int? = nil, isRedirected: Bool? = nil
  ) -> Attempt {
    let number = number()
    let attempt = Attempt(
      id: HandshakeID(.wireguard, firstFrame: frame(seconds + delay)),
      flow: session?.flow ?? Flow(client: Endpoint(client, UInt16(40_000 + number)), server: Endpoint(gateway, 51_820)),
      random: .numbered(2000 + (random ?? number)))
    initiation(
      attempt, at: seconds, renewing: session, by: side, dataMeanwhile: dataMeanwhile, isRedirected: isRedirected)
    return attempt
  }

  /// The same initiation again.
  mutating func initiation(
    _ attempt: Attempt, at seconds: Double, renewing session: Attempt? = nil, by side: Side = .client,
    dataMeanwhile: Int = 0, isRedirected: Bool? = nil
  ) {
    tell(
      .opened(
        Opening(
          id: attempt.id, flow: attempt.flow, token: attempt.random, renews: session?.id, sender: side,
          isRedirected: isRedirected, dataMeanwhile: dataMeanwhile)),
      at: seconds + delay)
  }

  /// The answer to an initiation, the gateway's unless another side is named.
  mutating func answer(_ attempt: Attempt, at seconds: Double, by side: Side = .server) {
    tell(
      .message(
        HandshakeMessage(
          id: attempt.id, flow: attempt.flow, sender: side, stage: .answer, name: MessageName("response"))),
      at: seconds)
  }

  /// The gateway sends the client to another one.
  mutating func redirect(_ attempt: Attempt, at seconds: Double) {
    tell(
      .message(
        HandshakeMessage(
          id: attempt.id, flow: attempt.flow, sender: .server, stage: .redirect, name: MessageName("REDIRECT"))),
      at: seconds)
  }

  /// A handshake that succeeds at once, with data both ways.
  mutating func connect(at seconds: Double, random: Int? = nil, isRedirected: Bool? = nil) -> Attempt {
    let attempt = initiation(at: seconds, random: random, isRedirected: isRedirected)
    answer(attempt, at: seconds + 0.05)
    data(attempt, from: .client, at: seconds + 0.1)
    data(attempt, from: .server, at: seconds + 0.15)
    return attempt
  }

  /// The keys of a renewal came into use.
  mutating func useKeys(of attempt: Attempt, at seconds: Double) {
    tell(.established(Establishment(id: attempt.id, flow: attempt.flow)), at: seconds)
  }

  /// A side says no in clear.
  mutating func reject(_ attempt: Attempt, by side: Side, _ reason: String = "handshake_failure", at seconds: Double) {
    tell(.rejected(Rejection(id: attempt.id, flow: attempt.flow, sender: side, reason: reason)), at: seconds)
  }

  /// What an attempt and its session came to.
  ///
  /// - Parameter side: The end of the path that this point is next to, by the hops that packets have left.
  mutating func summary(
    _ attempt: Attempt, from start: Double, to finish: Double, client: PayloadTotals = PayloadTotals(),
    server: PayloadTotals = PayloadTotals(), nextTo side: Side? = nil, ending: ConnectionEnding = .open
  ) {
    tell(
      .summary(
        ChannelSummary(
          id: attempt.id, flow: attempt.flow, start: time(start), startFrame: frame(start), sawStart: true,
          token: attempt.random, end: time(finish), ending: ending, client: client, server: server,
          clientTTL: side == .client ? 64 : 57, serverTTL: side == .server ? 64 : 57)),
      at: finish, toldAt: end)
  }
}
