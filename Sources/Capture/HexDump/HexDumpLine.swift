/// A line of a hexadecimal dump: an offset, and the bytes from there on.
///
///     0x0010   0a0b 0c0d 0e0f 1011 1213 1415 1617 1819        ................      FortiGate, ASA
///             0x0010:  0a0b 0c0d 0e0f 1011 1213 1415 1617 1819  ................     tcpdump -X
///     000010 0a 0b 0c 0d 0e 0f 10 11  12 13 14 15 16 17 18 19   ........ ........     text2pcap, hexdump
struct HexDumpLine: Equatable {
  let offset: Int
  let bytes: [UInt8]

  /// Bytes of a line that are read; dumps have 16, rarely 32.
  static let mostBytes = 64

  /// Nil for a line that is none: it must begin with an offset of three digits or more, or with "0x", and go on with
  /// pairs of digits.
  init?(_ line: ArraySlice<UInt8>) {
    var rest = line.drop(while: Self.isBlank)
    let isMarked = rest.starts(with: [0x30, 0x78]) || rest.starts(with: [0x30, 0x58])
    if isMarked { rest = rest.dropFirst(2) }
    let digits = rest.prefix { Self.digit($0) != nil }
    guard (isMarked ? 2 : 3)...8 ~= digits.count else { return nil }
    offset = digits.reduce(0) { $0 << 4 | Int(Self.digit($1) ?? 0) }
    rest = rest.dropFirst(digits.count)
    if rest.first == 0x3A { rest = rest.dropFirst() }
    guard let first = rest.first, Self.isBlank(first) else { return nil }
    bytes = Self.bytes(of: rest)
    if bytes.isEmpty { return nil }
  }

  /// The pairs of digits, up to the column of characters: that stands apart, or shows by what it holds.
  private static func bytes(of line: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = line
    while bytes.count < mostBytes {
      let gap = rest.prefix(while: isBlank)
      rest = rest.dropFirst(gap.count)
      let group = rest.prefix { !isBlank($0) }
      guard group.count == 2 || group.count == 4 || group.count == 8, group.allSatisfy({ digit($0) != nil }) else {
        break
      }
      // Two spaces end the bytes, but for the gap that some dumps have in the middle of single bytes.
      let isMiddle = gap.count == 2 && bytes.count == 8 && group.count == 2
      if !bytes.isEmpty, gap.count > 1 || gap.first == 0x09, !isMiddle { break }
      let digits = group.compactMap(digit)
      for place in stride(from: 0, to: digits.count - 1, by: 2) { bytes.append(digits[place] << 4 | digits[place + 1]) }
      rest = rest.dropFirst(group.count)
    }
    return bytes
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
