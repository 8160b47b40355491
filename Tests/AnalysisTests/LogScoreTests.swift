import Analysis
import Correlation
import Foundation
import Observations
import Testing

/// Every daemon's log of the training scenarios alone, without its capture, against what is expected of the scenario.
@Suite("Logs alone")
struct LogScoreTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let family: String
    let scenario: String
    let log: String
    let must: Set<String>
    let allowed: Set<String>
    var testDescription: String { "\(family)/\(scenario)/\(log)" }
    var path: String { "\(LogScoreTests.folder(family))/\(scenario)/\(log)" }
  }

  private static func folder(_ family: String) -> String {
    family == "captures" ? Files.training : "\(Files.training)-families/\(family)"
  }

  /// Written beside the logs by the lab, not by a daemon.
  private static let notes: Set<String> = ["keys.log", "events.log"]

  private static func cases(_ family: String) -> [Case] {
    let folder = folder(family)
    guard let data = FileManager.default.contents(atPath: "\(folder)/expected.json"),
      let all = try? JSONSerialization.jsonObject(with: data) as? [String: [String: Any]]
    else { return [] }
    return all.keys.sorted().flatMap { scenario -> [Case] in
      let points = all[scenario]?["expect"] as? [String: [String: Any]] ?? [:]
      func names(_ key: String) -> Set<String> {
        Set(points.values.flatMap { $0[key] as? [String] ?? [] })
      }
      let logs = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(scenario)")) ?? []
      return logs.filter { $0.hasSuffix(".log") && !notes.contains($0) }.sorted().map {
        Case(
          family: family, scenario: scenario, log: $0, must: names("must"),
          allowed: OlderNames.renewed(names("must").union(names("may"))))
      }
    }
  }

  static let tls = cases("captures") + cases("openconnect")
  static let others = cases("wireguard") + cases("openvpn") + cases("ipsec")

  private static func report(_ item: Case) -> Report {
    var analysis = OfflineAnalysis(paths: [], logs: [item.path])
    return analysis.run().report
  }

  /// What a log knows of the scenario's cause, by who wrote it: a client that its handshakes time out, that its system
  /// refuses to send, that dead-peer detection gave a channel up, that sessions follow each other; a gateway that a client
  /// repeats what it was answered, or that no packet of its came for long. What packets alone show (sizes, lost packets, where they end) no log knows.
  static let known: [String: [String: Set<String>]] = [
    "openconnect.log": [
      "blocked": ["dtls-unanswered", "reconnect-cycle"], "nat-blocked": ["dtls-unanswered", "reconnect-cycle"],
      "lost": ["dtls-lost"], "once": ["dtls-unanswered", "session-reconnects"], "one-way": ["dtls-lost"],
      "prohibited": ["dtls-refused"], "return-blocked": ["dtls-unanswered"], "stalled": ["dtls-handshake-stalled"],
      "technote": ["dtls-unanswered", "reconnect-cycle"], "technote-no-icmp": ["dtls-unanswered", "reconnect-cycle"],
      "wrong-port-refused": ["dtls-refused", "reconnect-cycle"],
      "wrong-port-silent": ["dtls-unanswered", "reconnect-cycle", "dtls-port-mismatch"],
      "nat-timeout": ["dtls-lost"], "tcp-reset": ["reconnect-cycle"], "tls-version": ["handshake-failed"],
      "expired-certificate": ["handshake-failed"], "unknown-ca-tls12": ["handshake-failed"],
      "client-limit": ["handshake-failed"],
    ],
    "ocserv.log": [
      "one-way": ["dtls-handshake-stalled"], "return-blocked": ["dtls-handshake-stalled"],
      "nat-timeout": ["dtls-lost"],
    ],
  ]

  @Test(
    "a log alone raises no alarm that its scenario does not allow, and names every cause that it knows",
    .enabled(if: !tls.isEmpty, "needs the training captures"), arguments: tls)
  func score(item: Case) {
    let report = Self.report(item)
    #expect(report.falseAlarms(item.allowed).isEmpty)
    let known = OlderNames.renewed(Self.known[item.log]?[item.scenario] ?? [])
    #expect(report.missing(known).isEmpty)
    #expect(known.isEmpty || report.hasProblems)
  }

  @Test(
    "a log alone says that all is well only where nothing is wrong that it could know of",
    .enabled(if: !tls.isEmpty, "needs the training captures"), arguments: tls)
  func health(item: Case) {
    guard Self.report(item).verdict == .healthy else { return }
    #expect(item.must.isSubset(of: Self.onlyPacketsShow))
    #expect(item.log != "ocserv.log", "at its log level no line says whether DTLS came up")
  }

  /// What a client's log cannot know.
  private static let onlyPacketsShow: Set<String> = ["oversized-df", "pmtu-black-hole", "packet-loss"]

  @Test(
    "logs of other families raise no alarm where nothing is wrong",
    .enabled(if: !others.isEmpty, "needs the training captures of other families"), arguments: others)
  func healthyOthers(item: Case) {
    guard item.allowed.isEmpty else { return }
    #expect(!Self.report(item).hasProblems)
  }
}
