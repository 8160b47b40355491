import Correlation
import Observations

extension ChannelOutcome {
  /// What became of a channel or a handshake, in words that follow its name.
  var words: String {
    switch self {
    case .established: "established"
    case .unanswered: "never answered"
    case .refused: "refused"
    case .rejected: "rejected by the peer"
    case .redirected: "the client was sent to another gateway"
    case .stalled: "answered, but the handshake never completed"
    case .failed: "failed"
    case .blocked: "established, but no data came back"
    case .lost: "established, then lost"
    case .none: "no handshake seen"
    }
  }
}

extension ChannelDescription.Handshake {
  /// Whether its opening was seen: data without one belongs to a handshake that nobody saw.
  var isOpened: Bool { outcome != .none || openings != 0 }
}

extension ChannelDescription {
  /// What became of it. Openings that were seen are a handshake, though what was read does not show what came of it.
  var outcomeInWords: String {
    if outcome == .none, handshakes.contains(where: \.isOpened) { return "outcome not seen" }
    return outcome.words
  }

  /// Where it runs at the gateway: "UDP 443"; nil where nothing names the port.
  var place: String? { port.map { "\(transport.visibleLine) \($0)" } }

  /// Port, version, cipher suite, what became of it, its handshakes, sessions and data.
  var words: String {
    let parts = [
      place, version?.visibleLine, cipherSuite?.visibleLine, outcomeWords, handshakeWords, sessionWords, dataWords,
      mtu.map { "MTU \($0)" },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  /// Sessions say by themselves that a channel was seen.
  private var outcomeWords: String? { outcome == .none && !sessions.isEmpty ? nil : outcomeInWords }

  /// nil where each handshake led to a session, which the sessions say.
  private var handshakeWords: String? {
    let seen = handshakes.filter(\.isOpened)
    guard !seen.isEmpty, sessions.isEmpty || !seen.allSatisfy({ $0.outcome == .established }) else { return nil }
    let openings = seen.compactMap(\.openings)
    return seen.count.counted("handshake")
      + (openings.isEmpty ? "" : " with \(openings.reduce(0, +).counted("opening message"))")
  }

  private var sessionWords: String? {
    guard let last = sessions.last else { return nil }
    let end = last.endReason.visibleLine
    return sessions.count.counted("session")
      + (end.isEmpty ? "" : (sessions.count > 1 ? ", the last one " : ", ") + end)
  }

  /// What both sides sent on a channel that came up; before that it is openings and answers, which the handshakes say.
  private var dataWords: String? {
    // The data that IKE sets up is counted where ESP is.
    guard role != .control else { return nil }
    switch outcome {
    case .unanswered, .refused, .rejected, .redirected, .stalled, .failed: return nil
    case .established, .blocked, .lost, .none: break
    }
    let client = data.clientPackets.map { "\($0.counted(data.clientNoun)) from the client" }
    let parts = [
      client,
      data.gatewayPackets.map { client == nil ? "\($0.counted("data packet")) from the gateway" : data.gatewayWords },
      data.lostPackets.flatMap { $0 > 0 ? "\($0.grouped) lost" : nil },
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

extension ChannelDescription.DataTotals {
  /// What the client's packets are called.
  var clientNoun: String { onlyKeepalives == .client ? "keepalive" : "data packet" }

  /// The gateway's packets behind the client's: "20 from the gateway".
  var gatewayWords: String {
    let noun: String? =
      switch onlyKeepalives {
      case .server: "keepalive"
      case .client: "data packet"
      case nil: nil
      }
    let packets = gatewayPackets ?? 0
    return "\(noun.map { packets.counted($0) } ?? packets.grouped) from the gateway"
  }
}
