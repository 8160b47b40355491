import Observations

/// Whether the absence of a finding from a later report means that it is gone.
struct Disappearance {
  struct Judgement {
    let isGone: Bool
    let reason: String

    static func gone(_ reason: String) -> Judgement { Judgement(isGone: true, reason: reason) }
    static func notSeen(_ reason: String) -> Judgement { Judgement(isGone: false, reason: reason) }
  }

  /// A tunnel that re-established its session at an interval has to be watched for so many of them: the first is often
  /// longer than those that follow (70 seconds where they are 60).
  private static let intervalsToWatch = 1.5
  /// The interval of clients that apply the TLS MTU, where the earlier report names none.
  private static let usualInterval = RegularStretch.minuteSeconds
  /// DTLS has to last so much longer than it lasted before it was lost: a loss shows after so long a silence.
  private static let silenceSeconds = 10.0

  private let before: Report
  private let tunnels: TunnelMatching

  init(before: Report, tunnels: TunnelMatching) {
    self.before = before
    self.tunnels = tunnels
  }

  /// - Parameter finding: One of the earlier report that the later report lacks.
  func judgement(of finding: Finding) -> Judgement {
    guard let id = finding.tunnel else { return Self.sizes }
    guard let change = tunnels.change(ofEarlier: id) else { return .notSeen("it is about no tunnel of the report") }
    guard let tunnel = change.after else {
      let route = change.before.map { "from \($0.clientName) to \($0.gatewayName)" } ?? id
      return .notSeen("the later captures show no tunnel \(route)")
    }
    switch finding.rule {
    case .dtlsUnanswered, .dtlsRefused, .dtlsHandshakeStalled, .dtlsPortMismatch: return dtls(tunnel)
    case .dtlsLost: return lost(finding, tunnel)
    case .reconnectCycle, .sessionReconnects: return reconnects(id, tunnel)
    case .mtuReconnect:
      // The chain begins with DTLS that fails: without that link it is not this chain.
      return tunnel.dtls.outcome == .established ? dtls(tunnel) : reconnects(id, tunnel)
    case .oversizedDF, .mssExceedsMTU, .pmtuBlackHole, .tunnelFragmentation: return Self.sizes
    case .configRisk: return .notSeen("only the gateway's configuration would show it")
    case .captureQuality: return .gone("the later captures have no such limit")
    }
  }

  /// A report does not tell how large the packets were that nothing happened to.
  private static let sizes = Judgement.notSeen(
    "the later captures would show it only if packets as large were sent while they ran, which a report does not tell")

  private func dtls(_ tunnel: TunnelDescription) -> Judgement {
    let port = tunnel.dtls.port.map { " on UDP \($0)" } ?? ""
    switch tunnel.dtls.outcome {
    case .established: return .gone("DTLS is established\(port)")
    case .lost: return .gone("DTLS is established\(port), and lost later")
    case .unanswered: return .notSeen("DTLS\(port) still fails: it gets no answer")
    case .refused: return .notSeen("DTLS\(port) still fails: it is refused")
    case .stalled: return .notSeen("DTLS\(port) still fails: its handshake does not complete")
    case .none: return .notSeen("the later captures show no attempt to establish DTLS that can be judged")
    }
  }

  private func lost(_ finding: Finding, _ tunnel: TunnelDescription) -> Judgement {
    let lasted = tunnel.dtls.attempts.filter { $0.outcome == .established }.map { $0.end.seconds(since: $0.start) }
      .max()
    guard let lasted else { return .notSeen("DTLS does not come up in the later captures, so it cannot be lost") }
    let before = finding.fact("established_seconds")?.seconds ?? 0
    let lasting =
      "DTLS lasts \(Phrase.duration(lasted)) in the later captures; it was lost after \(Phrase.duration(before))"
    return lasted >= before + Self.silenceSeconds ? .gone(lasting) : .notSeen(lasting)
  }

  private func reconnects(_ earlierID: String, _ tunnel: TunnelDescription) -> Judgement {
    guard let start = tunnel.tls.sessions.map(\.start).min(), let end = tunnel.lastSeen else {
      return .notSeen("the later captures show no session of the tunnel")
    }
    let watched = end.seconds(since: start)
    let interval = self.interval(earlierID)
    let watching =
      "the later captures show \(Phrase.duration(watched)) of the tunnel without it; the session was re-established "
      + "after \(Phrase.duration(interval))"
    let needed = interval * Self.intervalsToWatch
    return watched >= needed ? .gone(watching) : .notSeen(watching + ", so \(Phrase.duration(needed)) are needed")
  }

  /// The longest interval at which the earlier report saw the tunnel's session re-established, in seconds.
  private func interval(_ tunnel: String) -> Double {
    before.findings.filter { $0.tunnel == tunnel }
      .flatMap { [$0.fact("median_seconds"), $0.fact("intervals_seconds")] }
      .compactMap { $0?.seconds }.max() ?? Self.usualInterval
  }
}

extension FactValue {
  /// A duration in seconds, the longest of several; nil for what is no number.
  fileprivate var seconds: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .numbers(let values): values.max()
    case .text, .boolean: nil
    }
  }
}
