import Correlation
import Testing

@testable import Reporting

@Suite("Logs in reports")
struct LogOutputTests {
  private func render(_ sample: Sample, _ format: ReportFormat) throws -> String {
    try format.render(sample.report, generator: Sample.generator)
  }

  @Test(
    "what a log says stays text", arguments: [Sample.logs, .logsOnly],
    [ReportFormat.text, .html, .markdown, .json])
  func hostile(sample: Sample, format: ReportFormat) throws {
    let text = try render(sample, format)
    let hidden = text.unicodeScalars.count { VisibleText.isHidden($0) && $0 != "\n" }
    #expect(hidden == 0)
    // The page has a script of its own.
    if format == .html { #expect(text.ranges(of: "<script").count == 1) }
  }

  @Test(
    "lines are cited by log and number, with what they say and how clocks compare",
    arguments: [
      ReportFormat.text, .html, .markdown,
    ])
  func cited(format: ReportFormat) throws {
    let text = try render(.logs, format).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("l1 line 68"))
    // In text, what comes of a problem is cited without the words of its lines.
    #expect(format == .text || text.contains("DTLS handshake timed out"))
    #expect(text.contains("2 h (time zone) and 0.4 s ahead of the captures"))
    #expect(text.contains("7 events"))
    #expect(text.contains("1,100 understood, 90 lines in an unknown form, 42 used as evidence"))
    #expect(text.contains("5 handshakes forgotten beyond the limit"))
  }

  @Test("times of a log with an unknown zone are not called UTC")
  func asWritten() throws {
    let text = try render(.logsOnly, .text)
    #expect(text.contains("as written"))
    #expect(!text.contains("UTC"))
  }

  @Test(
    "a clock in words",
    arguments: [
      (LogClock(zone: .noTimes), "no times"),
      (LogClock(zone: .unknown), "not known"),
      (LogClock(zone: .named, matches: 3, reference: .captures), "agrees with the captures', estimated from 3 events"),
      (
        LogClock(zone: .estimated(-12_600), errorSeconds: -7, matches: 5, reference: .captures, isWholeSeconds: true),
        "3 h 30 min (time zone) and 7 s behind the captures'"
      ),
      (
        LogClock(zone: .estimated(7_200), errorSeconds: -7, matches: 5, reference: .captures),
        "2 h (time zone) and 7 s the other way ahead of"
      ),
      (
        LogClock(zone: .named, errorSeconds: 93.5, matches: 5, isAmbiguous: true, reference: .log(1)),
        "93.5 s ahead of that of l2, estimated from 5 events. Another offset"
      ),
    ])
  func words(clock: LogClock, expected: String) {
    #expect(clock.words.contains(expected), "\(clock.words)")
  }
}
