extension LogProduct {
  /// The product that a program's name belongs to, as headers name it.
  init?(program text: borrowing LogText, _ word: Range<Int>) {
    let initial = text[word.lowerBound].folded &- UInt8(ascii: "a")
    guard initial < 26 else { return nil }
    let start = text.packed(word) << (8 * UInt64(8 - min(word.count, 8)))
    for program in Self.programsByInitial[Int(initial)]
    where start & program.mask == program.start && program.name.utf8CodeUnitCount <= word.count
      && text.hasFolded(program.name, at: word.lowerBound)
    {
      self = program.product
      return
    }
    return nil
  }

  /// A program's name, and how the first eight bytes of a word look that begins with it.
  private struct Program {
    let name: StaticString
    let product: LogProduct
    /// The name's first eight bytes, the first the most significant.
    let start: UInt64
    /// Ones for each byte of the name.
    let mask: UInt64

    init(_ name: StaticString, _ product: LogProduct) {
      self.name = name
      self.product = product
      let bytes = Array("\(name)".utf8.prefix(8))
      let shift = 8 * UInt64(8 - bytes.count)
      start = bytes.reduce(0) { $0 << 8 | UInt64($1) } << shift
      mask = UInt64.max << shift
    }
  }

  /// `programs` that begin with each letter of the alphabet.
  private static let programsByInitial: [[Program]] = (0..<26).map { initial in
    programs.filter { unsafe $0.0.utf8Start.pointee == UInt8(ascii: "a") + initial }.map { Program($0, $1) }
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
