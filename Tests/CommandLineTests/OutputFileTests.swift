import Foundation
import Testing

/// Where results go, and what they never replace.
@Suite("Output files")
struct OutputFileTests {
  private static let blocked = Program.sample("blocked-client.pcap")

  /// A folder with a capture, links to it, a log and a stream of observations.
  private func withInputs(_ body: (TemporaryFolder) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      try FileManager.default.copyItem(atPath: Self.blocked, toPath: folder("capture.pcap"))
      try FileManager.default.linkItem(atPath: folder("capture.pcap"), toPath: folder("hard"))
      try FileManager.default.createSymbolicLink(atPath: folder("soft"), withDestinationPath: "capture.pcap")
      _ = try folder.create("a.log", Data("%ASA-6-722023: nothing\n".utf8))
      _ = try Program.run("observe", Self.blocked, "-o", folder("stream"))
      try body(folder)
    }
  }

  @Test(
    "an output that is an input is refused, with --force or not, by any name that leads to it",
    arguments: [
      ["analyze", "capture.pcap", "-o", "capture.pcap"], ["analyze", "capture.pcap", "-o", "hard"],
      ["analyze", "capture.pcap", "-o", "soft"], ["analyze", "soft", "-o", "hard"],
      ["analyze", "capture.pcap", "--log", "a.log", "-o", "a.log"], ["case", "capture.pcap", "-o", "hard"],
      ["case", "capture.pcap", "--log", "a.log", "-o", "a.log"], ["observe", "capture.pcap", "-o", "soft"],
      ["compare", "capture.pcap", "hard", "-o", "soft"], ["correlate", "stream", "-o", "stream"],
    ], [[], ["--force"]])
  func overInput(arguments: [String], force: [String]) throws {
    try withInputs { folder in
      let before = try folder.names.map { try folder.text($0) }
      let result = try Program.shell(
        "cd '\(folder.path)' && \"$PROGRAM\" \((arguments + force).joined(separator: " "))")
      #expect(result.status == 64)
      #expect(result.errors.contains("is one of the inputs"), "\(result.errors)")
      #expect(try folder.names.map { try folder.text($0) } == before, "nothing was touched, and nothing is left")
    }
  }

  @Test("standard input that is the output is refused, too")
  func overStandardInput() throws {
    try withInputs { folder in
      let result = try Program.shell(
        "cd '\(folder.path)' && \"$PROGRAM\" analyze - -o hard --force < capture.pcap")
      #expect(result.status == 64)
    }
  }

  // With a signal that nothing can catch: others are blocked in what a test starts.
  @Test("a run that is killed leaves no unfinished file behind")
  func killed() throws {
    try TemporaryFolder.with { folder in
      let made = unsafe mkfifo(folder("pipe"), 0o600)
      try #require(made == 0)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: try #require(Program.path))
      process.arguments = ["analyze", folder("pipe"), "-o", folder("report")]
      process.standardError = FileHandle.nullDevice
      let ends = Pipe()
      process.standardOutput = ends
      try process.run()
      let pipe = try FileHandle(forWritingTo: URL(fileURLWithPath: folder("pipe")))
      #expect(folder.names.contains { $0.hasPrefix("report.part-") }, "it has begun")
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      try pipe.close()
      // The process that cleans up holds the folder until it has: it is gone when nobody can find it any more.
      let watch = Process()
      watch.executableURL = URL(fileURLWithPath: "/bin/sh")
      watch.arguments = ["-c", "while ls '\(folder.path)' | grep -q part; do :; done"]
      try watch.run()
      watch.waitUntilExit()
      #expect(folder.names == ["pipe"])
    }
  }

  @Test("a file that came to be while the program worked is not replaced without --force")
  func appears() throws {
    try TemporaryFolder.with { folder in
      let result = try Program.shell(
        """
        cd '\(folder.path)'; mkfifo pipe; "$PROGRAM" analyze pipe -o report & exec 3>pipe
        echo mine > report; cat '\(Self.blocked)' >&3; exec 3>&-; wait $!
        """)
      #expect(result.status == 64)
      #expect(result.errors.contains("exists already"))
      #expect(try folder.text("report") == "mine\n")
      #expect(folder.names == ["pipe", "report"])
    }
  }
}
