extension LogProduct {
  /// The product that a program's name belongs to, as headers name it.
  init?(program text: borrowing LogText, _ word: Range<Int>) {
    let initial = text[word.lowerBound].folded &- UInt8(ascii: "a")
    guard initial < 26 else { return nil }
    for (name, product) in Self.programsByInitial[Int(initial)] where text.hasFolded(name, in: word) {
      self = product
      return
    }
    return nil
  }

  /// `programs` that begin with each letter of the alphabet.
  private static let programsByInitial: [[(StaticString, LogProduct)]] = (0..<26).map { initial in
    programs.filter { unsafe $0.0.utf8Start.pointee == UInt8(ascii: "a") + initial }
  }

  /// Names in lower case, the longer before the shorter that they begin with; a name stands for all that begin with it.
  private static let programs: [(StaticString, LogProduct)] = [
    ("openconnect", .openconnect), ("ocserv", .ocserv), ("occtl", .ocserv), ("networkmanager", .networkManager),
    ("nm-openconnect", .networkManager), ("nm-openvpn", .openVPN), ("acvpn", .anyConnect), ("csc_", .anyConnect),
    ("vpnagent", .anyConnect), ("vpnui", .anyConnect), ("vpndownloader", .anyConnect),
    ("pangp", .globalProtect), ("gpclient", .globalProtect), ("gpservice", .globalProtect),
    ("openfortivpn", .openfortivpn), ("forticlient", .fortiClient),
    ("pulse", .pulse), ("dsaccess", .pulse), ("charon", .charon), ("strongswan", .charon),
    // RouterOS writes topics in place of a program.
    ("racoon", .racoon), ("ipsec,", .racoon), ("ipsec", .charon),
    ("gof5", .f5), ("snx", .checkPoint), ("nxbender", .sonicWall),
    ("pluto", .pluto), ("openvpn", .openVPN), ("ovpn", .openVPN), ("wireguard", .wireGuard), ("wg-quick", .wireGuard),
    ("asa", .asa), ("ftd", .asa), ("rasclient", .windowsRAS), ("rasman", .windowsRAS), ("remoteaccess", .windowsRAS),
  ]
}

extension LogText {
  /// Whether the word begins with `name`, in any case; `name` is in lower case.
  fileprivate func hasFolded(_ name: StaticString, in word: Range<Int>) -> Bool {
    let length = name.utf8CodeUnitCount
    guard length <= word.count else { return false }
    let start = unsafe name.utf8Start
    for offset in 0..<length where unsafe self[word.lowerBound + offset].folded != start[offset] { return false }
    return true
  }
}
