import Observations

/// Hosts that ask at many doors and go through none: scanners, which every gateway on the internet hears. What becomes of
/// their openings is nobody's trouble.
///
/// Recognised by what no client does, whatever it looks for: the same question to many gateways, or questions of several
/// kinds to one gateway, of which none is repeated as a client repeats it.
struct Scans {
  /// A client that goes through its list of gateways has no more of them, and repeats each opening.
  private static let leastGateways = 8
  /// A client that tries one kind of tunnel after another repeats each opening.
  private static let leastKinds = 3
  /// Of one kind to one gateway: a scanner asks again in case the first packet was lost, from another port or not.
  private static let mostHandshakes = 8
  private static let mostOpenings = 2

  /// What each of them asks for, in words.
  private let scanners: [IPAddress: String]
  private let clients: [String: IPAddress]

  init(_ situation: Situation) {
    let knocks = situation.tunnels.filter { $0.isSeen && Self.isKnock($0) }
    guard knocks.count >= min(Self.leastGateways, Self.leastKinds) else {
      (scanners, clients) = ([:], [:])
      return
    }
    var asked: [IPAddress: [Tunnel]] = [:]
    for tunnel in knocks {
      if let client = tunnel.client { asked[client, default: []].append(tunnel) }
    }
    // Who went through one door is no scanner.
    for tunnel in situation.tunnels where tunnel.isSeen && !Self.isKnock(tunnel) {
      if let client = tunnel.client { asked[client] = nil }
    }
    var scanners: [IPAddress: String] = [:]
    var clients: [String: IPAddress] = [:]
    for (client, tunnels) in asked where tunnels.count >= min(Self.leastGateways, Self.leastKinds) {
      guard let words = Self.words(of: tunnels) else { continue }
      scanners[client] = words
      for tunnel in tunnels { clients[tunnel.id] = client }
    }
    (self.scanners, self.clients) = (scanners, clients)
  }

  /// A finding about what a scanner asked in vain is worth a note.
  func told(_ finding: Finding) -> Finding {
    guard !clients.isEmpty, finding.severity != .note, let client = finding.tunnel.flatMap({ clients[$0] }),
      let words = scanners[client]
    else { return finding }
    var told = finding
    told.severity = .note
    told.explanation += " \(client) asks \(words) and goes on with none of them, as a scanner does and no client."
    return told
  }

  private static func words(of tunnels: [Tunnel]) -> String? {
    let gateways = Set(tunnels.compactMap(\.gateway)).count
    if gateways >= leastGateways { return "\(gateways) hosts" }
    let kinds = Dictionary(grouping: tunnels, by: \.gateway).values.map { Set($0.map(\.family)).count }.max() ?? 0
    return kinds >= leastKinds ? "one host for \(kinds) kinds of tunnels" : nil
  }

  /// Whether there is nothing but few openings, which nobody went on with.
  private static func isKnock(_ tunnel: Tunnel) -> Bool {
    tunnel.seen.allSatisfy { channel in
      channel.handshakes.count <= mostHandshakes && channel.tracks.allSatisfy(\.sessions.isEmpty)
        && channel.handshakes.allSatisfy { handshake in
          handshake.openingCount <= mostOpenings
            && handshake.views.allSatisfy {
              $0.initiator == .client && $0.lastClientMessage == nil && $0.clientData == nil && $0.gatewayData == nil
            }
        }
    }
  }
}
