import Foundation
import Glibc
import Testing

@Suite("What the user probably meant")
struct DeadEndTests {
  private static let blocked = Program.sample("blocked-client.pcap")

  @Test(
    "a file without a command, and another spelling, are analyze", arguments: [[], ["analyse"]])
  func analyzed(command: [String]) throws {
    let meant = try Program.run(command + [Self.blocked, "--summary"])
    #expect(meant.status == 1)
    #expect(meant.errors.isEmpty)
    #expect(try meant.output == Program.run("analyze", Self.blocked, "--summary").output)
  }

  @Test("a file that is not there is said so without a command too")
  func missing() throws {
    let result = try Program.run("no-such.pcap")
    #expect(result.status == 66)
    #expect(result.errors == "tunnelscope: error: no-such.pcap: no such file\n")
  }

  @Test(
    "a mistyped command or rule is asked about",
    arguments: [
      (["analize", "x"], "there is no command and no file analize; did you mean analyze?"),
      (["analyez"], "there is no command and no file analyez; did you mean analyze?"),
      (["explain", "pmtu"], "no rule is called pmtu; did you mean pmtu-black-hole?"),
      (["explain", "reconect-cycle"], "no rule is called reconect-cycle; did you mean reconnect-cycle?"),
      (["explain", "unanswered"], "no rule is called unanswered; did you mean handshake-unanswered?"),
    ])
  func mistyped(arguments: [String], words: String) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors == "tunnelscope: error: \(words)\n")
  }

  @Test("an interface behind tcpdump's -i is the interface")
  func interfaceOption() throws {
    let meant = try Program.run("live", "-i", "no-such-interface")
    let usual = try Program.run("live", "no-such-interface")
    #expect(meant.errors == usual.errors)
    #expect(meant.errors.contains("no-such-interface"))
  }

  @Test("a case is analysed by its evidence, and that is said; open prints what it holds")
  func bundle() throws {
    try TemporaryFolder.with { folder in
      #expect(try Program.run("case", Self.blocked, "-o", folder("case.zip")).status == 1)
      let opened = try Program.run("open", folder("case.zip"))
      #expect(opened.status == 1)
      #expect(opened.output.hasPrefix("DTLS on UDP 443"))
      #expect(opened.errors.isEmpty)
      let analyzed = try Program.run("analyze", folder("case.zip"), "--summary")
      #expect(analyzed.status == 1)
      #expect(analyzed.output.hasPrefix("DTLS on UDP 443"))
      #expect(
        analyzed.errors
          == "tunnelscope: \(folder("case.zip")): a case; its evidence is analysed, not the whole captures: "
          + "tunnelscope open prints the stored report\n")
    }
  }

  @Test(
    "a selection that leaves nothing ends with 2 and says so",
    arguments: [["--client", "192.0.2.99"], ["--since", "2030-01-01T00:00:00Z"], ["--filter", "host 192.0.2.99"]])
  func nothingSelected(options: [String]) throws {
    let result = try Program.run(["analyze", Self.blocked] + options)
    #expect(result.status == 2)
    #expect(result.output.contains("not selected, so there is nothing to judge"))
    #expect(result.errors == "tunnelscope: the selection left nothing to judge\n")
  }

  @Test("a log that stands where captures stand is read as a log")
  func log() throws {
    let log = "\(Program.packageRoot)/Tests/LogsTests/Fixtures/ocserv-blocked.log"
    let result = try Program.run("analyze", log, "--summary")
    #expect(result.errors.isEmpty)
    #expect(try result.output == Program.run("analyze", "--log", log, "--summary").output)
  }

  @Test("a capture that is given as a log, or as a case, is named as one with what to do")
  func misplaced() throws {
    let asLog = try Program.run("analyze", "--log", Self.blocked)
    #expect(asLog.status == 65)
    #expect(asLog.errors.hasSuffix(": this is a packet capture, not a log: name it without --log\n"))
    let asCase = try Program.run("open", Self.blocked)
    #expect(asCase.status == 65)
    #expect(asCase.errors.hasSuffix("; captures and logs are for tunnelscope analyze\n"))
  }

  @Test("metrics in a folder of root's end with 77 before anything is captured", .enabled(if: geteuid() == 0))
  func metrics() throws {
    try TemporaryFolder.with { folder in
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder("."))
      let result = try Program.run("live", "lo", "--metrics", folder("tunnelscope.prom"))
      #expect(result.status == 77)
      #expect(result.errors.contains("who may not write there; name a folder that belongs to "))
    }
  }

  @Test("observations that are a capture are named as one")
  func capture() throws {
    let result = try Program.run("correlate", Self.blocked)
    #expect(result.status == 65)
    #expect(result.errors.contains("a capture; give it to tunnelscope analyze"))
  }
}

@Suite("How a result is shown")
struct DisplayTests {
  private static let blocked = Program.sample("blocked-client.pcap")

  @Test("colours are there always, never, or by the terminal")
  func colors() throws {
    #expect(try Program.run("analyze", Self.blocked, "--color=always").output.contains("\u{1B}[1;31m"))
    #expect(try !Program.run("analyze", Self.blocked).output.contains("\u{1B}"))
    guard Program.canMakeTerminals else { return }
    #expect(try !Program.runOnTerminal("analyze", "-q", Self.blocked, "--color=never").output.contains("\u{1B}[1;31m"))
  }

  @Test("times are shown in the zone that is asked for, and JSON stays in UTC")
  func zone() throws {
    let text = try Program.run("analyze", Self.blocked, "--time-zone", "+05:30").output
    #expect(text.contains("Timeline of 2026-11-24 UTC+05:30 "))
    #expect(text.contains("F2   01:46:47.675  "))
    let json = try Program.run("analyze", Self.blocked, "--format", "json", "--time-zone", "+05:30").output
    #expect(json.contains("2026-11-23T20:16:47.675") && !json.contains("2026-11-24T01:46"))
  }

  @Test("a terminal's width is used up to 120 columns", .enabled(if: Program.canMakeTerminals))
  func width() throws {
    for (columns, widest) in [(60, 80), (100, 100), (200, 120)] {
      let output = try Program.runOnTerminal(
        "analyze", "-q", "--color=never", Self.blocked, environment: ["PAGER": ""], size: (500, columns)
      ).output
      let rule = output.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Timeline ") } ?? ""
      #expect(rule.count == widest)
    }
  }

  @Test("a pager shows it on a terminal, and none where it is not wanted", .enabled(if: Program.canMakeTerminals))
  func pager() throws {
    let pager = ["PAGER": "sed s/^/paged:/"]
    let paged = try Program.runOnTerminal(
      "analyze", "-q", "--color=never", Self.blocked, environment: pager, size: (24, 80))
    #expect(paged.output.contains("paged:DTLS on UDP 443"))
    #expect(!paged.output.contains("In short"), "a pager begins with the first lines")
    #expect(paged.status == 1)
    let whole = try Program.runOnTerminal(
      "analyze", "-q", "--color=never", "--no-pager", Self.blocked, environment: pager, size: (24, 80))
    #expect(!whole.output.contains("paged:"))
    #expect(whole.output.contains("In short"))
    #expect(try !Program.run(["analyze", Self.blocked], environment: pager).output.contains("paged:"))
    let absent = try Program.runOnTerminal(
      "analyze", "-q", "--color=never", Self.blocked, environment: ["PAGER": "/no/such/pager"], size: (24, 80))
    #expect(absent.output.contains("DTLS on UDP 443"), "a pager that is not there swallows nothing")
  }
}
