import Analysis
import Correlation
import Foundation
import Observations
import Testing

/// What `script/merge-tunnels` says of one client of the capture it makes.
private struct Answer: Decodable {
  let client: String
  let broken: Bool
  let must: [String]
  let may: [String]
}

@Suite("A capture of three hundred tunnels, one in three of them broken")
struct ManyTunnelsTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test(
    "the broken ones and only they are found, and what they have in common is said once",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/env"), "python3 makes the capture"))
  func brokenOnes() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let capture = folder.appending(path: "merged.pcap").path
    let answers = folder.appending(path: "answers.json")
    let maker = Process()
    maker.executableURL = URL(filePath: "/usr/bin/env")
    maker.arguments = [
      "python3", Self.root.appending(path: "script/merge-tunnels").path, capture, "--answers", answers.path,
    ]
    try maker.run()
    maker.waitUntilExit()
    try #require(maker.terminationStatus == 0)

    var analysis = OfflineAnalysis(paths: [capture])
    let report = analysis.run().report
    let clients = Dictionary(uniqueKeysWithValues: report.tunnels.map { ($0.id, $0.clientName) })
    var found: [String: [Finding]] = [:]
    for finding in report.findings where finding.severity != .note {
      found[finding.tunnel.flatMap { clients[$0] } ?? "none", default: []].append(finding)
    }
    let expected = try JSONDecoder().decode([Answer].self, from: Data(contentsOf: answers))
    #expect(expected.count == 300)
    #expect(expected.count { $0.broken } == 100)
    for answer in expected {
      let alarms = found[answer.client] ?? []
      for name in answer.must {
        #expect(alarms.contains { $0.isNamed(in: [name]) }, "\(answer.client) misses \(name)")
      }
      let allowed = Set(answer.must + answer.may)
      #expect(alarms.allSatisfy { $0.isNamed(in: allowed) }, "\(answer.client) has a false alarm")
    }
    #expect(found["none"] == nil)
    #expect(report.tunnels.count == 300)
    #expect(report.commonCauses.contains { $0.rule == .handshakeUnanswered && $0.total == 300 && $0.tunnels.count > 10 })
  }
}
