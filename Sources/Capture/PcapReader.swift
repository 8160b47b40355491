import Observations

/// The classic format: a file header of 24 bytes, then records (draft-ietf-opsawg-pcap).
///
///     file header                               record header
///      0  magic           16  snap length        0  seconds
///      4  version, 2 × 2  20  link type          4  fraction of a second
///      8  (time zone)                            8  captured length
///     12  (accuracy)                            12  original length
///
/// Where captures were joined byte by byte (`cat`), a further file header stands where a record should; it is passed over when
/// what follows it is of the same kind.
struct PcapReader: Sendable {
  static let fileHeaderLength = 24

  /// In which order a record names its two lengths.
  private enum LengthOrder {
    case capturedFirst
    /// Version 2.3 was written both ways; the captured length is the smaller one.
    case smallerFirst
    /// Before version 2.3, and in the files of DG/UX.
    case originalFirst
  }

  let isBigEndian: Bool
  /// Whether fractions of a second are nanoseconds: the header says so, or the first records hold what microseconds cannot be.
  private(set) var isNanosecond: Bool
  let isModified: Bool
  /// The one interface of a classic file.
  let interfaces: ContiguousArray<CaptureInterface>
  private let lengthOrder: LengthOrder
  private let largestCapture: UInt32
  /// What a further header has to say for its records to be like those of this file.
  private let magic: UInt32
  private let version: UInt32
  private var headerLength: Int { isModified ? 24 : 16 }

  /// Whether the first four bytes are those of a classic file.
  static func recognises(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 4 else { return false }
    return Magic(rawValue: bytes.word(0, bigEndian: false)) != nil
      || Magic(rawValue: bytes.word(0, bigEndian: true)) != nil
  }

  private enum Magic: UInt32 {
    case microsecond = 0xA1B2_C3D4
    case nanosecond = 0xA1B2_3C4D
    case modified = 0xA1B2_CD34
  }

  /// A file header that cannot be used, and why.
  struct HeaderProblem: Error {
    let reason: String
  }

  /// Reads the file header, all of which must be there.
  init(header: RawSpan) throws(HeaderProblem) {
    guard header.byteCount >= Self.fileHeaderLength else { throw HeaderProblem(reason: "the file header is cut") }
    if let magic = Magic(rawValue: header.word(0, bigEndian: false)) {
      isBigEndian = false
      isNanosecond = magic == .nanosecond
      isModified = magic == .modified
    } else if let magic = Magic(rawValue: header.word(0, bigEndian: true)) {
      isBigEndian = true
      isNanosecond = magic == .nanosecond
      isModified = magic == .modified
    } else {
      throw HeaderProblem(reason: "the file does not begin as pcap does")
    }
    magic = header.word(0, bigEndian: isBigEndian)
    version = header.word(4, bigEndian: isBigEndian)
    let major = header.half(4, bigEndian: isBigEndian)
    let minor = header.half(6, bigEndian: isBigEndian)
    switch (major, minor) {
    case (2, 4): lengthOrder = .capturedFirst
    case (2, 3): lengthOrder = .smallerFirst
    case (2, 0...2), (543, 0): lengthOrder = .originalFirst
    default: throw HeaderProblem(reason: "pcap version \(major).\(minor) is not supported")
    }
    // The upper half of the link type tells the frame check sequence's length; the type itself is the lower half.
    let linkType = UInt16(truncatingIfNeeded: header.word(20, bigEndian: isBigEndian))
    let snapLength = header.word(16, bigEndian: isBigEndian)
    interfaces = [
      CaptureInterface(
        linkTypeNumber: linkType, snapLength: snapLength > UInt32(Int32.max) ? 0 : Int(snapLength), name: nil,
        isBigEndian: isBigEndian)
    ]
    largestCapture = UInt32(clamping: largestCredibleCapture(linkTypeNumber: linkType))
  }

  /// Records that are looked at for the unit of their times.
  private static let probedRecords = 16

  /// Looks whether a file that says microseconds holds nanoseconds, as those of some converters do: of a million and more in
  /// most records, where a second has a million microseconds.
  ///
  /// - Parameter records: The beginning of the file behind its header, as much of it as is there.
  mutating func probeTimeUnit(_ records: RawSpan) {
    guard !isNanosecond else { return }
    var at = 0
    var (read, beyond) = (0, 0)
    while read < Self.probedRecords, records.byteCount &- at >= headerLength {
      let fraction = records.word(at &+ 4, bigEndian: isBigEndian)
      let captured = records.word(at &+ 8, bigEndian: isBigEndian)
      // What no nanoseconds can be either is damage.
      guard fraction < 1_000_000_000, captured <= largestCapture else { break }
      if fraction >= 1_000_000 { beyond &+= 1 }
      read &+= 1
      at &+= headerLength &+ Int(captured)
    }
    isNanosecond = beyond > 1 && beyond &* 2 > read
  }

  /// Reads records from `position` on until the batch is full or the window has no whole record left.
  @inline(never)
  func read(_ window: RawSpan, at position: inout Int, into batch: inout PacketBatch) -> ReadStop {
    while true {
      // Two loops, so that neither asks for the byte order of every number.
      let stop =
        isBigEndian
        ? readUsual(window, at: &position, into: &batch, isBigEndian: true)
        : readUsual(window, at: &position, into: &batch, isBigEndian: false)
      if let stop = stop ?? readUnusual(window, at: &position, into: &batch) { return stop }
    }
  }

  /// - Returns: nil where a record of no bytes, or of too many, begins.
  @inline(__always)
  private func readUsual(
    _ window: RawSpan, at position: inout Int, into batch: inout PacketBatch, isBigEndian: Bool
  ) -> ReadStop? {
    let lengthOrder = self.lengthOrder
    let largestCapture = self.largestCapture
    let end = window.byteCount
    let headerLength = self.headerLength
    let nanosecondsPerUnit: Int64 = isNanosecond ? 1 : 1000
    var at = position
    var count = batch.count
    defer {
      position = at
      batch.count = count
    }
    var records = batch.records.mutableSpan
    while count < records.count {
      guard end &- at >= headerLength else {
        return .short(Shortage(part: .recordHeader, skipped: 0, needed: headerLength))
      }
      let (captured, original) = Self.lengths(window, at, lengthOrder, isBigEndian: isBigEndian)
      // One comparison for lengths that are too large and for none at all.
      guard captured &- 1 < largestCapture else { return nil }
      let start = at &+ headerLength
      guard end &- start >= Int(captured) else {
        return .short(Shortage(part: .recordData, skipped: headerLength, needed: Int(captured)))
      }
      records[count] = PacketRecord(
        offset: start, captured: captured, original: original,
        time: Self.time(window, at, nanosecondsPerUnit, isBigEndian: isBigEndian), interface: 0)
      count &+= 1
      at = start &+ Int(captured)
    }
    return .full
  }

  @inline(__always)
  private static func lengths(
    _ window: RawSpan, _ at: Int, _ order: LengthOrder, isBigEndian: Bool
  ) -> (captured: UInt32, original: UInt32) {
    let (first, second) = (
      window.word(at &+ 8, bigEndian: isBigEndian), window.word(at &+ 12, bigEndian: isBigEndian)
    )
    return order != .capturedFirst && (order == .originalFirst || first > second) ? (second, first) : (first, second)
  }

  @inline(__always)
  private static func time(_ window: RawSpan, _ at: Int, _ nanosecondsPerUnit: Int64, isBigEndian: Bool) -> Timestamp {
    // Both fields have 32 bits: the product and the sum stay far inside 64.
    let seconds = Int64(window.word(at, bigEndian: isBigEndian))
    let fraction = Int64(window.word(at &+ 4, bigEndian: isBigEndian))
    return Timestamp(nanoseconds: seconds &* 1_000_000_000 &+ fraction &* nanosecondsPerUnit)
  }

  /// Reads what stands where a record of no bytes or of too many should; its header is there.
  ///
  /// - Returns: nil where records go on behind it.
  @inline(never)
  private func readUnusual(_ window: RawSpan, at position: inout Int, into batch: inout PacketBatch) -> ReadStop? {
    let bytes = window.extracting(droppingFirst: position)
    let frame = batch.firstFrame &+ batch.count
    if bytes.word(0, bigEndian: isBigEndian) == magic, bytes.word(4, bigEndian: isBigEndian) == version {
      guard bytes.byteCount >= Self.fileHeaderLength else {
        return .short(Shortage(part: .recordHeader, skipped: 0, needed: Self.fileHeaderLength))
      }
      let linkType = UInt16(truncatingIfNeeded: bytes.word(20, bigEndian: isBigEndian))
      if linkType == interfaces[0].linkTypeNumber {
        position &+= Self.fileHeaderLength
        return nil
      }
    }
    if Self.recognises(bytes) || PcapNGReader.begins(bytes) { return Self.otherCapture(frame: frame) }
    let (captured, original) = Self.lengths(bytes, 0, lengthOrder, isBigEndian: isBigEndian)
    guard captured == 0 else {
      return .damaged("frame \(frame) claims \(captured) captured bytes, more than \(largestCapture)")
    }
    // One packet of no bytes may be at the beginning of a time that begins with the capture.
    if frame > 1, Self.isZero(bytes) { return .zeroBytes(needed: Self.zeroPage) }
    position &+= headerLength
    let time = Self.time(bytes, 0, isNanosecond ? 1 : 1000, isBigEndian: isBigEndian)
    let record = PacketRecord(offset: position, captured: 0, original: original, time: time, interface: 0)
    return batch.append(record) ? nil : .full
  }

  /// Zero bytes that are a part of the file not written yet rather than records of nothing: a page of memory.
  private static let zeroPage = 4_096

  /// Whether the bytes are zero, as many of them as a page has.
  private static func isZero(_ bytes: RawSpan) -> Bool {
    let page = bytes.extracting(first: zeroPage)
    return page.byteOffsets.allSatisfy { page.byte($0) == 0 }
  }

  private static func otherCapture(frame: Int) -> ReadStop {
    .damaged(
      "another capture, of another kind, begins at frame \(frame): captures that were joined byte by byte (cat); join them with mergecap, or give each by itself"
    )
  }
}
