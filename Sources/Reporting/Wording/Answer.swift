import Correlation

/// The report in one or two sentences: what a person wants to hear first.
struct Answer: Equatable {
  enum Tone: String {
    /// A finding of severity error explains what users see.
    case broken
    /// The worst finding is a warning.
    case degraded
    /// Nothing of severity warning or error.
    case healthy
  }

  let tone: Tone
  let sentences: [String]

  var text: String { sentences.joined(separator: " ") }

  init(_ report: Report) {
    let problems = report.findings.filter { $0.severity != .note && $0.rule != .captureQuality }
    guard let worst = problems.first else {
      self.tone = report.hasProblems ? .degraded : .healthy
      self.sentences = Self.withoutProblem(report)
      return
    }
    self.tone = worst.severity == .error ? .broken : .degraded
    let affected = Set(problems.compactMap(\.tunnel))
    let story = Story(problems.filter { $0.tunnel == worst.tunnel })
    var sentences = story.sentences
    if let cause = report.commonCauses.first(where: { $0.rule != .mtuReconnect }) {
      // What many share is the news; the worst of them is one example.
      sentences =
        [cause.title + "."] + (worst.tunnel.map { ["\($0) for example: \(sentences.joined(separator: " "))"] } ?? [])
    } else if affected.count > 1, let tunnel = worst.tunnel, let first = sentences.first {
      sentences[0] =
        "\(affected.count) of \(report.tunnels.count.counted("tunnel")) have problems, \(tunnel) the worst: "
        + first.lowercasedStart
    }
    self.sentences = sentences
  }

  /// What was seen when nothing is wrong, or why nothing can be said.
  private static func withoutProblem(_ report: Report) -> [String] {
    let packets = report.captures.reduce(0) { $0 &+ $1.packets }
    let skipped = report.captures.reduce(0) { $0 &+ $1.skippedPackets }
    if packets == 0, skipped > 0 {
      let verb = skipped == 1 ? "was" : "were"
      return ["\(skipped.counted("packet")) \(verb) read and not selected, so there is nothing to judge."]
    }
    if report.tunnels.isEmpty, let found = report.narrowing?.otherTunnels, found > 0 {
      let verb = found == 1 ? "was" : "were"
      return ["\(found.counted("tunnel")) \(verb) found and not selected, so there is nothing to judge."]
    }
    let isPart = report.narrowing == nil ? [] : ["Only a part of what was read was looked at, see below."]
    guard !report.tunnels.isEmpty else {
      return ["No VPN tunnel was found in \(packets.counted("packet")), so there is nothing to judge."] + isPart
    }
    let sessions = report.tunnels.reduce(0) { $0 + $1.tls.sessions.count }
    var seen = ["\(report.tunnels.count.counted("tunnel")) with \(sessions.counted("TLS session"))"]
    let established = report.tunnels.filter { $0.dtls.outcome == .established }
    let ports = Set(established.compactMap(\.dtls.port))
    let place = ports.count == 1 ? ports.first.map { " on UDP \($0)" } ?? "" : ""
    if established.count == report.tunnels.count {
      seen.append("DTLS established" + place)
    } else if !established.isEmpty {
      seen.append("DTLS established" + place + " in \(established.count) of them")
    } else {
      seen.append("no DTLS established")
    }
    let limited = report.findings.contains { $0.rule == .captureQuality && $0.severity != .note }
    return ["Nothing wrong was found: \(seen.joined(separator: ", "))."]
      + (limited ? ["The captures limit what can be said, see below."] : []) + isPart
  }
}

/// What happened to one tunnel, told from its findings.
private struct Story {
  let sentences: [String]

  /// - Parameter findings: of one tunnel, worst first; not empty.
  init(_ findings: [Finding]) {
    let transport = findings.first { Self.transportRules.contains($0.rule) }
    let session = findings.first { $0.rule == .reconnectCycle } ?? findings.first { $0.rule == .sessionReconnects }
    var clauses = [transport, session].compactMap { $0 }.map(Self.clause)
    if clauses.isEmpty, let first = findings.first(where: { $0.rule != .mtuReconnect }) ?? findings.first {
      clauses = [Self.clause(first)]
    }
    var sentences = [clauses.joined(separator: ", and ").capitalizedStart + "."]
    if let chain = findings.first(where: { $0.rule == .mtuReconnect }), session != nil || transport != nil {
      sentences.append(Self.chain(chain))
    } else if let size = findings.first(where: { Self.sizeRules.contains($0.rule) }), transport != nil || session != nil
    {
      sentences.append(Self.clause(size).capitalizedStart + ".")
    }
    self.sentences = sentences
  }

  private static let transportRules: Set<RuleName> = [
    .dtlsUnanswered, .dtlsRefused, .dtlsHandshakeStalled, .dtlsLost, .dtlsPortMismatch,
  ]
  private static let sizeRules: Set<RuleName> = [.pmtuBlackHole, .oversizedDF, .mssExceedsMTU, .tunnelFragmentation]

  private static func clause(_ finding: Finding) -> String {
    let clause = certainClause(finding)
    return finding.confidence == .possible ? "\(clause) (possible, not certain)" : clause
  }

  private static func certainClause(_ finding: Finding) -> String {
    func fact(_ name: String) -> String? { finding.fact(name)?.words }
    let onPort = fact("port").map { " on UDP \($0)" } ?? ""
    switch finding.rule {
    case .dtlsUnanswered: return "DTLS never gets an answer\(onPort)"
    case .dtlsRefused: return "DTLS is refused\(onPort)" + (fact("reporter").map { " by \($0)" } ?? "")
    case .dtlsHandshakeStalled: return "the DTLS handshake\(onPort) is answered but never completes"
    case .dtlsLost:
      return "DTLS\(onPort) worked" + (duration(finding, "established_seconds").map { " for \($0)" } ?? "")
        + " and then nothing more came" + (fact("silent_side").map { " from the \($0)" } ?? "")
    case .dtlsPortMismatch:
      return "DTLS fails on UDP \(fact("dtls_port") ?? "its port")"
        + (fact("listening_port").map { " while the gateway listens on \($0)" }
          ?? fact("tls_port").map { " while TLS works on \($0)" } ?? "")
    case .reconnectCycle:
      return "the session is re-established"
        + (duration(finding, "median_seconds").map { " every \($0)" } ?? " again and again")
        + (fact("sessions").map { " (\($0) sessions)" } ?? "")
    case .sessionReconnects:
      return "the session is re-established" + (fact("sessions").map { " (\($0) sessions)" } ?? "")
    case .pmtuBlackHole:
      return "large packets disappear without an ICMP error"
        + (fact("largest_delivered").map { " (the largest that arrives has \($0) bytes)" } ?? "")
    case .oversizedDF:
      return "packets that must not be fragmented are larger than the path"
        + (fact("mtu").map { " allows (\(fact("largest").map { "up to \($0), " } ?? "")MTU \($0))" } ?? " allows")
    case .mssExceedsMTU:
      return "connections ask for larger segments than the path can carry"
        + (fact("mss").flatMap { mss in fact("mtu").map { " (MSS \(mss), MTU \($0))" } } ?? "")
    case .tunnelFragmentation: return "the tunnel's own packets travel as IP fragments"
    case .mtuReconnect: return "the session is re-established to apply a smaller MTU"
    case .configRisk, .captureQuality: return finding.title.visibleLine
    }
  }

  private static func chain(_ finding: Finding) -> String {
    let verb =
      switch finding.confidence {
      case .certain: "It reconnects"
      case .likely: "Most likely it reconnects"
      case .possible: "It may reconnect"
      }
    let sizes = [
      finding.fact("adapter_mtu").map { "adapter \($0.words)" },
      finding.fact("tunnel_mtu").map { "TLS tunnel \($0.words)" },
    ].compactMap(\.self)
    return "\(verb) to apply a smaller MTU\(sizes.isEmpty ? "" : " (\(sizes.joined(separator: ", ")))")."
  }

  /// A fact in seconds, whole above ten.
  private static func duration(_ finding: Finding, _ name: String) -> String? {
    let value: Double? =
      switch finding.fact(name) {
      case .number(let value): value
      case .integer(let value): Double(value)
      default: nil
      }
    guard let value else { return nil }
    let text = value.decimal(value >= 10 ? 0 : 1)
    return value < 100 ? "\(text) second\(text == "1" ? "" : "s")" : value.rounded().duration
  }
}

extension String {
  var capitalizedStart: String { prefix(1).uppercased() + dropFirst() }

  /// With a small first letter, unless the word is an abbreviation such as "DTLS".
  var lowercasedStart: String {
    guard let second = dropFirst().first, second.isLowercase || second == " " else { return self }
    return prefix(1).lowercased() + dropFirst()
  }
}
