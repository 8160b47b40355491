import Foundation
import Testing

/// The command of `--on-finding`, run for a finding of a capture that is sent over an interface.
@Suite("A command for findings", .enabled(if: Namespace.isAvailable))
struct OnFindingTests {
  @Test("it gets the finding as a line of JSON, without root's rights, and its failure is told")
  func finding() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
    defer { try? FileManager.default.removeItem(at: folder) }
    let live = try LiveProgram(
      "--on-finding", "cat >> \(folder.path)/lines; id -u >> \(folder.path)/who; exit 7", "--metrics",
      "\(folder.path)/metrics")
    defer { live.remove() }
    #expect(live.awaitStart())
    try live.replay("blocked-client.pcap", seconds: 24).waitUntilExit()
    #expect(live.await { live.events.contains { $0["event"] as? String == "command" } })
    #expect(live.stop() == 1, "\(live.errors)")

    let groups = LiveProgram.events(in: folder.appending(path: "lines"))
    let group = try #require(groups.first)
    #expect(group["event"] as? String == "group" && group["state"] as? String == "new" && group["count"] as? Int == 1)
    #expect((group["finding"] as? [String: Any])?["rule"] as? String == "handshake-unanswered")
    #expect((group["text"] as? String)?.hasPrefix("L1 new") == true)
    let who = try String(contentsOf: folder.appending(path: "who"), encoding: .utf8)
    #expect(Set(who.split(separator: "\n")) == ["65534"])

    let told = try #require(live.events.first { $0["event"] as? String == "command" })
    #expect(told["problem"] as? String == "ended with status 7" && told["failed_runs"] as? Int == 1)
    let metrics = try String(contentsOf: folder.appending(path: "metrics"), encoding: .utf8)
    #expect(metrics.contains("tunnelscope_failed_commands_total{interface=\"right\"} \(groups.count)\n"))
    #expect(metrics.contains("tunnelscope_lost_commands_total{interface=\"right\"} 0\n"))
    // The events of the stream are each finding's, as without a command.
    #expect(!live.events.contains { $0["event"] as? String == "group" })
  }
}
