import Correlation
import Observations

@testable import Reporting

/// Reports with logs in them, whose names and words an attacker chose.
extension Sample {
  /// Those whose names and words hold the attack.
  static let hostileOnes: Set<Sample> = [.hostile, .logs, .logsOnly]

  static func log(_ index: Int, _ format: LogFormat, name: String, clock: LogClock, problem: String? = nil) -> LogReport
  {
    LogReport(
      description: LogDescription(
        index: index, name: name, format: format, lines: 1_200, understoodLines: 1_100, unknownLines: 90, usedLines: 42,
        cutLines: 2, droppedObservations: 3, forgottenHandshakes: 5,
        start: LogTime(written: time(0), hasZone: false), end: LogTime(written: time(300), hasZone: false),
        problem: problem),
      clock: clock, start: clock.zone == .noTimes ? nil : time(0), end: clock.zone == .noTimes ? nil : time(300),
      untied: 4)
  }

  static var logsReport: Report {
    var report = blockedReport
    report.logs = [
      log(
        0, .openconnect, name: "client.log",
        clock: LogClock(
          zone: .estimated(7_200), errorSeconds: 0.4, matches: 7, reference: .captures)),
      log(1, .ocserv, name: attack, clock: LogClock(zone: .noTimes), problem: attack),
    ]
    report.findings[0].evidence += [
      Evidence(line: LogLine(log: 0, number: 68), time: time(12), note: "DTLS handshake timed out"),
      Evidence(line: LogLine(log: 1, number: 9), time: nil, note: attack),
    ]
    report.timeline.append(
      TimelineEntry(
        time: time(12), kind: .failed, tunnel: "T1", channel: .dtls,
        source: .line(LogLine(log: 0, number: 68)), text: "client's log: " + attack, finding: report.findings[0].id,
        sender: .client))
    return report
  }

  static var logsOnlyReport: Report {
    var finding = Finding(
      rule: RuleName("handshake-unanswered"), about: .channel(.dtls, port: nil), severity: .warning,
      confidence: .possible, confidenceReason: "a log cannot tell more",
      tunnel: "T1", title: "DTLS is never answered", explanation: "User \(attack) has no DTLS.",
      remedies: ["Allow UDP."],
      start: nil, end: nil, facts: [("attempts", .integer(2))],
      evidence: (1...30).map { Evidence(line: LogLine(log: 0, number: $0), time: nil, note: attack) })
    finding.id = "F1"
    return Report(
      tunnels: [
        TunnelDescription(
          id: "T1", client: nil, gateway: nil, users: [attack], innerAddresses: [address("10.20.0.50")],
          channels: [
            ChannelDescription(
              kind: .dtls, role: .data, name: "DTLS", port: nil, transport: "UDP", outcome: .unanswered,
              handshakes: [.init(start: nil, end: nil, outcome: .unanswered, openings: nil)],
              sessions: [.init(start: nil, end: nil, endReason: attack)])
          ], isFromLogsOnly: true)
      ], findings: [finding],
      timeline: [
        TimelineEntry(
          time: time(0), kind: .session, tunnel: "T1", channel: .tls, source: .line(LogLine(log: 0, number: 1)),
          text: "session opened")
      ],
      logs: [log(0, .asaSyslog, name: "asa.log", clock: LogClock(zone: .unknown, year: 2_026))])
  }
}

extension LogFormat {
  fileprivate static let openconnect = LogFormat("openconnect", title: "openconnect", side: .client)
  fileprivate static let ocserv = LogFormat("ocserv", title: "ocserv", side: .server, product: Product("ocserv"))
  fileprivate static let asaSyslog = LogFormat("asa-syslog", title: "ASA syslog", side: .server)
}
