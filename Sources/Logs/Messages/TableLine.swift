import Observations

/// A message of the table in a line, as a family's reader is given it: what stood around it is read already.
public struct TableLine: ~Escapable {
  /// What the program wrote: whom the message is about, where it says that in front, and the message.
  public let words: LogText
  public let product: LogProduct
  /// The number that the product gives the message, such as an ASA's; nil where it has none.
  public let number: Int?
  public let time: CivilTime?
  /// The device or host that the line names.
  public let host: String?

  @_lifetime(copy words)
  init(_ words: consuming LogText, _ found: FoundMessage, time: CivilTime?, host: String?) {
    self.words = words
    product = found.product
    number = found.number
    self.time = time
    self.host = host
  }
}

extension LogProduct {
  /// What a log of its messages is.
  var format: LogFormat {
    switch self {
    case .openconnect: LogFormat("openconnect", title: "openconnect", side: .client)
    case .ocserv: LogFormat("ocserv", title: "ocserv", side: .server, product: Product("ocserv"))
    case .asa: LogFormat("asa-syslog", title: "ASA syslog", side: .server, product: Product("Cisco ASA"))
    case .anyConnect: LogFormat("dart", title: "AnyConnect DART", side: .client)
    case .networkManager: LogFormat("networkmanager", title: "NetworkManager", side: .client)
    case .globalProtect: LogFormat("globalprotect", title: "GlobalProtect", side: .client)
    case .fortiGate: LogFormat("fortigate", title: "FortiGate", side: .server, product: Product("FortiGate"))
    case .openfortivpn: LogFormat("openfortivpn", title: "openfortivpn", side: .client)
    case .pulse: LogFormat("pulse", title: "Pulse Secure", side: nil)
    case .wireGuard: LogFormat("wireguard", title: "WireGuard", side: nil)
    case .openVPN: LogFormat("openvpn", title: "OpenVPN", side: nil)
    case .charon: LogFormat("charon", title: "strongSwan", side: nil)
    case .pluto: LogFormat("pluto", title: "Libreswan", side: nil)
    case .windowsRAS: LogFormat("windows-ras", title: "Windows RAS", side: .client)
    }
  }
}
