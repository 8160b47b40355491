import Observations

extension RuleName {
  package static let tunnelRefused = RuleName("tunnel-refused")
}

/// Packets of an established channel that ICMP errors answer: the path, a NAT or the other host does not take them.
enum TunnelRefused: ChannelRule {
  static let name = RuleName.tunnelRefused

  static let documentation = RuleDocumentation(
    summary: "Packets of an established channel are refused by ICMP errors.",
    meaning: "One direction of the tunnel does not pass although it is up; typical of a NAT that forgot the flow.",
    recognisedBy: """
      Several ICMP errors over some time that quote packets of a session with data both ways, and neither side begins anew \
      from another port in between.
      """,
    notToConfuseWith: """
      An orderly end; a single error for packets that were on their way when a side stopped or moved to another port.
      """,
    remedies: [
      "Keep the mapping alive: a keep-alive interval below the idle timeout of the NAT or firewall that reports the error.",
      "Raise the UDP idle timeout on the device that reports the error.",
    ])

  static func plural(_ about: FindingSubject) -> String {
    "have packets of \(about.channelName) refused\(about.onPort)"
  }

  static func whyNotVisible(in views: CheckedViews) -> String? { views.whyNotInLogs }

  /// One error is about packets on their way when a side left; three are a state of things.
  private static let leastErrors = 3

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    recoveryOnceQuiet(from: finding, tunnel, at: now)
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    // Logs tell of no such errors.
    for handshake in channel.isLogged ? [] : channel.handshakes where !handshake.isRenewal {
      for view in handshake.views {
        let errors = view.refusals.filter(\.wasEstablished)
        guard errors.count >= leastErrors, let first = errors.first, let last = errors.last,
          case .icmp(let type, let code, let isIPv6) = first.refusal.kind
        else { continue }
        // A side that begins anew while errors come has left the old port, which is what they are about.
        let begunAnew = channel.nextHandshake(after: view.start.moment).map { $0.start } ?? Timestamp(nanoseconds: .max)
        guard begunAnew > last.sighting.moment else { continue }
        let reporter = "\(first.refusal.reporter)"
        // What nobody hears while a side is not heard has one cause with it.
        let loss = [TunnelLost.name, DataBlocked.name].lazy
          .compactMap { earlier.first($0, about: channel, of: tunnel) }
          .first { isDuring($0, first.sighting.moment) }
        return Finding(
          rule: name, about: .channel(channel.kind, port: channel.port), severity: .warning, confidence: .certain,
          confidenceReason: "\(errors.count) ICMP errors quote packets of the session", tunnel: tunnel.id,
          title: "\(reporter) refuses packets of the established \(channel.profile.name) tunnel",
          headline: "packets of \(channel.place) are refused by \(reporter) although it is established",
          explanation: """
            \(channel.place) carried data both ways. Then \(reporter) answered \(Phrase.count(errors.count, "packet")) of the \
            \(first.refusal.quotedSide.name) with ICMP\(isIPv6 ? "v6" : "") type \(type) code \(code): \
            \(ICMPWords.meaning(code: code, isIPv6: isIPv6)). The device that reports it does not know the flow any more, \
            as a NAT does after its idle timeout.
            """,
          remedies: situation.remedies(self, for: tunnel, channel: channel) {
            $0.reporter = reporter
            $0.mapping = LostMapping.whichIsForgotten(by: first.refusal.reporter, in: view)
          },
          start: first.sighting.time, end: last.sighting.time, causes: loss.map { [$0.id] } ?? [],
          facts: channel.portFact + [
            ("icmp_type", .integer(type)), ("icmp_code", .integer(code)), ("reporter", .text(reporter)),
            ("errors", .integer(errors.count)),
          ], amount: errors.count,
          evidence: errors.prefix(6).map {
            $0.sighting.evidence(
              "\(ICMPWords.meaning(code: code, isIPv6: isIPv6)), quoting a packet of the \($0.refusal.quotedSide.name)")
          })
      }
    }
    return nil
  }

  private static func isDuring(_ loss: Finding, _ time: Timestamp) -> Bool {
    guard let start = loss.start, let end = loss.end else { return false }
    return start <= time && time <= end
  }
}
