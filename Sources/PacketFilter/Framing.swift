/// What a filter has to know of an interface: what its frames begin with, and in which byte order.
public struct Framing: Hashable, Sendable {
  /// The number in the LINKTYPE_ registry, as it stands in a capture file.
  public let linkTypeNumber: UInt16
  /// Whether the machine that captured wrote its numbers in big-endian order; BSD loopback headers are such numbers.
  public let isBigEndian: Bool

  public init(linkTypeNumber: UInt16, isBigEndian: Bool = false) {
    self.linkTypeNumber = linkTypeNumber
    // No other filter depends on the byte order, so that one program serves both.
    self.isBigEndian = isBigEndian && linkTypeNumber == 0
  }
}
