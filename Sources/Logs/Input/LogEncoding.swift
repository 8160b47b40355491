/// How the characters of a text are written.
enum LogEncoding {
  /// UTF-8, or any other that has ASCII in it as it is.
  case utf8
  case utf16LittleEndian
  case utf16BigEndian

  /// Tells the encoding by a file's first bytes; nil when they are no text.
  init?(_ first: Span<UInt8>) {
    if first.begins(with: [0xFF, 0xFE]) {
      self = .utf16LittleEndian
    } else if first.begins(with: [0xFE, 0xFF]) {
      self = .utf16BigEndian
    } else {
      let sample = first.extracting(0..<min(first.count, 4_096))
      var controls = 0
      var zeros = (even: 0, odd: 0)
      for index in sample.indices {
        let byte = sample[index]
        // Tabs, line ends, form feeds, and the backspaces and escapes of terminal logs are text.
        if byte < 0x20, byte != 0x1B, !(0x08...0x0D).contains(byte) { controls += 1 }
        if byte == 0 {
          if index % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
        }
      }
      let pairs = sample.count / 2
      if zeros.odd * 10 > pairs * 7, zeros.even * 10 < pairs {
        self = .utf16LittleEndian
      } else if zeros.even * 10 > pairs * 7, zeros.odd * 10 < pairs {
        self = .utf16BigEndian
      } else if controls * 20 > sample.count {
        return nil
      } else {
        self = .utf8
      }
    }
  }

  /// Whether these are the first bytes of a bundle or a compressed file.
  static func isPacked(_ first: Span<UInt8>) -> Bool {
    first.begins(with: [0x50, 0x4B, 0x03, 0x04]) || first.begins(with: [0x50, 0x4B, 0x05, 0x06])  // zip
      || first.begins(with: [0x1F, 0x8B]) || first.begins(with: [0x42, 0x5A, 0x68])  // gzip, bzip2
      || first.begins(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A])  // xz
      || first.begins(with: [0x28, 0xB5, 0x2F, 0xFD]) || first.begins(with: [0x04, 0x22, 0x4D, 0x18])  // zstd, lz4
      || first.count > 262 && first.extracting(257..<262).begins(with: Array("ustar".utf8))
  }

  /// What is wrong with a file that is no text.
  static func whatElse(_ first: Span<UInt8>) -> String {
    isCapture(first)
      ? "this is a packet capture, not a log: name it without --log" : "this is not a log: it holds no text"
  }

  /// Whether these are the first bytes of a packet capture.
  static func isCapture(_ first: Span<UInt8>) -> Bool {
    let captures: [[UInt8]] = [
      [0xD4, 0xC3, 0xB2, 0xA1], [0xA1, 0xB2, 0xC3, 0xD4], [0x4D, 0x3C, 0xB2, 0xA1], [0xA1, 0xB2, 0x3C, 0x4D],
      [0x0A, 0x0D, 0x0D, 0x0A], Array("snoop\0\0\0".utf8),
    ]
    return captures.contains { first.begins(with: $0) }
  }
}

extension Span<UInt8> {
  func begins(with magic: [UInt8]) -> Bool {
    guard count >= magic.count else { return false }
    for index in magic.indices where self[index] != magic[index] { return false }
    return true
  }
}

/// Turns blocks of text of any encoding into blocks of UTF-8.
struct LogDecoder {
  private let encoding: LogEncoding
  /// The half of a code unit whose other half is in the next block.
  private var half: UInt8?
  private var highSurrogate: UInt16?
  private var buffer: [UInt8] = []

  init(_ encoding: LogEncoding) { self.encoding = encoding }

  /// The block as UTF-8; invalid text is left as it is, or replaced where it has no UTF-8 form.
  @_lifetime(&self, copy block)
  mutating func decode(_ block: Span<UInt8>) -> Span<UInt8> {
    guard encoding != .utf8 else { return block }
    buffer.removeAll(keepingCapacity: true)
    for index in block.indices {
      let byte = block[index]
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      append(encoding == .utf16LittleEndian ? UInt16(byte) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(byte))
    }
    return buffer.span
  }

  private mutating func append(_ unit: UInt16) {
    if let high = highSurrogate {
      highSurrogate = nil
      if unit & 0xFC00 == 0xDC00 {
        append(scalar: 0x1_0000 + (UInt32(high & 0x3FF) << 10 | UInt32(unit & 0x3FF)))
        return
      }
      append(scalar: 0xFFFD)
    }
    switch unit {
    case 0..<0x80: buffer.append(UInt8(unit))
    case 0xFEFF: break
    case 0xD800..<0xDC00: highSurrogate = unit
    case 0xDC00..<0xE000: append(scalar: 0xFFFD)
    default: append(scalar: UInt32(unit))
    }
  }

  private mutating func append(scalar: UInt32) {
    guard let scalar = Unicode.Scalar(scalar) else { return }
    if let encoded = UTF8.encode(scalar) { buffer.append(contentsOf: encoded) }
  }
}
