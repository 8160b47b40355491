import Observations

extension Product {
  /// Cisco ASA or Secure Firewall.
  public static let ciscoASA = Product("Cisco ASA")
  public static let ocserv = Product("ocserv")
  /// Palo Alto Networks GlobalProtect.
  public static let globalProtect = Product("GlobalProtect")
  /// Pulse Connect Secure, today Ivanti Connect Secure.
  public static let pulse = Product("Ivanti Connect Secure")
  public static let f5 = Product("F5 BIG-IP")
}

extension LogFormat {
  /// Messages of an ASA or FTD, with or without a syslog header.
  public static let asaSyslog = LogFormat("asa-syslog", title: "ASA syslog", side: .server, product: .ciscoASA)
  /// Output of `show` and `debug` commands of an ASA or FTD.
  public static let asaCommands = LogFormat(
    "asa-commands", title: "ASA command output", side: .server, product: .ciscoASA)
  /// Blocks of the AnyConnect diagnostics and reporting tool.
  public static let dart = LogFormat("dart", title: "AnyConnect DART", side: .client)
  /// What AnyConnect and Secure Client tell their user.
  public static let clientHistory = LogFormat(
    "anyconnect-history", title: "AnyConnect message history", side: .client)
  public static let openconnect = LogFormat("openconnect", title: "openconnect", side: .client)
  public static let ocserv = LogFormat("ocserv", title: "ocserv", side: .server, product: .ocserv)
  public static let openfortivpn = LogFormat("openfortivpn", title: "openfortivpn", side: .client)
  public static let fortiClient = LogFormat("forticlient", title: "FortiClient", side: .client)
  /// Events of a FortiGate's SSL VPN.
  public static let fortiGate = LogFormat("fortigate", title: "FortiGate", side: .server, product: .fortiGate)
  /// Events of Pulse Secure's and Ivanti Connect Secure's gateways.
  public static let pulse = LogFormat("pulse", title: "Pulse Secure", side: .server, product: .pulse)
  /// Clients of F5's, Check Point's and SonicWall's gateways.
  public static let f5 = LogFormat("f5", title: "F5 BIG-IP client", side: .client)
  /// The access policy manager of an F5 BIG-IP.
  public static let f5Gateway = LogFormat("f5-gateway", title: "F5 BIG-IP gateway", side: .server, product: .f5)
  public static let checkPoint = LogFormat("check-point", title: "Check Point client", side: .client)
  public static let sonicWall = LogFormat("sonicwall", title: "SonicWall client", side: .client)
  public static let globalProtect = LogFormat("globalprotect", title: "GlobalProtect", side: .client)
  /// GlobalProtect's events in a firewall's system log.
  public static let globalProtectGateway = LogFormat(
    "globalprotect-gateway", title: "GlobalProtect gateway", side: .server, product: .globalProtect)
}
