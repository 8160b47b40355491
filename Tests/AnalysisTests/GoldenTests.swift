import Foundation
import Reporting
import Testing

/// Whole reports on sample captures, byte for byte as they are kept in `Golden`.
///
/// Where a report is meant to change, `UPDATE_GOLDEN=1 script/test --filter Golden` writes the files anew; the
/// difference is then reviewed like code.
@Suite("Golden reports")
struct GoldenTests {
  struct Golden: Sendable, CustomTestStringConvertible {
    let name: String
    let files: [String]
    let format: ReportFormat

    var file: String { "\(name).\(format == .text ? "txt" : format == .json ? "json" : "md")" }
    var testDescription: String { file }
  }

  static let all: [Golden] = [
    ("healthy", ["restarted-client.pcap"], [.text]),
    ("blocked", ["blocked-client.pcap"], [.text, .json, .markdown]),
    ("wrong-port-refused", ["wrong-port-refused-client.pcap"], [.text, .markdown]),
    ("technote", ["technote-inside.pcap"], [.text, .json]),
    ("chain", ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"], [.text, .markdown]),
  ].flatMap { (name: String, files: [String], formats: [ReportFormat]) in
    formats.map { Golden(name: name, files: files, format: $0) }
  }

  private static let folder = Files.packageRoot + "/Tests/AnalysisTests/Golden"
  private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

  @Test("a report is what it was", arguments: all)
  func unchanged(golden: Golden) throws {
    // A version of its own, so that a release changes no report.
    let generator = Generator(name: "tunnelscope", version: "golden")
    let outcome = Files.analyse(golden.files.map(Files.sample))
    let text = try golden.format.render(outcome.report, generator: generator)
    let path = "\(Self.folder)/\(golden.file)"
    if Self.isUpdating {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return
    }
    let expected = try #require(
      FileManager.default.contents(atPath: path),
      "\(golden.file) is missing: UPDATE_GOLDEN=1 script/test --filter Golden")
    guard Data(text.utf8) != expected else { return }
    Issue.record(
      """
      \(golden.file) differs. If that is meant: UPDATE_GOLDEN=1 script/test --filter Golden
      \(LineDifference(from: String(decoding: expected, as: UTF8.self), to: text).text)
      """)
  }

  @Test("every golden report belongs to a test")
  func noneLeftOver() {
    #expect(Files.all(under: Self.folder).filter { !$0.hasPrefix(".") }.sorted() == Self.all.map(\.file).sorted())
  }
}

/// What changed between two texts, line by line, for a person to read.
struct LineDifference {
  /// Changed lines that are shown.
  static let longest = 60

  let text: String

  init(from old: String, to new: String) {
    let changes = Self.lines(new).difference(from: Self.lines(old)).map {
      change -> (line: Int, rank: Int, text: String) in
      switch change {
      case .remove(let offset, let line, _): (offset, 0, "-\(offset + 1): \(line)")
      case .insert(let offset, let line, _): (offset, 1, "+\(offset + 1): \(line)")
      }
    }.sorted { ($0.line, $0.rank) < ($1.line, $1.rank) }
    let rest = changes.count - Self.longest
    text =
      changes.prefix(Self.longest).map(\.text).joined(separator: "\n")
      + (rest > 0 ? "\n… \(rest) more changed lines" : changes.isEmpty ? "(only line ends differ)" : "")
  }

  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }
}

@Suite("Line differences")
struct LineDifferenceTests {
  @Test("a difference names the lines that went and those that came")
  func lines() {
    #expect(LineDifference(from: "a\nb\nc\n", to: "a\nB\nc\nd\n").text == "-2: b\n+2: B\n+4: d")
    #expect(
      LineDifference(from: "", to: (0..<100).map { "\($0)\n" }.joined()).text.hasSuffix("… 40 more changed lines"))
  }
}
