import Correlation
import Observations

/// The report in one or two sentences: the first thing a person wants to know.
struct Answer: Equatable {
  let verdict: ReportVerdict
  let sentences: [String]

  var text: String { sentences.joined(separator: " ") }

  init(_ report: Report) {
    verdict = report.verdict
    let problems = report.findings.filter { $0.severity != .note && $0.about != .captures }
    guard let worst = problems.first else {
      self.sentences = AllClear(report).sentences
      return
    }
    let affected = Set(problems.compactMap(\.tunnel))
    var sentences: [String]
    if let cause = report.leadingCause {
      // A common cause is the headline; the worst of the tunnels that have it is one example.
      // It is the one that the lines below are about.
      let leading = report.leadingProblem.flatMap { report.finding($0.root)?.tunnel }
      let example =
        leading.flatMap { cause.tunnels.contains($0) ? $0 : nil }
        ?? problems.first { cause.findings.contains($0.id) }?.tunnel ?? worst.tunnel
      sentences = Story(problems.filter { $0.tunnel == example }).sentences
      sentences =
        [cause.title.visibleLine + "."]
        + (example.map { ["\($0) for example: \(sentences.joined(separator: " "))"] } ?? [])
      self.sentences = sentences
      return
    }
    sentences = Story(problems.filter { $0.tunnel == worst.tunnel }).sentences
    if affected.count > 1, let tunnel = worst.tunnel, let first = sentences.first {
      sentences[0] =
        "\(affected.count) of \(report.tunnels.count.counted("tunnel")) have problems, \(tunnel) the worst: "
        + first.lowercasedStart
    }
    self.sentences = sentences
  }
}

/// What happened to one tunnel, from its findings.
private struct Story {
  let sentences: [String]

  /// - Parameter findings: of one tunnel, worst first; not empty.
  init(_ findings: [Finding]) {
    let channel = findings.first { $0.channel != nil }
    let whole = findings.filter { $0.about == .tunnel }
    // What happens to the tunnel comes first, why it happens second.
    let caused = Set(whole.flatMap(\.causes))
    let event = whole.first { !caused.contains($0.id) }
    let main = [channel, event].compactMap { $0 }
    guard !main.isEmpty else {
      self.sentences = findings.prefix(1).map { Self.clause($0).capitalizedStart + "." }
      return
    }
    let known = Set(main.map(\.id))
    let explanation = whole.first { !known.contains($0.id) && event?.causes.contains($0.id) ?? false }
    let path = findings.first { !known.contains($0.id) && $0.about.path != nil }
    self.sentences =
      [main.map(Self.clause).joined(separator: ", and ").capitalizedStart + "."]
      + [explanation.map(Self.explanation) ?? path.map { Self.clause($0).capitalizedStart + "." }].compactMap { $0 }
  }

  private static func clause(_ finding: Finding) -> String {
    let clause = finding.headline.visibleLine
    return finding.confidence == .possible ? "\(clause) (possible, not certain)" : clause
  }

  /// Why the event of the sentence before happens.
  private static func explanation(_ finding: Finding) -> String {
    let headline = finding.headline.visibleLine
    return switch finding.confidence {
    case .certain: headline.capitalizedStart + "."
    case .likely: "Most likely \(headline.lowercasedStart)."
    case .possible: "Possibly \(headline.lowercasedStart)."
    }
  }
}

/// What was seen where nothing is wrong, or why there is no verdict.
private struct AllClear {
  let sentences: [String]

  init(_ report: Report) {
    let packets = report.captures.reduce(0) { $0 &+ $1.packets }
    let skipped = report.captures.reduce(0) { $0 &+ $1.skippedPackets }
    let others = report.narrowing?.otherTunnels ?? 0
    if packets == 0, skipped > 0 {
      let verb = skipped == 1 ? "was" : "were"
      sentences = ["\(skipped.counted("packet")) \(verb) read and not selected, so there is nothing to judge."]
    } else if report.tunnels.isEmpty, others > 0 {
      let verb = others == 1 ? "was" : "were"
      sentences = ["\(others.counted("tunnel")) \(verb) found and not selected, so there is nothing to judge."]
    } else if report.tunnels.isEmpty {
      let lines = report.logs.reduce(0) { $0 &+ $1.description.lines }
      if report.isUnreadable, lines == 0 {
        sentences = [Self.nothingRead(packets, report)] + Self.part(report)
        return
      }
      if packets == 0, lines == 0, !report.captures.isEmpty {
        let subject = report.captures.count == 1 ? "The capture holds" : "The captures hold"
        sentences = ["\(subject) no packets, so there is nothing to judge."] + Self.part(report)
        return
      }
      let read = [
        report.captures.isEmpty && lines > 0 ? nil : packets.counted("packet"),
        lines > 0 ? lines.counted("log line") : nil,
      ]
      let isWithoutMessage = report.captures.isEmpty && report.logs.allSatisfy { $0.description.understoodLines == 0 }
      let missing = isWithoutMessage ? "VPN message" : "VPN tunnel"
      sentences =
        [
          "No \(missing) was found in \(read.compactMap { $0 }.joined(separator: " and ")), so there is nothing to judge."
        ]
        + FailedConnectionWords(report).sentences + Self.unread(report) + Self.cut(report) + Self.oneWay(report)
        + Self.missing(report) + Self.part(report)
    } else if report.verdict == .undecided {
      let (verb, pronoun) = report.tunnels.count == 1 ? ("was", "it works") : ("were", "they work")
      let found = "\(report.tunnels.count.counted("tunnel")) \(verb) found, "
      sentences =
        [
          Self.noticed(report).map { "\($0): \(found)and the input does not show that \(pronoun)." }
            ?? "\(found)but the input does not show whether \(pronoun)."
        ] + Self.silent(report) + Self.unread(report) + Self.cut(report) + Self.oneWay(report) + Self.unseen(report)
        + Self.missing(report) + Self.part(report)
    } else {
      let limited = report.findings.contains { $0.about == .captures && $0.severity != .note }
      sentences =
        ["\(Self.opening(report)): \(Self.seen(report))."] + Self.silent(report) + UnseenWords(report).sentences
        + Self.withoutUDP(report)
        + (limited ? ["The captures limit what can be said, see below."] : [])
        + Self.unread(report, where: { $0.unreadPackets * 10 >= $0.packets }) + Self.part(report)
    }
  }

  /// That nothing is wrong; what users notice all the same is not left out.
  private static func opening(_ report: Report) -> String { noticed(report) ?? "Nothing wrong was found" }

  /// What users notice although nothing failed; nil for nothing.
  private static func noticed(_ report: Report) -> String? {
    guard let noticed = report.findings.first(where: \.isNoticeable) else { return nil }
    let tunnel = report.tunnels.count > 1 ? noticed.tunnel.map { " (\($0))" } ?? "" : ""
    return "Nothing failed, but \(noticed.headline.visibleLine.lowercasedStart)\(tunnel)"
  }

  /// That the packets cannot be looked into, or too few of them.
  private static func nothingRead(_ packets: Int, _ report: Report) -> String {
    let unread = report.captures.reduce(0) { $0 &+ $1.unreadPackets }
    let kinds = UnreadWords.kinds(of: report.captures)
    return unread == packets
      ? "None of the \(packets.counted("packet")) can be looked into, so there is nothing to judge: \(kinds)."
      : "\(unread.counted("packet")) of \(packets.grouped) cannot be looked into, and no VPN tunnel was found in the rest, so nothing can be judged: \(kinds)."
  }

  /// What was not looked into and may hold tunnels.
  private static func unread(
    _ report: Report, where matters: (CaptureDescription) -> Bool = { $0.unreadPackets > 0 }
  ) -> [String] {
    let captures = report.captures.filter { $0.unreadPackets > 0 && matters($0) }
    let unread = captures.reduce(0) { $0 &+ $1.unreadPackets }
    guard unread > 0 else { return [] }
    return [
      "\(unread.counted("packet")) \(unread == 1 ? "was" : "were") not looked into: \(UnreadWords.kinds(of: captures))."
    ]
  }

  /// That the packets are cut too short.
  private static func cut(_ report: Report) -> [String] {
    guard report.isCutTooShort else { return [] }
    let shortest = report.captures.lazy.map(\.shortestCut).filter { $0 > 0 }.min() ?? 0
    return ["Packets are cut to \(shortest) bytes, too short for what sets tunnels up and for what refuses them."]
  }

  /// That the captures hold one direction only, so that half of each conversation is missing.
  private static func oneWay(_ report: Report) -> [String] {
    guard let directions = report.directions else { return [] }
    let (subject, pronoun) =
      report.captures.count == 1 ? ("The capture holds", "it") : ("The captures hold", "them")
    if directions.isOneWay {
      return ["\(subject) packets of one direction only: what the other side sent is not in \(pronoun)."]
    }
    // Of UDP that is no tunnel's, multicast has no other side.
    guard directions.isOneWayOverUDP, report.tunnels.contains(where: { $0.channels.contains { $0.transport == "UDP" } })
    else { return [] }
    return ["\(subject) UDP of one direction only: what the other side sent over UDP is not in \(pronoun)."]
  }

  /// That the captures hold nothing of what carries a tunnel's data.
  private static func unseen(_ report: Report) -> [String] {
    let seen = report.tunnels.filter { !$0.isFromLogsOnly }
    // Of what never came up no data is to be expected.
    let up = seen.filter { $0.channels.contains { $0.outcome == .established || !$0.sessions.isEmpty } }
    let missing = Set(up.flatMap(\.unshownChannels).map(\.name)).sorted().map { name in
      "No packet of \(name), which carries the data, is in the capture: nothing was sent meanwhile, something on the way drops it, or a filter left it out."
    }
    return missing + UnseenWords(report).sentences
  }

  /// That the captures hold no UDP, which would carry the data of tunnels whose control channel alone was seen.
  private static func withoutUDP(_ report: Report) -> [String] {
    guard report.directions?.udp == SeenDirections.Ways.none,
      report.tunnels.contains(where: \.isWithoutDataChannel)
    else { return [] }
    let captures = report.captures.count == 1 ? "capture" : "captures"
    let tunnels = report.tunnels.count == 1 ? "the tunnel does" : "the tunnels do"
    return [
      "No UDP packet is in the \(captures): \(tunnels) without a channel over UDP, something on the way drops it, or a filter left it out."
    ]
  }

  /// What logs alone do not show, and how to get it.
  private static func missing(_ report: Report) -> [String] {
    guard report.captures.allSatisfy({ $0.packets == 0 }) else { return [] }
    let suspicious = report.logs.reduce(0) { $0 &+ $1.description.suspiciousLines }
    var sentences =
      suspicious == 0
      ? []
      : [
        "\(suspicious.counted("line")) that \(suspicious == 1 ? "looks" : "look") like an error \(suspicious == 1 ? "was" : "were") not judged, see below."
      ]
    sentences += Set(report.tunnels.compactMap(\.downReason)).sorted().prefix(3).map { reason in
      let words = reason.visibleLine
      return "The client's log ends with the tunnel down: \(words.hasSuffix(".") ? String(words.dropLast()) : words)."
    }
    let formats = Set(report.logs.map(\.description.format.name))
    if report.logs.contains(where: { $0.description.format.name == "openconnect" && $0.clock.zone == .noTimes }) {
      sentences.append("Run openconnect with `-v --timestamp`, so that its log shows every handshake and when it was.")
    }
    if report.tunnels.contains(where: { $0.unshownChannels.contains(.esp) }) {
      sentences.append(
        "A log of IKE does not show whether ESP passes: look at the byte counters of the SA on both sides, or capture.")
    }
    if !formats.isDisjoint(with: saListings) {
      sentences.append(
        "A listing of SAs shows one moment: IKE's log while the tunnel connects says why it fails, and counters of both ends, listed twice, whether data passes."
      )
    }
    if formats.contains("openvpn-status") {
      sentences.append(
        "OpenVPN's status shows who is connected at one moment: the log of the client or the server says why one is not."
      )
    }
    if formats.contains("ocserv") {
      sentences.append("Set `log-level = 2` in ocserv's configuration, so that its log shows DTLS handshakes.")
    }
    return sentences
  }

  private static let saListings: Set = [
    "cisco-sa-listing", "strongswan-sa-listing", "libreswan-sa-listing", "fortigate-sa-listing",
  ]

  private static func part(_ report: Report) -> [String] {
    report.narrowing == nil ? [] : ["Only part of the input was analysed, see below."]
  }

  /// That the data of tunnels ended in a silence which is worth no more than a note: who reads on learns why.
  private static func silent(_ report: Report) -> [String] {
    let noted = Set(report.findings.lazy.filter { $0.severity == .note }.compactMap(\.tunnel))
    let silent = report.tunnels.count { tunnel in
      noted.contains(tunnel.id) && tunnel.channels.contains { $0.outcome == .lost }
    }
    guard silent > 0 else { return [] }
    let which = report.tunnels.count == 1 ? "The tunnel" : "\(silent) of \(report.tunnels.count.counted("tunnel"))"
    return ["\(which) fell silent, see below."]
  }

  /// "2 tunnels with 3 sessions, DTLS established on UDP 443".
  private static func seen(_ report: Report) -> String {
    let sessions = report.tunnels.reduce(0) { $0 + $1.sessions.count }
    // WireGuard that only the client uses has a handshake and no session.
    let tunnels = report.tunnels.count.counted("tunnel") + (sessions > 0 ? " with \(sessions.counted("session"))" : "")
    return ([tunnels] + ChannelTally.all(in: report).map(\.words)).joined(separator: ", ")
  }
}

extension Report {
  /// What several tunnels have in common and a reader has to know first: the most common cause that no other one brings about.
  var leadingCause: CommonCause? {
    let shared = Set(commonCauses.flatMap(\.findings))
    let caused = Set(findings.filter { !shared.isDisjoint(with: $0.causes) }.map(\.id))
    return commonCauses.first { cause in cause.findings.first.map { !caused.contains($0) } ?? true }
      ?? commonCauses.first
  }

  /// The report in one or two sentences.
  package var answer: String { Answer(self).text }
}
