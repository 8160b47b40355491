/// An IPv4 or IPv6 address as two words, so that comparing and hashing never touch memory.
///
/// IPv4 is held in its IPv4-mapped form, ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
@frozen
public struct IPAddress: Hashable, Comparable, Sendable {
  public let high: UInt64
  public let low: UInt64

  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// An IPv4 address, its four bytes in network order as one number: 10.0.0.1 is 0x0A00_0001.
  @inlinable
  public init(v4: UInt32) {
    self.high = 0
    self.low = 0xFFFF_0000_0000 | UInt64(v4)
  }

  @inlinable
  public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// Bytes of the IP and TCP headers without options: what an MTU has more than the MSS that fits it.
  @inlinable
  public var segmentHeaders: Int { isIPv4 ? 40 : 60 }

  /// Whether packets to it are for many hosts (RFC 5771, RFC 4291 section 2.7): multicast, or IPv4's limited broadcast.
  public var isForMany: Bool { isIPv4 ? UInt32(truncatingIfNeeded: low) >= 0xE000_0000 : high >> 56 == 0xFF }

  /// Whether it is no public address: of a private network (RFC 1918, RFC 4193), or shared by a carrier's customers (RFC 6598).
  public var isPrivate: Bool {
    guard isIPv4 else { return high >> 57 == 0xFC >> 1 }
    let address = UInt32(truncatingIfNeeded: low)
    return address >> 24 == 10 || address >> 20 == 0xAC1 || address >> 16 == 0xC0A8 || address >> 22 == 0x6440 >> 6
  }

  @inlinable
  public static func == (a: IPAddress, b: IPAddress) -> Bool { a.low == b.low && a.high == b.high }

  /// Only IPv6 addresses have more than one word to hash.
  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(low)
    if high != 0 { hasher.combine(high) }
  }

  @inlinable
  public static func < (a: IPAddress, b: IPAddress) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }
}

extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
  /// Dotted decimal, or the canonical text form of RFC 5952.
  public var description: String {
    guard !isIPv4 else { return dottedDecimal }
    let groups = [high, low].flatMap { word -> [UInt64] in
      [word >> 48, word >> 32 & 0xFFFF, word >> 16 & 0xFFFF, word & 0xFFFF]
    }
    guard let zeros = Self.longestZeroRun(in: groups) else {
      return Self.text(of: groups[...])
    }
    return Self.text(of: groups[..<zeros.lowerBound]) + "::" + Self.text(of: groups[zeros.upperBound...])
  }

  /// A report says thousands of addresses: the bytes are put in place, with no string for each number.
  private var dottedDecimal: String {
    unsafe String(unsafeUninitializedCapacity: 15) { text in
      var length = 0
      func add(_ byte: UInt64) {
        unsafe text[length] = UInt8(truncatingIfNeeded: byte)
        length += 1
      }
      for shift in stride(from: 24, through: 0, by: -8) {
        let value = low >> UInt64(shift) & 255
        if value >= 100 { add(48 + value / 100) }
        if value >= 10 { add(48 + value / 10 % 10) }
        add(48 + value % 10)
        if shift > 0 { add(46) }
      }
      return length
    }
  }

  private static func text(of groups: ArraySlice<UInt64>) -> String {
    groups.map { String($0, radix: 16) }.joined(separator: ":")
  }

  /// The first longest run of two or more zero groups, the one that "::" stands for (RFC 5952 section 4.2).
  private static func longestZeroRun(in groups: [UInt64]) -> Range<Int>? {
    var best: Range<Int>?
    var start = 0
    while start < groups.count {
      let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
      if end - start >= 2, end - start > (best?.count ?? 0) { best = start..<end }
      start = max(end, start) + 1
    }
    return best
  }

  /// Reads dotted decimal or IPv6 text; nil when it is neither. Zone identifiers are not accepted.
  public init?(_ text: String) {
    if text.contains(":") {
      guard let address = Self.parseIPv6(text) else { return nil }
      self = address
    } else {
      guard let value = Self.parseIPv4(text) else { return nil }
      self.init(v4: value)
    }
  }

  private static func parseIPv4(_ text: some StringProtocol) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
        let byte = UInt8(part)
      else { return nil }
      value = value << 8 | UInt32(byte)
    }
    return value
  }

  private static func parseIPv6(_ text: String) -> IPAddress? {
    let elision = text.split(separator: "::", omittingEmptySubsequences: false)
    guard elision.count <= 2 else { return nil }
    var sides: [[UInt64]] = []
    for (index, side) in elision.enumerated() {
      guard let groups = parseGroups(side, isLast: index == elision.count - 1) else { return nil }
      sides.append(groups)
    }
    let count = sides.reduce(0) { $0 + $1.count }
    guard sides.count == 2 ? count <= 7 : count == 8 else { return nil }
    let groups = sides[0] + Array(repeating: 0, count: 8 - count) + (sides.count == 2 ? sides[1] : [])
    let words = groups.reduce(into: (UInt64(0), UInt64(0))) { words, group in
      words = (words.0 << 16 | words.1 >> 48, words.1 << 16 | group)
    }
    return IPAddress(high: words.0, low: words.1)
  }

  /// - Parameter isLast: Whether the address ends here, so that its last 32 bits may be in dotted decimal.
  private static func parseGroups(_ text: Substring, isLast: Bool) -> [UInt64]? {
    guard !text.isEmpty else { return [] }
    var groups: [UInt64] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if isLast, index == parts.count - 1, part.contains(".") {
        guard let value = parseIPv4(part) else { return nil }
        groups += [UInt64(value >> 16), UInt64(value & 0xFFFF)]
      } else {
        guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
          let group = UInt64(part, radix: 16)
        else { return nil }
        groups.append(group)
      }
    }
    return groups
  }
}
