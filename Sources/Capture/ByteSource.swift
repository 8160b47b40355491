/// Where a capture's bytes come from.
enum ByteSource {
  case stream(ByteStream)
  case memory(ByteMemory)
  case decompressed(DecompressedStream)
  case hexDump(HexDumpStream)
  case archived(ArchivedCapture)
  /// The member that an archive stands at.
  case member(ArchiveStream)

  /// Reads into `buffer`, which must have room, as many bytes as there are without waiting, but at least one.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    switch self {
    case .stream(let stream): unsafe stream.read(into: buffer)
    case .memory(let memory): unsafe memory.read(into: buffer)
    case .decompressed(let stream): unsafe stream.read(into: buffer)
    case .hexDump(let stream): unsafe stream.read(into: buffer)
    case .archived(let capture): unsafe capture.read(into: buffer)
    case .member(let archive): unsafe archive.read(into: buffer)
    }
  }

  /// Where `read(into:)` goes on; nil for a source whose bytes come in their order only.
  var offset: Int? {
    switch self {
    case .stream(let stream): stream.offset
    case .memory(let memory): memory.offset
    case .decompressed, .hexDump, .archived, .member: nil
    }
  }

  /// Reads at `offset` what a source that has an offset holds there; threads may do so at the same time.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> ByteRead {
    switch self {
    case .stream(let stream): unsafe stream.read(into: buffer, at: offset)
    case .memory(let memory): unsafe memory.read(into: buffer, at: offset)
    case .decompressed, .hexDump, .archived, .member: .end
    }
  }

  /// Bytes that were read so far; of compressed input, compressed bytes. May be asked while another thread reads.
  var bytesRead: Int {
    switch self {
    case .stream(let stream): stream.bytesRead
    case .memory(let memory): memory.size
    case .decompressed(let stream): stream.bytesRead
    case .hexDump(let stream): stream.source.bytesRead
    case .archived(let capture): capture.bytesRead
    case .member(let archive): archive.bytesRead
    }
  }

  /// Bytes that the file has; nil for what is no regular file.
  var size: Int? {
    switch self {
    case .stream(let stream): stream.size
    case .memory(let memory): memory.size
    case .decompressed(let stream): stream.size
    case .hexDump(let stream): stream.source.size
    case .archived(let capture): capture.size
    case .member(let archive): archive.size
    }
  }
}

/// What one read of a source of bytes gave.
enum ByteRead {
  /// So many bytes, at least one.
  case bytes(Int)
  case end
  /// The source failed; nothing more will come.
  case failure(ByteFailure)
}

/// Why a source of bytes failed.
struct ByteFailure {
  enum Kind { case isDirectory, inputOutput, badCompression, badArchive, badText }
  let kind: Kind
  let reason: String
}

/// Bytes that are in memory already, read as if they were a stream.
final class ByteMemory {
  private let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var size: Int { bytes.count }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    let read = unsafe read(into: buffer, at: offset)
    if case .bytes(let count) = read { offset += count }
    return read
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> ByteRead {
    let count = min(buffer.count, bytes.count - min(offset, bytes.count))
    guard count > 0 else { return .end }
    unsafe buffer.copyBytes(from: bytes[offset..<(offset + count)])
    return .bytes(count)
  }
}
