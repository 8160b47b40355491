import Observations

/// Solaris's snoop format (RFC 1761): a file header of 16 bytes, then records; all numbers are big-endian.
///
///     file header            record header
///      0  "snoop" 0 0 0       0  original length    16  seconds
///      8  version, 2          4  captured length    20  microseconds
///     12  link type           8  record length
///                            12  packets dropped so far
struct SnoopReader: Sendable {
  static let fileHeaderLength = 16
  private static let recordHeaderLength = 24
  /// A record is padded to four bytes; some writers pad more.
  private static let mostPadding = 1024

  /// The one interface of a snoop file.
  let interfaces: ContiguousArray<CaptureInterface>
  private let largestCapture: Int

  /// Whether the first eight bytes are those of a snoop file.
  static func recognises(_ bytes: RawSpan) -> Bool {
    bytes.byteCount >= 8 && bytes.double(0, bigEndian: true) == 0x736E_6F6F_7000_0000
  }

  /// Reads the file header, all of which must be there.
  init(header: RawSpan) throws(PcapReader.HeaderProblem) {
    guard header.byteCount >= Self.fileHeaderLength else {
      throw PcapReader.HeaderProblem(reason: "the file header is cut")
    }
    let version = header.word(8, bigEndian: true)
    guard version == 2 else { throw PcapReader.HeaderProblem(reason: "snoop version \(version) is not supported") }
    let number = header.word(12, bigEndian: true)
    // RFC 1761 section 3 lists the types; those from 0x100 on are Solaris's own.
    let linkType: UInt16? =
      switch number {
      case 0, 4: 1  // IEEE 802.3, Ethernet
      case 0x12B: 226  // IPNET
      default: nil
      }
    guard let linkType else { throw PcapReader.HeaderProblem(reason: "snoop's link type \(number) is not supported") }
    interfaces = [CaptureInterface(linkTypeNumber: linkType, snapLength: 0, name: nil, isBigEndian: true)]
    largestCapture = largestCredibleCapture(linkTypeNumber: linkType)
  }

  /// Reads records from `position` on until the batch is full or the window has no whole record left.
  func read(_ window: RawSpan, at position: inout Int, into batch: inout PacketBatch) -> ReadStop {
    while batch.count < batch.capacity {
      guard window.byteCount - position >= Self.recordHeaderLength else {
        return .short(Shortage(part: .recordHeader, skipped: 0, needed: Self.recordHeaderLength))
      }
      let frame = batch.firstFrame + batch.count
      let captured = Int(window.word(position + 4, bigEndian: true))
      let record = Int(window.word(position + 8, bigEndian: true))
      guard captured <= largestCapture else {
        return .damaged("frame \(frame) claims \(captured) captured bytes, more than \(largestCapture)")
      }
      guard record >= Self.recordHeaderLength + captured,
        record <= Self.recordHeaderLength + captured + Self.mostPadding
      else { return .damaged("frame \(frame) claims a record of \(record) bytes for a packet of \(captured)") }
      guard window.byteCount - position >= record else {
        return .short(
          Shortage(
            part: .recordData, skipped: Self.recordHeaderLength, needed: record - Self.recordHeaderLength))
      }
      let seconds = Int64(window.word(position + 16, bigEndian: true))
      let fraction = Int64(window.word(position + 20, bigEndian: true))
      _ = batch.append(
        PacketRecord(
          offset: position + Self.recordHeaderLength, capturedLength: captured,
          originalLength: Int(window.word(position, bigEndian: true)),
          time: Timestamp(nanoseconds: seconds * 1_000_000_000 + fraction * 1000), interface: 0))
      position += record
    }
    return .full
  }
}
