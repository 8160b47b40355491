import Analysis
import Correlation
import Foundation
import Testing

/// Two clients with one certificate, as an OpenVPN gateway's log shows them: each drops the other's session.
@Suite("Clients that log in as the same user")
struct RivalClientTests {
  /// A session every 20 s, each in place of the one before.
  ///
  /// - Parameter addresses: Where the sessions come from, in turn.
  private static func findings(_ addresses: [String], sessions: Int = 10) throws -> [Finding] {
    let lines = (0..<sessions).flatMap { number -> [String] in
      let seconds = 20 * number
      let time = "2026-11-30 06:\(10 + seconds / 60):" + (seconds % 60 < 10 ? "0" : "") + "\(seconds % 60) us=159034 "
      let client = "\(addresses[number % addresses.count]):\(40_000 + number)"
      return [
        time + "\(client) [alice] Peer Connection Initiated with [AF_INET]\(client)",
        time
          + "MULTI: new connection by client 'alice' will cause previous active sessions by this client to be dropped.",
        time + "alice/\(client) Data Channel: cipher 'AES-256-GCM', peer-id: 0",
      ]
    }
    let path = NSTemporaryDirectory() + "tunnelscope-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    var analysis = OfflineAnalysis(paths: [], logs: [path])
    return analysis.run().report.findings.filter { $0.rule == .reconnectCycle }
  }

  @Test("one that comes back between two sessions of another, again and again, is named, with what to change")
  func rivals() throws {
    let findings = try Self.findings(["198.51.100.10", "192.0.2.10"])
    #expect(findings.count == 2)
    for finding in findings {
      #expect(finding.explanation.contains("logs in as the same user, and the gateway drops one for the other"))
      #expect(finding.remedies.first?.contains("a certificate of its own") == true)
    }
  }

  @Test("a client that reconnects from its own address has no rival")
  func alone() throws {
    let findings = try Self.findings(["198.51.100.10"])
    #expect(findings.count == 1)
    #expect(findings.first?.explanation.contains("same user") == false)
  }
}
