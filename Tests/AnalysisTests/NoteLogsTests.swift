import Analysis
import Correlation
import Foundation
import Observations
import Testing

/// The material of Cisco's support note 116881 in its true format gives the note's diagnosis.
@Suite("The support note's logs")
struct NoteLogsTests {
  // MARK: Material

  private static let syslog = """
    Nov 16 2013 01:27:50 ciscoasa : %ASA-6-722033: Group <ac_users_group> User <vpn> IP <10.1.75.111> First TCP SVC connection established for SVC session.
    Nov 16 2013 01:27:50 ciscoasa : %ASA-6-722022: Group <ac_users_group> User <vpn> IP <10.1.75.111> TCP SVC connection established without compression
    Nov 16 2013 01:27:50 ciscoasa : %ASA-4-722051: Group <ac_users_group> User <vpn> IP <10.1.75.111> IPv4 Address <10.10.20.1> IPv6 address <::> assigned to session
    Nov 16 2013 01:28:10 ciscoasa : %ASA-6-722036: Group <ac_users_group> User <vpn> IP <10.1.75.111> Transmitting large packet 1418 (threshold 1347).
    Nov 16 2013 01:28:10 ciscoasa : %ASA-6-602101: PMTU-D packet 1418 bytes greater than effective mtu 1347, dest_addr=10.10.20.1, src_addr=10.48.66.200, prot=TCP
    Nov 16 2013 01:28:51 ciscoasa : %ASA-6-722032: Group <ac_users_group> User <vpn> IP <10.1.75.111> New TCP SVC connection replacing old connection.

    """

  private static let dart = """
    ******************************************

    Date        : 11/16/2013
    Time        : 01:28:50
    Type        : Warning
    Source      : acvpnagent

    Description : Reconfigure reason code 16:
    New MTU configuration.

    ******************************************

    Date        : 11/16/2013
    Time        : 01:28:50
    Type        : Information
    Source      : acvpnagent

    Description : The entire VPN connection is being reconfigured.

    ******************************************

    Date        : 11/16/2013
    Time        : 01:28:51
    Type        : Information
    Source      : acvpnui

    Description : Message type information sent to the user:
    Reconnecting to 10.1.1.2...

    ******************************************

    Date        : 11/16/2013
    Time        : 01:28:51
    Type        : Warning
    Source      : acvpnagent

    Description : A new MTU needs to be applied to the VPN network interface.  Disabling and re-enabling the Virtual Adapter.  Applications utilizing the private network may need to be restarted.

    ******************************************

    """

  private static let configuration = """
    ciscoasa(config-webvpn)# show run webvpn
    webvpn
     port 444
     enable outside
     dtls port 444
     anyconnect image disk0:/anyconnect-win-3.1.04066-k9.pkg 1
     anyconnect enable

    """

  /// 9.x: state before the addresses.
  private static let table9 = """
    ciscoasa(config-webvpn)# show asp table socket

    Protocol  Socket    State      Local Address                                Foreign Address
    SSL       0001fc08  LISTEN     172.16.11.1:444                              0.0.0.0:*
    DTLS      00020dc8  LISTEN     172.16.11.1:443                              0.0.0.0:*

    """

  /// 8.4: state behind them.
  private static let table8 = """
    ciscoasa(config-webvpn)# show asp table socket

    Protocol  Socket    Local Address               Foreign Address         State
    SSL       0000bf2f  172.16.11.1:444             0.0.0.0:*               LISTEN
    DTLS      0000d5df  172.16.11.1:443             0.0.0.0:*               LISTEN

    """

  private static let table8Changed = """
    ciscoasa(config-webvpn)# show asp table socket

    Protocol  Socket    Local Address               Foreign Address         State
    SSL       0000bf2f  172.16.11.1:444             0.0.0.0:*               LISTEN
    DTLS      0000eb5f  172.16.11.1:444             0.0.0.0:*               LISTEN

    """

  private static func report(_ texts: String...) throws -> Report {
    let outcome = try Files.analyse(logs: texts)
    #expect(outcome.logProblems.isEmpty)
    return outcome.report
  }

  // MARK: The diagnosis

  @Test("everything together: MTU 1418 against 1347, reason code 16, the reconnect a minute after connecting, the port")
  func whole() throws {
    let report = try Self.report(Self.syslog, Self.dart, Self.configuration + Self.table9)
    #expect(report.tunnels.count == 1)
    let chain = try #require(report.findings.first)
    #expect(chain.rule == .mtuReconnect)
    #expect(chain.confidence == .certain)
    #expect(chain.fact("adapter_mtu") == .integer(1_418) && chain.fact("tunnel_mtu") == .integer(1_347))
    #expect(chain.explanation.contains("reason code 16"))
    let causes = Set(chain.causes.compactMap { id in report.findings.first { $0.id == id }?.rule })
    #expect(causes == [.portMismatch, .oversizedDF])
    #expect(report.findings.first { $0.rule == .sessionReconnects }?.causes == [chain.id])
    let large = try #require(report.findings.first { $0.rule == .oversizedDF })
    #expect(large.fact("mtu") == .integer(1_347) && large.fact("largest") == .integer(1_418))
    #expect(large.fact("source") == .text("10.48.66.200"))
    let reconnect = try #require(report.findings.first { $0.rule == .sessionReconnects })
    #expect(reconnect.fact("intervals_seconds") == .numbers([61]))
    let port = try #require(report.findings.first { $0.rule == .portMismatch })
    #expect(port.fact("listening_port") == .integer(443) && port.fact("dtls_port") == .integer(444))
    // The note's remedies.
    for remedy in [
      "`anyconnect mtu 1347`", "`anyconnect ssl df-bit-ignore enable`", "`sysopt connection tcpmss` to 1460",
      "TLS-only tunnel group",
    ] {
      #expect(chain.remedies.contains { $0.contains(remedy) }, "\(remedy)")
    }
    let tunnel = try #require(report.tunnels.first)
    #expect(tunnel.users == ["vpn"] && tunnel.innerAddresses.first?.description == "10.10.20.1")
  }

  @Test("the client's log alone proves the reason")
  func clientAlone() throws {
    let finding = try #require(try Self.report(Self.dart).findings.first)
    #expect(finding.rule == .mtuReconnect && finding.confidence == .certain)
  }

  @Test("the gateway's log alone makes the chain likely")
  func gatewayAlone() throws {
    let finding = try #require(try Self.report(Self.syslog).findings.first)
    #expect(finding.rule == .mtuReconnect && finding.confidence == .likely)
  }

  @Test("the port bug is told in both column orders, with its remedy in order", arguments: [table9, table8])
  func port(table: String) throws {
    let report = try Self.report(Self.configuration + table)
    let finding = try #require(report.findings.first)
    #expect(report.rules == ["port-mismatch dtls"])
    #expect(finding.confidence == .certain)
    #expect(finding.fact("tls_port") == .integer(444))
    #expect(finding.fact("listening_port") == .integer(443))
    #expect(
      finding.remedies.first?.contains(
        "`webvpn`, then `no enable outside`, then `dtls port 444`, then `enable outside`")
        == true)
  }

  @Test("the 8.4.6 table that changed at once is no fault")
  func changed() throws {
    #expect(try Self.report(Self.configuration + Self.table8Changed).findings.isEmpty)
    #expect(try Self.report(Self.configuration + Self.table8 + Self.table8Changed).findings.isEmpty)
  }
}
