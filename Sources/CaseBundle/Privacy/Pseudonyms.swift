import Cryptography
import Observations

/// The aliases of one bundle: the same name has the same alias everywhere in it, and without the key nobody gets back.
public final class Pseudonyms {
  private let cipher: PrefixPreservingCipher
  private let authentication: HMACSHA256
  private var aliases: [IPAddress: IPAddress] = [:]
  private var originals: [IPAddress: IPAddress] = [:]
  private var hardware: [UInt64: UInt64] = [:]
  private var names: [[UInt8]: [UInt8]] = [:]
  private var logNames: [[String]: String] = [:]
  /// Whether everything could be renamed; if not, nothing may leave.
  private(set) var isSound = true

  /// - Parameter key: 32 bytes that nobody can guess; nil for any other number.
  public init?(key: [UInt8]) {
    guard let cipher = PrefixPreservingCipher(key: key) else { return nil }
    self.cipher = cipher
    authentication = HMACSHA256(key: key)
  }

  /// A key that nobody knows.
  public static func randomKey() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// Addresses that were renamed.
  var addressCount: Int { aliases.count }
  var hardwareCount: Int { hardware.count }
  var nameCount: Int { names.count + logNames.count }

  /// The alias of an address.
  public func alias(of address: IPAddress) -> IPAddress {
    if let known = aliases[address] { return known }
    guard let alias = cipher.rename(address) else {
      isSound = false
      return IPAddress(v4: 0)
    }
    aliases[address] = alias
    originals[alias] = address
    return alias
  }

  /// The address that an alias stands for; the alias itself when it was not given out.
  func original(of alias: IPAddress) -> IPAddress { originals[alias] ?? alias }

  /// The alias of a MAC address in the low 48 bits: locally administered, a group address stays one, and broadcast
  /// is nobody's name.
  func alias(ofHardware address: UInt64) -> UInt64 {
    guard address != 0xFFFF_FFFF_FFFF, address != 0 else { return address }
    if let known = hardware[address] { return known }
    let digest = self.digest("hardware", [UInt8](bigEndian: address, count: 6))
    let isGroup = address >> 40 & 1
    let alias = (UInt64(2) | isGroup) << 40 | Array(digest[..<5]).bigEndian
    hardware[address] = alias
    return alias
  }

  /// The alias of a server's name, as many bytes long as the name; names that differ in case alone share it.
  func alias(ofName name: [UInt8]) -> [UInt8] {
    let lower = name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    if let known = names[lower] { return known }
    var alias: [UInt8] = []
    var round: UInt8 = 0
    repeat {
      alias = name.count >= 12 ? Array("server-".utf8) : []
      while alias.count < name.count {
        alias += digest("name", [round] + lower).map { Self.letters[Int($0 & 31)] }
        round &+= 1
      }
      alias.removeLast(alias.count - name.count)
      // A name of one letter may meet its own alias.
    } while alias == lower && !alias.isEmpty
    names[lower] = alias
    return alias
  }

  func alias(ofName name: String) -> String {
    String(decoding: alias(ofName: Array(name.utf8)), as: UTF8.self)
  }

  /// The alias of a name out of a log; unlike that of a server's name it does not tell how long the name is.
  func alias(of name: String, kind: String) -> String {
    if let known = logNames[[kind, name]] { return known }
    let alias =
      kind + "-"
      + String(decoding: digest(kind, Array(name.utf8)).prefix(8).map { Self.letters[Int($0 & 31)] }, as: UTF8.self)
    logNames[[kind, name]] = alias
    return alias
  }

  /// Bytes that stand for a value: the same for the same kind and value.
  func alias(ofValue kind: String, _ value: [UInt8], count: Int) -> [UInt8] {
    var alias: [UInt8] = []
    var round: UInt8 = 0
    while alias.count < count {
      alias += digest("value of " + kind, [round] + value)
      round &+= 1
    }
    return Array(alias.prefix(count))
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  private func digest(_ kind: String, _ value: [UInt8]) -> [UInt8] {
    authentication.code(of: Array(kind.utf8) + [0] + value)
  }
}
