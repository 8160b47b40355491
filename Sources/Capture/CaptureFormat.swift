/// What a capture file is made of, as told by its content; its name plays no part.
public struct CaptureFormat: Hashable, Sendable {
  public enum Container: Hashable, Sendable {
    /// The classic format (draft-ietf-opsawg-pcap), with records behind one file header.
    case pcap
    /// The classic format as patched by Alexey Kuznetzov: record headers of 24 bytes.
    case modifiedPcap
    /// The block format (draft-ietf-opsawg-pcapng).
    case pcapng
    /// Solaris's format (RFC 1761).
    case snoop
    /// A hexadecimal dump: text with offsets and bytes, as firewalls and tcpdump -x print packets.
    case hexDump
  }

  public enum ByteOrder: Hashable, Sendable { case littleEndian, bigEndian }

  public enum Compression: String, Hashable, Sendable { case gzip, zstd, lz4, xz, bzip2 }

  public let container: Container
  /// The order of the writing machine; of the first section where there are several.
  public let byteOrder: ByteOrder
  /// Whether the classic format's times count nanoseconds, not microseconds. A pcapng interface has its own unit.
  public let isNanosecond: Bool
  /// The compression around the capture, if any.
  public let compression: Compression?
  /// Whether it is a member of a zip or tar archive.
  public var isArchived = false

  /// For example "pcapng, little-endian" or "pcap, big-endian, nanosecond, gzip".
  public var description: String {
    var words: [String] = []
    switch container {
    case .pcap: words.append("pcap")
    case .modifiedPcap: words.append("modified pcap")
    case .pcapng: words.append("pcapng")
    case .snoop: words.append("snoop")
    case .hexDump: words.append("hexadecimal dump")
    }
    // Text has no byte order.
    if container != .hexDump { words.append(byteOrder == .littleEndian ? "little-endian" : "big-endian") }
    if isNanosecond { words.append("nanosecond") }
    if let compression { words.append(compression.rawValue) }
    if isArchived { words.append("archived") }
    return words.joined(separator: ", ")
  }
}

extension CaptureFormat: CustomStringConvertible {}

extension CaptureFormat.Compression {
  /// How many leading bytes tell every compression apart.
  static let signatureLength = 6

  /// The compression whose signature `bytes` begin with.
  init?(signature bytes: RawSpan) {
    func starts(with signature: [UInt8]) -> Bool {
      guard bytes.byteCount >= signature.count else { return false }
      for (offset, byte) in signature.enumerated() where bytes.byte(offset) != byte { return false }
      return true
    }
    if starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstd
    } else if starts(with: [0x04, 0x22, 0x4D, 0x18]) || starts(with: [0x02, 0x21, 0x4C, 0x18]) {
      self = .lz4
    } else if starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      self = .xz
    } else if starts(with: [0x42, 0x5A, 0x68]) {
      self = .bzip2
    } else {
      return nil
    }
  }
}
