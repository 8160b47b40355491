/// What pcapng's blocks about an interface say (draft-ietf-opsawg-pcapng sections 4.2 and 4.6).
struct PcapNGInterface {
  /// What reading its packets takes.
  struct Decoding: Sendable {
    let clock: InterfaceClock
    /// Bytes kept of each packet at most; 0 when there was no limit.
    let snapLength: Int
    /// The largest captured length that is believed.
    let largestCapture: Int
  }

  let description: CaptureInterface
  let decoding: Decoding
  /// Whether its block has more options than are looked at.
  let hasCutOptions: Bool

  /// Reads an interface description block: link type at 8, snap length at 12, options from 16 on.
  ///
  /// An option of the wrong length says nothing; times then count microseconds, as without the option.
  init(description block: RawSpan, isBigEndian: Bool) {
    let linkType = block.half(8, bigEndian: isBigEndian)
    let declared = block.word(12, bigEndian: isBigEndian)
    let snapLength = declared > UInt32(Int32.max) ? 0 : Int(declared)
    var name: String?
    var resolution: UInt8 = 6
    var offset: Int64 = 0
    var options = PcapNGOptions(block.extracting(16..<(block.byteCount - 4)), isBigEndian: isBigEndian)
    while let option = options.next() {
      switch (option.code, option.value.byteCount) {
      case (2, _): name = option.value.text(limit: 256)  // if_name
      case (9, 1): resolution = option.value.byte(0)  // if_tsresol
      case (14, 8): offset = Int64(bitPattern: option.value.double(0, bigEndian: isBigEndian))  // if_tsoffset
      default: break
      }
    }
    hasCutOptions = options.isCut
    description = CaptureInterface(
      linkTypeNumber: linkType, snapLength: snapLength, name: name, isBigEndian: isBigEndian)
    decoding = Decoding(
      clock: InterfaceClock(resolution: resolution, offset: offset), snapLength: snapLength,
      largestCapture: largestCredibleCapture(linkTypeNumber: linkType))
  }

  /// Stands for all interfaces beyond those that are kept: packets of theirs are counted and not looked into.
  static let omitted = PcapNGInterface()

  private init() {
    description = CaptureInterface(linkTypeNumber: .max, snapLength: 0, name: nil, isBigEndian: false)
    decoding = Decoding(
      clock: InterfaceClock(), snapLength: 0, largestCapture: largestCredibleCapture(linkTypeNumber: .max))
    hasCutOptions = false
  }

  /// What an interface statistics block says the interface and the system dropped since the start; nil for nothing.
  static func drops(statistics block: RawSpan, isBigEndian: Bool) -> UInt64? {
    var drops: UInt64?
    var options = PcapNGOptions(block.extracting(20..<(block.byteCount - 4)), isBigEndian: isBigEndian)
    while let option = options.next() {
      // isb_ifdrop and isb_osdrop
      guard option.code == 5 || option.code == 7, option.value.byteCount == 8 else { continue }
      let (sum, overflow) = (drops ?? 0).addingReportingOverflow(option.value.double(0, bigEndian: isBigEndian))
      drops = overflow ? .max : sum
    }
    return drops
  }
}
