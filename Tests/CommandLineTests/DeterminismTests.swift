import Foundation
import Testing

/// The same captures give the same bytes, wherever and however often the program runs.
@Suite("The same bytes every time")
struct DeterminismTests {
  /// What a machine may differ in. Swift's own hashing differs from run to run in any case.
  static let environments: [[String: String]] = {
    let languages = ["C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", "ar_EG.UTF-8"]
    let zones = ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati"]
    return (0..<20).map { run in
      let language = languages[run % languages.count]
      return [
        "LC_ALL": run % 3 == 0 ? language : "", "LANG": language, "TZ": zones[run % zones.count],
        "COLUMNS": "\(40 + run)", "HOME": "/nonexistent/\(run)",
      ]
    }
  }()

  private static let chain = ["client", "gateway", "inside"].map { Program.sample("chain-\($0).pcap") }

  @Test(
    "20 runs under other languages, time zones and terminals give the same bytes",
    arguments: [
      ["analyze", "--format", "json"], ["analyze", "--format", "html"], ["analyze", "--format", "markdown"],
      ["analyze"],
      ["analyze", "--merge"], ["observe"],
    ])
  func environment(command: [String]) throws {
    var outputs: Set<String> = []
    for (run, environment) in Self.environments.enumerated() {
      // With one thread and with two, in turn; observe has one.
      let threads = command[0] == "observe" ? [] : ["--threads", "\(1 + run % 2)"]
      let result = try Program.run(command + threads + Self.chain, environment: environment)
      #expect(result.errors.isEmpty)
      outputs.insert(result.output)
    }
    #expect(outputs.count == 1)
    #expect(outputs.first?.isEmpty == false)
  }

  @Test("a case has the same bytes too")
  func archive() throws {
    try TemporaryFolder.with { folder in
      for (run, environment) in Self.environments.prefix(4).enumerated() {
        let result = try Program.run(
          ["case", "-o", folder("\(run).zip"), Self.chain[0]], environment: environment)
        #expect(result.status == 1)
      }
      let archives = try folder.names.map { try Data(contentsOf: URL(fileURLWithPath: folder($0))) }
      #expect(archives.count == 4)
      #expect(Set(archives).count == 1)
    }
  }

  @Test("a report from observations has the same bytes too, 20 times, from files and from a pipe")
  func observations() throws {
    try TemporaryFolder.with { folder in
      let written = try Program.run(["observe", "-o", folder("chain.ndjson")] + Self.chain)
      #expect(written.status == 0 || written.status == 1)
      var outputs: Set<String> = []
      for (run, environment) in Self.environments.enumerated() {
        let fromPipe = run % 2 == 1
        let input = fromPipe ? try FileHandle(forReadingFrom: URL(fileURLWithPath: folder("chain.ndjson"))) : nil
        let result = try Program.run(
          ["correlate", "--format", "json", fromPipe ? "-" : folder("chain.ndjson")], input: input,
          environment: environment)
        #expect(result.errors.isEmpty)
        outputs.insert(result.output)
      }
      #expect(outputs.count == 1)
      #expect(outputs.first?.isEmpty == false)
    }
  }

  @Test("one thread and two give the same bytes")
  func threads() throws {
    var outputs: Set<String> = []
    for run in 0..<20 {
      outputs.insert(
        try Program.run(["analyze", "--format", "json", "--threads", "\(1 + run % 2)"] + Self.chain).output)
    }
    #expect(outputs.count == 1)
    #expect(outputs.first?.isEmpty == false)
  }
}
