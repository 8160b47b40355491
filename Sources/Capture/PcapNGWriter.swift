import Observations

/// Writes packets as one pcapng section in little-endian order, with nanosecond times
/// (draft-ietf-opsawg-pcapng), into a buffer that the caller empties as often as it likes.
///
/// The same calls give the same bytes: nothing of the machine or the time of day gets in.
///
///     var writer = PcapNGWriter()
///     let interface = writer.addInterface(like: file.interfaces[record.interface])
///     writer.addPacket(
///       record.bytes(in: file.window), originalLength: record.originalLength, time: record.time,
///       interface: interface, comment: "hello 3, unanswered")
///     let bytes = writer.takeBytes()
public struct PcapNGWriter: Sendable {
  /// What has been written and not yet taken.
  public private(set) var bytes: [UInt8] = []
  /// Interfaces described so far.
  public private(set) var interfaceCount = 0

  /// Begins a section. `application` names the writing program (shb_userappl), `comment` tells about the file.
  public init(application: String? = nil, comment: String? = nil) {
    writeBlock(PcapNGBlock.sectionHeader) { body in
      body.append32(PcapNGBlock.byteOrderMagic)
      body.append16(1)
      body.append16(0)
      body.append64(.max)  // section length: not told
      body.appendOptions([(PcapNGOptions.comment, comment), (4, application)])
    }
  }

  /// Describes an interface and returns its index; `snapLength` is in bytes, 0 for no limit.
  @discardableResult
  public mutating func addInterface(linkTypeNumber: UInt16, snapLength: Int = 0, name: String? = nil) -> Int {
    writeBlock(PcapNGBlock.interfaceDescription) { body in
      body.append16(linkTypeNumber)
      body.append16(0)
      body.append32(UInt32(clamping: snapLength))
      if let name { body.appendOption(2, name.utf8Prefix(65_535)) }
      body.appendOption(9, [9])  // if_tsresol: nanoseconds
      body.appendEndOfOptions()
    }
    interfaceCount += 1
    return interfaceCount - 1
  }

  /// Describes an interface as another capture did and returns its index.
  @discardableResult
  public mutating func addInterface(like interface: CaptureInterface) -> Int {
    addInterface(
      linkTypeNumber: interface.linkTypeNumber, snapLength: interface.snapLength, name: interface.name)
  }

  /// Writes one packet of an interface described before; times before 1970 become 1970.
  ///
  /// At most 262,144 bytes of a packet are written, the largest that readers accept; a comment is cut at 65,535.
  ///
  /// - Parameters:
  ///   - verdict: That the host which captured it dropped the packet.
  ///   - identity: The number that the capture gives to the packet wherever it saw it; 0 for none.
  public mutating func addPacket(
    _ packet: RawSpan, originalLength: Int, time: Timestamp, interface: Int, comment: String? = nil,
    verdict: HostDrop.Verdict? = nil, identity: UInt64 = 0
  ) {
    precondition(interface >= 0 && interface < interfaceCount, "the interface must be described before its packets")
    let kept = packet.extracting(first: min(packet.byteCount, Self.largestPacket))
    let ticks = UInt64(clamping: time.nanoseconds)
    let start = beginBlock(PcapNGBlock.enhancedPacket)
    bytes.append32(UInt32(clamping: interface))
    bytes.append32(UInt32(truncatingIfNeeded: ticks >> 32))
    bytes.append32(UInt32(truncatingIfNeeded: ticks))
    bytes.append32(UInt32(clamping: kept.byteCount))
    bytes.append32(UInt32(clamping: originalLength))
    unsafe kept.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    bytes.pad()
    let verdict = verdict?.option
    if verdict != nil || identity != 0 {
      if let comment { bytes.appendOption(PcapNGOptions.comment, comment.utf8Prefix(65_535)) }
      if identity != 0 { bytes.appendOption(PcapNGOptions.packetIdentity, identity) }
      if let verdict { bytes.appendOption(PcapNGOptions.verdict, verdict) }
      bytes.appendEndOfOptions()
    } else if let comment {
      bytes.appendOptions([(PcapNGOptions.comment, comment)])
    }
    endBlock(start)
  }

  /// Returns what has been written since the last call and forgets it.
  public mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Hands what has been written since the last call to `sink` and forgets it, keeping the buffer's memory.
  public mutating func drain<Failure>(_ sink: (RawSpan) throws(Failure) -> Void) throws(Failure) {
    try sink(unsafe bytes.span.bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  private static let largestPacket = 262_144

  private mutating func writeBlock(_ type: UInt32, _ writeBody: (inout [UInt8]) -> Void) {
    let start = beginBlock(type)
    writeBody(&bytes)
    endBlock(start)
  }

  private mutating func beginBlock(_ type: UInt32) -> Int {
    let start = bytes.count
    bytes.append32(type)
    bytes.append32(0)
    return start
  }

  /// Writes the block's length behind it, and at its head where `beginBlock` left room.
  private mutating func endBlock(_ start: Int) {
    let length = UInt32(clamping: bytes.count - start + 4)
    bytes.append32(length)
    for index in 0..<4 { bytes[start + 4 + index] = UInt8(truncatingIfNeeded: length >> UInt32(8 * index)) }
  }
}

extension [UInt8] {
  fileprivate mutating func append16(_ value: UInt16) { appendBytes(of: value.littleEndian) }
  fileprivate mutating func append32(_ value: UInt32) { appendBytes(of: value.littleEndian) }
  fileprivate mutating func append64(_ value: UInt64) { appendBytes(of: value.littleEndian) }

  @inline(__always)
  private mutating func appendBytes(of value: some BitwiseCopyable) {
    unsafe Swift.withUnsafeBytes(of: value) { unsafe append(contentsOf: $0) }
  }

  /// Fills up to the next multiple of four; blocks begin at one.
  fileprivate mutating func pad() {
    while count & 3 != 0 { append(0) }
  }

  fileprivate mutating func appendOption(_ code: UInt16, _ value: [UInt8]) {
    append16(code)
    append16(UInt16(clamping: value.count))
    append(contentsOf: value)
    pad()
  }

  fileprivate mutating func appendOption(_ code: UInt16, _ value: UInt64) {
    append16(code)
    append16(8)
    append64(value)
  }

  fileprivate mutating func appendEndOfOptions() { append32(0) }

  /// The texts that are there, as options; nothing at all when none is.
  fileprivate mutating func appendOptions(_ options: [(code: UInt16, text: String?)]) {
    let present = options.compactMap { code, text in text.map { (code, $0) } }
    guard !present.isEmpty else { return }
    for (code, text) in present { appendOption(code, text.utf8Prefix(65_535)) }
    appendEndOfOptions()
  }
}

extension String {
  /// As many whole characters as fit in `limit` bytes of UTF-8.
  fileprivate func utf8Prefix(_ limit: Int) -> [UInt8] {
    if utf8.count <= limit { return Array(utf8) }
    var kept: [UInt8] = []
    for scalar in unicodeScalars {
      let encoded = UTF8.encode(scalar).map(Array.init) ?? []
      guard kept.count + encoded.count <= limit else { break }
      kept += encoded
    }
    return kept
  }
}
