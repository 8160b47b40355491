/// By what a gateway, and a capture, know a client's data again that comes from another address: the numbers in clear that it
/// is addressed with. A WireGuard receiver index, an SPI, an OpenVPN peer ID with its key; of DTLS no more than that its record
/// numbers go on where another port's ended.
public struct SessionMarks: Sendable, Hashable, Codable {
  /// Of the client's first data; nil where the capture shows the handshake, so that nothing came before.
  public let first: HandshakeToken?
  /// Of the client's latest keys, the oldest first.
  public let latest: [HandshakeToken]
  /// The number of the client's first packet with data, and the highest of its last key, where a mark may serve another session
  /// later (OpenVPN's peer IDs begin at 0); nil where a mark is random.
  public let firstNumber: UInt32?
  public let highestNumber: UInt32?
  /// Whether they tell sessions of one client's address apart and no more: those of another one may have the same.
  public let isOfOneAddress: Bool

  public init(
    first: HandshakeToken?, latest: [HandshakeToken], firstNumber: UInt32? = nil, highestNumber: UInt32? = nil,
    isOfOneAddress: Bool = false
  ) {
    self.first = first
    self.latest = latest
    self.firstNumber = firstNumber
    self.highestNumber = highestNumber
    self.isOfOneAddress = isOfOneAddress
  }

  /// Whether a session with these marks goes on from `other`, by the numbers alone.
  public func goOn(from other: SessionMarks) -> Bool {
    guard let first, other.latest.contains(first) else { return false }
    guard let firstNumber else { return true }
    guard first == other.latest.last, let highest = other.highestNumber, firstNumber > highest else { return false }
    return firstNumber - highest <= (isOfOneAddress ? Self.largestStepAlone : Self.largestStep)
  }

  /// What may have been lost while the client's packets found no way: minutes of a busy session.
  private static let largestStep: UInt32 = 1 << 20
  /// Where nothing but the numbers tells, they have to go on nearly where they ended: each of two clients behind one address
  /// counts from 0.
  private static let largestStepAlone: UInt32 = 16
}
