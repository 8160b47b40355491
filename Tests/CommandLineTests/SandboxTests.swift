import Foundation
import Testing

/// What the process gives up before it reads a capture.
@Suite("Sandbox")
struct SandboxTests {
  private static let blocked = Program.sample("blocked-client.pcap")

  /// The kernel's own words about a process; empty where it has none.
  private static func status(of process: Int32) -> [String: String] {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return fields
  }

  // A kernel without seccomp has no such line; there the test shows as skipped.
  static let hasSeccomp = status(of: getpid())["Seccomp"] != nil

  /// Runs `analyze` on a pipe and looks at the process while it waits for the first byte.
  private func statusWhileReading(_ options: [String]) throws -> (waiting: [String: String], exit: Int32) {
    let path = try #require(Program.path)
    return try TemporaryFolder.with { folder in
      let made = unsafe mkfifo(folder("pipe"), 0o600)
      try #require(made == 0)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = ["analyze", folder("pipe")] + options
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      // To open the pipe waits until the program has opened it, and that is after everything was given up.
      let pipe = try FileHandle(forWritingTo: URL(fileURLWithPath: folder("pipe")))
      let waiting = Self.status(of: process.processIdentifier)
      try pipe.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: Self.blocked)))
      try pipe.close()
      process.waitUntilExit()
      return (waiting, process.terminationStatus)
    }
  }

  @Test(
    "rights are given up before the first byte of a capture is read",
    .enabled(if: hasSeccomp, "needs a kernel with seccomp"))
  func inForce() throws {
    let (waiting, exit) = try statusWhileReading([])
    #expect(waiting["NoNewPrivs"] == "1")
    #expect(waiting["Seccomp"] == "2", "2 is a filter")
    #expect(exit == 1, "the analysis is as without")
  }

  @Test("--no-sandbox keeps them", .enabled(if: hasSeccomp, "needs a kernel with seccomp"))
  func turnedOff() throws {
    let own = Self.status(of: getpid())
    let (waiting, exit) = try statusWhileReading(["--no-sandbox"])
    #expect(waiting["NoNewPrivs"] == own["NoNewPrivs"])
    #expect(waiting["Seccomp"] == own["Seccomp"])
    #expect(exit == 1)
  }

  @Test(
    "inside it nothing works that the maker of a capture would want, and the report is written: the command tries and tells"
  )
  func attempts() throws {
    let result = try Program.run("sandbox")
    let refused = result.output.split(separator: "\n").filter { $0.hasSuffix("refused") }
    // What a kernel lacks cannot refuse anything; the command says so.
    if !result.output.contains("not available") {
      #expect(result.status == 0)
      #expect(refused.count == 13, "\(result.output)")
    } else {
      #expect(result.status == 1)
    }
  }

  @Test(
    "commands do inside it what they do outside",
    arguments: [
      ["analyze", "FILE"], ["analyze", "--format", "html", "FILE"], ["analyze", "--filter", "udp", "FILE"],
      ["analyze", "--filter", "host localhost or udp", "FILE"], ["compare", "FILE", "OTHER"],
      ["analyze", "FILE", "OTHER"],
      ["observe", "FILE"], ["analyze", "FOLDER"], ["analyze", "/no/such/file"],
    ])
  func same(arguments: [String]) throws {
    // A folder in which nothing changes meanwhile.
    let files = ["FILE": Self.blocked, "OTHER": Program.sample("restarted-client.pcap"), "FOLDER": Program.samples]
    let given = arguments.map { files[$0] ?? $0 }
    let inside = try Program.run(given)
    let outside = try Program.run(given + ["--no-sandbox"])
    #expect(inside.output == outside.output)
    #expect(inside.errors == outside.errors)
    #expect(inside.status == outside.status)
  }

  @Test(
    "a report and a case are written inside it, into any folder that was named",
    arguments: [
      ["analyze", "-o"], ["case", "-o"], ["case", "--anonymize", "-o"],
    ])
  func output(command: [String]) throws {
    try TemporaryFolder.with { folder in
      let result = try Program.run(command + [folder("output"), Self.blocked])
      #expect(result.status == 1)
      #expect(command[0] == "case" ? result.errors.contains(": written, ") : result.errors.isEmpty)
      #expect(folder.names == ["output"])
      let relative = try Program.shell(
        "cd '\(folder.path)' && \"$PROGRAM\" \(command.joined(separator: " ")) here '\(Self.blocked)'")
      #expect(relative.status == 1)
      #expect(folder.names == ["here", "output"])
    }
  }

  @Test("compressed captures, and what a shell puts in place of a file, are read inside it")
  func otherInputs() throws {
    let expected = try Program.run("analyze", Self.blocked).output.split(separator: "\n").prefix(3)
    for command in [
      "gzip -c '\(Self.blocked)' | \"$PROGRAM\" analyze -",
      "gzip -c '\(Self.blocked)' | \"$PROGRAM\" analyze /dev/stdin",
    ] {
      let result = try Program.shell(command)
      #expect(result.status == 1)
      #expect(result.output.split(separator: "\n").prefix(3) == expected)
    }
  }
}
