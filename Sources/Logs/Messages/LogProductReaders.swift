extension LogProduct {
  /// Whether no reader takes lines of this product: each of its messages is found in the table, wherever it stands.
  var isOfTableAlone: Bool {
    switch self {
    case .pulse, .f5, .sonicWall, .checkPoint, .openfortivpn: true
    default: false
    }
  }

  /// Whether its messages are found in the table alone: where a reader of lines takes one, it takes it for another product's.
  var hasNoLineReader: Bool {
    switch self {
    case .anyConnect, .asa, .charon, .ocserv, .openVPN, .openconnect, .pluto, .windowsRAS, .wireGuard: false
    case .appleIKE, .appleL2TP, .awsVPN, .azureVPN, .checkPoint, .ciscoIOS, .f5, .fortiClient, .fortiGate: true
    case .globalProtect, .huawei, .junos, .lancom, .networkManager, .openfortivpn, .paloAlto, .pulse, .racoon: true
    case .softEther, .sonicOS, .sonicWall, .sstpClient, .xl2tpd, .zyxel: true
    }
  }

  /// Whether readers of one family alone take its lines: those of an ASA are about two.
  var hasOneReader: Bool { self != .asa }
}
