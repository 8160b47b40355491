import Families
import Observations
import Testing

@testable import Logs

private let session = "Group <g> User <alice> IP <198.51.100.10>"
private let ends = "outside:198.51.100.10/61000 to 203.0.113.20/443"
private let flow = Flow(
  client: Endpoint(IPAddress(v4: 0xC633_640A), 61_000), server: Endpoint(IPAddress(v4: 0xCB00_7114), 443))

/// The handshake of each event, as its channel and the line at which it began; "-" for an event of none.
private func identities(_ text: String) throws -> [String] {
  try Reading(text).events.map { event in
    event.handshake.map { "\($0.channel.rawValue) \($0.first.line?.number ?? 0)" } ?? "-"
  }
}

@Suite("The identity of handshakes in logs")
struct HandshakeIdentityTests {
  @Test("What establishes an open handshake, and what ends its session, belongs to it")
  func keepsIdentity() throws {
    let reading = try Reading(
      """
      %ASA-6-725001: Starting SSL handshake with client \(ends) for DTLSv1.2 session
      %ASA-6-725001: Starting SSL handshake with client \(ends) for DTLSv1.2 session
      %ASA-6-725002: Device completed SSL handshake with client \(ends) for DTLSv1.2 session
      %ASA-6-725007: SSL session with client \(ends) terminated.
      """)
    #expect(
      reading.events == [.opened(.dtls, flow), .opened(.dtls, flow), .completed(.dtls, flow), .ended(.dtls)])
  }

  @Test(
    "After an end, a dead peer or a failure the next opening begins another handshake",
    arguments: [
      "%ASA-6-725007: SSL session with client \(ends) terminated.",
      "%ASA-6-725006: Device failed SSL handshake with client \(ends)",
    ])
  func beginsAnew(_ end: String) throws {
    let opening = "%ASA-6-725001: Starting SSL handshake with client \(ends) for DTLSv1.2 session\n"
    #expect(try identities(opening + end + "\n" + opening + end) == ["dtls 1", "dtls 1", "dtls 3", "dtls 3"])
  }

  @Test("A client's attempts are apart, be they given up, lost after they came up, or begun anew")
  func separatesAttempts() throws {
    #expect(
      try identities(
        """
        DTLS initialised. DPD 20, Keepalive 300
        Established DTLS connection (using GnuTLS).
        DTLS Dead Peer Detection detected dead peer!
        DTLS handshake timed out
        DTLS handshake failed: Error in the push function.
        Attempt new DTLS connection
        DTLS handshake timed out
        Attempt new DTLS connection
        Established DTLS connection (using GnuTLS).
        """) == ["dtls 1", "dtls 1", "dtls 1", "dtls 4", "dtls 4", "-", "dtls 7", "-", "dtls 9"])
  }

  @Test("A failure a minute after the last is that of another attempt, though no line shows its beginning")
  func separatesFailures() throws {
    let failure = "DTLS handshake failed: Resource temporarily unavailable, try again."
    #expect(
      try identities(
        """
        [2017-11-10 04:01:46] DTLS initialised. DPD 240, Keepalive 32400
        [2017-11-10 04:01:58] \(failure)
        [2017-11-10 04:02:58] \(failure)
        [2017-11-10 04:03:58] \(failure)
        """) == ["dtls 1", "dtls 1", "dtls 3", "dtls 4"])
    #expect(try identities(failure + "\n" + failure) == ["dtls 1", "dtls 2"])
  }

  @Test("Messages that come again do not end a handshake, which may yet succeed")
  func goesOnAfterRepetition() throws {
    let worker = "ocserv[5760]: worker[alice]: 198.51.100.10 "
    #expect(
      try identities(
        """
        \(worker)setting up DTLS-PSK connection
        \(worker)gnutls_handshake: Discarded replayed handshake packet with sequence 1
        \(worker)DTLS handshake completed (lower MTU: 1400)
        \(worker)have not received UDP any UDP message or DPD for long (65 secs, DPD is 20)
        """) == ["dtls 1", "dtls 1", "dtls 1", "dtls 1"])
  }

  @Test("TLS and the DTLS beside it have identities of their own, and users have, too")
  func separatesChannelsAndUsers() throws {
    let other = session.replacing("alice", with: "bob")
    #expect(
      try identities(
        """
        %ASA-5-722033: \(session) First TCP SVC connection established for SVC session.
        %ASA-5-722033: \(other) First TCP SVC connection established for SVC session.
        %ASA-6-722022: \(session) TCP SVC connection established without compression
        %ASA-6-722022: \(session) UDP SVC connection established without compression
        %ASA-6-722022: \(other) TCP SVC connection established without compression
        %ASA-6-722023: \(session) UDP SVC connection terminated without compression
        %ASA-6-722023: \(other) TCP SVC connection terminated without compression
        """) == ["tls 1", "tls 2", "tls 1", "dtls 4", "tls 2", "dtls 4", "tls 2"])
  }

  @Test("A connection that replaces one that is still open is another, and the late end belongs to the old one")
  func attributesLateEnds() throws {
    #expect(
      try identities(
        """
        Nov 16 2013 01:28:50: %ASA-5-722033: \(session) First TCP SVC connection established for SVC session.
        Nov 16 2013 01:28:50: %ASA-6-722022: \(session) TCP SVC connection established without compression
        Nov 16 2013 01:29:50: %ASA-5-722032: \(session) New TCP SVC connection replacing old connection.
        Nov 16 2013 01:29:50: %ASA-6-722022: \(session) TCP SVC connection established without compression
        Nov 16 2013 01:29:51: %ASA-6-722023: \(session) TCP SVC connection terminated without compression
        Nov 16 2013 01:30:50: %ASA-6-722023: \(session) TCP SVC connection terminated without compression
        """) == ["tls 1", "tls 1", "tls 3", "tls 3", "tls 1", "tls 3"])
  }

  @Test("The same line from two collectors is one establishment; the next one of its kind is another")
  func recognizesRepeatedLines() throws {
    let line = "%ASA-6-722022: \(session) UDP SVC connection established without compression"
    #expect(
      try identities(
        """
        Nov 16 2013 01:28:50: \(line)
        Nov 16 2013 01:28:50: \(line)
        Nov 16 2013 01:29:50: \(line)
        """) == ["dtls 1", "dtls 1", "dtls 3"])
  }

  @Test("A handshake that names no user is that of the user whose session follows from the same address")
  func claimsUnnamedHandshakes() throws {
    #expect(
      try identities(
        """
        %ASA-6-725001: Starting SSL handshake with client \(ends) for DTLSv1.2 session
        %ASA-6-725002: Device completed SSL handshake with client \(ends) for DTLSv1.2 session
        %ASA-6-722022: \(session) UDP SVC connection established without compression
        %ASA-6-722023: \(session) UDP SVC connection terminated without compression
        """) == ["dtls 1", "dtls 1", "dtls 1", "dtls 1"])
  }

  @Test("Behind a NAT with two open handshakes nobody's is guessed")
  func guessesNothing() throws {
    let second = ends.replacing("61000", with: "61001")
    #expect(
      try identities(
        """
        %ASA-6-725001: Starting SSL handshake with client \(ends) for DTLSv1.2 session
        %ASA-6-725001: Starting SSL handshake with client \(second) for DTLSv1.2 session
        %ASA-6-722022: \(session) UDP SVC connection established without compression
        """) == ["dtls 1", "dtls 2", "dtls 3"])
  }

  @Test("An address with more open handshakes than are kept is given to no user, even when one is left")
  func crowds() throws {
    let openings = (0...LogLimits.unnamedHandshakes).map { number in
      "%ASA-6-725001: Starting SSL handshake with client outside:198.51.100.10/\(61_000 + number) for DTLSv1.2 session\n"
    }
    let ends = (1..<LogLimits.unnamedHandshakes).map { number in
      "%ASA-6-725007: SSL session with client outside:198.51.100.10/\(61_000 + number) terminated.\n"
    }
    let text = (openings + ends).joined() + "%ASA-6-722022: \(session) UDP SVC connection established\n"
    #expect(try identities(text).last == "dtls \(openings.count + ends.count + 1)")
  }

  @Test("The end of the tunnel ends all of it, and a connection that the line does not name ends only itself")
  func endsTunnels() throws {
    let reading = try Reading(
      """
      %ASA-5-722033: \(session) First TCP SVC connection established for SVC session.
      %ASA-4-722037: \(session) SVC closing connection: DPD failure.
      %ASA-5-722038: \(session) SVC terminating session: Idle Timeout.
      %ASA-6-722022: \(session) TCP SVC connection established without compression
      """)
    #expect(
      reading.events == [
        .established(.tls, .first), .connectionEnded(reason: "DPD failure"),
        .tunnelEnded(reason: "Idle Timeout", byClient: false), .established(.tls, since: 4),
      ])
  }

  @Test("A client says that its connection is up before it says what the session is")
  func joinsClientWords() throws {
    #expect(
      try identities(
        """
        2013-11-16T13:28:50Z laptop acvpnagent[1158]: A SSL connection has been established using cipher RC4-SHA
        2013-11-16T13:28:58Z laptop acvpnagent[1158]: The VPN connection has been established and can now pass data.
        2013-11-16T13:28:59Z laptop acvpnagent[1158]: A DTLS connection has been established using cipher AES128-SHA
        2013-11-16T13:29:50Z laptop acvpnagent[1158]: Tunnel level reconnect reason code 16: New MTU
        2013-11-16T13:29:51Z laptop acvpnagent[1158]: A SSL connection has been established using cipher RC4-SHA
        2013-11-16T13:29:52Z laptop acvpnagent[1158]: The entire VPN connection has been re-established.
        """) == ["tls 1", "tls 1", "dtls 3", "-", "tls 5", "tls 5"])
  }

  @Test("At the limit those that are over are forgotten first, then all, and that is counted")
  func forgets() {
    func follow(_ steps: [HandshakeStep], extra: Int) -> (follower: HandshakeFollower, last: HandshakeID?) {
      var follower = HandshakeFollower()
      var last: HandshakeID?
      for number in 0..<LogLimits.followedHandshakes + extra {
        for step in steps {
          last = follower.follow(
            step, on: .tls, of: LogSubject(user: "\(number)"), at: nil, line: LogLine(log: 0, number: number + 1))
        }
      }
      return (follower, last)
    }
    #expect(follow([.opening, .end], extra: 1).follower.forgotten == 0)
    #expect(follow([.opening], extra: 0).follower.forgotten == 0)
    let (follower, last) = follow([.opening], extra: 1)
    #expect(follower.forgotten == LogLimits.followedHandshakes)
    #expect(last == .line(.tls, LogLimits.followedHandshakes + 1))
  }
}
