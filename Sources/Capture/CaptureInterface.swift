import Observations

/// Where packets of a capture were taken: one in a classic file, any number in a pcapng file.
public struct CaptureInterface: Hashable, Sendable {
  /// The link type's number as it stands in the file, without the bits that classic files keep above it.
  public let linkTypeNumber: UInt16
  /// Bytes kept of each packet at most; 0 when there was no limit.
  public let snapLength: Int
  /// The interface's name, if the file tells it; at most 256 bytes, unescaped.
  public let name: String?
  /// Whether the machine that captured wrote its numbers in big-endian order (as `LinkType.bsdNull` headers are).
  public let isBigEndian: Bool
  /// Packets that the capturing host says it lost; nil when it says nothing, which is not the same as none.
  public var droppedPackets: UInt64? {
    guard let told = dropsTold, let counted = dropsCounted else { return dropsTold ?? dropsCounted }
    return max(told, counted)
  }

  /// Losses since the start of the capture, as interface statistics tell them.
  var dropsTold: UInt64?
  /// Losses between one packet and the next, as packets' own blocks tell them, added up.
  var dropsCounted: UInt64?

  /// What frames of this interface begin with.
  public var linkType: LinkType { LinkType(number: linkTypeNumber) }
}

/// The largest captured length that is believed, in bytes; a record that claims more is damage.
///
/// 262,144 as in libpcap and Wireshark, but for the link types whose packets are known to be larger.
func largestCredibleCapture(linkTypeNumber: UInt16) -> Int {
  switch linkTypeNumber {
  case 231: PcapNGBlock.largestLength  // D-Bus messages go up to 128 MiB; a block here holds less
  case 249: 1 << 20  // USBPcap
  case 279: 8 << 20  // Elektrobit high-speed capture and replay
  default: 262_144
  }
}
