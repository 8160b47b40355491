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

  /// What one capture point shows of the packets that a side sent.
  private struct Loss {
    let point: Int
    var lost = 0
    var packets = 0
    /// The first session with gaps.
    var first: Association?
    var of: Int { packets + lost }
    var share: Double { of == 0 ? 0 : Double(lost) / Double(of) }
    var isWorthSaying: Bool {
      share <= greatestShare
        && (of >= leastPackets && share > leastShare || lost >= leastLost && share >= seriousShare)
    }

    init(of side: Side, on channel: Channel, at point: Int) {
      self.point = point
      for handshake in channel.handshakes {
        for view in handshake.views where view.point == point {
          guard let whole = view.whole else { continue }
          let sent = side == .client ? whole.client : whole.server
          guard let missing = sent.missing else { continue }
          lost += missing
          packets += sent.packets
          if missing > 0, first == nil { first = view }
        }
      }
    }
  }

  /// A loss worth saying, seen where it is greatest.
  private struct Worst {
    let side: Side
    let loss: Loss
    /// The point before it, as the packets go, at which they were still there.
    let before: Int?

    /// - Parameter points: Nearest to the client first.
    init?(of side: Side, on channel: Channel, at points: [Int]) {
      let losses = (side == .client ? points : points.reversed()).map { Loss(of: side, on: channel, at: $0) }
      let telling = losses.indices.filter { losses[$0].isWorthSaying }
      guard let place = telling.max(by: { losses[$0].share < losses[$1].share }) else { return nil }
      self.side = side
      loss = losses[place]
      before = losses[..<place].last { $0.of > 0 && $0.share * 2 < losses[place].share }?.point
    }
  }

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    recoveryOnceQuiet(from: finding, tunnel, at: now)
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    let losses = [Side.client, .server].compactMap { Worst(of: $0, on: channel, at: tunnel.points) }
    guard let worst = losses.max(by: { $0.loss.share < $1.loss.share }), let first = worst.loss.first else {
      return nil
    }
    let (side, loss) = (worst.side, worst.loss)
    let stretch = worst.before.flatMap { situation.point($0) }.flatMap { here in
      situation.point(loss.point).map { (here: here.name, there: $0.name) }
    }
    let percent = Phrase.rounded(loss.share * 100, decimals: 1)
    let dropped = situation.points.flatMap(\.captures).contains { $0.droppedPackets ?? 0 > 0 }
    let place = stretch.map { "between \($0.here) and \($0.there)" }
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      // Counters do not say how large the missing packets were: where only large ones are lost, the trouble is another one.
      severity: .note, confidence: dropped ? .possible : .certain,
      confidenceReason: dropped
        ? "the capturing host dropped packets itself" : "the counters are in clear in every packet", tunnel: tunnel.id,
      title:
        "\(percent)% of the \(side.name)'s \(channel.profile.name) packets are lost \(place ?? "before the capture point")",
      explanation: """
        Of \(loss.of) packets that the \(side.name) sent on \(channel.place), \(loss.lost) are missing in \
        \(stretch?.there ?? "the capture") according to their counters\(stretch.map { "; they are in \($0.here)" } ?? "").
        """,
      remedies: place.map {
        ["Look for rate limits, overload and a duplex or radio problem \($0): the packets are lost there."]
      } ?? situation.remedies(self, for: tunnel, channel: channel), start: first.start.time, end: first.end,
      causes: earlier.ids(of: LargePacketsLost.name, about: channel, of: tunnel),
      facts: channel.portFact + [
        ("lost", .integer(loss.lost)), ("of", .integer(loss.of)),
        ("direction", .text("\(side.name) to \(side.opposite.name)")),
      ], amount: loss.lost, evidence: [first.start.evidence("the session whose counters have gaps")])
    finding.place = place
    finding.isNoticeable = loss.share >= seriousShare
    return finding
  }
}
