import Analysis
import CaseBundle
import Correlation
import Foundation
import Observations
import Testing

@Suite("A live report under other names")
struct LiveRenamingTests {
  private static func renaming() throws -> Renaming {
    let key = (0..<32).map { UInt8($0) }
    return try #require(CasePrivacyChoice.anonymous(key: key, isGiven: true).privacy).renaming
  }

  @Test(
    "is the report that captures give under these names, although names are changed when all is known",
    arguments: Expectation.single)
  func sameAsOffline(_ expectation: Expectation) throws {
    let name = expectation.files[0]
    let replay = try Replay(name)
    let live = try replay.pipeline.report(now: replay.last, renaming: Self.renaming())
    var offline = OfflineAnalysis(paths: [Replay.path(name)], renaming: try Self.renaming())
    let report = offline.run().report
    #expect(live.findings == report.findings)
    #expect(live.tunnels == report.tunnels)
    #expect(live.timeline == report.timeline)
    #expect(live.captures.map(\.name) == ["capture-1"])
  }

  @Test("about one tunnel holds no true name, in what it is limited to neither")
  func narrowed() throws {
    let replay = try Replay("blocked-client.pcap")
    let client = IPAddress(v4: 0xC633_640A)
    let report = try replay.pipeline.report(
      now: replay.last, only: TunnelSelection(clients: [IPPrefix(client)]), renaming: Self.renaming())
    #expect(report.tunnels.count == 1)
    #expect(report.narrowing != nil)
    let everything = String(describing: report)
    for name in ["198.51.100", "203.0.113", "example.com"] { #expect(!everything.contains(name)) }
  }
}
