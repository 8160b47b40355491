import Foundation
import Testing

@Suite("What is packaged")
struct PackagingTests {
  @Test("the newest version that CHANGELOG.md tells of is the program's")
  func version() throws {
    let changes = try String(contentsOfFile: "\(Program.packageRoot)/CHANGELOG.md", encoding: .utf8)
    let newest = try #require(changes.firstMatch(of: /(?m)^## (\d+\.\d+\.\d+)$/))
    #expect(try Program.run("--version").output == "tunnelscope \(newest.1)\n")
  }

  @Test("completions know the rules and the interfaces", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let script = try Program.run("--generate-completion-script", shell).output
    for rule in ["pmtu-black-hole", "handshake-unanswered", "capture-quality"] { #expect(script.contains(rule)) }
    // The script asks the program itself, when it is used.
    #expect(script.contains("---completion live -- positional@0"))
    let interfaces = try Program.run(
      ["---completion", "live", "--", "positional@0", "2", "0", "tunnelscope", "live", ""],
      environment: ["SAP_SHELL": shell, "SAP_SHELL_VERSION": "5"])
    #expect(interfaces.output.split(separator: "\n").contains { $0.hasPrefix("lo") })
  }
}
