import Foundation
import Testing

/// `live --top` on a terminal of util-linux's script, in a network namespace.
@Suite("live --top on a terminal", .enabled(if: Namespace.isAvailable && Namespace.script != nil))
struct TopTerminalTests {
  private struct Shown {
    let screen: String
    let settingsBefore: String
    let settingsAfter: String
    var isRestored: Bool { !settingsBefore.isEmpty && settingsBefore == settingsAfter }
  }

  private static let enter = "\u{1B}[?1049h"
  private static let leave = "\u{1B}[?1049l"

  /// - Parameters:
  ///   - command: Of the shell; PROGRAM stands for the program.
  ///   - keys: What is typed ahead.
  private static func run(_ command: String, keys: String = "", in namespace: Namespace) throws -> Shown {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = try #require(Namespace.program)
    func path(_ name: String) -> String { folder.appending(path: name).path }
    let lines = [
      "stty rows 24 cols 100", "stty -g > '\(path("before"))'",
      command.replacing("PROGRAM", with: "'\(program)'"),
      // What a killed program leaves is put in order by another one, right afterwards.
      "for i in 1 2 3 4 5 6 7 8 9; do stty -g > '\(path("after"))'; cmp -s '\(path("before"))' '\(path("after"))' && break; sleep 0.2; done",
    ]
    try lines.joined(separator: "\n").write(toFile: path("commands"), atomically: true, encoding: .utf8)
    let output = folder.appending(path: "screen")
    let process = try namespace.start(
      ["sh", "-c", "printf '\(keys)' | TERM=xterm script -qec 'sh \(path("commands"))' /dev/null"], output: output)
    process.waitUntilExit()
    func text(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }
    return Shown(screen: text("screen"), settingsBefore: text("before"), settingsAfter: text("after"))
  }

  @Test("shows the screen, ends by q with the report of the run, and leaves the terminal as it was")
  func quits() throws {
    let shown = try Self.run("PROGRAM live right --top --color=never", keys: "q", in: Namespace())
    #expect(shown.isRestored)
    let parts = shown.screen.components(separatedBy: Self.leave)
    try #require(parts.count == 2, "\(shown.screen)")
    #expect(parts[0].contains(Self.enter))
    for words in ["right · no packet yet", "no tunnel yet", "WHAT IS WRONG", "q end"] {
      #expect(parts[0].contains(words), "\(words)")
    }
    #expect(
      !parts[0].contains(
        "capturing on right (Ethernet, snap length 262,144); filter: (ip and (tcp or udp or icmp or ip proto 50"))
    #expect(parts[1].contains("tunnelscope: capturing on right"), "what standard error was to get comes afterwards")
    #expect(parts[1].contains("What tunnelscope "))
    #expect(!shown.screen.contains("\u{1B}[1m"), "no colours")
  }

  @Test("leaves the terminal as it was at SIGTERM, and when it is killed", arguments: ["TERM", "KILL"])
  func killed(signal: String) throws {
    let shown = try Self.run("timeout --foreground -s \(signal) 2 PROGRAM live right --top", in: Namespace())
    #expect(shown.isRestored)
    #expect(shown.screen.contains(Self.enter))
    #expect(shown.screen.contains(Self.leave))
    #expect(shown.screen.contains("\u{1B}[?25h"))
  }

  @Test("an interface that is not there leaves the terminal alone")
  func noInterface() throws {
    let shown = try Self.run("PROGRAM live nosuch0 --top", in: Namespace())
    #expect(shown.isRestored)
    #expect(!shown.screen.contains("\u{1B}"))
    #expect(shown.screen.contains("nosuch0"))
  }
}
