import Observations

/// A range of addresses whose meaning a reader knows, so that an alias has to stay in it: a private address whose alias is
/// public would make a report say what is not so. Ranges of a few hundred addresses are none: an alias in one would be
/// another true address too often.
struct AddressClass: Equatable {
  /// The bits that all its addresses begin with, in the address's own width.
  let length: Int
  private let high: UInt64
  private let low: UInt64

  /// Of `description`, such as `10.0.0.0/8`; nil when that is no prefix.
  private init?(_ description: String) {
    let parts = description.split(separator: "/")
    guard parts.count == 2, let length = Int(parts[1]), let address = IPAddress(String(parts[0])) else { return nil }
    self.length = length
    (high, low) = (address.high, address.low)
  }

  private init() { (length, high, low) = (0, 0, 0) }

  /// What belongs to no other class: public addresses.
  private static let other = AddressClass()

  // IANA's registries of special-purpose addresses (RFC 6890), the longest prefix first.
  private static let v4 = [
    "0.0.0.0/32", "255.255.255.255/32",
    "192.168.0.0/16",  // private, RFC 1918
    "169.254.0.0/16",  // link-local, RFC 3927
    "198.18.0.0/15",  // benchmarks, RFC 2544
    "172.16.0.0/12",  // private
    "100.64.0.0/10",  // shared by a carrier's NAT, RFC 6598
    "10.0.0.0/8",  // private
    "0.0.0.0/8", "127.0.0.0/8",
    "224.0.0.0/4",  // groups
    "240.0.0.0/4",
  ].compactMap { AddressClass($0) }

  private static let v6 = [
    "::/127",  // unspecified, and the host itself
    "fe80::/10",  // link-local
    "::/8",  // holds IPv4 addresses in IPv6's form
    "ff00::/8",  // groups
    "fc00::/7",  // private, RFC 4193
  ].compactMap { AddressClass($0) }

  /// The class with the longest prefix that an address has.
  static func of(_ address: IPAddress) -> AddressClass {
    (address.isIPv4 ? v4 : v6).first { $0.contains(address) } ?? other
  }

  /// Whether its one or two addresses mean so much that they keep their name: all, nobody, oneself.
  func isFixed(in address: IPAddress) -> Bool { length >= (address.isIPv4 ? 32 : 127) }

  /// - Parameter address: Of the same version.
  private func contains(_ address: IPAddress) -> Bool {
    // Of an IPv4 address the 32 bits stand lowest.
    let bits = address.isIPv4 ? length + 96 : length
    let highMask = bits >= 64 ? UInt64.max : bits == 0 ? 0 : ~(UInt64.max >> UInt64(bits))
    let lowMask = bits <= 64 ? 0 : bits >= 128 ? UInt64.max : ~(UInt64.max >> UInt64(bits - 64))
    return address.high & highMask == high & highMask && address.low & lowMask == low & lowMask
  }
}
