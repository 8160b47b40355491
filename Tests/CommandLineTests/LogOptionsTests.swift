import Foundation
import Testing

@Suite("--log")
struct LogOptionsTests {
  private static let log = """
    [2026-11-23 20:16:47] Connected to 203.0.113.20:443
    [2026-11-23 20:16:47] CSTP connected. DPD 20, Keepalive 300
    [2026-11-23 20:16:47] DTLS initialised. DPD 20, Keepalive 300
    [2026-11-23 20:16:59] DTLS handshake timed out

    """

  @Test("logs alone are input enough, and what they show sets the exit status")
  func alone() throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("client.log", Data(Self.log.utf8))
      let result = try Program.run("analyze", "--log", folder("client.log"))
      #expect(result.status == 1)
      #expect(result.errors.isEmpty)
      #expect(result.output.contains("handshake-unanswered"))
      #expect(result.output.contains("client.log"))
      #expect(try Program.run("analyze", "--log", folder("client.log"), "--format", "json").output.contains("\"l1\""))
    }
  }

  @Test("a log that is not there gives 66 and one line, and the rest is analysed")
  func absent() throws {
    let result = try Program.run("analyze", Program.sample("blocked-client.pcap"), "--log", "/no/such.log")
    #expect(result.status == 66)
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(result.errors.contains("/no/such.log"))
    #expect(result.output.contains("handshake-unanswered"))
  }

  @Test("a log that is a folder gives an error line and no report")
  func folder() throws {
    try TemporaryFolder.with { folder in
      let result = try Program.run("analyze", "--log", folder.path)
      #expect(result.status == 65)
      #expect(result.output.isEmpty)
      #expect(result.errors.split(separator: "\n").count == 1)
    }
  }

  @Test(
    "nothing to read, or standard input twice, is a usage error",
    arguments: [
      ["analyze"], ["analyze", "-", "--log", "-"], ["analyze", "--log", "-", "--log", "-"],
      ["analyze", "--log", "x", "--log-time-zone", "Mars"], ["case", "-o", "/tmp/x.zip", "--log", "-"],
    ])
  func usage(arguments: [String]) throws { #expect(try Program.run(arguments).status == 64) }

  @Test(
    "lines without a time zone are in the one that is given",
    arguments: [
      ("UTC", "20:16:47"), ("Z", "20:16:47"), ("+02:00", "18:16:47"), ("-0330", "23:46:47"), ("+1", "19:16:47"),
      ("+5:45", "14:31:47"),
    ])
  func zones(zone: String, start: String) throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("client.log", Data(Self.log.utf8))
      let result = try Program.run(
        "analyze", "--log", folder("client.log"), "--log-time-zone", zone, "--format", "json")
      #expect(result.output.contains("\"start\": \"2026-11-23T\(start).000000000Z\""))
    }
  }

  @Test(
    "what is no time zone is a usage error",
    arguments: ["", "+", "02:00", "+15:00", "+1:5", "+02:60", "CEST", "+２", "+-1", "+1:2:3"])
  func noZones(zone: String) throws {
    let result = try Program.run("analyze", "--log", "x", "--log-time-zone", zone)
    #expect(result.status == 64)
    #expect(result.errors.contains("not a time zone"))
  }
}
