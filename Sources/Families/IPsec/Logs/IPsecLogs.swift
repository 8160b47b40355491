import Logs
import Observations

extension LogFormat {
  /// Lines of strongSwan's daemon where it initiates.
  public static let charonInitiator = LogFormat("charon-initiator", title: "strongSwan", side: .client)
  /// The same where it answers.
  public static let charonResponder = LogFormat(
    "charon-responder", title: "strongSwan", side: .server, product: .strongSwan)
}

extension LogFormat {
  /// Lines of libreswan's or Openswan's daemon where it initiates.
  public static let plutoInitiator = LogFormat("pluto-initiator", title: "Libreswan", side: .client)
  /// The same where it answers.
  public static let plutoResponder = LogFormat(
    "pluto-responder", title: "Libreswan", side: .server, product: .libreswan)
  /// Lines of racoon or RouterOS where it initiates.
  public static let racoonInitiator = LogFormat("racoon-initiator", title: "racoon or RouterOS", side: .client)
  /// The same where it answers.
  public static let racoonResponder = LogFormat("racoon-responder", title: "racoon or RouterOS", side: .server)
  /// Lines of iked where it initiates.
  public static let ikedInitiator = LogFormat("iked-initiator", title: "OpenIKED", side: .client)
  /// The same where it answers.
  public static let ikedResponder = LogFormat("iked-responder", title: "OpenIKED", side: .server)
  /// A FortiGate's debugging of IKE where it initiates.
  public static let fortiGateIKEInitiator = LogFormat(
    "fortigate-ike-initiator", title: "FortiGate IKE debug", side: .client)
  /// The same where it answers.
  public static let fortiGateIKEResponder = LogFormat(
    "fortigate-ike-responder", title: "FortiGate IKE debug", side: .server, product: .fortiGate)
  /// Debugging of IKE on an ASA or an IOS router where it initiates.
  public static let ciscoIKEInitiator = LogFormat("cisco-ike-initiator", title: "Cisco IKE debug", side: .client)
  /// The same where it answers.
  public static let ciscoIKEResponder = LogFormat("cisco-ike-responder", title: "Cisco IKE debug", side: .server)
  /// Debugging of IKE version 1 on an ASA where it initiates.
  public static let asaIKEInitiator = LogFormat("asa-ike-initiator", title: "ASA IKE debug", side: .client)
  /// The same where it answers.
  public static let asaIKEResponder = LogFormat(
    "asa-ike-responder", title: "ASA IKE debug", side: .server, product: LogProduct.asa.format.product)
  /// macOS' client of L2TP over IPsec.
  public static let appleL2TP = LogFormat("apple-l2tp", title: "macOS L2TP", side: .client)
  /// macOS' and iOS' own client of IKEv2.
  public static let appleIKE = LogProduct.appleIKE.format
  /// Windows' own client.
  public static let rasClient = LogFormat("windows-ras", title: "Windows RAS", side: .client)
}

extension LogFormat {
  /// IKE of an SRX where it initiates.
  public static let junosInitiator = LogFormat("junos-initiator", title: "Junos IKE", side: .client)
  /// The same where it answers.
  public static let junosResponder = LogProduct.junos.format
  /// IKE of a firewall with PAN-OS where it initiates.
  public static let paloAltoInitiator = LogFormat("palo-alto-initiator", title: "Palo Alto IKE", side: .client)
  /// The same where it answers.
  public static let paloAltoResponder = LogProduct.paloAlto.format
  /// IKE of a SonicWall firewall where it initiates.
  public static let sonicOSInitiator = LogFormat("sonicos-initiator", title: "SonicWall IKE", side: .client)
  /// The same where it answers.
  public static let sonicOSResponder = LogProduct.sonicOS.format
  /// IKE of a firewall or router of Huawei's where it initiates.
  public static let huaweiInitiator = LogFormat("huawei-ike-initiator", title: "Huawei IKE", side: .client)
  /// The same where it answers.
  public static let huaweiResponder = LogProduct.huawei.format
  /// IKE of a LANCOM router where it initiates.
  public static let lancomInitiator = LogFormat("lancom-initiator", title: "LANCOM trace", side: .client)
  /// The same where it answers.
  public static let lancomResponder = LogProduct.lancom.format
  /// IKE of a firewall or router of Zyxel's where it initiates.
  public static let zyxelInitiator = LogFormat("zyxel-initiator", title: "Zyxel IKE", side: .client)
  /// The same where it answers.
  public static let zyxelResponder = LogProduct.zyxel.format
  /// IKE of SoftEther's server.
  public static let softEther = LogProduct.softEther.format
  /// IKE of a VPN gateway of Azure.
  public static let azureVPN = LogProduct.azureVPN.format
  /// IKE of AWS Site-to-Site VPN.
  public static let awsVPN = LogProduct.awsVPN.format
}

extension LogFormat {
  /// SAs that an ASA or an IOS router lists (`show crypto …`). Who lists is taken for the client (`ListedSA`).
  public static let ciscoSAListing = LogFormat("cisco-sa-listing", title: "Cisco listing of SAs", side: .client)
  /// SAs that strongSwan lists (`swanctl --list-sas`, `ipsec statusall`).
  public static let strongSwanSAListing = LogFormat(
    "strongswan-sa-listing", title: "strongSwan listing of SAs", side: nil)
  /// SAs that libreswan lists (`ipsec trafficstatus`).
  public static let libreswanSAListing = LogFormat(
    "libreswan-sa-listing", title: "Libreswan listing of SAs", side: nil)
  /// SAs or gateways that a FortiGate lists (`diagnose vpn …`).
  public static let fortiGateSAListing = LogFormat(
    "fortigate-sa-listing", title: "FortiGate listing of SAs", side: nil)
}

/// The logs of IPsec: those of strongSwan, libreswan, OpenIKED, racoon and RouterOS, of Windows' and macOS' clients, what an ASA, an IOS router,
/// a FortiGate, a SonicWall, Junos, PAN-OS, Huawei, LANCOM, Zyxel, SoftEther, Azure and AWS write of IKE, and what commands list of SAs.
public enum IPsecLogs {
  /// The readers in the order in which a line is offered to them.
  public static var readers: [any LogFormatReader.Type] { [IPsecLogReaders.self] }
}

private struct IPsecLogReaders: LogReaderList {
  var readers = NoReader
    .And<CharonLog>.And<PlutoLog>.And<IkedLog>.And<RacoonLog>.And<AppleL2TPLog>.And<AppleIKELog>.And<ASAIKELog>
    .And<ASAIKEDebugLog>.And<CiscoIKEDebugLog>
    .And<
      FortiGateIKELog
    >
    .And<RasClientLog>.And<SAListing>.And<IKEEventsLog>()
}

/// How much a reader keeps; what is beyond shows nothing.
enum IPsecLogLimits {
  /// IKE SAs, their peers, and threads: a busy gateway's number of clients. A table is emptied when it is full.
  static let associations = 4_096
}
