import Observations
import Testing

@testable import Logs

private let session = "Group <ac_users_group> User <vpn> IP <10.1.75.111>"

@Suite("Messages of an ASA")
struct ASASyslogTests {
  @Test(
    "who pastes a log hides addresses: then the user says whom a line is about, unless any user is hidden",
    arguments: ["xxx.xxx.xxx.xxx", "[IP]", "1.2.3.x", "redacted", "<redacted>"])
  func hiddenAddress(place: String) throws {
    let line = "IP <\(place)> SVC closing connection: DPD failure."
    let observation = try Reading("%ASA-4-722037: Group <g> User <alice> \(line)\n").observations.first
    #expect(observation?.subject == LogSubject(user: "alice", group: "g"))
    #expect(observation?.event == .connectionEnded(reason: "DPD failure"))
    for user in ["*****", "xxxx", "redacted", ""] {
      #expect(try Reading("%ASA-4-722037: Group <g> User <\(user)> \(line)\n").observations.isEmpty)
    }
  }

  private func subject(_ device: String? = nil) -> LogSubject {
    LogSubject(user: "vpn", group: "ac_users_group", client: IPAddress("10.1.75.111"), device: device)
  }

  @Test(
    "whom an ASA has no room or no client for has logged in, and gets no tunnel",
    arguments: [
      ("%ASA-4-113029: \(session) ", "Session could not be established: session limit of 250 reached"),
      (
        "%ASA-4-113035: \(session) ",
        "Session terminated: AnyConnect not enabled or invalid AnyConnect image on the ASA"
      ),
      ("%ASA-4-716057: \(session) ", "Session terminated, no AnyConnect Premium license available"),
      (
        "%ASA-4-722020: TunnelGroup <ac> GroupPolicy <ac_users_group> User <vpn> IP <10.1.75.111> ",
        "No address available for SVC connection"
      ),
    ])
  func noRoom(start: String, reason: String) throws {
    let observations = try Reading(start + reason + ".\n").observations
    #expect(observations.map(\.event) == [.completed(.tls), .failed(.tls, .rejected(reason: reason))])
    #expect(observations.allSatisfy { $0.subject == subject() })
  }

  @Test(
    "A session message shows its event and whom it is about",
    arguments: [
      (
        "%ASA-6-722036: \(session) Transmitting large packet 1418 (threshold 1347).",
        Observation.Event.largePacket(LargePacket(towardsClient: true, size: 1_418, threshold: 1_347))
      ),
      (
        "%ASA-3-722035: \(session) Received large packet 1406 (threshold 1390).",
        .largePacket(LargePacket(towardsClient: false, size: 1_406, threshold: 1_390))
      ),
      ("%ASA-5-722033: \(session) First TCP SVC connection established for SVC session.", .established(.tls, .first)),
      ("%ASA-5-722032: \(session) New TCP SVC connection replacing old connection.", .established(.tls, .replacing)),
      ("%ASA-5-722034: \(session) New TCP SVC connection, no existing connection.", .established(.tls, .additional)),
      ("%ASA-5-722032: \(session) New UDP SVC connection replacing old connection.", .reconnecting(.dtls)),
      ("%ASA-6-722022: \(session) TCP SVC connection established without compression", .established(.tls)),
      ("%ASA-6-722022: \(session) UDP SVC connection established with compression", .established(.dtls)),
      (
        "%ASA-6-722023: \(session) UDP SVC connection terminated without compression",
        .ended(.dtls)
      ),
      (
        "%ASA-4-722037: \(session) SVC closing connection: DPD failure.",
        .connectionEnded(reason: "DPD failure")
      ),
      (
        "%ASA-5-722028: \(session) Stale SVC connection closed.",
        .connectionEnded(reason: "Stale SVC connection closed")
      ),
      (
        "%ASA-5-722012: \(session) SVC Message: 16/NOTICE: The user has requested to disconnect the connection..",
        .connectionEnded(reason: "The user has requested to disconnect the connection.")
      ),
      (
        "%ASA-5-722043: \(session) DTLS disabled: unable to negotiate cipher",
        .failed(.dtls, .other(reason: "DTLS disabled: unable to negotiate cipher"))
      ),
      (
        "%ASA-4-113019: Group = ac_users_group, Username = vpn, IP = 10.1.75.111, Session disconnected. "
          + "Session Type: AnyConnect-Parent, Duration: 1h:15m:21s, Bytes xmt: 48211904, Bytes rcv: 9120443, "
          + "Reason: User Requested", .tunnelEnded(reason: "User Requested", byClient: true)
      ),
      (
        "%ASA-4-113019: Group = ac_users_group, Username = vpn, IP = 10.1.75.111, Session disconnected. "
          + "Session Type: SSL, Duration: 1d 19h:41m:14s, Bytes xmt: 1, Bytes rcv: 2, Reason: Idle Timeout",
        .tunnelEnded(reason: "Idle Timeout", byClient: false)
      ),
    ])
  func showsSessions(_ line: String, _ event: Observation.Event) throws {
    let reading = try Reading(line + "\n")
    #expect(reading.events == [event])
    #expect(reading.observations.first?.subject == subject())
    #expect(reading.log?.format == .asaSyslog)
    #expect(reading.log?.unknownLines == 0)
  }

  @Test("An address assignment shows the inner address, IPv4 before IPv6")
  func showsInnerAddress() throws {
    let reading = try Reading(
      """
      %ASA-6-722051: \(session) IPv4 Address <10.10.20.1> IPv6 address <::> assigned to session
      %ASA-6-722051: \(session) IPv4 Address <0.0.0.0> IPv6 address <2001:db8::7> assigned to session
      %ASA-6-722051: \(session) Address <10.10.20.2> assigned to session
      """)
    #expect(reading.events == Array(repeating: .negotiated(.innerAddress), count: 3))
    #expect(
      reading.observations.map(\.subject.innerAddress)
        == [IPAddress("10.10.20.1"), IPAddress("2001:db8::7"), IPAddress("10.10.20.2")])
  }

  @Test("A session of another kind of VPN shows nothing")
  func leavesOutOtherTunnels() throws {
    let reading = try Reading(
      "%ASA-4-113019: Group = 192.0.2.1, Username = 192.0.2.1, IP = 192.0.2.1, Session disconnected. "
        + "Session Type: LAN-to-LAN, Duration: 0h:00m:00s, Bytes xmt: 0, Bytes rcv: 0, Reason: Lost Service\n")
    #expect(reading.events.isEmpty)
    #expect(reading.log?.understoodLines == 1)
  }

  @Test(
    "Messages of the guide that write names without brackets are read, too",
    arguments: ["%ASA-6-722036: Group g1 User u1 IP 10.1.75.111 Transmitting large packet 1418 (threshold 1347)."])
  func readsBareNames(_ line: String) throws {
    let subject = try #require(try Reading(line).observations.first?.subject)
    #expect(subject == LogSubject(user: "u1", group: "g1", client: IPAddress("10.1.75.111")))
  }

  @Test("A message that is wrapped over lines, as in the support note, is one observation of its first line")
  func joinsWrappedMessages() throws {
    let reading = try Reading(
      """
      %ASA-6-722036: Group <ac_users_group> User <vpn> IP <10.1.75.111>
      Transmitting large packet 1418 (threshold 1347).
      %FTD-6-602101:
      PMTU-D packet 1418 bytes greater than effective mtu 1347,
      dest_addr=10.10.20.1,
      src_addr=10.2.2.2,
      prot=TCP
      """)
    #expect(
      reading.events == [
        .largePacket(LargePacket(towardsClient: true, size: 1_418, threshold: 1_347)),
        .pathMTUExceeded(
          PathMTUExceeded(
            size: 1_418, mtu: 1_347, source: IPAddress("10.2.2.2"), destination: IPAddress("10.10.20.1"))),
      ])
    #expect(reading.observations.map(\.line.number) == [1, 3])
    #expect(reading.observations.first?.subject == subject())
  }

  @Test("A message that never goes on shows nothing, and what follows it is read as what it is")
  func leavesBrokenMessages() throws {
    let reading = try Reading(
      """
      %ASA-6-722036: Group <ac_users_group> User <vpn> IP <10.1.75.111>
      %ASA-6-722022: \(session) TCP SVC connection established without compression
      """)
    #expect(reading.events == [.established(.tls, since: 2)])
  }

  @Test("Handshakes distinguish TLS from DTLS, and their ends remember which it was")
  func showsHandshakes() throws {
    let reading = try Reading(
      """
      %ASA-6-725001: Starting SSL handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443 for TLSv1.2 session
      %ASA-6-725002: Device completed SSL handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443 for TLSv1.2 session
      %ASA-6-725001: Starting SSL handshake with client outside:198.51.100.10/61000 to 203.0.113.20/443 for DTLSv1.2 session
      %ASA-6-725006: Device failed SSL handshake with client outside:198.51.100.10/61000 to 203.0.113.20/443
      %ASA-6-725007: SSL session with client outside:198.51.100.10/52435 to 203.0.113.20/443 terminated.
      %ASA-6-725001: Starting SSL handshake with server inside:10.1.1.1/443 to 10.2.2.2/5000 for TLSv1.2 session
      %ASA-6-725002: Device completed SSL handshake with client outside:2001:db8::10/52435
      """)
    let client = IPAddress(v4: 0xC633_640A)
    let gateway = Endpoint(IPAddress(v4: 0xCB00_7114), 443)
    let tls = Flow(client: Endpoint(client, 52_435), server: gateway)
    let dtls = Flow(client: Endpoint(client, 61_000), server: gateway)
    #expect(
      reading.events == [
        .opened(.tls, tls), .completed(.tls, tls), .opened(.dtls, since: 3, dtls),
        .failed(.dtls, since: 3, .other(reason: nil)), .ended(.tls), .completed(.tls, since: 7),
      ])
    let subjects = reading.observations.map(\.subject)
    #expect(
      subjects[0]
        == LogSubject(
          client: IPAddress("198.51.100.10"), clientPort: 52_435, gateway: IPAddress("203.0.113.20"), gatewayPort: 443))
    #expect(subjects[5] == LogSubject(client: IPAddress("2001:db8::10"), clientPort: 52_435))
  }

  @Test("Refused and denied packets show both their ends")
  func showsRefusedPackets() throws {
    let reading = try Reading(
      """
      %ASA-7-710005: UDP request discarded from 198.51.100.10/61000 to outside:203.0.113.20/444
      %ASA-3-710003: UDP access denied by ACL from 198.51.100.10/61000 to outside:203.0.113.20/https
      %ASA-4-106023: Deny udp src outside:198.51.100.10/61000 dst inside:203.0.113.20/444 by access-group "out" [0x0, 0x0]
      %ASA-4-106023: Deny tcp src outside:198.51.100.10/61000(LOCAL\\bob) dst inside:203.0.113.20/444 by access-group "out"
      %ASA-4-106023: Deny icmp src inside:10.2.2.2 dst outside:10.10.20.1 (type 3, code 4) by access-group "in" [0x0, 0x0]
      """)
    let client = Endpoint(IPAddress(v4: 0xC633_640A), 61_000)
    let gateway = Endpoint(IPAddress(v4: 0xCB00_7114), 444)
    #expect(
      reading.events == [
        .packetDropped(
          DroppedPacket(
            isToDevice: true, transport: .udp, source: client, destination: gateway, byAccessList: false)),
        .packetDropped(
          DroppedPacket(
            isToDevice: true, transport: .udp, source: client, destination: Endpoint(gateway.address, 443),
            byAccessList: true)),
        .packetDropped(
          DroppedPacket(isToDevice: false, transport: .udp, source: client, destination: gateway, byAccessList: true)),
        .packetDropped(
          DroppedPacket(isToDevice: false, transport: .tcp, source: client, destination: gateway, byAccessList: true)),
        .packetDropped(
          DroppedPacket(
            isToDevice: false, transport: .other, source: Endpoint(IPAddress(v4: 0x0A02_0202), 0),
            destination: Endpoint(IPAddress(v4: 0x0A0A_1401), 0), byAccessList: true, icmp: ICMPKind(type: 3, code: 4))),
      ])
    #expect(reading.observations[0].subject.client == client.address)
    #expect(reading.observations[0].subject.gatewayPort == 444)
  }
}
