/// Where in a text one of many phrases may begin: what begins none of them is passed over quickly.
///
/// Words begin and end at places that no processor can guess, so this looks at each byte in the same way and jumps nowhere: a
/// look whether a word begins, and one whether a phrase begins like it. One place in twenty that begins none is taken for one
/// that may.
struct PhraseBeginnings: Sendable {
  /// Of each byte 1 where it is part of a word, else 0; zeros where phrases begin inside of words too.
  private let wordBytes: [UInt8]
  /// By a hash of four bytes, 1 where a phrase begins with such.
  private let marks: [UInt8]

  private static let bits: UInt32 = 14

  /// - Parameters:
  ///   - phrases: Each of four bytes or more; letters match in either case.
  ///   - insideWords: Whether they may begin inside of words.
  init(_ phrases: [[UInt8]], insideWords: Bool = false) {
    wordBytes = (UInt8.min...UInt8.max).map { $0.isWordByte && !insideWords ? 1 : 0 }
    var marks = [UInt8](repeating: 0, count: 1 << Self.bits)
    for phrase in phrases {
      let lead = phrase.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
      marks[Self.place(lead)] = 1
    }
    self.marks = marks
  }

  /// The next place from `start` on where a phrase may begin: at no byte of a word that another one stands in front of.
  func next(in text: Span<UInt8>, from start: Int) -> Int? {
    let wordBytes = wordBytes.span
    let marks = marks.span
    var isInWord = start > 0 && start <= text.count ? wordBytes[Int(text[start - 1])] : 0
    var place = start
    while place <= text.count &- 4 {
      // In range, all of them: a byte has its place in `wordBytes`, a hash has one in `marks`.
      let isWord = unsafe wordBytes[unchecked: Int(text[unchecked: place])]
      let lead = unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt32.self)
      if unsafe marks[unchecked: Self.place(UInt32(littleEndian: lead))] > isWord & isInWord { return place }
      isInWord = isWord
      place &+= 1
    }
    return nil
  }

  @inline(__always)
  private static func place(_ lead: UInt32) -> Int {
    // Small letters; then Fibonacci hashing: the golden ratio in 32 bits spreads what differs in any byte.
    Int(((lead | 0x2020_2020) &* 0x9E37_79B9) &>> (32 - bits))
  }
}
