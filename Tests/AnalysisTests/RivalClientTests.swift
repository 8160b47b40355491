import Analysis
import Correlation
import Foundation
import Testing

/// Two clients with one certificate, as an OpenVPN gateway's log shows them: each drops the other's session.
@Suite("Clients that log in as the same user")
struct RivalClientTests {
  /// A session every 20 s, each in place of the one before.
  ///
  /// - Parameters:
  ///   - addresses: Where the sessions come from, in turn.
  ///   - isReplacing: Whether the gateway says that it drops the session before.
  private static func findings(_ addresses: [String], isReplacing: Bool = true) throws -> [Finding] {
    let lines = (0..<10).flatMap { number -> [String] in
      let seconds = 20 * number
      let time = "2026-11-30 06:\(10 + seconds / 60):" + (seconds % 60 < 10 ? "0" : "") + "\(seconds % 60) us=159034 "
      let client = "\(addresses[number % addresses.count]):\(40_000 + number)"
      return [
        time + "\(client) [alice] Peer Connection Initiated with [AF_INET]\(client)",
        time
          + (isReplacing
            ? "MULTI: new connection by client 'alice' will cause previous active sessions by this client to be dropped."
            : "MULTI: multi_create_instance called"),
        time + "alice/\(client) Data Channel: cipher 'AES-256-GCM', peer-id: 0",
      ]
    }
    return try Files.analyse(logs: [lines.joined(separator: "\n")]).report.findings.filter {
      $0.rule == .reconnectCycle
    }
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

  @Test("where the gateway keeps the sessions of both, they are no rivals")
  func duplicatesAllowed() throws {
    let findings = try Self.findings(["198.51.100.10", "192.0.2.10"], isReplacing: false)
    #expect(!findings.contains { $0.explanation.contains("same user") })
  }

  @Test("a client that reconnects from its own address has no rival")
  func alone() throws {
    let findings = try Self.findings(["198.51.100.10"])
    #expect(findings.count == 1)
    #expect(findings.first?.explanation.contains("same user") == false)
  }
}
