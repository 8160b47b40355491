/// A fixed set of words by their first eight bytes, in lower case, each with what it stands for.
///
/// Eight bytes fit a register, so a word is looked up without a copy; a dictionary's hash, which is made to withstand
/// chosen keys, costs more than the rest of a header, and the words here are fixed.
struct PackedWords<Value: Sendable>: Sendable {
  private var keys: [UInt64]
  private var values: [Value?]
  private let mask: Int

  /// - Parameter words: Words between spaces, and their value; of words that are the same the first counts.
  init(_ words: [(String, Value)]) {
    let all = words.flatMap { list, value in list.split(separator: " ").map { (Self.packed($0.utf8), value) } }
    var size = 64
    // At most a quarter full, so that most words that are not in it end at the first slot.
    while size < all.count * 4 { size *= 2 }
    keys = [UInt64](repeating: 0, count: size)
    values = [Value?](repeating: nil, count: size)
    mask = size - 1
    for (key, value) in all {
      var slot = Self.slot(key, mask)
      while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & mask }
      guard keys[slot] == 0 else { continue }
      keys[slot] = key
      values[slot] = value
    }
  }

  func value(_ text: borrowing LogText, _ word: Range<Int>) -> Value? {
    let key = text.packed(word)
    guard key != 0 else { return nil }
    var slot = Self.slot(key, mask)
    while keys[slot] != 0 {
      if keys[slot] == key { return values[slot] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private static func slot(_ key: UInt64, _ mask: Int) -> Int {
    // Fibonacci hashing: the golden ratio in 64 bits spreads what differs in any byte.
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
  }

  private static func packed(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1.folded) }
  }
}

extension LogText {
  /// The first eight bytes of a word of this line, in lower case; the last of them is the least significant.
  func packed(_ word: Range<Int>) -> UInt64 {
    guard word.lowerBound >= 0, word.lowerBound <= bytes.count &- 8 else {
      // Too near to the line's end for eight bytes at once.
      var value: UInt64 = 0
      for index in word.prefix(8) { value = value << 8 | UInt64(self[index].folded) }
      return value
    }
    let eight = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: word.lowerBound, as: UInt64.self)
    return (UInt64(bigEndian: eight) >> (8 * UInt64(8 - min(word.count, 8)))).folded
  }
}

extension UInt64 {
  /// Eight bytes with the lower case of each ASCII letter, other bytes as they are.
  fileprivate var folded: UInt64 {
    let signs: UInt64 = 0x8080_8080_8080_8080
    let low = self & ~signs
    // Each sum sets its byte's sign from "A" on, and from behind "Z" on.
    let fromA = low &+ 0x3F3F_3F3F_3F3F_3F3F
    let behindZ = low &+ 0x2525_2525_2525_2525
    return self | (fromA & ~behindZ & ~self & signs) >> 2
  }
}
