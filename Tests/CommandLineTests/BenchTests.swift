import Foundation
import Testing

/// `script/bench`, on a capture too small to measure anything with.
@Suite("script/bench")
struct BenchTests {
  private static let script = "\(Program.packageRoot)/script/bench"
  private static let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/gcc")

  private struct Results: Decodable {
    struct Row: Decodable {
      let name: String
      let median_seconds: Double
      let peak_resident_bytes: Int
    }

    let results: [Row]
  }

  // Needs gcc and python3; where gcc is absent the test shows as skipped.
  @Test(
    "the floor in C counts the packets and hellos that the program counts, and both are measured",
    .enabled(if: hasCompiler, "needs gcc"))
  func totals() throws {
    let program = try #require(Program.path)
    try TemporaryFolder.with { folder in
      let (status, words) = try PythonScript.run(
        [
          Self.script, "--program", program, "--megabytes", "4", "--runs", "2", "--slow-runs", "0", "--tshark-runs",
          "0",
          "--no-instructions", "--json", folder("results.json"),
        ], in: folder)
      #expect(status == 0, "\(words)")
      #expect(words.contains("the floor counts the same"))
      let results = try JSONDecoder().decode(Results.self, from: Data(folder.text("results.json").utf8)).results
      #expect(results.first?.name == "floor")
      #expect(results.contains { $0.name.hasPrefix("tunnelscope") })
      #expect(results.allSatisfy { $0.median_seconds > 0 })
    }
  }
}
