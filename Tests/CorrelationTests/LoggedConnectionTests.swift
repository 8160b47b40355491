import Correlation
import Observations
import Testing

@testable import Logs

/// TLS connections of which only logs tell: dead, refused, never answered.
@Suite("logged connections")
struct LoggedConnectionTests {
  private static func story(_ tell: (inout LogStory) -> Void) -> Report {
    var log = LogStory(
      .openconnect, subject: LogSubject(gateway: Scenario.gateway, gatewayPort: 443, innerAddress: "10.20.0.50"))
    tell(&log)
    return log.report()
  }

  @Test("TLS that dead-peer detection gives up is lost where the client gives the tunnel up, or cannot come back")
  func lost() throws {
    let ended = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.deadPeer(.tls), at: 61)
      log.tell(.tunnelEnded(reason: "Reconnect failed", byClient: false), at: 181)
    }
    let finding = try #require(ended.finding(.tunnelLost))
    #expect(finding.channel == .tls && finding.severity == .error && finding.confidence == .possible)
    #expect(finding.values["established_seconds"] == .number(60))
    let refused = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.deadPeer(.tls), at: 61)
      log.tell(.failed(.tls, .other(reason: "Connection timed out")), at: 91)
    }
    #expect(try #require(refused.finding(.tunnelLost)).confidence == .likely)
  }

  @Test("a log that ends with a dead peer does not show whether the client comes back")
  func open() {
    let report = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.deadPeer(.tls), at: 61)
    }
    #expect(report.finding(.tunnelLost) == nil)
  }

  @Test("a connection that breaks off is lost where the client gives the tunnel up, or the tunnel breaks as a whole")
  func brokenOff() throws {
    let whole = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.brokeOff(nil, reason: "Connection reset by peer"), at: 181)
    }
    let finding = try #require(whole.finding(.tunnelLost))
    #expect(finding.channel == .tls && finding.severity == .warning && finding.confidence == .likely)
    #expect(finding.values["established_seconds"] == .number(180))
    #expect(finding.explanation.contains("broke off (Connection reset by peer)"))
    #expect(finding.evidence.count == 2)
    let givenUp = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.brokeOff(.tls, reason: "SSL read error"), at: 61)
      log.tell(.tunnelEnded(reason: "Unrecoverable I/O error; exiting", byClient: false), at: 62)
    }
    #expect(givenUp.finding(.tunnelLost) != nil)
  }

  @Test("a connection that breaks off is not lost where the log ends there, another follows, or the gateway took leave")
  func notBrokenOff() {
    let open = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.brokeOff(.tls, reason: "SSL read error"), at: 61)
    }
    let back = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.brokeOff(.tls, reason: "SSL read error"), at: 61)
      log.tell(.sessionEstablished(.tls, .replacing), at: 63)
      log.tell(.tunnelEnded(reason: nil, byClient: true), at: 600)
    }
    let leave = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.ended(.tls, reason: "Server request"), at: 61)
      log.tell(.tunnelEnded(reason: "Session terminated by server", byClient: false), at: 62)
    }
    for report in [open, back, leave] { #expect(report.finding(.tunnelLost) == nil) }
  }

  @Test("connections that fail after the last session are found with their reason; one that succeeds again ends it")
  func refused() throws {
    let gone = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.ended(.tls, reason: "SSL read error"), at: 60)
      for second in [60, 70, 90] { log.tell(.failed(.tls, .other(reason: "Connection refused")), at: Double(second)) }
    }
    let finding = try #require(gone.finding(.handshakeFailed))
    #expect(finding.channel == .tls && finding.values["reason"] == "Connection refused")
    #expect(finding.explanation.contains("none succeeded after the last session"))
    let back = Self.story { log in
      log.tell(.sessionEstablished(.tls, .first), at: 1)
      log.tell(.failed(.tls, .other(reason: "Connection refused")), at: 60)
      log.tell(.sessionEstablished(.tls, .replacing), at: 70)
    }
    #expect(back.finding(.handshakeFailed) == nil)
  }

  @Test("a client whose connection times out gets no answer")
  func unanswered() throws {
    let report = Self.story { log in log.tell(.failed(.tls, .timedOut), at: 1) }
    let finding = try #require(report.finding(.handshakeUnanswered))
    #expect(finding.channel == .tls && finding.remedies[0].hasPrefix("Allow TCP 443"))
  }

  /// A gateway's word of a client's DTLS handshakes that failed.
  private static func dtls(_ count: Int) -> Report {
    var log = LogStory(.asaSyslog, subject: LogSubject(client: "198.51.100.9", gateway: Scenario.gateway))
    for turn in 0..<count {
      log.tell(.opened(.dtls), at: Double(turn) * 60)
      log.tell(.failed(.dtls, .other(reason: nil)), at: Double(turn) * 60 + 1)
    }
    return log.report()
  }

  @Test("a client whose DTLS fails again and again has a tunnel; one that knocks once is a scanner")
  func insistent() throws {
    #expect(try #require(Self.dtls(2).finding(.handshakeFailed)).channel == .dtls)
    #expect(Self.dtls(1).tunnels.isEmpty)
  }
}
