import Foundation
import Observations
import Testing

@testable import Logs

@Suite("The support note's own material")
struct SupportNoteTests {
  private let gateway = IPAddress("172.16.11.1")

  private func sockets(dtls port: UInt16) -> Observation.Event {
    .statement(
      .listeningSockets([
        ListeningSocket(channel: .tls, address: gateway, port: 444),
        ListeningSocket(channel: .dtls, address: gateway, port: port),
      ]))
  }

  static let dartEvents: [Observation.Event] = [
    .statement(.reconfigured(reasonCode: 16, text: "New MTU configuration.")), .reconnecting(nil),
    .statement(.adapterMTUApplied),
  ]

  @Test("DART shows the new MTU, the reconnect and the adapter's restart, each at its time")
  func readsDART() throws {
    let reading = try Reading(fixture: "support-note-dart.txt")
    #expect(reading.events == Self.dartEvents)
    #expect(
      reading.observations.map { $0.time?.written }
        == ["2013-11-16T01:28:50Z", "2013-11-16T01:28:51Z", "2013-11-16T01:28:51Z"].map { Timestamp($0) })
    #expect(reading.observations.map(\.line.number) == [3, 22, 32])
    #expect(reading.observations.map(\.subject.gateway) == [nil, IPAddress("10.1.1.2"), IPAddress("10.1.1.2")])
    #expect(reading.log?.format == .dart)
    #expect(reading.log?.unknownLines == 0)
  }

  @Test(
    "DART is read in UTF-16 of either order, with and without a mark, and with Windows' line ends",
    arguments: [
      (String.Encoding.utf16LittleEndian, [UInt8]()), (.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, []),
      (.utf16BigEndian, [0xFE, 0xFF]), (.utf8, [0xEF, 0xBB, 0xBF]),
    ])
  func readsEncodings(_ encoding: String.Encoding, _ mark: [UInt8]) throws {
    let text = try String(contentsOfFile: Reading.fixture("support-note-dart.txt"), encoding: .utf8)
      .replacing("\n", with: "\r\n")
    let reading = try Reading(Data(mark) + (try #require(text.data(using: encoding))))
    #expect(reading.events == Self.dartEvents)
  }

  @Test("The port bug: the configuration says 444, and DTLS goes on listening at 443")
  func readsPortBug() throws {
    let reading = try Reading(fixture: "support-note-port-bug-9.x.txt")
    #expect(
      reading.events == [
        .statement(.webVPN(WebVPNConfiguration(isAnyConnectEnabled: true))), .statement(.listeningSockets([])),
        .statement(.webVPN(WebVPNConfiguration(tlsPort: 444, interfaces: ["outside"], isAnyConnectEnabled: true))),
        sockets(dtls: 443),
        .statement(
          .webVPN(
            WebVPNConfiguration(tlsPort: 444, dtlsPort: 444, interfaces: ["outside"], isAnyConnectEnabled: true))),
        sockets(dtls: 443),
      ])
    #expect(reading.observations.allSatisfy { $0.subject.device == "ciscoasa" && $0.time == nil })
    #expect(reading.log?.format == .asaCommands)
    #expect(reading.log?.unknownLines == 0)
  }

  @Test("Release 8.4.6: the other order of columns, the port changed at once, a note behind a row")
  func readsOlderColumns() throws {
    let reading = try Reading(fixture: "support-note-port-8.4.6.txt")
    #expect(reading.events == [sockets(dtls: 443), sockets(dtls: 444)])
    #expect(reading.observations.map(\.line.number) == [5, 13])
  }

  @Test("The gateway's own words: limits, MTUs, drops, sessions, and syslog in between, in the order of lines")
  func readsGateway() throws {
    let reading = try Reading(fixture: "support-note-gateway.txt")
    let mtu = TunnelMTUAnnouncement(tls: 1_347, dtls: 1_418, base: 1_500, tcpMSS: 1_380)
    #expect(
      reading.events == [
        .statement(.tcpMSSLimit(1_380)),
        .statement(
          .groupPolicy(
            GroupPolicyConfiguration(
              name: "ac_users_group", mtu: 1_300, ignoresDontFragment: true, isDTLSEnabled: true))),
        .negotiated(.mtu(mtu)),
        .negotiated(.mtu(TunnelMTUAnnouncement(tls: 1_347, tcpMSS: 1_380))),
        .largePacket(LargePacket(towardsClient: true, size: 1_418, threshold: 1_347)),
        .pathMTUExceeded(
          PathMTUExceeded(
            size: 1_418, mtu: 1_347, source: IPAddress("10.48.66.200"), destination: IPAddress("10.1.1.20"))),
        .statement(.packetsDropped(reason: "acl-drop", count: 2_931)),
        .statement(.packetsDropped(reason: "mp-svc-no-fragment-ASP", count: 113)),
        .statement(.vpnSession(VPNSessionDetail(tlsPort: 444, tlsCipher: "RC4", packetsDropped: 113))),
        .statement(
          .vpnSession(
            VPNSessionDetail(
              tlsPort: 444, dtlsPort: 443, tlsCipher: "ECDHE-RSA-AES256-GCM-SHA384", dtlsCipher: "AES128",
              packetsDropped: 0))),
      ])
    #expect(reading.observations.map(\.line.number) == reading.observations.map(\.line.number).sorted())
    #expect(
      reading.observations[8].subject
        == LogSubject(
          user: "vpn", group: "ac_users_group", client: IPAddress("10.1.75.111"), innerAddress: IPAddress("10.1.1.20"),
          device: "ciscoasa"))
    #expect(reading.observations.last?.subject.user == "alice")
  }

  @Test("A terminal's pager between the lines does not hide them")
  func readsPagedOutput() throws {
    let reading = try Reading(
      """
      ciscoasa# show asp drop
      Frame drop:
      <--- More --->\r              \r  SVC Module unable to fragment packet (mp-svc-no-fragment-ASP)   113
      ciscoasa# show asp table socket
      Protocol  Socket    State      Local Address      Foreign Address
      <--- More --->\r              \rDTLS      00020dc8  LISTEN     0.0.0.0:443        0.0.0.0:*
      """)
    #expect(
      reading.events == [
        .statement(.packetsDropped(reason: "mp-svc-no-fragment-ASP", count: 113)),
        .statement(.listeningSockets([ListeningSocket(channel: .dtls, address: nil, port: 443)])),
      ])
  }

  @Test("Options typed at the prompts are read as the configuration they make")
  func readsTypedConfiguration() throws {
    let reading = try Reading(
      """
      ciscoasa(config)# group-policy ac_users_group attributes
      ciscoasa(config-group-policy)# webvpn
      ciscoasa(config-group-webvpn)# anyconnect mtu 1300
      ciscoasa(config-group-webvpn)# no anyconnect ssl df-bit-ignore
      ciscoasa(config-group-webvpn)# anyconnect ssl dtls none
      ciscoasa(config)# sysopt connection tcpmss 1460
      """)
    #expect(
      reading.events == [
        .statement(
          .groupPolicy(
            GroupPolicyConfiguration(
              name: "ac_users_group", mtu: 1_300, ignoresDontFragment: false, isDTLSEnabled: false))),
        .statement(.tcpMSSLimit(1_460)),
      ])
  }

  @Test("A whole configuration is read, and its other lines are known to be one")
  func readsWholeConfiguration() throws {
    let reading = try Reading(
      """
      : Saved
      :
      ASA Version 9.1(2)
      !
      hostname edge-fw
      enable password 8Ry2YjIyt7RRXU24 encrypted
      interface GigabitEthernet0/0
       nameif outside
      sysopt connection tcpmss 0
      webvpn
       enable outside
       svc enable
      group-policy "ac users" attributes
       webvpn
        svc mtu 1200
      username admin password x encrypted
      : end
      """)
    #expect(
      reading.events == [
        .statement(.tcpMSSLimit(0)),
        .statement(.webVPN(WebVPNConfiguration(interfaces: ["outside"], isAnyConnectEnabled: true))),
        .statement(.groupPolicy(GroupPolicyConfiguration(name: "ac users", mtu: 1_200))),
      ])
    #expect(reading.observations.allSatisfy { $0.subject.device == "edge-fw" })
    #expect(reading.log?.unknownLines == 0)
  }

  @Test("Lines of asterisks that are no DART's are not taken for it")
  func leavesOrnaments() throws {
    let reading = try Reading("*******************\nUnauthorized access is forbidden\n*******************\n")
    #expect(reading.log?.understoodLines == 0)
    #expect(reading.log?.unknownLines == 3)
  }
}
