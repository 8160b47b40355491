import Foundation
import Reporting
import Testing

/// Odd and malformed captures of other projects: read to the end or to a clear error, never a crash.
@Suite("Odd captures")
struct CorporaTests {
  static let files = Files.all(under: Files.corpora).filter {
    !$0.hasSuffix(".md") && !$0.hasSuffix(".txt")
  }

  // These captures are no part of the package; where they are absent the test shows as skipped.
  @Test(
    "an odd capture is analysed to its end or to a clear error", .enabled(if: !files.isEmpty, "needs the odd captures"),
    arguments: files)
  func analysed(file: String) throws {
    let path = "\(Files.corpora)/\(file)"
    let outcome = Files.analyse([path])
    let capture = try #require(outcome.report.captures.first)
    if let problem = outcome.problems.first {
      #expect(problem.description.contains(path))
      #expect(!capture.isComplete)
    } else {
      #expect(capture.isComplete)
    }
    // An independent count, where the file is classic and whole.
    if let classic = ClassicPcap(path), outcome.problems.isEmpty { #expect(capture.packets == classic.packets.count) }
    for format in [ReportFormat.text, .json, .markdown] {
      let text = try format.render(outcome.report, generator: DeterminismTests.generator)
      #expect(text.hasSuffix("\n"))
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7F })
    }
  }
}
