extension LogProduct {
  /// The product that a program's name belongs to, as headers name it.
  init?(program text: borrowing LogText, _ word: Range<Int>) {
    let initial = text[word.lowerBound].folded &- UInt8(ascii: "a")
    guard initial < 26, let product = Self.table.product(text, word, initial: Int(initial)) else { return nil }
    self = product
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

  /// `programs` by the letter that they begin with.
  private struct ProgramTable {
    private let programs: [Program]
    /// Where in `programs` those begin that begin with a letter, and behind the last letter where they end.
    private let starts: [Int]

    init() {
      var programs: [Program] = []
      var starts = [0]
      for initial in UInt8(ascii: "a")...UInt8(ascii: "z") {
        for (name, product) in LogProduct.programs where unsafe name.utf8Start.pointee == initial {
          programs.append(Program(name, product))
        }
        starts.append(programs.count)
      }
      self.programs = programs
      self.starts = starts
    }

    /// - Parameter initial: The letter that the word begins with, from 0 on.
    func product(_ text: borrowing LogText, _ word: Range<Int>, initial: Int) -> LogProduct? {
      let first = starts[initial]
      let end = starts[initial + 1]
      guard first < end else { return nil }
      let start = text.packed(word) << (8 * UInt64(8 - min(word.count, 8)))
      for index in first..<end where start & programs[index].mask == programs[index].start {
        let program = programs[index]
        if program.name.utf8CodeUnitCount <= word.count, text.hasFolded(program.name, at: word.lowerBound) {
          return program.product
        }
      }
      return nil
    }
  }

  private static let table = ProgramTable()

  /// Names in lower case, the longer before the shorter that they begin with; a name stands for all that begin with it.
  private static let programs: [(StaticString, LogProduct)] = [
    ("openconnect", .openconnect), ("ocserv", .ocserv), ("occtl", .ocserv), ("networkmanager", .networkManager),
    ("nm-openconnect", .networkManager), ("nm-openvpn", .openVPN), ("acvpn", .anyConnect), ("csc_", .anyConnect),
    ("vpnagent", .anyConnect), ("vpnui", .anyConnect), ("vpndownloader", .anyConnect),
    ("pangp", .globalProtect), ("gpclient", .globalProtect), ("gpservice", .globalProtect),
    ("gpgui", .globalProtect), ("gpauth", .globalProtect), ("gpapi", .globalProtect),
    ("openfortivpn", .openfortivpn), ("forticlient", .fortiClient),
    ("pulse", .pulse), ("dsaccess", .pulse), ("charon", .charon), ("strongswan", .charon),
    // RouterOS writes topics in place of a program.
    ("racoon", .racoon), ("ipsec,", .racoon), ("ipsec", .charon),
    ("gof5", .f5), ("snx", .checkPoint), ("nxbender", .sonicWall),
    ("pluto", .pluto), ("openvpn", .openVPN), ("ovpn", .openVPN), ("wireguard", .wireGuard), ("wg-quick", .wireGuard),
    ("asa", .asa), ("ftd", .asa), ("kmd", .junos), ("rasclient", .windowsRAS), ("rasman", .windowsRAS),
    ("remoteaccess", .windowsRAS), ("sstpc", .sstpClient), ("xl2tpd", .xl2tpd),
    ("zywall", .zyxel),
  ]
}
