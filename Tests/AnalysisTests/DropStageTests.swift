import Correlation
import Foundation
import Testing

@testable import Analysis

/// A firewall's capture of what it dropped, beside those of its other stages.
@Suite("A firewall's drop stage")
struct DropStageTests {
  /// A capture of a tunnel whose UDP is blocked, as stages of the firewall that blocks it.
  private static func stages(
    receive: String = "rx.pcap", transmit: String = "tx.pcap", drop: String = "drop.pcap", droppingAll: Bool = true
  ) throws -> [(name: String, bytes: Data)] {
    let capture = try #require(ClassicPcap(Files.sample("blocked-client.pcap")))
    let isBlocked = { (packet: Data) in packet[12..<14] == Data([8, 0]) && packet[23] == 17 }
    let dropped = droppingAll ? capture.keeping(where: isBlocked) : capture.keeping { !isBlocked($0) }
    return [
      (receive, capture.keeping { _ in true }), (transmit, capture.keeping { !isBlocked($0) }), (drop, dropped),
    ]
  }

  private static func unanswered(
    _ files: [(name: String, bytes: Data)], points: CapturePoints = .automatic, selection: Selection = Selection()
  ) throws -> Finding? {
    try ClassicPcap.withFiles(files) { paths in
      var analysis = OfflineAnalysis(paths: paths, points: points, selection: selection)
      return analysis.run().report.findings.first { $0.rule == .handshakeUnanswered }
    }
  }

  @Test(
    "what the firewall dropped explains what goes unanswered, and is no point on the path",
    arguments: [
      ("rx.pcap", "tx.pcap", "drop.pcap"),
      ("pan_receive_20231114.pcap", "pan_transmit_20231114.pcap", "pan_drop_20231115.pcap"),
    ])
  func told(receive: String, transmit: String, drop: String) throws {
    let finding = try #require(
      try Self.unanswered(try Self.stages(receive: receive, transmit: transmit, drop: drop)))
    #expect(finding.confidence == .certain)
    #expect(finding.headline.hasSuffix("a firewall drops it (\(drop))"))
    #expect(finding.explanation.contains("never reach \(transmit): they are dropped in between"))
    #expect(finding.explanation.contains("A firewall dropped 24 packets of DTLS on UDP 443"))
    #expect(finding.place?.contains(drop) != true)
  }

  @Test("it is one too where the user says how the captures belong together", arguments: [true, false])
  func pointsNamed(isMerged: Bool) throws {
    let finding = try #require(try Self.unanswered(try Self.stages(), points: isMerged ? .merged : .separate))
    #expect(finding.headline.hasSuffix("a firewall drops it (drop.pcap)"))
    #expect(finding.explanation.contains("The client sent 24 DTLS hellos in 9 attempts"))
  }

  @Test("of a narrowed analysis, as much of it counts as is selected")
  func narrowed() throws {
    let part = try #require(
      try Self.unanswered(try Self.stages(), selection: Selection(until: try TimeSelection("+20s"))))
    #expect(part.explanation.contains("A firewall dropped 4 packets of DTLS on UDP 443"))
    let filtered = try #require(try Self.unanswered(try Self.stages(), selection: Selection(filter: "udp or tcp")))
    #expect(filtered.explanation.contains("A firewall dropped 24 packets of DTLS on UDP 443"))
  }

  @Test("what a report says of the capture names what it is")
  func quality() throws {
    try ClassicPcap.withFiles(try Self.stages()) { paths in
      let quality = try #require(Files.analyse(paths).report.findings.first { $0.rule == .captureQuality })
      #expect(quality.explanation.contains("drop.pcap holds what a firewall dropped"))
      #expect(!quality.explanation.contains("one direction only"))
    }
  }

  @Test(
    "a name alone makes no drop stage: the other stages must be there, and must not hold the same packets",
    arguments: [
      ("rx.pcap", "tx.pcap", "drop.pcap", false), ("office.pcap", "home.pcap", "drop.pcap", true),
      ("a-rx.pcap", "b-tx.pcap", "c-drop.pcap", true),
    ])
  func named(receive: String, transmit: String, drop: String, droppingAll: Bool) throws {
    let files = try Self.stages(receive: receive, transmit: transmit, drop: drop, droppingAll: droppingAll)
    let finding = try #require(try Self.unanswered(files))
    #expect(!finding.headline.contains("a firewall drops it"))
  }
}
