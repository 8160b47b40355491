import Observations

extension RuleName {
  package static let largePacketsLost = RuleName("large-packets-lost")
}

/// Large packets of a channel that one capture point shows and the next does not, while smaller ones of the same session arrive.
///
/// The tunnel's own packets carry no acknowledgement that a capture could read, so that it takes two points: behind the
/// sender the largest packets are there, again and again, and at the receiver none of them.
enum LargePacketsLost: ChannelRule {
  static let name = RuleName.largePacketsLost

  static let documentation = RuleDocumentation(
    summary: "Large packets of the tunnel disappear between two capture points.",
    meaning: """
      What fits small packets works and everything else does not: handshakes stall at certificates, or the tunnel comes up and \
      pages and file copies hang.
      """,
    recognisedBy: """
      Comparing two capture points: the largest packets of a session, sent three times or more, are at the sender's point and \
      none of them at the receiver's, while smaller ones arrive there.
      """,
    notToConfuseWith: """
      Ordinary loss, which takes small packets too; datagrams that segmentation offload merges, which no wire carries; a capture that \
      begins or ends inside the session.
      """,
    remedies: [
      "Find the hop between the two points that drops large packets: a limit on the size of UDP, a smaller MTU without ICMP, dropped IP fragments.",
      "Lower the tunnel's MTU, and the size of its handshake messages where that can be set, until they pass.",
    ])

  static func plural(_ about: FindingSubject) -> String { "lose large \(about.channelName) packets\(about.onPort)" }

  static func whyNotVisible(in views: CheckedViews) -> String? {
    views.points < 2 ? "only captures at two points show it" : nil
  }

  /// One or two packets of a size may be lost by chance: at a loss of 5 % three of three are once in 8,000 sessions.
  private static let leastPackets = 3
  /// A size that is tried to learn the path's MTU is sent a few times, and data no more when it does not arrive.
  private static let leastBesideProbes = 10
  /// Every path carries this (RFC 791 section 3.2); smaller packets that vanish are no matter of size.
  private static let smallestSuspect = 577

  /// Seconds that a bad clock gains or loses a second: captures that end together do not end at the same time by both clocks.
  private static let worstDrift = 150e-6

  /// The largest packets of one side, which do not arrive.
  private struct Loss {
    let side: Side
    let sent: LargestPackets
    /// The largest that arrives, in bytes of payload.
    let delivered: Int
    let handshake: Handshake
    let sender: Situation.Point
    let receiver: Situation.Point
    let overIPv6: Bool
    let isInUDP: Bool

    /// From the payload to the IP packet.
    func packetLength(_ payload: Int) -> Int { payload + (isInUDP ? 8 : 0) + (overIPv6 ? 40 : 20) }
    var lost: Int { packetLength(sent.length) }
    var arrives: Int { packetLength(delivered) }
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    // Logs show no packet at two places.
    guard !channel.isLogged else { return nil }
    let losses = channel.handshakes.filter { !$0.isRenewal }.flatMap { handshake in
      [Side.client, .server].compactMap { loss(of: $0, in: handshake, on: channel, of: tunnel, situation) }
    }
    guard let first = losses.first else { return nil }
    let same = losses.filter { $0.side == first.side }
    let sum = same.reduce(0) { $0 + $1.sent.count }
    let smallest = same.min { $0.lost < $1.lost } ?? first
    let delivered = same.map(\.arrives).filter { $0 < smallest.lost }.max() ?? 0
    let (from, to) = (first.side.name, first.side.opposite.name)
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .error, confidence: .certain,
      confidenceReason: "they are in \(first.sender.name), and none of them is in \(first.receiver.name)",
      tunnel: tunnel.id,
      title: "\(channel.profile.name) packets of \(smallest.lost) bytes from the \(from) never arrive at the \(to)",
      headline: "large packets from the \(from) to the \(to) disappear on the way",
      explanation: """
        The \(from) sent \(Phrase.count(sum, "packet")) of up to \(same.map(\.lost).max() ?? smallest.lost) bytes on \
        \(channel.place), as \(first.sender.name) shows; none of them is in \(first.receiver.name), where packets of up to \
        \(delivered) bytes of the same \(same.count == 1 ? "session" : "sessions") arrive. Something in between drops packets \
        for their size.
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel) { $0.lostBytes = smallest.lost },
      start: first.sent.first,
      end: same.last?.handshake.end,
      facts: channel.portFact + [
        ("largest_delivered", .integer(delivered)), ("smallest_lost", .integer(smallest.lost)),
        ("packets", .integer(sum)),
        ("direction", .text("\(from) to \(to)")),
      ], amount: sum,
      evidence: same.prefix(6).map { loss in
        Evidence(
          frame: loss.sent.firstFrame, time: loss.sent.first,
          note: "the first of \(loss.sent.count) packets of \(loss.lost) bytes that are not in \(loss.receiver.name)")
      })
    finding.place = "between \(first.sender.name) and \(first.receiver.name), on the way to the \(to)"
    return finding
  }

  private static func loss(
    of side: Side, in handshake: Handshake, on channel: Channel, of tunnel: Tunnel, _ situation: Situation
  ) -> Loss? {
    guard let near = handshake.views.first, let far = handshake.views.last,
      near.point != far.point
    else { return nil }
    let (sender, receiver) = side == .client ? (near, far) : (far, near)
    guard let sent = sender.largest(from: side), let got = receiver.largest(from: side),
      sent.count >= (channel.profile.probesSizes ? leastBesideProbes : leastPackets), got.length < sent.length,
      got.besideMerged == nil, receiver.sawStart || receiver.start.moment <= sent.first,
      let here = sender.point.flatMap(situation.point), let there = receiver.point.flatMap(situation.point),
      there.start <= sent.first, let last = sender.lastPayload(from: side),
      last <= there.end.adding(seconds: worstDrift * last.seconds(since: handshake.start))
    else { return nil }
    let ends = sender.flow?.server
    let loss = Loss(
      side: side, sent: sent, delivered: got.length, handshake: handshake, sender: here, receiver: there,
      overIPv6: ends.map { !$0.address.isIPv4 } ?? false, isInUDP: ends?.port != 0)
    guard loss.lost >= smallestSuspect else { return nil }
    // Without UDP's header the first fragment does not say how long the packet was.
    guard loss.isInUDP || !there.hasFragments(of: tunnel, from: side) else { return nil }
    return loss
  }
}

extension Situation.Point {
  fileprivate func hasFragments(of tunnel: Tunnel, from side: Side) -> Bool {
    fragments.contains { tunnel.sends(from: $0.fact.source, to: $0.fact.destination) == side }
  }
}

extension Association {
  fileprivate func largest(from side: Side) -> LargestPackets? {
    side == .client ? whole?.client.largest : whole?.server.largest
  }
}
