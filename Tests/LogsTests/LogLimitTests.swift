import CArchive
import Foundation
import Observations
import Testing

@testable import Logs

/// Limits of logs, at their real values.
@Suite("Limits of logs")
struct LogLimitTests {
  @Test("observations of a log beyond two million are counted, not kept")
  func observations() {
    var sink = LogSink(log: 0)
    var emitted = 0
    for number in 0..<LogLimits.observations + 10 {
      sink.beginLine()
      sink.take(.established(.tls), at: nil, of: LogSubject())
      if number % 4_096 == 0 { sink.emit(openBlock: false) { _ in emitted += 1 } }
    }
    sink.emit(openBlock: false) { _ in emitted += 1 }
    #expect(emitted == 2_000_000)
    #expect(sink.description(name: "log", problem: nil).droppedObservations == 10)
  }

  @Test("a log that has its newest lines first is kept up to 32 MiB")
  func newestFirst() {
    var lines = NewestFirstLines()
    let block = [UInt8](repeating: 0x20, count: 8 << 20)
    let kept = (0..<4).allSatisfy { _ in lines.keep(block.span) }
    let more: [UInt8] = [0x20]
    let keptMore = lines.keep(more.span)
    #expect(kept && !keptMore)
    #expect(lines.text.count == 32 << 20)
  }

  @Test("of a bundle the first 10,000 members are read, and that is reported")
  func members() throws {
    let line = Data(
      "%ASA-6-722022: Group <g> User <u> IP <10.1.75.111> TCP SVC connection established without compression\n".utf8)
    let members = (0..<LogLimits.members + 1).map { ("\($0).log", line) }
    let reading = try Reading(Bundle.bundle(members, format: ARCHIVE_FORMAT_TAR))
    #expect(reading.observations.count == 10_000)
    #expect(reading.descriptions.contains { $0.problem == "only its first 10000 members were looked at" })
  }
}
