import CaseBundle
import Correlation
import Foundation
import LiveCapture
import Observations
import Reporting
import Testing

@testable import LiveSession

@Suite("Cases of a live capture")
struct LiveCasesTests {
  /// The events of a replayed capture, and a ring that holds its packets.
  private struct Run {
    let folder: String
    let replay: Replay
    let saved: PacketRing.Contents

    init() throws {
      folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      replay = try Replay("once-client.pcap")
      let ring = try PacketRing(
        folder: folder, fileBytes: 1 << 20, fileCount: 4, linkTypeNumber: 1, snapLength: 0, interface: "eth0")
      saved = ring.contents(latest: 1 << 20)
    }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }

    func request(at second: Int64, _ events: [FindingEvent]) -> LiveCases.Request {
      let report = replay.report
      return LiveCases.Request(
        report: { _ in report }, saved: saved, subjects: events.map { LiveCases.Subject($0) },
        time: Timestamp(nanoseconds: second * 1_000_000_000))
    }

    func cases(most: Int, privacy: CasePrivacyChoice) -> LiveCases {
      LiveCases(
        folder: folder, mostCases: most, privacy: privacy, generator: Generator(name: "tunnelscope", version: "1"),
        wake: {})
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
  }

  @Test("the oldest go when there are too many, those of earlier runs too, and nothing else")
  func isBounded() throws {
    let run = try Run()
    defer { run.remove() }
    for name in ["case-19690101T000000Z-L1-tunnel-lost.zip", "case.zip", "other-case-1.zip"] {
      _ = FileManager.default.createFile(atPath: "\(run.folder)/\(name)", contents: Data())
    }
    let cases = run.cases(most: 2, privacy: .everything)
    let event = try #require(run.replay.told.first)
    for second in 1...3 {
      cases.write(run.request(at: Int64(second), [event]))
      cases.finish()
    }
    let rule = event.finding.rule.rawValue
    #expect(
      run.names == [
        "case-19700101T000002Z-L1-\(rule).zip", "case-19700101T000003Z-L1-\(rule).zip", "case.zip", "other-case-1.zip",
      ])
    let notices = cases.takeNotices()
    #expect(notices.notices.count == 3)
    #expect(!notices.hasFailed)
  }

  @Test("findings that come while one is written share the next")
  func shares() throws {
    let run = try Run()
    defer { run.remove() }
    let cases = run.cases(most: 9, privacy: .withoutPayload)
    let event = try #require(run.replay.told.first)
    for second in 1...50 {
      let waiting = cases.waiting
      let request = run.request(at: Int64(second), [event])
      cases.write(
        LiveCases.Request(
          report: request.report, saved: request.saved, subjects: waiting + request.subjects, time: request.time))
    }
    cases.finish()
    var told = 0
    for case .caseWritten(_, let findings) in cases.takeNotices().notices { told += findings.count }
    // A finding whose archive was begun between the look and the request is told twice, and none is lost.
    #expect(told >= 50)
    #expect(cases.waiting.isEmpty)
  }

  @Test("a folder that is gone is told, and does not stop the next")
  func failure() throws {
    let run = try Run()
    let cases = run.cases(most: 2, privacy: .everything)
    run.remove()
    cases.write(run.request(at: 1, [try #require(run.replay.told.first)]))
    cases.finish()
    let notices = cases.takeNotices()
    #expect(notices.hasFailed)
    guard case .caseFailed = notices.notices.first else {
      Issue.record("no failure was told")
      return
    }
  }
}
