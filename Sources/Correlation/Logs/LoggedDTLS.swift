import Observations

/// What logs say became of DTLS.
///
/// A client that resumes a session takes DTLS for established before it has heard anything that proves it; what it
/// calls established and then finds dead every time, without ever keeping it, never was.
struct LoggedDTLS {
  enum Verdict: Equatable {
    /// Nothing failed, or nothing is said.
    case none
    case unanswered
    case refused
    case stalled
    case lost
  }

  let verdict: Verdict
  /// Each attempt's failure, in order.
  let failures: [LogFact]
  let established: [LogFact]
  /// What the gateway says of handshakes that came to it.
  let begunAtGateway: [LogFact]
  let repeatedAtGateway: [LogFact]
  /// Requests that the gateway dropped because nobody listens on their port.
  let discarded: [LogFact]
  /// From the establishment to the death, in seconds, of an association that was lost.
  let livedSeconds: Double?

  var isEstablished: Bool { !established.isEmpty }

  /// An association that never carried anything is found dead by the first dead-peer probes: 30 seconds for three of
  /// them after 20 or 30 quiet ones.
  private static let deadAtOnceSeconds = 90.0
  /// A repetition may be a packet that was lost.
  private static let leastRepeated = 2

  init(_ log: TunnelLog, dtlsPorts: Set<UInt16>) {
    let clientEstablished = log.facts(.dtlsEstablished, from: .client)
    established =
      clientEstablished.isEmpty && !log.facts.contains { $0.side == .client && $0.kind == .dtlsTimedOut }
      ? log.facts(.dtlsEstablished) + log.facts(.dtlsCompleted) : clientEstablished
    let timedOut = log.facts(.dtlsTimedOut)
    let sendFailed = log.facts(.dtlsSendFailed)
    let dead = log.facts(.dtlsDead)
    begunAtGateway = log.facts(.dtlsStarted, from: .server)
    repeatedAtGateway = log.facts(.dtlsRepeated, from: .server)
    discarded = log.discardedHellos(to: dtlsPorts)
    let lives = Self.lives(established, dead)
    livedSeconds = lives.compactMap(\.self).max()
    if !dead.isEmpty {
      let diesAtOnce = lives.count >= 2 && lives.allSatisfy { $0.map { $0 <= Self.deadAtOnceSeconds } ?? false }
      verdict = diesAtOnce ? .stalled : .lost
      failures = dead
    } else if established.isEmpty, !sendFailed.isEmpty {
      verdict = .refused
      failures = sendFailed
    } else if established.isEmpty, !timedOut.isEmpty {
      verdict = begunAtGateway.isEmpty && repeatedAtGateway.isEmpty ? .unanswered : .stalled
      failures = timedOut
    } else if established.isEmpty, !discarded.isEmpty {
      verdict = .unanswered
      failures = discarded
    } else if repeatedAtGateway.count >= Self.leastRepeated, established.isEmpty {
      verdict = .stalled
      failures = repeatedAtGateway
    } else {
      verdict = .none
      failures = []
    }
  }

  /// How long each association that was found dead had been established; nil where a time is missing, or where no
  /// establishment comes before it.
  private static func lives(_ established: [LogFact], _ dead: [LogFact]) -> [Double?] {
    dead.map { end in
      let begin = established.last { LogFact.isBefore($0, end) }
      return begin.flatMap { begin in begin.time.flatMap { start in end.time.map { $0.seconds(since: start) } } }
    }
  }
}
