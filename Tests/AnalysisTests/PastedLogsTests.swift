import Analysis
import Correlation
import Foundation
import Observations
import Testing

/// People paste the end of a log, where it hurts: the lines that say how the tunnel began are not in it.
@Suite("Logs that begin late")
struct PastedLogsTests {
  private static func findings(_ lines: [String]) throws -> [Finding] {
    let path = FileManager.default.temporaryDirectory.appending(path: "pasted-\(UUID().uuidString).log").path
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var analysis = OfflineAnalysis(paths: [], logs: [path])
    return analysis.run().report.findings.filter { $0.severity > .note }
  }

  private static func rules(_ lines: String...) throws -> [String] { try findings(lines).map(\.rule.rawValue) }

  @Test("TLS and DTLS found dead together are a peer that is gone, and no lost DTLS")
  func bothDead() throws {
    #expect(
      try Self.rules(
        "2014-09-09 09:17 DTLS Dead Peer Detection detected dead peer!",
        "2014-09-09 09:17 CSTP Dead Peer Detection detected dead peer!") == ["peer-dead"])
  }

  @Test(
    "a TLS session found dead whose client does not get back in is lost, once",
    arguments: ["Failed to reconnect to host vpn.example.org", "Failed to open HTTPS connection to vpn.example.org"])
  func deadConnection(failure: String) throws {
    let lines = [
      "Sep  9 09:17:03 host openconnect[12]: CSTP Dead Peer Detection detected dead peer!",
      "Sep  9 09:17:13 host openconnect[12]: \(failure)",
    ]
    #expect(try Self.findings(lines).map(\.rule.rawValue) == ["tunnel-lost"])
  }

  @Test("DTLS that is not sent and TLS found dead are a way to the gateway that is gone")
  func notSent() throws {
    #expect(
      try Self.rules(
        "daemon.notice openconnect[41]: Write error on DTLS session: Error in the push function.",
        "user.notice firewall: Reloading firewall due to ifup of vpn",
        "daemon.notice openconnect[41]: CSTP Dead Peer Detection detected dead peer!") == ["peer-dead"])
  }

  @Test(
    "what to do about a TLS handshake that gets no answer is about the path, not about cipher suites",
    arguments: [
      "The operation timed out", "Error in the pull function.", "The TLS connection was non-properly terminated.",
    ])
  func silentHandshake(reason: String) throws {
    let found = try Self.findings(["SSL negotiation with vpn.example.org", "SSL connection failure: \(reason)"])
    #expect(found.map(\.rule.rawValue) == ["handshake-failed"])
    #expect(found[0].remedies[0].contains("filter or proxy"))
  }

  @Test("ESP that openconnect speaks of belongs to a TLS VPN: no word of IPsec's programs")
  func espBesideTLS() throws {
    let found = try Self.findings([
      "[2024-11-08T23:01:10Z WARN  openconnect::ffi] ESP detected dead peer",
      "[2024-11-08T23:01:11Z WARN  openconnect::ffi] Failed to connect ESP tunnel; using HTTPS instead.",
    ])
    #expect(found.map(\.rule.rawValue) == ["tunnel-lost"])
    #expect(!found[0].remedies.joined().lowercased().contains("swan"))
  }

  @Test("pppd that does not agree with the gateway on an address: the option that lets it is named")
  func disagreeingAddress() throws {
    let found = try Self.findings(["INFO:   Negotiation complete.", "Peer refused to agree to his IP address"])
    #expect(found.map(\.rule.rawValue) == ["setup-failed"])
    #expect(found[0].remedies[0].contains("--pppd-accept-remote"))
  }

  @Test("a session that only ends, with no word of a dead peer, is not lost")
  func orderlyEnd() throws {
    #expect(
      try Self.rules("2014-09-09 09:17:03 User cancelled (SIGINT/SIGTERM); exiting.").isEmpty)
  }

  @Test("OpenVPN's client without the line that names its gateway")
  func openVPN() throws {
    #expect(
      try Self.rules(
        "2024-01-26 18:23:33 TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)",
        "2024-01-26 18:23:33 TLS Error: TLS handshake failed",
        "2024-01-26 18:23:33 SIGUSR1[soft,tls-error] received, process restarting") == ["handshake-unanswered"])
  }

  @Test("OpenVPN's packets that the path does not take are its own, where nothing else is pasted")
  func openVPNTooLarge() throws {
    let lines = (1...5).map {
      "2025-01-15T21:55:1\($0)Z INFO [openvpn] read UDPv4 [EMSGSIZE Path-MTU=1312]: Message too large (fd=3,code=90)"
    }
    let finding = try #require(try Self.findings(lines).first)
    #expect(finding.rule == .oversizedDF && finding.channel == .openvpn)
    #expect(finding.remedies.joined().contains("mssfix") && !finding.remedies.joined().contains("anyconnect"))
  }

  @Test("OpenVPN 3 says in its own words that nothing answers")
  func openVPN3() throws {
    let lines = (0..<3).flatMap { number in
      [
        "2023-10-20 10:0\(number):00 Contacting 203.0.113.20:1194 via UDP",
        "2023-10-20 10:0\(number):10 Server poll timeout, trying next remote entry...",
      ]
    }
    #expect(try Self.findings(lines).map(\.rule.rawValue) == ["handshake-unanswered"])
  }

  @Test("an OpenVPN client that restarts without a name of its gateway has heard nothing: no session is lost")
  func openVPNUnnamed() throws {
    let lines = (0..<3).flatMap { number in
      [
        "Sat Jun 1 21:0\(number):46 2019 UDP link remote: [AF_INET]XXX.XXX.XXX.XXX:1194",
        "Sat Jun 1 21:0\(number + 1):46 2019 [UNDEF] Inactivity timeout (--ping-restart), restarting",
      ]
    }
    #expect(try Self.findings(lines).map(\.rule.rawValue) == ["handshake-unanswered"])
  }

  @Test("clients of an OpenVPN gateway whose addresses were hidden are its clients: their handshakes stall")
  func openVPNHidden() throws {
    let lines = [51_236, 51_237].map {
      "Nov 18 21:38:55 gw ovpn-server[611]: [External IP]:\($0) TLS Error: TLS key negotiation failed to occur within 60 seconds"
    }
    #expect(try Self.findings(lines).map(\.rule.rawValue) == ["handshake-stalled"])
  }

  @Test("an OpenVPN client without a cipher in common says so")
  func openVPNCipher() throws {
    #expect(
      try Self.rules(
        "2020-11-07 20:05:21 OPTIONS ERROR: failed to negotiate cipher with server. Add the server's cipher ('BF-CBC') to --data-ciphers",
        "2020-11-07 20:05:21 ERROR: Failed to apply push options") == ["handshake-failed"])
  }

  @Test("a name in a chat in front of a line is none of strongSwan's")
  func chat() throws {
    #expect(
      try Self.rules(
        "14:02 < bob> Mar  2 10:00:00 gw charon: 09[IKE] initiating IKE_SA rw[1] to 203.0.113.20",
        "14:02 < bob> Mar  2 10:00:00 gw charon: 12[IKE] received NO_PROPOSAL_CHOSEN notify error")
        == ["handshake-rejected"])
  }

  @Test("libreswan refuses what a session asks for, and is refused, where the log begins in it")
  func pluto() throws {
    #expect(
      try Self.rules(
        "\"net\" #4: no local proposal matches remote proposals 1:ESP:ENCR=AES_CBC_128",
        "\"net\" #4: CREATE_CHILD_SA request failed, responder SA processing returned NO_PROPOSAL_CHOSEN",
        "\"net\" #2: responding to CREATE_CHILD_SA message (ID 2) from 192.0.2.45:4500 with encrypted notification NO_PROPOSAL_CHOSEN"
      ) == ["handshake-rejected"])
    #expect(
      try Self.rules(
        "003 \"net\" #340: dropping unexpected ISAKMP_v2_IKE_AUTH message containing v2N_NO_PROPOSAL_CHOSEN notification; message payloads: SK"
      ) == ["handshake-rejected"])
  }

  @Test("strongSwan's client whose password is refused, without threads and the opening")
  func eap() throws {
    #expect(
      try Self.rules(
        "[ENC] parsed IKE_AUTH response 5 [ EAP/FAIL ]", "[IKE] received EAP_FAILURE, EAP authentication failed")
        == ["handshake-rejected"])
  }

  @Test("strongSwan's and libreswan's last lines")
  func ike() throws {
    #expect(
      try Self.rules(
        "May 10 10:01:29 gw charon: 10[IKE] retransmit 5 of request with message ID 0",
        "May 10 10:02:45 gw charon: 11[IKE] giving up after 5 retransmits") == ["handshake-unanswered"])
    #expect(
      try Self.rules(
        "Nov 20 15:30:40.941085: \"net\" #82: STATE_PARENT_I1: received unauthenticated v2N_NO_PROPOSAL_CHOSEN - ignored",
        "Nov 20 15:30:41.367688: \"net\" #82: STATE_PARENT_I1: retransmission; will wait 0.5 seconds for response")
        == ["handshake-rejected"])
  }
}
