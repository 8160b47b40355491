import Observations

/// A message of ARP for IPv4 over Ethernet (RFC 826): who asks, and who is asked.
///
///     | hardware type 1 | protocol 0x0800 | lengths 6, 4 | operation | sender MAC, IPv4 | target MAC, IPv4 |
///
/// Where it begins in a frame depends on what is around it. Its first six bytes are always the same, and it is looked for by
/// them: only in frames of which the walk said that they are ARP.
public struct ARPMessage: Equatable, Sendable {
  public let sender: IPAddress
  public let target: IPAddress

  private enum Field {
    static let operation = 6
    static let senderAddress = 14
    static let targetAddress = 24
    static let length = 28
  }

  /// Hardware and protocol type and the lengths of their addresses.
  private static let beginning: UInt64 = 0x0001_0800_0604
  /// Carriers and tags before it are shorter.
  private static let furthest = 256

  /// Looks for a request or reply in a frame that holds one.
  public init?(in frame: RawSpan) {
    guard frame.byteCount >= Field.length else { return nil }
    for start in 0...min(frame.byteCount - Field.length, Self.furthest) {
      let message = frame.extracting(start..<start + Field.length)
      let (high, low) = unsafe (message.u32(0), message.u16(4))
      guard UInt64(high) << 16 | UInt64(low) == Self.beginning, unsafe (1...2).contains(message.u16(Field.operation))
      else { continue }
      sender = unsafe IPAddress(v4: message.u32(Field.senderAddress))
      target = unsafe IPAddress(v4: message.u32(Field.targetAddress))
      return
    }
    return nil
  }
}
