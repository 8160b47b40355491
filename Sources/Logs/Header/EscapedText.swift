/// Escapes of JSON (RFC 8259 section 7) taken back.
enum JSONText {
  /// Appends the bytes in `range` to `buffer`. What is no escape stays as it is.
  static func unescape(_ line: borrowing LogText, _ range: Range<Int>, into buffer: inout [UInt8]) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = line[index]
      guard byte == UInt8(ascii: "\\"), index + 1 < range.upperBound else {
        buffer.append(byte)
        index += 1
        continue
      }
      index += 2
      switch line[index - 1] {
      case UInt8(ascii: "n"): buffer.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "r"): buffer.append(UInt8(ascii: "\r"))
      case UInt8(ascii: "t"): buffer.append(UInt8(ascii: "\t"))
      case UInt8(ascii: "b"), UInt8(ascii: "f"): buffer.append(0x20)
      case UInt8(ascii: "u"):
        guard let unit = hexadecimal(line, index) else {
          buffer.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "u")])
          continue
        }
        index += 4
        var value = unit
        if unit & 0xFC00 == 0xD800, line[index] == UInt8(ascii: "\\"), line[index + 1] == UInt8(ascii: "u"),
          let low = hexadecimal(line, index + 2), low & 0xFC00 == 0xDC00
        {
          value = 0x1_0000 + ((unit & 0x3FF) << 10 | (low & 0x3FF))
          index += 6
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        buffer.append(contentsOf: Array(String(Character(scalar)).utf8))
      case let other: buffer.append(other)
      }
    }
  }

  private static func hexadecimal(_ line: borrowing LogText, _ start: Int) -> UInt32? {
    var value: UInt32 = 0
    for index in start..<start + 4 {
      let byte = line[index]
      guard byte.isHexDigit else { return nil }
      value = value << 4 | UInt32(byte.isDigit ? byte & 0x0F : (byte | 0x20) - UInt8(ascii: "a") + 10)
    }
    return value
  }
}

/// The predefined entities of XML (section 4.6) and numbers of characters taken back.
enum XMLText {
  private static let entities: [(StaticString, UInt8)] = [
    ("lt;", UInt8(ascii: "<")), ("gt;", UInt8(ascii: ">")), ("amp;", UInt8(ascii: "&")), ("quot;", UInt8(ascii: "\"")),
    ("apos;", UInt8(ascii: "'")), ("#39;", UInt8(ascii: "'")), ("#34;", UInt8(ascii: "\"")), ("#xD;", 0x20),
    ("#xA;", 0x20), ("#10;", 0x20), ("#13;", 0x20), ("nbsp;", 0x20),
  ]

  /// Appends the bytes in `range` to `buffer`. What is no entity known here stays as it is.
  static func unescape(_ line: borrowing LogText, _ range: Range<Int>, into buffer: inout [UInt8]) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = line[index]
      index += 1
      if byte == UInt8(ascii: "&"),
        let entity = entities.first(where: {
          line.has($0.0, at: index) && index + $0.0.utf8CodeUnitCount <= range.upperBound
        })
      {
        buffer.append(entity.1)
        index += entity.0.utf8CodeUnitCount
      } else {
        buffer.append(byte)
      }
    }
  }
}
