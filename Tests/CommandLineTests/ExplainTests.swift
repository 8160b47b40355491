import Testing

@Suite("tunnelscope explain, --version and --help")
struct ExplainTests {
  static let rules = [
    "mtu-reconnect", "handshake-refused", "handshake-unanswered", "handshake-rejected", "peer-dead", "tunnel-lost",
    "large-packets-lost", "handshake-stalled", "fragments-dropped", "handshake-failed", "setup-failed",
    "channel-not-offered", "data-blocked", "tunnel-one-way", "tunnel-refused", "rekey-failed", "port-mismatch",
    "pmtu-black-hole", "oversized-df", "mss-exceeds-mtu", "tunnel-fragmentation", "reconnect-cycle",
    "session-reconnects", "packet-loss", "address-change", "config-risk", "capture-quality",
  ]

  @Test("it lists every rule with what it is about")
  func list() throws {
    let result = try Program.run("explain")
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
    #expect(lines.compactMap { $0.split(separator: " ").first.map(String.init) } == Self.rules)
    #expect(lines.allSatisfy { $0.split(separator: " ").count > 3 })
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("it tells what a rule means, how it is recognised, what else it could be and what to do", arguments: rules)
  func page(rule: String) throws {
    let result = try Program.run("explain", rule)
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("\(rule)\n"))
    for heading in ["What it means", "How it is recognised", "Not to be confused with", "What to do"] {
      #expect(result.output.contains("\n\(heading)\n  "))
    }
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("a rule that does not exist is a usage error")
  func unknown() throws {
    let result = try Program.run("explain", "no-such-rule")
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors == "tunnelscope: error: no rule is called no-such-rule; tunnelscope explain lists them\n")
  }

  @Test("--version gives name and version on one line")
  func version() throws {
    let result = try Program.run("--version")
    #expect(result.status == 0)
    #expect(result.output.wholeMatch(of: /tunnelscope \d+\.\d+\.\d+\n/) != nil)
  }

  @Test("--help tells how to use each command", arguments: [[], ["analyze"], ["compare"], ["explain"]])
  func help(command: [String]) throws {
    let result = try Program.run(command + ["--help"])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.contains((["USAGE: tunnelscope"] + command).joined(separator: " ")))
    if command.isEmpty {
      for name in ["analyze", "compare", "explain"] { #expect(result.output.contains("\n  \(name) ")) }
      #expect(result.output.contains("Exit status: 0"))
    }
  }
}
