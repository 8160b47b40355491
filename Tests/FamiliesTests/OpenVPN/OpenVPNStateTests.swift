import Logs
import Observations
import Testing

@testable import Families

@Suite("OpenVPN's management interface and status file")
struct OpenVPNStateTests {
  private static func events(_ lines: [String]) throws -> [String] {
    try LogOfText.events(lines.joined(separator: "\n"), OpenVPNLogs.readers) { event in
      switch event {
      case .opened: "opened"
      case .established: "established"
      case .failed(let it): "failed \(it.cause)"
      case .deadPeer: "dead peer"
      default: "other"
      }
    }
  }

  private static func read(_ lines: [String]) throws -> [Observation] {
    try LogOfText.read(lines.joined(separator: "\n"), OpenVPNLogs.readers).observations
  }

  private static let asks = "UDPv4 link remote: [AF_INET]203.0.113.20:1194"
  private static let timeout =
    "TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)"

  @Test("states of the management interface tell an attempt without an answer from one that was answered")
  func managementAttempts() throws {
    let log = [
      ">INFO:OpenVPN Management Interface Version 1 -- type 'help' for more info", ">STATE:1516200464,WAIT,,,,,,",
      ">STATE:1516200524,RECONNECTING,tls-error,,,,,", ">STATE:1516200529,WAIT,,,,,,", ">STATE:1516200530,AUTH,,,,,,",
      ">STATE:1516200589,RECONNECTING,tls-error,,,,,",
    ]
    #expect(try Self.events(log) == ["3 failed timedOut", "6 failed incomplete"])
    let time = try #require(try Self.read(log).first?.line?.time)
    #expect(time.written == Timestamp(nanoseconds: 1_516_200_524_000_000_000))
    #expect(time.hasZone)
  }

  @Test("a client's state of being connected names its gateway, and a server's is no tunnel")
  func managementConnected() throws {
    let log = [
      ">STATE:1516200464,WAIT,,,,,,", ">STATE:1516200465,AUTH,,,,,,",
      ">STATE:1516200466,CONNECTED,SUCCESS,10.8.0.6,203.0.113.20,1194,,",
      ">STATE:1516200999,RECONNECTING,ping-restart,,,,,",
    ]
    #expect(try Self.events(log) == ["3 established", "4 dead peer"])
    #expect(try Self.read(log).first?.line?.subject.gateway == IPAddress("203.0.113.20"))
    #expect(
      try Self.events([">STATE:1516200464,WAIT,,,,,,", ">STATE:1516200466,CONNECTED,SUCCESS,10.8.0.1,,,,"]) == [])
  }

  @Test("lines of the log that the management interface sends are read as such, and its states add nothing to them")
  func managementLog() throws {
    let log = [
      ">LOG:1516200463,I,\(Self.asks)", ">STATE:1516200463,WAIT,,,,,,", ">LOG:1516200523,N,\(Self.timeout)",
      ">LOG:1516200523,N,TLS Error: TLS handshake failed", ">STATE:1516200523,RECONNECTING,tls-error,,,,,",
    ]
    #expect(try Self.events(log) == ["1 opened", "3 failed timedOut"])
    #expect(
      try LogOfText.read(log.joined(separator: "\n"), OpenVPNLogs.readers).description.format == .openvpnClient)
  }

  @Test(
    "a server's status file shows, in any version, who is connected",
    arguments: [
      """
      OpenVPN CLIENT LIST
      Updated,Thu Jun 18 08:12:15 2020
      Common Name,Real Address,Bytes Received,Bytes Sent,Connected Since
      alice,198.51.100.10:54321,3860,3688,Thu Jun 18 08:10:15 2020
      ROUTING TABLE
      Virtual Address,Common Name,Real Address,Last Ref
      10.8.0.6,alice,198.51.100.10:54321,Thu Jun 18 08:12:14 2020
      GLOBAL STATS
      Max bcast/mcast queue length,0
      END
      """,
      """
      TITLE,OpenVPN 2.5.1 x86_64-pc-linux-gnu [SSL (OpenSSL)]
      TIME,2021-06-18 08:12:15,1623996735
      CLIENT_LIST,alice,198.51.100.10:54321,10.8.0.6,,3860,3688,2021-06-18 08:10:15,1623996615,UNDEF,0,0,AES-256-GCM
      END
      """,
      """
      TITLE\tOpenVPN 2.5.1 x86_64-pc-linux-gnu [SSL (OpenSSL)]
      CLIENT_LIST\talice\t198.51.100.10:54321\t10.8.0.6\t\t3860\t3688\t2021-06-18 08:10:15\t1623996615
      END
      """,
    ])
  func status(listing: String) throws {
    let reading = try LogOfText.read(listing, OpenVPNLogs.readers)
    let clients = reading.observations.compactMap { observation -> String? in
      guard case .opened = observation.event, let subject = observation.line?.subject else { return nil }
      return "\(subject.user ?? "?") \(subject.client?.description ?? "?"):\(subject.clientPort ?? 0)"
    }
    #expect(clients == ["alice 198.51.100.10:54321"])
    #expect(reading.observations.count == 1)
    #expect(reading.description.format == .openvpnStatus)
    #expect(reading.description.unknownLines == 0)
    // What follows is a log again.
    let behind = try LogOfText.read("\(listing)\n2026-11-27 22:31:10 \(Self.asks)", OpenVPNLogs.readers)
    #expect(behind.observations.count == 2)
    // The same again is no other session.
    #expect(try LogOfText.read("\(listing)\n\(listing)", OpenVPNLogs.readers).observations.count == 1)
    // Whether data passes shows once there is more than a handshake.
    let busy = listing.replacing("3860", with: "386000").replacing("3688", with: "368800")
    #expect(
      try LogOfText.read(busy, OpenVPNLogs.readers).observations.allSatisfy {
        if case .established = $0.event { true } else { false }
      })
    // Who has not shown who it is may be a stranger.
    let unknown = listing.replacing("alice", with: "UNDEF")
    #expect(try LogOfText.read(unknown, OpenVPNLogs.readers).observations.isEmpty)
  }

  @Test("a client's counters say that no gateway has ever answered, once more than an opening was sent")
  func counters() throws {
    func causes(received: Int, sent: Int) throws -> [HandshakeFailure.Cause] {
      let text = """
        OpenVPN STATISTICS
        Updated,2026-11-28 08:12:15
        TUN/TAP read bytes,0
        TUN/TAP write bytes,0
        TCP/UDP read bytes,\(received)
        TCP/UDP write bytes,\(sent)
        Auth read bytes,0
        END
        """
      return try LogOfText.read(text, OpenVPNLogs.readers).observations.compactMap {
        if case .failed(let it) = $0.event { it.cause } else { nil }
      }
    }
    #expect(
      try causes(received: 0, sent: 420)
        == [.waiting(state: "420 bytes sent to the gateway, and none received from it", isAnswered: false)])
    #expect(try causes(received: 0, sent: 54).isEmpty)
    #expect(try causes(received: 3_688, sent: 3_860).isEmpty)
  }
}

extension Observation {
  fileprivate var line: LineOrigin? { if case .line(let origin) = origin { origin } else { nil } }
}
