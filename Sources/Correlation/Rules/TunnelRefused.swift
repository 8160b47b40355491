import Observations

extension RuleName {
  package static let tunnelRefused = RuleName("tunnel-refused")
}

/// Packets of an established channel that ICMP errors answer: a firewall, a NAT or the other host does not take them.
enum TunnelRefused: ChannelRule {
  static let name = RuleName.tunnelRefused

  static let documentation = RuleDocumentation(
    summary: "Packets of an established channel are refused by ICMP errors.",
    meaning: """
      One direction of the tunnel does not pass although it is up: a NAT forgot the flow, a firewall's rule forbids it from \
      now on, or the gateway's program ended.
      """,
    recognisedBy: """
      Several ICMP errors over some time that quote packets of a session with data both ways, and neither side begins anew \
      from another port in between.
      """,
    notToConfuseWith: """
      An orderly end; a single error for packets that were on their way when a side stopped or moved to another port; a \
      client that was stopped, whose own address answers what the gateway still sends.
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
  /// Seconds in which the other side may have sent in vain before this one sent anything that is refused.
  private static let longestLeadSeconds = 60.0

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    recoveryOnceQuiet(from: finding, tunnel, at: now)
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    // Logs tell of no such errors.
    for handshake in channel.isLogged ? [] : channel.handshakes where !handshake.isRenewal {
      for view in handshake.views {
        guard let errors = lastingErrors(in: view, of: channel), let first = errors.first, let last = errors.last,
          case .icmp(let type, let code, let isIPv6) = first.refusal.kind
        else { continue }
        let reporter = "\(first.refusal.reporter)"
        let cause = Cause(of: first.refusal, in: view)
        // What nobody hears while a side is not heard has one cause with it.
        let loss = [TunnelLost.name, DataBlocked.name].lazy
          .compactMap { earlier.first($0, about: channel, of: tunnel) }
          .first { isDuring($0, first.sighting.moment) }
        var finding = Finding(
          rule: name, about: .channel(channel.kind, port: channel.port),
          severity: cause == .forgotten ? .warning : .error,
          confidence: .certain, confidenceReason: "\(errors.count) ICMP errors quote packets of the session",
          tunnel: tunnel.id, title: "\(reporter) refuses packets of the established \(channel.profile.name) tunnel",
          headline: "packets of \(channel.place) are refused by \(reporter) although it is established",
          explanation: """
            \(channel.place) carried data both ways. Then \(reporter) answered \(Phrase.count(errors.count, "packet")) of the \
            \(first.refusal.quotedSide.name) with ICMP\(isIPv6 ? "v6" : "") type \(type) code \(code): \
            \(ICMPWords.meaning(code: code, isIPv6: isIPv6)). \(cause.words)
            """,
          remedies: cause.remedies(channel, reporter, tunnel, first.refusal.quotedSide)
            ?? situation.remedies(self, for: tunnel, channel: channel) {
              $0.reporter = reporter
              $0.mapping = LostMapping.whichIsForgotten(by: first.refusal.reporter, in: view)
            },
          start: first.sighting.time, end: last.sighting.time,
          causes: cause == .forgotten ? loss.map { [$0.id] } ?? [] : [],
          facts: channel.portFact + [
            ("icmp_type", .integer(type)), ("icmp_code", .integer(code)), ("reporter", .text(reporter)),
            ("errors", .integer(errors.count)),
          ], amount: errors.count,
          evidence: errors.prefix(6).map {
            $0.sighting.evidence(
              "\(ICMPWords.meaning(code: code, isIPv6: isIPv6)), quoting a packet of the \($0.refusal.quotedSide.name)")
          })
        // A device that knows the flow and refuses it is why nothing of that side arrives.
        if cause != .forgotten {
          let since = first.sighting.moment.adding(seconds: -longestLeadSeconds)
          finding.effects = earlier.ids(
            of: TunnelLost.name, DataBlocked.name, TunnelOneWay.name, HandshakeStalled.name, about: channel, of: tunnel
          ) { $0 >= since }
        }
        return finding
      }
    }
    return nil
  }

  /// Errors about a session that a view shows, as far as they are a state of things; nil where they are not.
  private static func lastingErrors(in view: Association, of channel: Channel) -> [Association.Refused]? {
    let errors = view.refusals.filter(\.wasEstablished)
    guard errors.count >= leastErrors, let last = errors.last, ClientLeft(view) == nil else { return nil }
    // A side that begins anew while errors come has left the old port, which is what they are about.
    let begunAnew = channel.nextHandshake(after: view.start.moment).map { $0.start } ?? Timestamp(nanoseconds: .max)
    return begunAnew > last.sighting.moment ? errors : nil
  }

  /// Whether packets of a side were refused before: what then waits for them is a symptom.
  static func refuses(_ side: Side, of channel: Channel, before time: Timestamp) -> Bool {
    channel.handshakes.contains { handshake in
      !handshake.isRenewal
        && handshake.views.contains { view in
          lastingErrors(in: view, of: channel)?.first.map {
            $0.refusal.quotedSide == side && $0.sighting.moment < time
          } ?? false
        }
    }
  }

  /// Why a device refuses what it let pass before.
  private enum Cause {
    case prohibited
    /// The gateway's own host answers.
    case notListening
    case forgotten

    init(of refusal: Refusal, in view: Association) {
      guard case .icmp(_, let code, let isIPv6) = refusal.kind else {
        self = .forgotten
        return
      }
      if ICMPWords.isProhibited(code: code, isIPv6: isIPv6) {
        self = .prohibited
      } else if refusal.quotedSide == .client, refusal.reporter == view.flow?.server.address,
        ICMPWords.isPortUnreachable(code: code, isIPv6: isIPv6)
      {
        self = .notListening
      } else {
        self = .forgotten
      }
    }

    var words: String {
      switch self {
      case .prohibited: "A rule of that device forbids them from then on."
      case .notListening:
        "The gateway's host is there, and nothing listens on that port any more, or its own firewall refuses it."
      case .forgotten:
        "The device that reports it does not know the flow any more, as a NAT does after its idle timeout."
      }
    }

    /// nil where the family's own are right.
    func remedies(_ channel: Channel, _ reporter: String, _ tunnel: Tunnel, _ side: Side) -> [String]? {
      switch self {
      case .prohibited:
        return [
          "Allow \(channel.transportPort) from \(tunnel.name(of: side)) to \(tunnel.name(of: side.opposite)) on \(reporter), and look at what changed in its rules at that time."
        ]
      case .notListening:
        return [
          "Look on \(reporter) whether the gateway's program still runs and listens on \(channel.transportPort), and at its log for why it ended.",
          "Look at the firewall of that host: a rule that rejects gives the same answer.",
        ]
      case .forgotten: return nil
      }
    }
  }

  private static func isDuring(_ loss: Finding, _ time: Timestamp) -> Bool {
    guard let start = loss.start, let end = loss.end else { return false }
    return start <= time && time <= end
  }
}
