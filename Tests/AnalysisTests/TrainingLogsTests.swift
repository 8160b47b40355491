import Analysis
import Correlation
import Foundation
import Observations
import Testing

/// The logs of the training scenarios, beside their captures and alone.
@Suite("Training logs")
struct TrainingLogsTests {
  static let cases = TrainingCapturesTests.cases.filter { item in
    // An inside capture shows no tunnel; there the logs speak for themselves.
    !item.name.hasSuffix("/inside") && logs(item).allSatisfy(Files.exists)
  }
  static let scenarios = cases.filter { $0.name.hasSuffix("/all") }

  static func logs(_ item: TrainingCapturesTests.Case) -> [String] {
    let scenario = item.name.split(separator: "/").first.map(String.init) ?? ""
    return ["openconnect", "ocserv"].map { "\(Files.training)/\(scenario)/\($0).log" }
  }

  private static func report(_ files: [String], _ logs: [String]) -> Report {
    var analysis = OfflineAnalysis(paths: files, logs: logs)
    let outcome = analysis.run()
    #expect(outcome.logProblems.isEmpty)
    return outcome.report
  }

  @Test(
    "with the logs the verdicts are those of the capture alone, as sure or surer, and the clocks are told",
    .enabled(if: !cases.isEmpty, "needs the training captures"), arguments: cases)
  func sameVerdicts(item: TrainingCapturesTests.Case) throws {
    let alone = Self.report(item.files, [])
    for logs in [Self.logs(item), [Self.logs(item)[0]], [Self.logs(item)[1]]] {
      let both = Self.report(item.files, logs)
      let (found, expected) = (Self.verdicts(both), Self.verdicts(alone))
      #expect(found == expected)
      #expect(both.tunnels.count == alone.tunnels.count)
      for finding in alone.findings where finding.rule != .portMismatch {
        let same = both.findings.first { $0.expectedName == finding.expectedName && $0.tunnel == finding.tunnel }
        #expect(try #require(same).confidence >= finding.confidence)
        #expect(try #require(same).severity == finding.severity)
      }
      for log in both.logs where log.description.format == .openconnect {
        #expect(log.clock.zone == .estimated(0))
        #expect(log.clock.errorSeconds == 0)
        #expect(log.clock.matches >= 1)
      }
      #expect(both.tunnels.first?.innerAddresses.first?.description == "10.20.0.50")
    }
  }

  private static func verdicts(_ report: Report) -> [String] { report.findings.map(\.expectedName).sorted() }

  @Test("somewhere the logs make it surer", .enabled(if: !cases.isEmpty, "needs the training captures"))
  func surer() {
    let raised = Self.cases.filter { $0.name.hasSuffix("/gateway") }.filter { item in
      let (alone, both) = (Self.report(item.files, []), Self.report(item.files, Self.logs(item)))
      return zip(alone.findings, both.findings).contains { $1.confidence > $0.confidence }
    }
    #expect(raised.count >= 3)
  }

  @Test(
    "the logs alone say nothing that is not true of the scenario",
    .enabled(if: !scenarios.isEmpty, "needs the training captures"), arguments: scenarios)
  func alone(item: TrainingCapturesTests.Case) {
    let logs = Self.logs(item)
    for chosen in [logs, [logs[0]], [logs[1]]] {
      let report = Self.report([], chosen)
      #expect(report.falseAlarms(item.must.union(item.may)).isEmpty)
      #expect(report.tunnels.count == 1)
    }
    // What a client knows best.
    for rule in ["reconnect-cycle", "session-reconnects", "tunnel-lost dtls"] where item.must.contains(rule) {
      #expect(Self.report([], [logs[0]]).alarms.contains(rule))
    }
  }

  @Test(
    "a client's log whose clock is hours and seconds off is brought back, and the verdict holds",
    .enabled(if: !scenarios.isEmpty, "needs the training captures"),
    arguments: [(7_200, 7), (-16_200, -21), (20_700, 0)], ["blocked", "healthy", "once", "restarted"])
  func shifted(shift: (zone: Int, error: Int), scenario: String) throws {
    let item = try #require(Self.cases.first { $0.name == "\(scenario)/client" })
    let path = try Self.shiftedCopy(of: Self.logs(item)[0], by: shift.zone + shift.error)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let report = Self.report(item.files, [path])
    let clock = try #require(report.logs.first).clock
    #expect(clock.zone == .estimated(shift.zone))
    #expect(abs(clock.errorSeconds - Double(shift.error)) <= 1)
    #expect(report.rules == Self.report(item.files, []).rules)
    #expect(report.tunnels.count == 1)
  }

  /// The log with "[2026-11-23 20:16:47]" moved by so many seconds.
  private static func shiftedCopy(of path: String, by seconds: Int) throws -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "yyyy-MM-dd HH:mm:ss"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .map { line -> String in
      guard line.hasPrefix("["), line.count > 21, let date = format.date(from: String(line.dropFirst().prefix(19)))
      else {
        return String(line)
      }
      return "[" + format.string(from: date.addingTimeInterval(Double(seconds))) + line.dropFirst(20)
    }
    let copy = NSTemporaryDirectory() + "tunnelscope-\(UUID().uuidString).log"
    try lines.joined(separator: "\n").write(toFile: copy, atomically: true, encoding: .utf8)
    return copy
  }
}
