import Observations

/// The block format: sections of blocks, each section with a byte order and interfaces of its own
/// (draft-ietf-opsawg-pcapng).
struct PcapNGReader: Sendable {
  private(set) var interfaces: ContiguousArray<CaptureInterface> = []
  private(set) var comments: [PacketComment] = []
  /// Comments that were not kept because there were too many.
  private(set) var commentsOmitted = 0
  /// Packets that the capturing host dropped and that nobody took yet.
  private(set) var hostDrops: [HostDrop] = []
  /// Those that were not kept because there were too many.
  private(set) var omittedHostDrops = 0
  private var keptHostDrops = 0
  private(set) var ignoredBlocks = 0
  private(set) var packetsWithoutTime = 0
  /// Interfaces beyond those that are kept.
  private(set) var omittedInterfaces = 0
  /// Blocks with more options than are looked at.
  private(set) var cutOptionLists = 0
  private(set) var isBigEndian: Bool

  /// What the loop needs to know of each interface, apart from what only people want to know.
  private var decodings: ContiguousArray<PcapNGInterface.Decoding> = []
  /// Index of the section's first interface; an interface's number counts from here.
  private var sectionStart = 0
  /// Interfaces that the section has described, kept or not.
  private var sectionInterfaces = 0
  private var lastTime = Timestamp(nanoseconds: 0)

  /// Before the first block of a file whose first section has this byte order.
  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// The byte order that a section header's first twelve bytes tell; nil when they are not a section header's.
  static func isBigEndian(_ header: RawSpan) -> Bool? {
    guard header.byteCount >= 12, header.word(0, bigEndian: false) == PcapNGBlock.sectionHeader else { return nil }
    if header.word(8, bigEndian: false) == PcapNGBlock.byteOrderMagic { return false }
    return header.word(8, bigEndian: true) == PcapNGBlock.byteOrderMagic ? true : nil
  }

  /// Whether the bytes, however few, can be the beginning of a section header.
  static func begins(_ bytes: RawSpan) -> Bool {
    bytes.byteCount >= 4 && bytes.word(0, bigEndian: false) == PcapNGBlock.sectionHeader
  }

  /// Reads blocks from `position` on until the batch is full or the window has no whole block left.
  @inline(never)
  mutating func read(_ window: RawSpan, at position: inout Int, into batch: inout PacketBatch) -> ReadStop {
    while batch.count < batch.capacity {
      let at = position
      let available = window.byteCount &- at
      guard available >= 8 else { return .short(Shortage(part: .blockHeader, skipped: 0, needed: 8)) }
      let type = window.word(at, bigEndian: isBigEndian)
      if type == PcapNGBlock.sectionHeader {
        // The length is in the byte order that the section declares, so that comes first.
        guard available >= 12 else { return .short(Shortage(part: .block(type: type), skipped: 0, needed: 28)) }
        guard let order = Self.isBigEndian(window.extracting(droppingFirst: at)) else {
          return .damaged("a section header without the byte-order magic")
        }
        isBigEndian = order
      }
      let length = Int(window.word(at &+ 4, bigEndian: isBigEndian))
      if type == 0, length == 0 { return .zeroBytes(needed: 8) }
      guard length >= PcapNGBlock.leastLength(type), length & 3 == 0 else {
        if PcapReader.recognises(window.extracting(droppingFirst: at)) {
          return .damaged(
            "a pcap capture begins here: captures that were joined byte by byte (cat); join them with mergecap, or give each by itself"
          )
        }
        return .damaged("\(PcapNGBlock.name(type)) with the impossible length \(length)")
      }
      guard length <= PcapNGBlock.largestLength else {
        if PcapNGBlock.isLookedInto(type) {
          return .damaged("\(PcapNGBlock.name(type)) of \(length) bytes, more than \(PcapNGBlock.largestLength)")
        }
        return .oversized(length: length)
      }
      guard available >= length else {
        return .short(Shortage(part: .block(type: type), skipped: 0, needed: length))
      }
      let trailer = window.word(at &+ length &- 4, bigEndian: isBigEndian)
      guard Int(trailer) == length else {
        return .damaged("\(PcapNGBlock.name(type)) whose two lengths differ (\(length) and \(trailer))")
      }
      let block = window.extracting(at..<(at &+ length))
      if let stop = read(block, type: type, at: at, into: &batch) { return stop }
      position = at &+ length
    }
    return .full
  }

  /// Reads one block whose frame has been checked; `at` is its offset in the window.
  @inline(__always)
  private mutating func read(
    _ block: RawSpan, type: UInt32, at: Int, into batch: inout PacketBatch
  ) -> ReadStop? {
    switch type {
    case PcapNGBlock.enhancedPacket:
      return readPacket(block, interface: block.word(8, bigEndian: isBigEndian), at: at, into: &batch)
    case PcapNGBlock.packet:
      let interface = block.half(8, bigEndian: isBigEndian)
      let drops = block.half(10, bigEndian: isBigEndian)
      if let stop = readPacket(block, interface: UInt32(interface), at: at, into: &batch) { return stop }
      if drops != .max {
        countDrops(UInt64(drops), interface: min(sectionStart + Int(interface), PcapNGBlock.mostInterfaces))
      }
      return nil
    case PcapNGBlock.simplePacket: return readSimplePacket(block, at: at, into: &batch)
    default: return readOther(block, type: type)
    }
  }

  @inline(never)
  private mutating func readOther(_ block: RawSpan, type: UInt32) -> ReadStop? {
    switch type {
    case PcapNGBlock.sectionHeader: return beginSection(block)
    case PcapNGBlock.interfaceDescription: return addInterface(block)
    case PcapNGBlock.interfaceStatistics: readStatistics(block)
    case PcapNGBlock.nameResolution, PcapNGBlock.decryptionSecrets: break
    default: ignoredBlocks += 1
    }
    return nil
  }
}

// MARK: - Packets

extension PcapNGReader {
  /// Enhanced packet block (section 4.3) and the obsolete packet block: both keep these fields at these places.
  ///
  ///      8  interface        16  time, lower half     24  original length
  ///     12  time, upper half 20  captured length      28  packet, padded; then options
  @inline(__always)
  private mutating func readPacket(
    _ block: RawSpan, interface: UInt32, at: Int, into batch: inout PacketBatch
  ) -> ReadStop? {
    let index = sectionStart &+ Int(interface)
    guard Int(interface) < sectionInterfaces, index < PcapNGBlock.mostInterfaces else {
      return readPacketOfOmitted(block, interface: interface, at: at, into: &batch)
    }
    let captured = block.word(20, bigEndian: isBigEndian)
    guard Int(captured) <= block.byteCount &- 32, Int(captured) <= decodings[index].largestCapture else {
      return Self.overlong(captured, batch)
    }
    let ticks =
      UInt64(block.word(12, bigEndian: isBigEndian)) << 32 | UInt64(block.word(16, bigEndian: isBigEndian))
    let time = decodings[index].clock.time(ticks: ticks)
    lastTime = time
    append(
      PacketRecord(
        offset: at &+ 28, captured: captured, original: block.word(24, bigEndian: isBigEndian), time: time,
        interface: UInt32(truncatingIfNeeded: index)), to: &batch)
    let optionsStart = 28 &+ (Int(captured) &+ 3) & ~3
    if block.byteCount &- 4 &- optionsStart >= 4 {
      let options = block.extracting(optionsStart..<(block.byteCount &- 4))
      let frame = batch.firstFrame &+ batch.count &- 1
      let packet = block.extracting(28..<28 + Int(captured))
      let identity = readOptions(options, of: batch[batch.count &- 1], in: packet, frame: frame)
      if identity != 0 { batch.identifyLast(identity) }
    }
    return nil
  }

  /// A packet of an interface that was not kept: its time counts in units that are not known.
  @inline(never)
  private mutating func readPacketOfOmitted(
    _ block: RawSpan, interface: UInt32, at: Int, into batch: inout PacketBatch
  ) -> ReadStop? {
    guard Int(interface) < sectionInterfaces else { return Self.unknownInterface(interface, batch) }
    let captured = block.word(20, bigEndian: isBigEndian)
    guard Int(captured) <= block.byteCount - 32, Int(captured) <= PcapNGInterface.omitted.decoding.largestCapture else {
      return Self.overlong(captured, batch)
    }
    packetsWithoutTime += 1
    append(
      PacketRecord(
        offset: at + 28, captured: captured, original: block.word(24, bigEndian: isBigEndian), time: lastTime,
        interface: UInt32(truncatingIfNeeded: PcapNGBlock.mostInterfaces)), to: &batch)
    return nil
  }

  /// Simple packet block (section 4.4): no interface (the first is meant), no time, no captured length.
  private mutating func readSimplePacket(
    _ block: RawSpan, at: Int, into batch: inout PacketBatch
  ) -> ReadStop? {
    guard sectionInterfaces > 0 else { return Self.unknownInterface(0, batch) }
    let first = min(sectionStart, PcapNGBlock.mostInterfaces)
    let original = block.word(8, bigEndian: isBigEndian)
    let snapLength = decodings[first].snapLength
    let captured = snapLength == 0 ? original : UInt32(clamping: min(Int(original), snapLength))
    guard Int(captured) <= block.byteCount - 16, Int(captured) <= decodings[first].largestCapture else {
      return Self.overlong(captured, batch)
    }
    packetsWithoutTime += 1
    append(
      PacketRecord(
        offset: at + 12, captured: captured, original: original, time: lastTime,
        interface: UInt32(truncatingIfNeeded: first)), to: &batch)
    return nil
  }

  @inline(__always)
  private func append(_ record: PacketRecord, to batch: inout PacketBatch) {
    batch.records[batch.count] = record
    batch.count &+= 1
  }

  /// Reads the options of a packet.
  ///
  /// - Returns: The packet's number; 0 when it has none.
  private mutating func readOptions(
    _ bytes: RawSpan, of record: PacketRecord, in packet: RawSpan, frame: Int
  ) -> UInt64 {
    var identity: UInt64 = 0
    var options = PcapNGOptions(bytes, isBigEndian: isBigEndian)
    while let option = options.next() {
      switch option.code {
      case PcapNGOptions.comment: addComment(option.value, frame: frame)
      case 4 where option.value.byteCount == 8:  // epb_dropcount
        countDrops(option.value.double(0, bigEndian: isBigEndian), interface: record.interface)
      case PcapNGOptions.packetIdentity where option.value.byteCount == 8:
        identity = option.value.double(0, bigEndian: isBigEndian)
      case PcapNGOptions.verdict:
        guard let verdict = HostDrop.Verdict(option: option.value, isBigEndian: isBigEndian) else { continue }
        add(verdict, on: record, packet, frame: frame)
      default: break
      }
    }
    if options.isCut { cutOptionLists += 1 }
    return identity
  }

  private mutating func add(_ verdict: HostDrop.Verdict, on record: PacketRecord, _ packet: RawSpan, frame: Int) {
    guard keptHostDrops < HostDrop.mostKept else {
      omittedHostDrops += 1
      return
    }
    keptHostDrops += 1
    hostDrops.append(HostDrop(verdict, on: record, packet, frame: frame))
  }

  /// Hands over the drops since the last call.
  mutating func takeHostDrops() -> [HostDrop] {
    guard !hostDrops.isEmpty else { return [] }
    defer { hostDrops = [] }
    return hostDrops
  }

  private mutating func addComment(_ text: RawSpan, frame: Int) {
    guard comments.count < PacketComment.mostKept else {
      commentsOmitted += 1
      return
    }
    comments.append(PacketComment(frame: frame, text: text.text(limit: PacketComment.longestText)))
  }

  private static func unknownInterface(_ number: UInt32, _ batch: PacketBatch) -> ReadStop {
    let frame = batch.firstFrame + batch.count
    return .damaged("frame \(frame) names interface \(number), which its section does not describe")
  }

  private static func overlong(_ captured: UInt32, _ batch: PacketBatch) -> ReadStop {
    let frame = batch.firstFrame + batch.count
    return .damaged("frame \(frame) claims \(captured) captured bytes, more than its block or any packet holds")
  }
}

// MARK: - Sections and interfaces

extension PcapNGReader {
  /// Section header block (section 4.1): magic, version. The section's length is not needed to read it.
  private mutating func beginSection(_ block: RawSpan) -> ReadStop? {
    let major = block.half(12, bigEndian: isBigEndian)
    guard major == 1 else {
      return .unsupported("pcapng version \(major).\(block.half(14, bigEndian: isBigEndian)) is not supported")
    }
    sectionStart = interfaces.count
    sectionInterfaces = 0
    return nil
  }

  private mutating func addInterface(_ block: RawSpan) -> ReadStop? {
    sectionInterfaces += 1
    guard interfaces.count < PcapNGBlock.mostInterfaces else {
      omittedInterfaces += 1
      if interfaces.count == PcapNGBlock.mostInterfaces { add(.omitted) }
      return nil
    }
    add(PcapNGInterface(description: block, isBigEndian: isBigEndian))
    return nil
  }

  private mutating func add(_ interface: PcapNGInterface) {
    interfaces.append(interface.description)
    decodings.append(interface.decoding)
    if interface.hasCutOptions { cutOptionLists += 1 }
  }

  private mutating func readStatistics(_ block: RawSpan) {
    let index = sectionStart + Int(block.word(8, bigEndian: isBigEndian))
    guard index < interfaces.count else { return }
    let drops = PcapNGInterface.drops(statistics: block, isBigEndian: isBigEndian)
    if let drops { interfaces[index].dropsTold = max(interfaces[index].dropsTold ?? 0, drops) }
  }

  /// Adds losses that a packet's block tells of: those since the packet before it.
  private mutating func countDrops(_ drops: UInt64, interface index: Int) {
    let (sum, overflow) = (interfaces[index].dropsCounted ?? 0).addingReportingOverflow(drops)
    interfaces[index].dropsCounted = overflow ? .max : sum
  }
}
