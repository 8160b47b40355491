import Correlation
import Foundation
import Testing

/// Captures that end early: what has been proven stays proven, and what has not is not made up.
@Suite("Captures that end early")
struct CutCapturesTests {
  static let samples = SampleCapturesTests.Sample.all.filter { $0.files.count == 1 }

  /// Seconds that must follow a finding's last evidence before its rule may speak.
  private func patience(_ rule: RuleName) -> Double {
    switch rule {
    // A hello may still be answered.
    case .dtlsUnanswered, .dtlsPortMismatch: 3
    // A handshake may still complete.
    case .dtlsHandshakeStalled: 12
    // A side may still be heard; a segment may still arrive.
    case .dtlsLost, .pmtuBlackHole: 15
    // The chain rests on DTLS that failed.
    case .mtuReconnect: 12
    case .dtlsRefused, .oversizedDF, .mssExceedsMTU, .tunnelFragmentation, .reconnectCycle, .sessionReconnects,
      .configRisk, .captureQuality:
      0.5
    }
  }

  @Test("a finding stands once its evidence is in the capture, whatever follows", arguments: samples)
  func stands(sample: SampleCapturesTests.Sample) throws {
    let path = Files.sample(sample.files[0])
    let capture = try #require(ClassicPcap(path))
    let findings = Files.report(path).findings
    for finding in findings where finding.rule != .captureQuality && finding.severity != .note {
      // What rests on other findings rests on their evidence.
      let proof = [finding] + findings.filter { finding.causes.contains($0.id) }
      let last = try #require(proof.flatMap(\.evidence).map(\.frame.frame).max())
      let end = capture.packets[last - 1].microseconds + Int(patience(finding.rule) * 1e6)
      let kept = max(last, capture.packets.count { $0.microseconds <= end })
      try ClassicPcap.withFiles([("cut.pcap", capture.keeping(0..<kept))]) { paths in
        let report = Files.analyse(paths).report
        #expect(report.findings.contains { $0.rule == finding.rule }, "\(finding.rule) after \(kept) packets")
      }
    }
  }

  @Test("a capture that ends anywhere raises no alarm that the whole does not", arguments: samples)
  func noFalseAlarm(sample: SampleCapturesTests.Sample) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample.files[0])))
    var possible = sample.must.union(sample.may).union(["capture-quality"])
    // Two sessions are not yet a cycle.
    if possible.contains("reconnect-cycle") { possible.insert("session-reconnects") }
    for part in 1...24 {
      let kept = capture.packets.count * part / 25
      try ClassicPcap.withFiles([("cut.pcap", capture.keeping(0..<kept))]) { paths in
        let outcome = Files.analyse(paths)
        #expect(outcome.problems.isEmpty)
        #expect(outcome.report.alarms.subtracting(possible).isEmpty, "after \(kept) packets")
      }
    }
  }

  @Test("a capture that begins anywhere raises no alarm that the whole does not", arguments: samples)
  func noFalseAlarmAtStart(sample: SampleCapturesTests.Sample) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample.files[0])))
    var possible = sample.must.union(sample.may).union(["capture-quality"])
    if possible.contains("reconnect-cycle") { possible.insert("session-reconnects") }
    // The answer that makes it a stalled handshake may have come before the capture begins.
    if possible.contains("dtls-handshake-stalled") { possible.insert("dtls-unanswered") }
    for part in 1...24 {
      let dropped = capture.packets.count * part / 25
      try ClassicPcap.withFiles([("late.pcap", capture.keeping(dropped..<capture.packets.count))]) { paths in
        let outcome = Files.analyse(paths)
        #expect(outcome.problems.isEmpty)
        #expect(outcome.report.alarms.subtracting(possible).isEmpty, "from packet \(dropped + 1)")
      }
    }
  }
}
