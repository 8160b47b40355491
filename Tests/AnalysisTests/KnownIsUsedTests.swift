import Analysis
import Correlation
import Foundation
import Reporting
import Testing

/// A report asks for nothing that was given, and leaves nothing open that another input shows.
@Suite("What is known is used")
struct KnownIsUsedTests {
  /// Both ends of a tunnel, from the samples.
  static let pairs = Files.all(under: Files.samples).filter { $0.hasSuffix("-client.pcap") }.map { client in
    [client, client.replacing("-client.pcap", with: "-gateway.pcap")]
  }.filter { Files.exists(Files.sample($0[1])) }

  private static let wantsCapture = ["Capture at the gateway", "Capture at the client", "Capture on the other side"]

  private static func words(_ report: Report) -> String {
    (report.findings.flatMap { [$0.explanation, $0.confidenceReason, $0.proof ?? ""] + $0.remedies }
      + report.checks.map(\.why)).joined(separator: "\n")
  }

  @Test("with captures of both ends, none is asked for", arguments: pairs)
  func bothEnds(names: [String]) {
    let words = Self.words(Files.analyse(names.map(Files.sample)).report)
    for request in Self.wantsCapture { #expect(!words.contains(request)) }
    #expect(!words.contains("only captures at two points show it"))
  }

  @Test("one end alone asks for the other where that would decide")
  func oneEnd() {
    let words = Self.words(Files.report(Files.sample("wireguard-unanswered-client.pcap")))
    #expect(words.contains("Capture at the gateway: "))
  }

  @Test("openings that another point shows to be lost on the way are no matter of who listens", arguments: pairs)
  func places(names: [String]) {
    let report = Files.analyse(names.map(Files.sample)).report
    for finding in report.findings where finding.rule.rawValue == "handshake-unanswered" && finding.place != nil {
      #expect(!finding.explanation.contains("nothing listens there"))
    }
  }

  @Test("what is refused inside the encryption, where packets show an answer and no data, is the log's finding")
  func refusedInside() throws {
    let lines = [
      "13[NET] received packet: from 198.51.100.10[500] to 203.0.113.20[500] (336 bytes)",
      "13[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) N(FRAG_SUP) ]",
      "13[IKE] 198.51.100.10 is initiating an IKE_SA",
      "13[ENC] generating IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) N(FRAG_SUP) ]",
      "13[NET] sending packet: from 203.0.113.20[500] to 198.51.100.10[500] (248 bytes)",
      "15[NET] received packet: from 198.51.100.10[4500] to 203.0.113.20[4500] (320 bytes)",
      "15[ENC] parsed IKE_AUTH request 1 [ IDi IDr AUTH CPRQ(ADDR) SA TSi TSr N(MOBIKE_SUP) ]",
      "15[IKE] IKE_SA vpn[1] established between 203.0.113.20[vpn.example.com]...198.51.100.10[alice.example.com]",
      "15[IKE] traffic selectors 10.99.0.0/24 === 0.0.0.0/0 unacceptable",
      "15[IKE] failed to establish CHILD_SA, keeping IKE_SA",
      "15[ENC] generating IKE_AUTH response 1 [ IDr AUTH CPRP(ADDR) N(MOBIKE_SUP) N(TS_UNACCEPT) ]",
      "15[NET] sending packet: from 203.0.113.20[4500] to 198.51.100.10[4500] (208 bytes)",
    ].map { "2026-11-27 22:44:48 \($0)" }
    let log = NSTemporaryDirectory() + "charon-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    try lines.joined(separator: "\n").write(toFile: log, atomically: true, encoding: .utf8)
    var analysis = OfflineAnalysis(paths: [Files.sample("ipsec-idle-client.pcap")], logs: [log])
    let report = analysis.run().report
    #expect(report.verdict == .broken)
    let finding = try #require(report.findings.first)
    #expect(finding.rule.rawValue == "handshake-rejected")
    #expect(finding.title.contains("TS_UNACCEPTABLE"))
  }

  static let logged = TrainingLogsTests.scenarios

  @Test(
    "with the logs of both sides, none is asked for", .enabled(if: !logged.isEmpty, "needs the training captures"),
    arguments: logged)
  func logs(item: TrainingCapturesTests.Case) {
    var analysis = OfflineAnalysis(paths: item.files, logs: TrainingLogsTests.logs(item))
    let words = Self.words(analysis.run().report)
    for request in Self.wantsCapture + ["DART log", "only a side's own log", "a client's log shows it", "to `--log`"] {
      #expect(!words.contains(request), "\(request)")
    }
  }
}
