import Observations

/// All channels of a tunnel that die in the same moment, by what logs say: not one port is blocked, the path or the other host
/// is gone.
enum PeerDead: Rule {
  static let name = RuleName("peer-dead")
  static let topic = RuleTopic.channel

  static let documentation = RuleDocumentation(
    summary: "All channels of a tunnel die in the same moment.",
    meaning:
      "Nothing of the other side is heard any more, whatever the port or protocol: the tunnel is down as a whole.",
    recognisedBy: """
      A log in which dead-peer detection gives up every established channel of the tunnel, over TCP and over UDP, within a \
      minute and with nothing established in between; or gives up the only one that came up, within a minute of the other \
      one's packets not leaving the client's host.
      """,
    notToConfuseWith: """
      A lost data channel, whose control channel lives on (tunnel-lost); a laptop that sleeps and comes back; an orderly end.
      """,
    remedies: [
      "Look at the client's routes while the tunnel is up: the route to the gateway must not lead into the tunnel itself.",
      "Look for what cut the path off: Wi-Fi or uplink changes, sleep, another VPN or a firewall that starts.",
      "Find out on the gateway whether it restarted or removed the session at that moment.",
    ])

  static let holdSeconds = 5.0

  /// Dead-peer detection of two channels may be this far apart: their intervals are a minute at most as a rule.
  private static let apartSeconds = 60.0

  static func plural(_ about: FindingSubject) -> String { "lose all channels at once" }

  /// The channels of a tunnel that died together, each with what shows it, by when they died; nil when one lived on.
  static func deaths(in tunnel: Tunnel) -> [(channel: Channel, view: Association)]? {
    guard !tunnel.isSeen else { return nil }
    var deaths: [(channel: Channel, view: Association)] = []
    for channel in tunnel.logged {
      let views = channel.views
      if let dead = views.first(where: { $0.deadPeer != nil }) {
        deaths.append((channel, dead))
      } else if views.contains(where: { $0.established != nil }) {
        return nil
      } else if let unsent = views.first(where: { $0.death != nil }) {
        // Its packets did not even leave the client's host: no way to the gateway.
        deaths.append((channel, unsent))
      }
    }
    guard deaths.count >= 2, deaths.contains(where: { $0.view.deadPeer != nil }) else { return nil }
    deaths.sort { a, b in
      guard let x = a.view.death, let y = b.view.death else { return false }
      return Sighting.isBefore(x, y)
    }
    guard let first = deaths.first?.view.death, let last = deaths.last?.view.death else { return nil }
    if let seconds = last.seconds(since: first), seconds > apartSeconds { return nil }
    let comesBackBetween = tunnel.logged.contains { channel in
      channel.views.contains { view in
        view.established.map { Sighting.isBefore(first, $0) && Sighting.isBefore($0, last) } ?? false
      }
    }
    return comesBackBetween ? nil : deaths
  }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.compactMap { finding(about: $0, in: situation) }
  }

  private static func finding(about tunnel: Tunnel, in situation: Situation) -> Finding? {
    guard let deaths = deaths(in: tunnel), let first = deaths.first?.view.death,
      let last = deaths.last?.view.death
    else { return nil }
    let unsent = deaths.filter { $0.view.deadPeer == nil }.map(\.channel.profile.name)
    let side = deaths[0].view.witness == .log(.server) ? "client" : "gateway"
    let writer = side == "gateway" ? "client" : "gateway"
    let names = deaths.map(\.channel.profile.name).joined(separator: " and ")
    let comesBack = tunnel.logged.contains { channel in
      channel.views.contains {
        $0.established.map { Sighting.isBefore(last, $0) } ?? false
      }
    }
    let after = comesBack ? "The tunnel came back later." : "The log does not show the tunnel coming back."
    let story =
      unsent.isEmpty
      ? "\(names) were established. Then the \(writer)'s dead-peer detection gave the \(side) up on all of them together"
      : "Packets of \(unsent.joined(separator: " and ")) did not leave the \(writer)'s host, and its dead-peer detection gave the \(side) up on the other channel"
    return Finding(
      rule: name, about: .tunnel, severity: comesBack ? .warning : .error, confidence: .likely,
      confidenceReason: "dead-peer detection gave up every channel; a capture would show where packets end",
      tunnel: tunnel.id, title: "The \(side) is gone: all channels died in the same moment",
      headline: unsent.isEmpty
        ? "\(names) were up, and then nothing more came from the \(side) on any of them"
        : "packets no longer get to the \(side), over \(names) alike",
      explanation: """
        \(story), so no single port is blocked: the path to the \(side), a route, or the \(side) itself was gone. \(after)
        """,
      remedies: situation.remedies(self, for: tunnel),
      start: first.time, end: last.time,
      facts: [("silent_side", .text(side)), ("channels", .integer(deaths.count))], amount: 1,
      evidence: deaths.flatMap { $0.view.logEvidence($0.channel.kind) })
  }

  static func whyNotVisible(in tunnels: [TunnelDescription], points: Int) -> String? {
    points == 0 ? nil : "it is judged from logs alone; packets show each channel's loss by itself"
  }
}

extension Association {
  /// When it was found dead, or could not be sent.
  fileprivate var death: Sighting? {
    deadPeer ?? failures.first { $0.cause == .sendFailed }?.sighting
  }
}

extension Channel {
  /// How each of its handshakes and connections is seen best.
  fileprivate var views: [Association] { handshakes.map(\.view) + connections.map(\.view) }
}
