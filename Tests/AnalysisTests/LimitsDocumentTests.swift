import Analysis
import Correlation
import Foundation
import Testing

/// `Documentation/limits.md` against the code and its tests.
@Suite("The table of limits")
struct LimitsDocumentTests {
  /// A row of one of its tables.
  struct Row: Sendable, CustomTestStringConvertible {
    let limit: String
    let value: String
    /// "Suite.function", one or several.
    let tests: [String]

    var testDescription: String { limit }
  }

  static let rows: [Row] = {
    let text = (try? String(contentsOfFile: Files.packageRoot + "/Documentation/limits.md", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| limit |") }.compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count >= 3, let tests = cells.last else { return nil }
      return Row(
        limit: cells[0], value: cells[1],
        tests: tests.split(separator: "`").map(String.init).filter { $0.contains(".") })
    }
  }()

  /// The text of every file of tests, by the suites in it.
  private static let suites: [String: [String]] = Files.all(under: Files.packageRoot + "/Tests")
    .filter { $0.hasSuffix(".swift") }.reduce(into: [:]) { suites, name in
      guard let text = try? String(contentsOfFile: "\(Files.packageRoot)/Tests/\(name)", encoding: .utf8) else {
        return
      }
      for suite in text.matches(of: /\nstruct (\w+)/) { suites[String(suite.1), default: []].append(text) }
    }

  @Test("it has its rows") func isRead() { #expect(Self.rows.count >= 45) }

  @Test("every limit names a test that reaches it", arguments: rows)
  func isTested(row: Row) {
    // This one is no limit of its own.
    if row.limit == "JSON report's size" { return }
    #expect(!row.tests.isEmpty)
    for test in row.tests {
      let parts = test.split(separator: ".")
      let found = Self.suites[String(parts[0])]?.contains { text in
        guard let function = text.range(of: "func \(parts[parts.count - 1])(") else { return false }
        // The attribute stands right before the function.
        return text[..<function.lowerBound].split(separator: "\n").suffix(12).contains { $0.contains("@Test") }
      }
      #expect(found == true, "there is no test \(test)")
    }
  }

  @Test(
    "the values of state and of reports are those of the code",
    arguments: [
      ("flows at once", LiveLimits().tracking.flows),
      ("bytes of a hello that spans segments", LiveLimits().tracking.handshakeBytes),
      ("such hellos at once", LiveLimits().tracking.reassemblies),
      ("pairs of hosts with a known path MTU", LiveLimits().tracking.paths),
      ("pairs of hosts that send fragments", LiveLimits().tracking.fragmentedPaths),
      ("ICMP errors whose quoted ports are cut off", LiveLimits().tracking.cutQuotes),
      ("ICMP errors about a flow that are emitted one by one", LiveLimits().tracking.errorsPerFlow),
      ("pairs of hosts", CorrelationLimits().hostPairs),
      ("connections, and DTLS attempts, of a pair", CorrelationLimits().connectionsPerPair),
      ("connections and attempts together", CorrelationLimits().connections),
      ("facts about paths", CorrelationLimits().pathFacts),
      ("tunnels in a report", CorrelationLimits().tunnels),
      ("findings in a report", CorrelationLimits().findings),
      ("timeline entries", CorrelationLimits().timelineEntries),
      ("live: connections and attempts; facts of a kind", LiveLimits().entries),
      ("live: connections and attempts; facts of a kind", LiveLimits().facts),
    ])
  func values(limit: String, value: Int) throws {
    let row = try #require(Self.rows.first { $0.limit == limit })
    let numbers = row.value.replacing(",", with: "").split { !$0.isNumber }.compactMap { Int($0) }
    #expect(numbers.contains(value), "\(value) is not in \"\(row.value)\"")
  }
}
