import Dissection

/// What must stay true of bytes whose value an alias takes.
enum AliasForm {
  /// A number or a key: only zero stays zero.
  case number
  /// The same, with the first bit set: neither reserved, nor text, nor taken for a zero.
  case marked
  /// Noise: the first bit is set, and there are no zeros, although the value is all zeros.
  case noise
}

/// A message that is put together anew from one that was captured, of which only what is named goes on.
struct AliasedBytes: ~Escapable {
  private let original: RawSpan
  private(set) var bytes: [UInt8]

  /// All zeros.
  @_lifetime(copy original)
  init(_ original: RawSpan, count: Int) {
    self.original = original
    bytes = [UInt8](repeating: 0, count: count)
  }

  /// What stands there stays.
  mutating func copy(_ range: Range<Int>) {
    for index in range where index < bytes.count && index < original.byteCount {
      bytes[index] = unsafe original.u8(index)
    }
  }

  /// An alias takes the place of what stands there, the same for the same value.
  mutating func replace(_ range: Range<Int>, _ kind: String, _ form: AliasForm, _ alias: ValueAlias) {
    let value = range.filter { $0 < original.byteCount }.map { unsafe original.u8($0) }
    guard form == .noise ? !value.isEmpty : value.contains(where: { $0 != 0 }) else { return }
    for (offset, byte) in alias(kind, value, range.count).enumerated() where range.lowerBound + offset < bytes.count {
      bytes[range.lowerBound + offset] =
        switch form {
        case .number: byte
        case .marked: offset == 0 ? byte | 0x80 : byte
        case .noise: offset == 0 ? byte | 0x80 : max(byte, 1)
        }
    }
  }

  mutating func clearHighBit(at index: Int) { if bytes.indices.contains(index) { bytes[index] &= 0x7F } }
}
