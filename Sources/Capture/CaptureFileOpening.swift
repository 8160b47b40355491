import FileNames

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension CaptureFile {
  /// Opens a capture and reads its header; `-` is standard input.
  ///
  /// The format is told by content: pcap, pcapng, snoop or a hexadecimal dump, any of them in gzip, zstd, lz4, xz or
  /// bzip2, and in a zip or tar archive. An archive with several captures needs the member's name behind its own:
  /// "archive.zip/member.pcap". A FIFO is waited for until it has a writer.
  public static func open(_ path: String) throws(CaptureError) -> CaptureFile {
    try open(path, windowCapacity: ByteWindow.usualCapacity)
  }

  /// Reads a capture that is in memory already; `name` is what errors call it.
  public static func open(bytes: [UInt8], name: String) throws(CaptureError) -> CaptureFile {
    try open(.memory(ByteMemory(bytes)), name: name, windowCapacity: ByteWindow.usualCapacity)
  }

  static func open(_ path: String, windowCapacity: Int) throws(CaptureError) -> CaptureFile {
    guard path != "-" else {
      let stream = ByteStream(descriptor: STDIN_FILENO, isOwned: false)
      return try open(.stream(stream), name: "standard input", windowCapacity: windowCapacity)
    }
    if let (archive, member) = splitArchivePath(path), let (prefix, source) = try archiveSource(archive) {
      return try openArchive(prefix, source, member: member, name: path, windowCapacity: windowCapacity)
    }
    let stream = ByteStream(descriptor: try openDescriptor(path), isOwned: true)
    return try open(.stream(stream), name: path, windowCapacity: windowCapacity)
  }

  private static func openArchive(
    _ prefix: [UInt8], _ source: ByteSource, member: String?, name: String, windowCapacity: Int
  ) throws(CaptureError) -> CaptureFile {
    guard let capture = ArchivedCapture(prefix: prefix, source: source, member: member) else {
      throw .unsupported(name: name, reason: "the archive cannot be read", framesRead: 0)
    }
    return try open(.archived(capture), name: name, windowCapacity: windowCapacity)
  }

  static func open(_ source: ByteSource, name: String, windowCapacity: Int) throws(CaptureError) -> CaptureFile {
    var isArchived = false
    if case .archived = source { isArchived = true }
    var window = ByteWindow(source: source, capacity: windowCapacity)
    window.fill(CaptureFormat.Compression.signatureLength)
    guard let compression = CaptureFormat.Compression(signature: window.bytes) else {
      return try identify(window, source, name: name, compression: nil, isArchived: isArchived)
    }
    let prefix = window.bytes.prefixBytes(window.available)
    guard let decompressed = DecompressedStream(compression, prefix: prefix, source: source) else {
      throw .inputOutput(name: name, offset: 0, reason: errorText(ENOMEM), framesRead: 0)
    }
    var inside = ByteWindow(source: .decompressed(decompressed), capacity: windowCapacity)
    inside.fill(CaptureFormat.Compression.signatureLength)
    // Nobody packs a capture twice but who wants it to grow without bound.
    if let second = CaptureFormat.Compression(signature: inside.bytes) {
      throw .unsupported(
        name: name,
        reason:
          "it is compressed twice, \(second.rawValue) inside \(compression.rawValue); decompress it once yourself",
        framesRead: 0)
    }
    return try identify(
      inside, .decompressed(decompressed), name: name, compression: compression, isArchived: isArchived)
  }

  static func openDescriptor(_ path: String) throws(CaptureError) -> Int32 {
    // A name with a NUL in it would be cut there and could name another file.
    guard !path.utf8.contains(0) else { throw .noSuchFile(name: path) }
    var descriptor: Int32
    repeat {
      #if canImport(Glibc)
        descriptor = unsafe FileName.withPath(path) { unsafe Glibc.open($0, O_RDONLY | O_CLOEXEC) }
      #else
        descriptor = unsafe FileName.withPath(path) { unsafe Darwin.open($0, O_RDONLY | O_CLOEXEC) }
      #endif
    } while descriptor < 0 && errno == EINTR
    guard descriptor < 0 else {
      #if canImport(Glibc)
        _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
      #endif
      return descriptor
    }
    switch errno {
    case ENOENT, ENOTDIR: throw .noSuchFile(name: path)
    case EACCES, EPERM: throw .permissionDenied(name: path)
    case let code: throw .inputOutput(name: path, offset: 0, reason: errorText(code), framesRead: 0)
    }
  }

  /// Tells the format by the first bytes and reads the header.
  private static func identify(
    _ input: consuming ByteWindow, _ source: ByteSource, name: String, compression: CaptureFormat.Compression?,
    isArchived: Bool
  ) throws(CaptureError) -> CaptureFile {
    input.fill(PcapReader.fileHeaderLength)
    if let failure = input.failure, input.available < PcapReader.fileHeaderLength {
      throw failure.error(name: name, offset: input.endOffset, framesRead: 0)
    }
    guard input.available > 0 else { throw .emptyFile(name: name) }
    if PcapReader.recognises(input.bytes) {
      return try openPcap(input, name: name, compression: compression, isArchived: isArchived)
    }
    if SnoopReader.recognises(input.bytes) {
      return try openSnoop(input, name: name, compression: compression, isArchived: isArchived)
    }
    guard let isBigEndian = PcapNGReader.isBigEndian(input.bytes) else {
      return try identifyOther(input, source, name: name, compression: compression, isArchived: isArchived)
    }
    let format = CaptureFormat(
      container: .pcapng, byteOrder: isBigEndian ? .bigEndian : .littleEndian, isNanosecond: false,
      compression: compression, isArchived: isArchived)
    return CaptureFile(name: name, format: format, input: input, pcapng: PcapNGReader(isBigEndian: isBigEndian))
  }

  /// What begins as no capture does: an archive, a dump, or something else that can be named.
  private static func identifyOther(
    _ input: consuming ByteWindow, _ source: ByteSource, name: String, compression: CaptureFormat.Compression?,
    isArchived: Bool
  ) throws(CaptureError) -> CaptureFile {
    input.fill(ArchiveStream.signatureLength)
    // An archive in an archive is not entered: nobody needs it, and nesting would have no end.
    if !isArchived, ArchiveStream.recognises(input.bytes) {
      let prefix = input.bytes.prefixBytes(input.available)
      return try openArchive(prefix, source, member: nil, name: name, windowCapacity: ByteWindow.usualCapacity)
    }
    if let format = ForeignFormat(signature: input.bytes) { throw .foreignFormat(name: name, format: format) }
    guard ForeignFormat.isText(input.bytes), !PcapNGReader.begins(input.bytes) else {
      throw unrecognised(input.bytes, name: name)
    }
    input.fill(HexDumpStream.probeLength)
    if PacketListing.isOfDrops(input.bytes) { throw .foreignFormat(name: name, format: .droppedPackets) }
    guard HexDumpStream.recognises(input.bytes) else {
      let isListing = PacketListing.recognises(input.bytes)
      let isEncoded = !isListing && ForeignFormat.isBase64(input.bytes)
      throw .foreignFormat(name: name, format: isListing ? .packetListing : isEncoded ? .base64 : .text)
    }
    let dump = HexDumpStream(prefix: input.bytes.prefixBytes(input.available), source: source)
    let format = CaptureFormat(
      container: .hexDump, byteOrder: .littleEndian, isNanosecond: false, compression: compression,
      isArchived: isArchived)
    return CaptureFile(
      name: name, format: format, input: ByteWindow(source: .hexDump(dump)), pcapng: PcapNGReader(isBigEndian: false))
  }

  private static func openSnoop(
    _ input: consuming ByteWindow, name: String, compression: CaptureFormat.Compression?, isArchived: Bool
  ) throws(CaptureError) -> CaptureFile {
    let snoop = try header(of: &input, SnoopReader.fileHeaderLength, name: name, SnoopReader.init(header:))
    let format = CaptureFormat(
      container: .snoop, byteOrder: .bigEndian, isNanosecond: false, compression: compression, isArchived: isArchived)
    return CaptureFile(name: name, format: format, input: input, snoop: snoop)
  }

  private static func openPcap(
    _ input: consuming ByteWindow, name: String, compression: CaptureFormat.Compression?, isArchived: Bool
  ) throws(CaptureError) -> CaptureFile {
    var pcap = try header(of: &input, PcapReader.fileHeaderLength, name: name, PcapReader.init(header:))
    pcap.probeTimeUnit(input.bytes.extracting(droppingFirst: input.position))
    let format = CaptureFormat(
      container: pcap.isModified ? .modifiedPcap : .pcap, byteOrder: pcap.isBigEndian ? .bigEndian : .littleEndian,
      isNanosecond: pcap.isNanosecond, compression: compression, isArchived: isArchived)
    return CaptureFile(name: name, format: format, input: input, pcap: pcap)
  }

  /// The file header, behind which the packets begin.
  private static func header<Reader>(
    of input: inout ByteWindow, _ length: Int, name: String,
    _ read: (RawSpan) throws(PcapReader.HeaderProblem) -> Reader
  ) throws(CaptureError) -> Reader {
    guard input.available >= length else {
      throw .truncated(
        name: name, offset: input.endOffset, part: "the file header", needed: length, available: input.available,
        framesRead: 0)
    }
    let reader: Reader
    do {
      reader = try read(input.bytes)
    } catch {
      throw .unsupported(name: name, reason: error.reason, framesRead: 0)
    }
    input.position = length
    return reader
  }

  private static func unrecognised(_ bytes: RawSpan, name: String) -> CaptureError {
    if bytes.byteCount < 12, PcapNGReader.begins(bytes) {
      return .truncated(
        name: name, offset: bytes.byteCount, part: "a section header block", needed: 28, available: bytes.byteCount,
        framesRead: 0)
    }
    return .notACapture(name: name, firstBytes: bytes.prefixBytes(8))
  }
}

extension ByteFailure {
  func error(name: String, offset: Int, framesRead: Int) -> CaptureError {
    switch kind {
    case .isDirectory: .isDirectory(name: name)
    case .inputOutput: .inputOutput(name: name, offset: offset, reason: reason, framesRead: framesRead)
    case .badCompression: .damaged(name: name, offset: offset, reason: reason, framesRead: framesRead)
    // Offsets would count what was made of the file, which nobody sees.
    case .badArchive, .badText: .unsupported(name: name, reason: reason, framesRead: framesRead)
    }
  }
}
