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
