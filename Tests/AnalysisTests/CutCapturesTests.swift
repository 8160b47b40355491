import Correlation
import Foundation
import Reporting
import Testing

/// Captures that end early: what has been proven stays proven, and what has not is not made up.
@Suite("Captures that end early")
struct CutCapturesTests {
  static let samples = SampleCapturesTests.Sample.all.filter { $0.files.count == 1 }

  @Test("a finding stands once its last evidence is in the capture, whatever follows", arguments: samples)
  func stands(sample: SampleCapturesTests.Sample) throws {
    try Self.expectFindingsToStand(Files.sample(sample.files[0]))
  }

  /// Beside the package; not everybody has them.
  static let training = Files.all(under: Files.training).filter { $0.hasSuffix(".pcap") && !$0.hasPrefix("variants") }

  @Test(
    "in the training captures too", .enabled(if: !training.isEmpty, "needs the training captures"),
    arguments: training)
  func standsInTraining(name: String) throws { try Self.expectFindingsToStand("\(Files.training)/\(name)") }

  /// Cuts a capture right after the last frame that a finding names, and looks for the finding.
  private static func expectFindingsToStand(_ path: String) throws {
    let capture = try #require(ClassicPcap(path))
    let whole = Files.report(path)
    // A share of lost packets is that of the whole capture, and so is that a side sends keepalives alone: no packet is its last.
    let isOfWhole = { (finding: Finding) in
      finding.rule.rawValue == "packet-loss" || finding.facts.contains { $0.name == "silent_side" }
    }
    for finding in whole.findings where finding.rule != .captureQuality && !isOfWhole(finding) {
      let frames = finding.evidence.compactMap { $0.frame?.frame }
      let last = try #require(frames.max())
      try ClassicPcap.withFiles([("cut.pcap", capture.keeping(0..<last))]) { paths in
        let report = Files.analyse(paths).report
        let found = report.findings.contains {
          $0.expectedName == finding.expectedName && $0.severity == finding.severity
            && report.ends(of: $0) == whole.ends(of: finding)
        }
        #expect(found, "\(finding.rule) \(finding.tunnel ?? "") after \(last) of \(capture.packets.count) packets")
      }
    }
  }

  @Test("every rule about packets that the samples show is cut after its evidence")
  func isComplete() {
    let rules = Self.samples.reduce(into: Set<String>()) { $0.formUnion(Files.report(Files.sample($1.files[0])).rules) }
    #expect(
      rules.isSuperset(of: [
        "handshake-unanswered dtls", "handshake-refused dtls", "handshake-stalled dtls", "tunnel-lost dtls",
        "port-mismatch dtls", "oversized-df",
        "mss-exceeds-mtu", "pmtu-black-hole", "reconnect-cycle", "session-reconnects", "mtu-reconnect",
      ]))
  }

  @Test("the fragments of a tunnel are told once the first of them is in the capture")
  func fragments() throws {
    var capture = HostileCapture()
    capture.session(1, from: HostileCapture.client, port: 50_000, at: 0, lasting: 12_000_000)
    capture.add(
      HostileCapture.ip(
        17, from: HostileCapture.client, to: HostileCapture.gateway,
        HostileCapture.udp(40_000, 443, HostileCapture.datagramHello(1))), at: 12_050_000)
    let before = capture.data
    capture.add(
      HostileCapture.ip(
        17, from: HostileCapture.client, to: HostileCapture.gateway,
        HostileCapture.udp(40_000, 443, [UInt8](repeating: 0, count: 1_400)), fragment: 0x2000), at: 12_100_000)
    let after = capture.data
    capture.session(2, from: HostileCapture.client, port: 50_001, at: 13_000_000, lasting: 12_000_000)
    let rules = try [before, after, capture.data].map { bytes in
      try ClassicPcap.withFiles([("cut.pcap", bytes)]) {
        Files.analyse($0).report.rules.contains("tunnel-fragmentation")
      }
    }
    #expect(rules == [false, true, true])
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
        #expect(outcome.report.falseAlarms(possible).isEmpty, "after \(kept) packets")
      }
    }
  }

  @Test(
    "where a capture that ends anywhere shows nothing wrong, it says what of a tunnel it does not show",
    arguments: samples)
  func saysWhatWasNotSeen(sample: SampleCapturesTests.Sample) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample.files[0])))
    for part in 1...24 {
      let kept = capture.packets.count * part / 25
      try ClassicPcap.withFiles([("cut.pcap", capture.keeping(0..<kept))]) { paths in
        let report = Files.analyse(paths).report
        let unseen = report.tunnels.flatMap(\.channels).contains(where: \.wasNotSeenToWork)
        guard report.verdict == .healthy, unseen else { return }
        let words = ["othing shows whether ", "no data was seen"]
        #expect(words.contains { report.answer.contains($0) }, "after \(kept) packets: \(report.answer)")
      }
    }
  }

  @Test("a capture that begins anywhere raises no alarm that the whole does not", arguments: samples)
  func noFalseAlarmAtStart(sample: SampleCapturesTests.Sample) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample.files[0])))
    var possible = sample.must.union(sample.may).union(["capture-quality"])
    if possible.contains("reconnect-cycle") { possible.insert("session-reconnects") }
    // The answer that makes it a stalled handshake may have come before the capture begins.
    for name in possible where name.hasPrefix("handshake-stalled") {
      possible.insert(name.replacing("handshake-stalled", with: "handshake-unanswered"))
    }
    for part in 1...24 {
      let dropped = capture.packets.count * part / 25
      try ClassicPcap.withFiles([("late.pcap", capture.keeping(dropped..<capture.packets.count))]) { paths in
        let outcome = Files.analyse(paths)
        #expect(outcome.problems.isEmpty)
        #expect(outcome.report.falseAlarms(possible).isEmpty, "from packet \(dropped + 1)")
      }
    }
  }
}

extension ChannelDescription {
  /// Whether it was to carry data, and data of both sides was not seen on it, with no word of a loss.
  fileprivate var wasNotSeenToWork: Bool {
    guard role != .control, transport != "TCP", outcome == .none || outcome == .established,
      let client = data.clientPackets,
      let gateway = data.gatewayPackets
    else { return false }
    return client == 0 || gateway == 0
  }
}

extension Report {
  /// Client and gateway of the tunnel that a finding is about; nil when it is about none.
  fileprivate func ends(of finding: Finding) -> String? {
    tunnels.first { $0.id == finding.tunnel }.map { "\($0.clientName) \($0.gatewayName)" }
  }
}
