import Observations

/// A message of the table in a line, as a family's reader is given it: what stood around it is read already.
public struct TableLine: ~Escapable {
  /// What the program wrote: whom the message is about, where it says that in front, and the message.
  public let words: LogText
  public let product: LogProduct
  /// The number that the product gives the message, such as an ASA's; nil where it has none.
  public let number: Int?
  public let time: CivilTime?
  /// Where the line names its host, or what another line of its entry says.
  private let hostPart: Range<Int>?
  private let hostOfEntry: String?
  package let meaning: MessageMeaning
  /// What `values` are offsets in.
  private let text: LogText
  private let values: MessageValues
  private let template: String?

  /// - Parameter text: The line, in which the message was found.
  @_lifetime(copy text)
  init(_ text: borrowing LogText, _ found: FoundMessage, time: CivilTime?, host: Range<Int>?, hostOfEntry: String?) {
    words = text.part(found.words)
    self.text = LogText(text.bytes)
    values = found.values
    template = found.original
    meaning = found.meaning
    product = found.product
    number = found.number
    self.time = time
    hostPart = host
    self.hostOfEntry = hostOfEntry
  }

  /// The device or host that the line names.
  public var host: String? { hostPart.map { text.string($0) } ?? hostOfEntry }

  /// A value of the message as it is written; nil when it has none of this role.
  ///
  /// - Parameter stop: Where the value has this byte, it ends in front of the first.
  package func string(_ role: ValueRole, upTo stop: UInt8? = nil) -> String? {
    guard let range = values.range(of: role) else { return nil }
    guard let stop, let end = text.find(stop, from: range.lowerBound), end < range.upperBound else {
      return text.string(range)
    }
    return text.string(range.lowerBound..<end)
  }

  /// Of a translated message, what the program writes without a translation; nil of one that is not translated.
  package var original: String? {
    guard var rest = template?[...] else { return nil }
    var text = ""
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open]
      text += ValueRole(rawValue: String(rest[rest.index(after: open)..<close])).flatMap { string($0) } ?? ""
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }

  /// A whole number; nil when the message has none of this role.
  package func number(_ role: ValueRole) -> Int? { values.number(role, in: text) }

  /// An address that the message names, and its port where it is written with one.
  package func endpoint(_ role: ValueRole) -> (address: IPAddress, port: UInt16?)? { values.endpoint(role, in: text) }

  /// Whether its value of this role is written as `word`.
  package func says(_ word: StaticString, in role: ValueRole) -> Bool {
    guard let range = values.range(of: role) else { return false }
    return range.count == word.utf8CodeUnitCount && text.has(word, at: range.lowerBound)
  }

  /// Whether the message has a value of this role.
  package func has(_ role: ValueRole) -> Bool { values.range(of: role) != nil }
}

extension LogProduct {
  /// What a log of its messages is.
  package var format: LogFormat {
    switch self {
    case .openconnect: LogFormat("openconnect", title: "openconnect", side: .client)
    case .ocserv: LogFormat("ocserv", title: "ocserv", side: .server, product: Product("ocserv"))
    case .asa: LogFormat("asa-syslog", title: "ASA syslog", side: .server, product: Product("Cisco ASA"))
    case .anyConnect: LogFormat("dart", title: "AnyConnect DART", side: .client)
    case .networkManager: LogFormat("networkmanager", title: "NetworkManager", side: .client)
    case .globalProtect: LogFormat("globalprotect", title: "GlobalProtect", side: .client)
    case .fortiGate: LogFormat("fortigate", title: "FortiGate", side: .server, product: Product("FortiGate"))
    case .openfortivpn: LogFormat("openfortivpn", title: "openfortivpn", side: .client)
    case .fortiClient: LogFormat("forticlient", title: "FortiClient", side: .client)
    case .pulse: LogFormat("pulse", title: "Pulse Secure", side: nil)
    case .f5: LogFormat("f5", title: "F5 BIG-IP client", side: .client)
    case .checkPoint: LogFormat("check-point", title: "Check Point client", side: .client)
    case .sonicWall: LogFormat("sonicwall", title: "SonicWall client", side: .client)
    case .appleL2TP: LogFormat("apple-l2tp", title: "macOS L2TP", side: .client)
    case .ciscoIOS: LogFormat("cisco-ike-responder", title: "Cisco IKE debug", side: .server)
    case .wireGuard: LogFormat("wireguard", title: "WireGuard", side: nil)
    case .openVPN: LogFormat("openvpn", title: "OpenVPN", side: nil)
    case .charon: LogFormat("charon", title: "strongSwan", side: nil)
    case .pluto: LogFormat("pluto", title: "Libreswan", side: nil)
    case .racoon: LogFormat("racoon", title: "racoon or RouterOS", side: nil)
    case .junos:
      LogFormat("junos-responder", title: "Junos IKE", side: .server, product: Product("Juniper ScreenOS or SRX"))
    case .paloAlto:
      LogFormat("palo-alto-responder", title: "Palo Alto IKE", side: .server, product: Product("Palo Alto"))
    case .azureVPN:
      LogFormat("azure-vpn", title: "Azure VPN gateway", side: .server, product: Product("Azure VPN gateway"))
    case .awsVPN: LogFormat("aws-vpn", title: "AWS VPN", side: .server, product: Product("AWS VPN"))
    case .appleIKE: LogFormat("apple-ike", title: "macOS IKEv2", side: .client)
    case .sonicOS: LogFormat("sonicos-responder", title: "SonicWall IKE", side: .server, product: Product("SonicWall"))
    case .huawei: LogFormat("huawei-ike-responder", title: "Huawei IKE", side: .server, product: Product("Huawei"))
    case .lancom: LogFormat("lancom-responder", title: "LANCOM trace", side: .server, product: Product("LANCOM"))
    case .zyxel: LogFormat("zyxel-responder", title: "Zyxel IKE", side: .server, product: Product("Zyxel"))
    case .softEther: LogFormat("softether", title: "SoftEther VPN Server", side: .server, product: Product("SoftEther"))
    case .sstpClient: LogFormat("sstp-client", title: "sstp-client", side: .client)
    case .xl2tpd: LogFormat("xl2tpd", title: "xl2tpd", side: nil)
    case .windowsRAS: LogFormat("windows-ras", title: "Windows RAS", side: .client)
    }
  }
}
