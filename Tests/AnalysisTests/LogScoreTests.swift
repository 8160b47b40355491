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

  // MARK: Other families

  /// The same of the daemons of other families: that a handshake is never answered or never done, what the other side said no
  /// to, that it is not heard any more, that new keys are not agreed on, that sessions follow each other. A gateway does not
  /// hear of a client that does not reach it.
  static let knownOfOthers: [String: [String: Set<String>]] = [
    "openvpn/client.log": [
      "unanswered": ["handshake-unanswered"], "return-blocked": ["handshake-unanswered"],
      "wrong-tls-auth-key": ["handshake-unanswered"], "wrong-port-silent": ["handshake-unanswered"],
      "refused": ["handshake-refused"], "prohibited": ["handshake-refused"], "wrong-port": ["handshake-refused"],
      "tcp-refused": ["handshake-refused"], "expired-certificate": ["handshake-failed"],
      "cipher-mismatch": ["handshake-failed"], "unknown-ca-tls13": ["handshake-stalled"],
      "stalled": ["handshake-stalled"], "large-control-lost": ["handshake-stalled"], "lost": ["tunnel-lost"],
      "lost-recovers": ["tunnel-lost"], "one-way": ["tunnel-lost"], "gateway-restart": ["tunnel-lost"],
      "data-blocked": ["data-blocked", "reconnect-cycle"], "rekey-fails": ["rekey-failed"],
    ],
    "openvpn/gateway.log": [
      "wrong-tls-auth-key": ["handshake-unanswered"], "expired-certificate": ["handshake-stalled"],
      "cipher-mismatch": ["handshake-failed"], "unknown-ca-tls13": ["handshake-failed"],
      "large-control-lost": ["handshake-stalled"], "lost": ["tunnel-lost"], "data-blocked": ["reconnect-cycle"],
      "rekey-fails": ["rekey-failed"],
    ],
    "wireguard/client.log": [
      "unanswered": ["handshake-unanswered"], "return-blocked": ["handshake-unanswered"],
      "unknown-peer": ["handshake-unanswered"], "refused": ["handshake-unanswered"],
      "prohibited": ["handshake-unanswered"], "wrong-port": ["handshake-unanswered"],
      "wrong-psk": ["handshake-failed"], "lost-recovers": ["tunnel-lost"], "one-way": ["tunnel-lost"],
      "gateway-restart": ["tunnel-lost"], "data-blocked": ["data-blocked"], "rekey-fails": ["rekey-failed"],
    ],
    "wireguard/gateway.log": [
      "return-blocked": ["handshake-stalled"], "wrong-psk": ["handshake-stalled"],
      "data-blocked": ["handshake-stalled"],
      "unknown-peer": ["handshake-unanswered"], "lost-recovers": ["tunnel-lost"], "one-way": ["tunnel-one-way"],
      "rekey-fails": ["tunnel-lost"], "nat-timeout": ["tunnel-lost"],
    ],
    "ipsec/client.log": [
      "unanswered": ["handshake-unanswered"], "return-blocked": ["handshake-unanswered"],
      "refused": ["handshake-unanswered"], "prohibited": ["handshake-unanswered"],
      "wrong-port": ["handshake-unanswered"], "wrong-psk": ["handshake-rejected"],
      "no-proposal": ["handshake-rejected"], "no-child-proposal": ["handshake-rejected"],
      "ts-unacceptable": ["handshake-rejected"], "expired-certificate": ["handshake-failed"],
      "ikev1-wrong-psk": ["handshake-failed"], "fragments-dropped": ["handshake-stalled"],
      "later-fragments-dropped": ["handshake-stalled"], "4500-blocked": ["handshake-stalled"],
      "lost-recovers": ["tunnel-lost"], "one-way": ["tunnel-lost"], "gateway-restart": ["tunnel-lost"],
      "dpd-loop": ["tunnel-lost", "reconnect-cycle"], "rekey-fails": ["rekey-failed"],
    ],
    "ipsec/gateway.log": [
      "return-blocked": ["handshake-stalled"], "wrong-psk": ["handshake-rejected"],
      "no-proposal": ["handshake-rejected"], "no-child-proposal": ["handshake-rejected"],
      "ts-unacceptable": ["handshake-rejected"], "expired-certificate": ["handshake-failed"],
      "ikev1-wrong-psk": ["handshake-failed"], "fragments-dropped": ["handshake-stalled"],
      "later-fragments-dropped": ["handshake-stalled"], "4500-blocked": ["handshake-stalled"],
      "lost-recovers": ["tunnel-lost"], "one-way": ["tunnel-one-way"], "dpd-loop": ["tunnel-lost", "reconnect-cycle"],
    ],
  ]

  /// What these daemons' logs cannot tell from what happened: they are not told of ICMP errors.
  static let alike: [String: [String: Set<String>]] = {
    let unanswered: [String: Set<String>] = [
      "refused": ["handshake-unanswered"], "prohibited": ["handshake-unanswered"],
      "wrong-port": ["handshake-unanswered"],
    ]
    return ["wireguard/client.log": unanswered, "ipsec/client.log": unanswered]
  }()

  @Test(
    "a log of another family raises no alarm that its scenario does not allow, and names every cause that it knows",
    .enabled(if: !others.isEmpty, "needs the training captures of other families"), arguments: others)
  func scoreOthers(item: Case) {
    let report = Self.report(item)
    let log = "\(item.family)/\(item.log)"
    let alike = Self.alike[log]?[item.scenario] ?? []
    #expect(report.falseAlarms(item.allowed.union(alike)).isEmpty)
    let known = Self.knownOfOthers[log]?[item.scenario] ?? []
    #expect(report.missing(known).isEmpty)
    #expect(known.isEmpty || report.hasProblems)
  }
}
