import Observations

/// What a gateway says of itself: where it listens, and what it is set to. The latest word holds.
struct GatewayKnowledge {
  let device: String?
  let facts: [LogFact]

  /// Lines of one listing, or of one start of a daemon, stand this close together.
  private static let listingLines = 2

  init(device: String?, facts: [LogFact]) {
    self.device = device
    self.facts = facts.sorted { $0.line < $1.line }
  }

  /// Where it listens, and the line that says so; nil when nothing does.
  var sockets: (listening: [ListeningSocket], fact: LogFact)? {
    var latest: (listening: [ListeningSocket], fact: LogFact, last: LogLine)?
    for fact in facts {
      guard case .listeningSockets(let sockets) = fact.event else { continue }
      if let known = latest, known.last.log == fact.line.log, fact.line.number - known.last.number <= Self.listingLines
      {
        latest = (known.listening + sockets, known.fact, fact.line)
      } else {
        latest = (sockets, fact, fact.line)
      }
    }
    return latest.map { ($0.listening, $0.fact) }
  }

  var webVPN: (configuration: WebVPNConfiguration, fact: LogFact)? {
    for fact in facts.reversed() { if case .webVPN(let configuration) = fact.event { return (configuration, fact) } }
    return nil
  }

  /// The latest word about each group policy, in order of name.
  var groupPolicies: [(policy: GroupPolicyConfiguration, fact: LogFact)] {
    var latest: [String: (GroupPolicyConfiguration, LogFact)] = [:]
    for fact in facts { if case .groupPolicy(let policy) = fact.event { latest[policy.name] = (policy, fact) } }
    return latest.sorted { $0.key < $1.key }.map { ($0.value.0, $0.value.1) }
  }

  /// `sysopt connection tcpmss`.
  var tcpMSS: (bytes: Int, fact: LogFact)? {
    for fact in facts.reversed() { if case .tcpMSSLimit(let bytes) = fact.event { return (bytes, fact) } }
    return nil
  }

  /// Tunnel MTUs as it computes them (`debug webvpn anyconnect`).
  var computedMTU: (mtu: TunnelMTUAnnouncement, fact: LogFact)? {
    var merged = TunnelMTUAnnouncement()
    var last: LogFact?
    for fact in facts {
      guard case .tunnelMTU(let mtu) = fact.event else { continue }
      merged.tls = mtu.tls ?? merged.tls
      merged.dtls = mtu.dtls ?? merged.dtls
      merged.base = mtu.base ?? merged.base
      merged.tcpMSS = mtu.tcpMSS ?? merged.tcpMSS
      last = fact
    }
    return last.map { (merged, $0) }
  }

  /// The counter of packets that did not fit the tunnel and must not be fragmented.
  var notFragmented: (count: Int, fact: LogFact)? {
    for fact in facts.reversed() {
      if case .packetsDropped(let reason, let count) = fact.event, reason.lowercased() == "mp-svc-no-fragment-asp" {
        return (count, fact)
      }
    }
    return nil
  }

  /// Ports on which it listens for a transport; an empty set when a listing shows that it does not.
  func ports(_ transport: TunnelTransport) -> Set<UInt16>? {
    sockets.map { Set($0.listening.filter { $0.transport == transport }.map(\.port)) }
  }

  /// The DTLS port that clients are told, by its configuration: 443 unless set.
  var announcedPort: UInt16? { webVPN.map { $0.configuration.dtlsPort ?? 443 } }

  /// The commands that work around CSCuh61321, in their order.
  func workaround(port: Int) -> [String] {
    let named = webVPN?.configuration.interfaces ?? []
    let interfaces = named.isEmpty ? ["outside"] : named
    return ["webvpn"] + interfaces.map { "no enable \($0)" } + ["dtls port \(port)"] + interfaces.map { "enable \($0)" }
  }
}
