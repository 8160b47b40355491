import Observations

/// What a gateway says of itself: where it listens, and what it is set to. The latest word holds.
package struct GatewayKnowledge: Sendable {
  package let device: String?
  package let facts: [LogFact]

  /// Lines of one listing, or of one start of a daemon, stand this close together.
  private static let listingLines = 2

  init(device: String?, facts: [LogFact]) {
    self.device = device
    self.facts = facts.sorted { $0.line < $1.line }
  }

  /// Where it listens, and the line that says so; nil when nothing says.
  package var sockets: (listening: [ListeningSocket], fact: LogFact)? {
    var latest: (listening: [ListeningSocket], fact: LogFact, last: LogLine)?
    for fact in facts {
      guard case .statement(.listeningSockets(let sockets)) = fact.event else { continue }
      if let known = latest, known.last.log == fact.line.log,
        abs(fact.line.number - known.last.number) <= Self.listingLines
      {
        latest = (known.listening + sockets, known.fact, fact.line)
      } else {
        latest = (sockets, fact, fact.line)
      }
    }
    return latest.map { ($0.listening, $0.fact) }
  }

  /// Ports on which it listens for a channel; an empty set when a listing shows that it does not.
  package func ports(_ channel: ChannelKind) -> Set<UInt16>? {
    sockets.map { Set($0.listening.filter { $0.channel == channel }.map(\.port)) }
  }

  /// The port that clients are given for a channel, by its configuration; nil where nothing shows its configuration.
  package func announcedPort(_ channel: ChannelKind) -> UInt16? {
    for fact in facts.reversed() {
      if case .statement(.webVPN(let configuration)) = fact.event {
        switch channel {
        case .tls: return configuration.tlsPort ?? 443
        case .dtls: return configuration.dtlsPort ?? 443
        default: return nil
        }
      }
    }
    return nil
  }

  /// Whether its configuration names an interface on which it serves clients.
  package var isServing: Bool {
    for fact in facts.reversed() {
      if case .statement(.webVPN(let configuration)) = fact.event { return !configuration.interfaces.isEmpty }
    }
    return false
  }

  /// The counter of packets that did not fit the tunnel and must not be fragmented.
  package var notFragmented: (count: Int, fact: LogFact)? {
    for fact in facts.reversed() {
      if case .statement(.packetsDropped(let reason, let count)) = fact.event,
        reason.lowercased() == "mp-svc-no-fragment-asp"
      {
        return (count, fact)
      }
    }
    return nil
  }
}
