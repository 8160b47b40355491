import SystemPackage

/// Where a line begins.
struct LinePosition: Sendable {
  /// Bytes from the start of the file.
  var offset = 0
  /// From 1.
  var line = 1
}

/// Reads a text line by line, through a bounded buffer.
final class LineReader {
  /// The longest line that is read, in bytes: a header with a hundred thousand captures. A longer one is passed over.
  static let longestLine = 16 << 20
  private static let blockSize = 1 << 18

  enum Source {
    /// Closed by the reader.
    case file(FileDescriptor)
    case memory([UInt8])
  }

  /// One line without its line feed; nil where it was too long.
  struct Line {
    let position: LinePosition
    let bytes: ArraySlice<UInt8>?
  }

  private let source: Source
  private var buffer: ArraySlice<UInt8>
  private var isAtEnd: Bool
  private var position: LinePosition

  init(_ source: Source, from position: LinePosition) throws(Errno) {
    self.source = source
    self.position = position
    switch source {
    case .file(let file):
      buffer = []
      isAtEnd = false
      if position.offset > 0 {
        do { try file.seek(offset: Int64(position.offset), from: .start) } catch { throw error as? Errno ?? .ioError }
      }
    case .memory(let bytes):
      buffer = bytes[min(position.offset, bytes.count)...]
      isAtEnd = true
    }
  }

  deinit { if case .file(let file) = source { try? file.close() } }

  /// Where the next line begins.
  var nextPosition: LinePosition { position }

  /// The next line; nil at the end.
  func next() throws(Errno) -> Line? {
    var searched = 0
    var isTooLong = false
    var passedOver = 0
    while true {
      let rest = buffer.dropFirst(searched)
      if let feed = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let bytes = buffer[..<feed]
        buffer = buffer[(feed + 1)...]
        return line(bytes, isTooLong: isTooLong, length: passedOver + bytes.count + 1)
      }
      searched = buffer.count
      if isAtEnd {
        guard searched + passedOver > 0 else { return nil }
        let bytes = buffer
        buffer = []
        return line(bytes, isTooLong: isTooLong, length: passedOver + bytes.count)
      }
      if searched > Self.longestLine {
        isTooLong = true
        passedOver += searched
        buffer = []
        searched = 0
      }
      try fill()
    }
  }

  private func line(_ bytes: ArraySlice<UInt8>, isTooLong: Bool, length: Int) -> Line {
    defer {
      position.offset += length
      position.line += 1
    }
    return Line(position: position, bytes: isTooLong ? nil : bytes)
  }

  private func fill() throws(Errno) {
    guard case .file(let file) = source else { return }
    let kept = buffer.count
    do {
      let grown = try unsafe [UInt8](unsafeUninitializedCapacity: kept + Self.blockSize) { space, count in
        _ = unsafe UnsafeMutableBufferPointer(rebasing: space[..<kept]).update(fromContentsOf: buffer)
        let free = unsafe UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: space[kept...]))
        let read = try unsafe file.read(into: free)
        isAtEnd = read == 0
        count = kept + read
      }
      buffer = grown[...]
    } catch {
      throw error as? Errno ?? .ioError
    }
  }
}
