import Foundation
import Testing

/// What `tunnelscope analyze` promises to scripts and to people at a terminal.
@Suite("tunnelscope analyze")
struct AnalyzeTests {
  private let blocked = Program.sample("blocked-client.pcap")
  private let healthy = Program.sample("restarted-client.pcap")

  // MARK: Exit status

  @Test("it exits with 0 when nothing is wrong and with 1 when something is", arguments: ["text", "json", "markdown"])
  func findings(format: String) throws {
    let fine = try Program.run("analyze", healthy, "--format", format)
    #expect(fine.status == 0)
    #expect(fine.errors.isEmpty)
    #expect(!fine.output.isEmpty)
    let wrong = try Program.run("analyze", blocked, "--format", format)
    #expect(wrong.status == 1)
    #expect(wrong.errors.isEmpty)
    #expect(wrong.output.contains("handshake-unanswered"))
  }

  @Test(
    "what it cannot understand is a usage error",
    arguments: [
      [], ["analyze"], ["analyze", "--format", "xml", "x"], ["analyze", "--no-such-option", "x"],
      ["analyze", "--merge", "--separate", "x"], ["analyze", "-", "-"], ["no-such-command"],
    ])
  func usage(arguments: [String]) throws {
    let result = try Program.run(arguments)
    if arguments.isEmpty {
      // Without anything it tells what there is.
      #expect(result.status == 0)
      #expect(result.output.contains("analyze"))
      return
    }
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("Usage:"))
  }

  @Test("a file that is not there gives 66 and one line that names it")
  func missing() throws {
    let result = try Program.run("analyze", "/no/such/file.pcap")
    #expect(result.status == 66)
    #expect(result.output.isEmpty)
    #expect(result.errors == "tunnelscope: error: /no/such/file.pcap: no such file\n")
  }

  @Test("a folder is read as one case: its captures and logs; an empty one gives 66")
  func folder() throws {
    try TemporaryFolder.with { folder in
      let inside = URL(fileURLWithPath: folder("x")).deletingLastPathComponent().path
      #expect(try Program.run("analyze", inside).status == 66)
      for name in ["chain-client.pcap", "chain-gateway.pcap"] {
        _ = try folder.create(name, try Data(contentsOf: URL(fileURLWithPath: Program.sample(name))))
      }
      _ = try folder.create("notes.txt", Data("what we tried\n".utf8))
      let whole = try Program.run("analyze", "--format", "json", inside)
      #expect(whole.status == 1 && whole.errors.isEmpty)
      #expect(whole.output.contains("\"name\": \"chain-gateway.pcap\""))
      #expect(whole.output.contains("\"name\": \"notes.txt\""))
    }
  }

  @Test("a file that is no capture gives 65 and one line that says what it is instead")
  func notACapture() throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("notes.pcap", Data("hello, world".utf8))
      let result = try Program.run("analyze", folder("notes.pcap"))
      #expect(result.status == 65)
      #expect(result.output.isEmpty)
      #expect(result.errors.hasPrefix("tunnelscope: error: \(folder("notes.pcap")): not a capture file"))
      #expect(result.errors.split(separator: "\n").count == 1)

      _ = try folder.create("empty.pcap")
      let empty = try Program.run("analyze", folder("empty.pcap"))
      #expect(empty.status == 65)
      #expect(empty.errors == "tunnelscope: error: \(folder("empty.pcap")): the file is empty\n")
    }
  }

  @Test("a cut file gives 65 with offset and reason, and a report on what came before")
  func truncated() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: blocked))
    try TemporaryFolder.with { folder in
      _ = try folder.create("cut.pcap", whole.dropLast(37))
      let result = try Program.run("analyze", folder("cut.pcap"))
      #expect(result.status == 65)
      #expect(result.errors.hasPrefix("tunnelscope: error: \(folder("cut.pcap")): offset "))
      #expect(result.errors.contains("the file ends inside frame 808"))
      #expect(result.errors.split(separator: "\n").count == 1)
      #expect(result.output.contains("handshake-unanswered"))
      #expect(result.output.contains("not read to its end"))
    }
  }

  @Test("a file that cannot be read does not keep others from being analysed", arguments: [true, false])
  func others(badFirst: Bool) throws {
    let bad = "/no/such/file.pcap"
    let result = try Program.run(["analyze"] + (badFirst ? [bad, blocked] : [blocked, bad]))
    #expect(result.status == 66)
    #expect(result.errors == "tunnelscope: error: /no/such/file.pcap: no such file\n")
    #expect(result.output.contains("handshake-unanswered"))
  }

  @Test("nothing in a file's name acts on the terminal")
  func hostileName() throws {
    let result = try Program.run("analyze", "/no/\u{1B}[31mred\nline")
    #expect(result.status == 66)
    #expect(!result.errors.contains("\u{1B}"))
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  // MARK: Input

  @Test("- is standard input, from a file or a pipe")
  func standardInput() throws {
    let direct = try Program.run("analyze", blocked, "--format", "json")
    let expected = direct.output.replacing("blocked-client.pcap", with: "standard input")
    let input = try FileHandle(forReadingFrom: URL(fileURLWithPath: blocked))
    let redirected = try Program.run("analyze", "-", "--format", "json", input: input)
    #expect(redirected.status == 1)
    #expect(redirected.output == expected)

    let pipe = Pipe()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: blocked))
    let writer = Thread {
      try? pipe.fileHandleForWriting.write(contentsOf: bytes)
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    let piped = try Program.run("analyze", "-", "--format", "json", input: pipe.fileHandleForReading)
    #expect(piped.status == 1)
    #expect(piped.output == expected)
  }

  @Test("empty standard input is told by that name")
  func emptyInput() throws {
    let result = try Program.run("analyze", "-")
    #expect(result.status == 65)
    #expect(result.errors == "tunnelscope: error: standard input: the file is empty\n")
  }

  // MARK: Output

  @Test("a reader that goes away is no error")
  func brokenPipe() throws {
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    for format in ["text", "json"] {
      let result = try Program.run("analyze", blocked, "--format", format, output: pipe.fileHandleForWriting)
      #expect(!result.wasKilled)
      #expect(result.status == 1)
      #expect(result.errors.isEmpty)
    }
    let fine = try Program.run("analyze", healthy, output: pipe.fileHandleForWriting)
    #expect(fine.status == 0)
  }

  // /dev/full is on Linux only; elsewhere the test shows as skipped.
  @Test(
    "a full disk is an error",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
  func fullDisk() throws {
    let full = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
    let result = try Program.run("analyze", blocked, output: full)
    #expect(result.status == 74)
    #expect(result.errors.hasPrefix("tunnelscope: error: standard output: "))
    let named = try Program.run("analyze", blocked, "-o", "/dev/full")
    #expect(named.status == 74)
    #expect(named.errors.hasPrefix("tunnelscope: error: /dev/full: "))
  }

  @Test("a device is written to and never replaced", arguments: [false, true])
  func device(force: Bool) throws {
    let result = try Program.run(["analyze", blocked, "-o", "/dev/null"] + (force ? ["--force"] : []))
    #expect(result.status == 1)
    #expect(result.errors.isEmpty)
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
    #expect(type == .typeCharacterSpecial)
  }

  @Test("a report goes whole into a file that only its owner can read")
  func outputFile() throws {
    try TemporaryFolder.with { folder in
      let printed = try Program.run("analyze", blocked)
      let result = try Program.run("analyze", blocked, "-o", folder("report.txt"))
      #expect(result.status == 1)
      #expect(result.output.isEmpty)
      #expect(result.errors.isEmpty)
      #expect(try folder.text("report.txt") == printed.output)
      let mode = try FileManager.default.attributesOfItem(atPath: folder("report.txt"))[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(folder.names == ["report.txt"])
    }
  }

  @Test("a file that exists is overwritten with --force only")
  func overwriting() throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("report.txt", Data("mine".utf8))
      let refused = try Program.run("analyze", blocked, "-o", folder("report.txt"))
      #expect(refused.status == 64)
      #expect(refused.errors == "tunnelscope: error: \(folder("report.txt")): exists already; --force overwrites it\n")
      #expect(try folder.text("report.txt") == "mine")
      let forced = try Program.run("analyze", blocked, "-o", folder("report.txt"), "--force")
      #expect(forced.status == 1)
      #expect(try folder.text("report.txt").contains("handshake-unanswered"))
      #expect(folder.names == ["report.txt"])
    }
  }

  @Test("a folder that is not there, and a folder in place of a file, are I/O errors")
  func badOutput() throws {
    try TemporaryFolder.with { folder in
      let missing = try Program.run("analyze", blocked, "-o", folder("no/report.txt"))
      #expect(missing.status == 74)
      #expect(missing.errors.hasPrefix("tunnelscope: error: \(folder("no/report.txt")): "))
      let directory = try Program.run("analyze", blocked, "-o", folder.path, "--force")
      #expect(directory.status == 74)
      #expect(folder.names.isEmpty)
    }
  }

  @Test("a report names no folder of the machine it was made on")
  func noPaths() throws {
    let folder = URL(fileURLWithPath: blocked).deletingLastPathComponent().path
    for format in ["text", "json", "markdown"] {
      #expect(try !Program.run("analyze", blocked, healthy, "--format", format).output.contains(folder))
    }
  }

  @Test("that a capture begins is no proof of what limits it", arguments: ["text", "markdown", "html"])
  func noProof(format: String) throws {
    let output = try Program.run("analyze", Program.sample("long-poll-client.pcap"), "--format", format).output
    #expect(output.contains("The capture limits what can be said"))
    #expect(!output.contains("pcap begins") && !output.contains("frame.number =="))
  }

  @Test("every run gives the same bytes")
  func deterministic() throws {
    let files = ["client", "gateway", "inside"].map { Program.sample("chain-\($0).pcap") }
    let outputs = try (0..<5).map { _ in try Program.run(["analyze", "--format", "json"] + files).output }
    #expect(!outputs[0].isEmpty)
    #expect(Set(outputs).count == 1)
  }

  @Test("the example of the README is how the report begins")
  func example() throws {
    let readme = try String(contentsOfFile: "\(Program.packageRoot)/README.md", encoding: .utf8)
    let example = try #require(
      readme.components(separatedBy: "$ tunnelscope analyze Captures/blocked-client.pcap\n").last)
    let shown = try #require(example.components(separatedBy: "…\n```").first)
    #expect(shown.count > 500)
    #expect(try Program.run("analyze", blocked).output.hasPrefix(shown))
  }
}
