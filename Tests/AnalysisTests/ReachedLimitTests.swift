import Foundation
import Testing

/// What a capture's reader and the trackers leave out reaches the report.
@Suite("Limits in a report")
struct ReachedLimitTests {
  private func quality(_ bytes: Data) throws -> String {
    try ClassicPcap.withFiles([("hostile.pcapng", bytes)]) { paths in
      let report = Files.analyse(paths).report
      return try #require(report.findings.first { $0.rule == .captureQuality }).explanation
    }
  }

  @Test("options that are not looked at are told")
  func options() throws {
    #expect(
      try quality(CostTests.manyOptions).contains(
        "2 blocks of hostile.pcapng have more options than are looked at (at most 1024)"))
  }

  @Test("flows that are forgotten are told")
  func flows() throws {
    var capture = HostileCapture()
    for number in 0..<131_082 {
      capture.add(
        HostileCapture.ip(
          17, from: 0x0A00_0000 + UInt32(number), to: 0x0B00_0000, HostileCapture.udp(1_024, 53, [1])), at: number)
    }
    #expect(try quality(capture.data).contains("10 flows of hostile.pcapng were forgotten early (at most 131072"))
  }
}
