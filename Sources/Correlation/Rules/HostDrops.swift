import Observations

/// What a capture says of packets that the host which captured them then dropped: they came this far, and no program on that
/// host received them.
///
/// It explains what is found; by itself it is no finding, because a host drops what it does not want of healthy tunnels too.
enum HostDrops {
  /// The word of the captures on a finding about a channel; nil where they say nothing of it.
  ///
  /// - Parameter least: So many dropped packets explain the finding; of openings that nobody answers, one.
  static func corroboration(
    of finding: Finding, by tunnel: Tunnel, in situation: Situation, least: Int
  ) -> Corroboration? {
    guard let kind = finding.channel, let channel = tunnel.seen.first(where: { $0.kind == kind }),
      let start = finding.start, let end = finding.end
    else { return nil }
    for point in situation.points where !point.hostDrops.isEmpty {
      // Nothing ties the clock of a point that is on no path to the others.
      let dropped = packets(of: channel, port: finding.about.port, tunnel, at: point).filter {
        point.isDropStage || start <= $0.sighting.moment && $0.sighting.moment <= end.adding(seconds: longestWay)
      }
      guard dropped.count >= least, let first = dropped.first else { continue }
      if point.isDropStage { return corroboration(by: point, dropped, of: channel, finding) }
      let count = Phrase.count(dropped.count, "packet")
      let why = first.fact.reason ?? "it does not say why"
      return Corroboration(
        dropped.prefix(evidenceKept).map { $0.sighting.evidence("dropped by the host that captured it: \(why)") },
        reason: "\(point.name) says that the host which captured it dropped \(count): \(why)",
        explanation: " The host that captured \(point.name) dropped \(count) of \(channel.place) itself: \(why).",
        cause: (
          "the host that captured \(point.name) drops it (\(why))",
          [
            "Look for the program that drops \(channel.transportPort) on the host that captured \(point.name): `ip link show` and `bpftool net` list what is attached to its interfaces (Windows: `pktmon counters` names the component and its reason)."
          ] + finding.remedies
        ))
    }
    return nil
  }

  /// The word of a firewall's capture of what it dropped.
  private static func corroboration(
    by point: Situation.Point, _ dropped: [PointHistory.Dated<DroppedPacket>], of channel: Channel, _ finding: Finding
  ) -> Corroboration {
    let count = Phrase.count(dropped.count, "packet")
    return Corroboration(
      dropped.prefix(evidenceKept).map { $0.sighting.evidence("a firewall dropped it") },
      reason: "\(point.name) is what a firewall dropped, and holds \(count) of the channel",
      explanation: " A firewall dropped \(count) of \(channel.place), which its capture \(point.name) shows.",
      cause: (
        "a firewall drops it (\(point.name))",
        [
          "Allow \(channel.transportPort) on the firewall that captured \(point.name); its counters name the reason (PAN-OS: `show counter global filter packet-filter yes delta yes`)."
        ] + finding.remedies
      ))
  }

  private static let evidenceKept = 4
  /// Seconds from where a packet was seen first to where it was dropped: a host handles it within milliseconds.
  private static let longestWay = 0.25

  /// Whether the host of a capture dropped openings of a channel.
  static func hasOpenings(of channel: Channel, port: Int?, _ tunnel: Tunnel, _ situation: Situation) -> Bool {
    situation.points.contains { point in
      !point.hostDrops.isEmpty && !packets(of: channel, port: port, tunnel, at: point).isEmpty
    }
  }

  /// The channel's packets, of either side, that the host of a point dropped, where the point shows the tunnel or nothing else.
  private static func packets(
    of channel: Channel, port: Int?, _ tunnel: Tunnel, at point: Situation.Point
  ) -> [PointHistory.Dated<DroppedPacket>] {
    guard point.isDropStage || tunnel.points.contains(point.index) else { return [] }
    let port = port ?? channel.port ?? 0
    return point.hostDrops.filter { drop in
      guard drop.fact.transport == channel.carrier else { return false }
      let (source, destination) = (drop.fact.source, drop.fact.destination)
      return switch tunnel.sends(from: source.address, to: destination.address) {
      case .client: Int(destination.port) == port
      case .server: Int(source.port) == port
      case nil: false
      }
    }
  }
}

extension Situation.Point {
  /// Whether it is no point on a path, but what a firewall dropped.
  var isDropStage: Bool { connections == 0 && hostDrops.first?.fact.reason == DroppedPacket.dropStage }
}
