/// Walks the options of a block (draft-ietf-opsawg-pcapng section 3.5): code, length, value padded to four bytes.
///
/// It ends at the option that says so, at the block's end, at an option that does not fit, or after 1,024 options;
/// every step moves forward by at least four bytes.
struct PcapNGOptions: ~Escapable {
  /// Codes that mean the same in every block.
  static let comment: UInt16 = 1
  /// Of a packet: its number, the same at every interface that saw it (`epb_packetid`).
  static let packetIdentity: UInt16 = 5
  /// Of a packet: what became of it (`epb_verdict`).
  static let verdict: UInt16 = 7

  struct Option: ~Escapable {
    let code: UInt16
    let value: RawSpan

    @_lifetime(copy value)
    init(code: UInt16, value: RawSpan) {
      self.code = code
      self.value = value
    }
  }

  private let bytes: RawSpan
  private let isBigEndian: Bool
  private var at = 0
  private var seen = 0
  /// Whether there are more options than are looked at.
  private(set) var isCut = false

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, isBigEndian: Bool) {
    self.bytes = bytes
    self.isBigEndian = isBigEndian
  }

  @_lifetime(copy self)
  mutating func next() -> Option? {
    guard bytes.byteCount - at >= 4 else { return nil }
    let code = bytes.half(at, bigEndian: isBigEndian)
    let length = Int(bytes.half(at + 2, bigEndian: isBigEndian))
    guard code != 0, length <= bytes.byteCount - at - 4 else { return nil }
    guard seen < PcapNGBlock.mostOptions else {
      isCut = true
      return nil
    }
    let value = bytes.extracting((at + 4)..<(at + 4 + length))
    at = min(bytes.byteCount, at + 4 + (length + 3) & ~3)
    seen += 1
    return Option(code: code, value: value)
  }
}
