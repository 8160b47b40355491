import Observations

/// What the bytes at some place of a frame are.
@frozen
public enum FrameContent: Equatable, Sendable {
  /// A frame of this link type, from its first byte.
  case frame(LinkType)
  /// The payload of this EtherType.
  case etherType(UInt16)
  /// An 802.11 frame whose first two bytes changed places.
  case swappedWiFi
  /// An 802.2 LLC header.
  case llc
  /// A PPP protocol field.
  case ppp
  /// An IPv4 or IPv6 packet.
  case ipPacket
}

/// What a header leads to.
@frozen
public enum HeaderPayload: Equatable, Sendable {
  /// Content that begins `offset` bytes after the header's first byte.
  case content(FrameContent, offset: Int)
  /// Nothing that is looked into.
  case unread(UnreadPacket)

  /// The same, its offset counted from `length` bytes earlier.
  func behind(_ length: Int) -> HeaderPayload {
    guard case .content(let content, let offset) = self else { return self }
    return .content(content, offset: offset &+ length)
  }
}
