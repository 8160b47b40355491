/// A range of addresses that begin with the same bits, as in 198.51.100.0/24 (RFC 4632 section 3.1).
///
/// IPv4 and IPv6 stay apart: ::/0 holds every IPv6 address and no IPv4 one.
public struct IPPrefix: Hashable, Sendable {
  /// The first address of the range; bits beyond `length` are 0.
  public let address: IPAddress
  /// How many leading bits of the address count: 0 to 32 for IPv4, 0 to 128 for IPv6.
  public let length: Int

  /// The range that `address` lies in; nil when an address of its kind does not have so many bits.
  public init?(_ address: IPAddress, length: Int) {
    guard length >= 0, length <= Self.bits(in: address) else { return nil }
    self.address = Self.masked(address, length)
    self.length = length
  }

  /// The range that holds this one address.
  public init(_ address: IPAddress) {
    self.address = address
    self.length = Self.bits(in: address)
  }

  public func contains(_ other: IPAddress) -> Bool {
    other.isIPv4 == address.isIPv4 && Self.masked(other, length) == address
  }

  private static func bits(in address: IPAddress) -> Int { address.isIPv4 ? 32 : 128 }

  private static func masked(_ address: IPAddress, _ length: Int) -> IPAddress {
    // An IPv4 address stands in the last 32 of 128 bits.
    let kept = length + (address.isIPv4 ? 96 : 0)
    // A shift by 64 leaves 0.
    return IPAddress(
      high: address.high & (UInt64.max << UInt64(max(0, 64 - kept))),
      low: address.low & (UInt64.max << UInt64(min(64, 128 - kept))))
  }
}

extension IPPrefix: CustomStringConvertible, LosslessStringConvertible {
  /// `198.51.100.0/24`; the length is left out where it is a single address.
  public var description: String { length == Self.bits(in: address) ? "\(address)" : "\(address)/\(length)" }

  /// Reads an address, or an address, a slash and a length in decimal; nil when it is neither. Bits of the address
  /// beyond the length are ignored: 198.51.100.7/24 is 198.51.100.0/24.
  public init?(_ text: String) {
    guard let slash = text.firstIndex(of: "/") else {
      guard let address = IPAddress(text) else { return nil }
      self.init(address)
      return
    }
    let digits = text[text.index(after: slash)...]
    guard let address = IPAddress(String(text[..<slash])), (1...3).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(digits)
    else { return nil }
    // ::ffff:198.51.100.0/120 counts the bits of the IPv6 form (RFC 4291 section 2.5.5.2).
    self.init(address, length: address.isIPv4 && text.contains(":") ? length - 96 : length)
  }
}
