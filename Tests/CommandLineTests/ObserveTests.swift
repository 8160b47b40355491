import Foundation
import Testing

/// What `tunnelscope observe` and `tunnelscope correlate` promise to scripts.
@Suite("tunnelscope observe and correlate")
struct ObserveTests {
  private let blocked = Program.sample("blocked-client.pcap")
  private let healthy = Program.sample("idle-quiet-client.pcap")

  @Test("observe ends with 0 whatever it sees, and correlate as analyze does", arguments: ["text", "json", "markdown"])
  func status(format: String) throws {
    try TemporaryFolder.with { folder in
      for (capture, status) in [(blocked, Int32(1)), (healthy, 0)] {
        let file = folder("\(status).ndjson")
        let observed = try Program.run("observe", capture, "-o", file)
        #expect(observed.status == 0)
        #expect(observed.output.isEmpty && observed.errors.isEmpty)
        let report = try Program.run("correlate", file, "--format", format)
        #expect(report.status == status)
        #expect(report.errors.isEmpty)
        #expect(report.output == (try Program.run("analyze", capture, "--format", format)).output)
      }
      #expect(folder.names.count == 2)
    }
  }

  @Test("logs stand beside observations as they stand beside captures")
  func logs() throws {
    try TemporaryFolder.with { folder in
      let log = "\(Program.packageRoot)/Tests/LogsTests/Fixtures/openconnect-blocked.log"
      #expect(try Program.run("observe", blocked, "-o", folder("stream")).status == 0)
      let report = try Program.run("correlate", folder("stream"), "--log", log, "--format", "json")
      #expect(report.output.contains("openconnect-blocked.log"))
      #expect(report.output == (try Program.run("analyze", blocked, "--log", log, "--format", "json")).output)
      #expect(try Program.run("correlate", folder("stream"), "--log", "/no/such.log").status == 66)
      // It may as well stand in the stream, or be all that does.
      #expect(try Program.run("observe", blocked, "--log", log, "-o", folder("both")).status == 0)
      #expect(try Program.run("correlate", folder("both"), "--format", "json").output == report.output)
      #expect(try Program.run("observe", "--log", log, "-o", folder("log")).status == 0)
      #expect(
        try Program.run("correlate", folder("log")).output == (try Program.run("analyze", "--log", log)).output)
      #expect(try Program.run("observe", "--log", "/no/such.log", "-o", folder("none")).status == 66)
    }
  }

  @Test("both read and write pipes")
  func pipes() throws {
    let observed = try Program.run(["observe", "-"], input: try FileHandle(forReadingFrom: URL(filePath: blocked)))
    #expect(observed.status == 0)
    try TemporaryFolder.with { folder in
      _ = try folder.create("stream", Data(observed.output.utf8))
      let input = try FileHandle(forReadingFrom: URL(filePath: folder("stream")))
      let report = try Program.run(["correlate", "-"], input: input)
      #expect(report.status == 1)
      #expect(report.output.contains("standard input"))
      #expect(report.output.contains("handshake-unanswered"))
    }
  }

  @Test("a capture that is cut or missing ends observe as it ends analyze, and the report tells of it")
  func unreadable() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: blocked))
    try TemporaryFolder.with { folder in
      _ = try folder.create("cut.pcap", whole.dropLast(37))
      let observed = try Program.run("observe", folder("cut.pcap"), "-o", folder("cut.ndjson"))
      #expect(observed.status == 65)
      #expect(observed.errors.contains("the file ends inside frame 808"))
      let report = try Program.run("correlate", folder("cut.ndjson"))
      #expect(report.status == 1)
      #expect(report.output == (try Program.run("analyze", folder("cut.pcap"))).output)
      #expect(try Program.run("observe", "/no/such/file.pcap").status == 66)
    }
  }

  @Test("what correlate does not understand is told with file and line, ends it with 65, and does not hide the rest")
  func notUnderstood() throws {
    try TemporaryFolder.with { folder in
      let stream = try Program.run("observe", blocked).output
      _ = try folder.create("bad.ndjson", Data(stream.replacing("\"order\":[11]", with: "\"order\":\u{1B}").utf8))
      let result = try Program.run("correlate", folder("bad.ndjson"))
      #expect(result.status == 65)
      #expect(result.errors.split(separator: "\n").count == 1)
      #expect(result.errors.hasPrefix("tunnelscope: error: \(folder("bad.ndjson")): line "))
      #expect(result.output.contains("handshake-unanswered"))
      let capture = try Program.run("correlate", blocked)
      #expect(capture.status == 65)
      #expect(capture.output.isEmpty)
      #expect(capture.errors.split(separator: "\n").count == 1)
    }
    #expect(try Program.run("correlate", "/no/such/file").status == 66)
    #expect(try Program.run("correlate", "/").status == 66)
  }

  @Test(
    "what they cannot do is a usage error",
    arguments: [
      ["observe"], ["observe", "-", "--log", "-"], ["observe", "--part", "0/2", "x"], ["observe", "--part", "3/2", "x"],
      ["observe", "--part", "x", "x"],
      ["observe", "--client", "10.0.0.1", "x"], ["correlate"], ["correlate", "-", "-"],
      ["correlate", "--since", "+1s", "x"],
    ])
  func usage(arguments: [String]) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }

  @Test("a file that exists is overwritten only with --force")
  func existing() throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("kept", Data("kept".utf8))
      #expect(try Program.run("observe", healthy, "-o", folder("kept")).status == 64)
      #expect(try folder.text("kept") == "kept")
      #expect(try Program.run("observe", healthy, "-o", folder("kept"), "--force").status == 0)
      #expect(try folder.text("kept").hasPrefix("{\"schema\":\"tunnelscope-observations/2\""))
    }
  }
}
