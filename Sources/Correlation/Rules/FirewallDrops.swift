import Observations

/// What the log of a firewall says of packets that never reached the gateway: it dropped them, and why.
///
/// It may stand on the way, or be the gateway. It explains what captures find; by itself it is no finding, because firewalls
/// drop packets of healthy connections too: those that come late, or twice.
enum FirewallDrops {
  /// Of packets of a channel that is up, a few are dropped everywhere.
  static let leastData = 3

  /// The firewall's word on a finding about a channel; nil where it says nothing of it.
  ///
  /// - Parameter least: So many dropped packets explain the finding; of openings that nobody answers, one.
  static func corroboration(of finding: Finding, by tunnel: Tunnel, least: Int) -> Corroboration? {
    guard let kind = finding.channel, let gateway = tunnel.gateway,
      let channel = tunnel.seen.first(where: { $0.kind == kind })
    else { return nil }
    let dropped = packets(of: channel, port: finding.about.port, tunnel)
    guard dropped.count >= least, let first = dropped.first, case .packetDropped(let packet) = first.event else {
      return nil
    }
    let count = Phrase.count(dropped.count, "packet")
    let why = packet.reason ?? "an access list forbids them"
    return Corroboration(
      dropped.evidence(), reason: "a firewall's log says that it dropped \(count) of the client: \(why)",
      limit: least == 1 ? .certain : .likely,
      explanation:
        " A firewall, on the way or the gateway itself, says that it dropped \(count) of the client to \(channel.place): \(why).",
      cause: least > 1
        ? nil
        : (
          "a firewall drops it (\(why))",
          ["Allow \(channel.transportPort) to \(gateway) on the firewall that says it drops it."] + finding.remedies
        ))
  }

  /// Whether a firewall says that it dropped openings.
  static func hasOpenings(of channel: Channel, port: Int?, _ tunnel: Tunnel) -> Bool {
    !packets(of: channel, port: port, tunnel).isEmpty
  }

  /// The dropped packets of a channel that the client sent.
  private static func packets(of channel: Channel, port: Int?, _ tunnel: Tunnel) -> [LogFact] {
    tunnel.log.droppedPackets(to: tunnel.gateways, port: port ?? channel.port, channel.carrier)
  }
}

extension Channel {
  /// What carries its packets.
  var carrier: TransportProtocol {
    switch transport {
    case "UDP": .udp
    case "TCP": .tcp
    default: .other
    }
  }
}
