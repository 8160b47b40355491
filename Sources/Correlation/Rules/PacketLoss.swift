import Observations

extension RuleName {
  package static let packetLoss = RuleName("packet-loss")
}

/// Packets that counters in clear say are missing.
enum PacketLoss: ChannelRule {
  static let name = RuleName.packetLoss

  static let documentation = RuleDocumentation(
    summary: "Packets of the tunnel are lost.",
    meaning: "Everything through the tunnel is slower; calls and video break up.",
    recognisedBy: """
      Gaps in counters that are in clear (DTLS 1.2 records, WireGuard, OpenVPN, ESP), more than 1 % of 100 packets or \
      more in one direction.
      """,
    notToConfuseWith: "Packets that the capturing host dropped; reordering.",
    remedies: [
      "Compare captures at both ends: the point behind which packets are missing names the lossy part of the path.",
      "Look for rate limits, overload and a duplex or radio problem on that part.",
    ])

  static func plural(_ about: FindingSubject) -> String { "lose packets of \(about.channelName)\(about.onPort)" }

  static func whyNotVisible(in views: CheckedViews) -> String? {
    views.tunnels.lazy.flatMap(\.channels).contains { $0.data.lostPackets != nil }
      ? nil : "no channel that was seen has counters in clear"
  }

  /// A small share needs many packets to mean anything; a large one does not.
  private static let leastPackets = 100
  private static let leastShare = 0.01
  private static let leastLost = 10
  /// From here on users notice: TCP inside the tunnel stalls again and again.
  private static let seriousShare = 0.1
  /// Through a channel that loses more nothing works: what is missing then was left out of the capture.
  private static let greatestShare = 0.6

  private struct Loss {
    var lost = 0
    var packets = 0
    var of: Int { packets + lost }
    var share: Double { of == 0 ? 0 : Double(lost) / Double(of) }
    var isWorthSaying: Bool {
      share <= greatestShare
        && (of >= leastPackets && share > leastShare || lost >= leastLost && share >= seriousShare)
    }
  }

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    recoveryOnceQuiet(from: finding, tunnel, at: now)
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    var worst: (side: Side, loss: Loss, handshake: Handshake)?
    for side in [Side.client, .server] {
      var loss = Loss()
      var first: Handshake?
      for handshake in channel.handshakes {
        guard let whole = handshake.view.whole, let missing = (side == .client ? whole.client : whole.server).missing
        else { continue }
        loss.lost += missing
        loss.packets += (side == .client ? whole.client : whole.server).packets
        if missing > 0, first == nil { first = handshake }
      }
      guard loss.isWorthSaying, let first else { continue }
      if loss.share > worst?.loss.share ?? 0 { worst = (side, loss, first) }
    }
    guard let (side, loss, handshake) = worst else { return nil }
    let percent = Phrase.rounded(loss.share * 100, decimals: 1)
    let dropped = situation.points.flatMap(\.captures).contains { $0.droppedPackets ?? 0 > 0 }
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      // Counters do not say how large the missing packets were: where only large ones are lost, the trouble is another one.
      severity: .note, confidence: dropped ? .possible : .certain,
      confidenceReason: dropped
        ? "the capturing host dropped packets itself" : "the counters are in clear in every packet", tunnel: tunnel.id,
      title: "\(percent) % of the \(side.name)'s \(channel.profile.name) packets are lost before the capture point",
      explanation: """
        Of \(loss.of) packets that the \(side.name) sent on \(channel.place), \(loss.lost) are missing in the capture according to their \
        counters.
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: handshake.view.start.time,
      end: handshake.view.end,
      facts: channel.portFact + [
        ("lost", .integer(loss.lost)), ("of", .integer(loss.of)),
        ("direction", .text("\(side.name) to \(side.opposite.name)")),
      ], amount: loss.lost, evidence: [handshake.view.start.evidence("the session whose counters have gaps")])
  }
}
