/// One of several equal shares of all pairs of hosts, so that several observers can divide the work on one capture.
///
/// Everything that is tracked belongs to two hosts, in either direction; what an ICMP error quotes belongs to the hosts
/// of the quoted packet. The shares are the same on every machine: the hash has no key. Whoever sends packets can load
/// one share more than the others, and gains nothing else by it.
public struct HostPairShare: Sendable, Hashable, Codable {
  /// From 1.
  public let number: Int
  public let count: Int

  /// Beyond it the work that every observer does alone, reading the packets, is all there is.
  public static let largestCount = 256

  /// nil unless 1 ≤ `number` ≤ `count` ≤ `largestCount`.
  public init?(number: Int, of count: Int) {
    guard count <= Self.largestCount, number >= 1, number <= count else { return nil }
    self.number = number
    self.count = count
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let share = HostPairShare(
      number: try container.decode(Int.self, forKey: .number), of: try container.decode(Int.self, forKey: .count))
    guard let share else {
      throw DecodingError.dataCorruptedError(
        forKey: .number, in: container, debugDescription: "not a number from 1 to the count")
    }
    self = share
  }

  /// Whether what two hosts do with each other is in this share. The order of the two does not matter.
  @inlinable @inline(__always)
  public func holds(_ a: IPAddress, _ b: IPAddress) -> Bool {
    let hash = Self.mixed(a.low ^ a.high &* Self.odd) &+ Self.mixed(b.low ^ b.high &* Self.odd)
    // The upper bits of the hash times the count: a number below the count, without a division for every packet.
    return hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high
      == UInt64(truncatingIfNeeded: number &- 1)
  }

  @usableFromInline static var odd: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// SplitMix64 (Steele, Lea and Flood 2014): every bit of the result depends on every bit of the word.
  @inlinable @inline(__always)
  static func mixed(_ word: UInt64) -> UInt64 {
    var z = word &+ odd
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

extension HostPairShare: CustomStringConvertible, LosslessStringConvertible {
  /// `2/8`.
  public var description: String { "\(number)/\(count)" }

  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(number: number, of: count)
  }
}
