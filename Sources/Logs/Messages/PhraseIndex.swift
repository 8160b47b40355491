/// Many phrases, of which the longest that begins at a place of a text is found by its first four bytes.
///
/// Words of a text begin at one byte in five, and most of them begin like no phrase: they take one look into a table. The
/// phrases that begin alike lie side by side in the order of their bytes, so that the longest is found by halving. Memory is
/// that of the phrases and 8 bytes for each slot of the table.
struct PhraseIndex: Sendable {
  /// The phrases' bytes in their order.
  private let bytes: [UInt8]
  private let phrases: [Phrase]
  /// Of each number, that of the longest phrase that its phrase begins with.
  private let shorterNumbers: [Int32?]
  /// The phrases with the same first four bytes, by a hash of these; empty slots have no phrases.
  private let slots: [Slot]
  private let shift: UInt32
  /// Whether letters of the text match in either case; the phrases have theirs in lower case then.
  private let isFolded: Bool

  private struct Phrase: Sendable {
    /// The index that the caller gave it.
    let number: Int32
    /// Where its bytes begin.
    let start: Int32
    let count: Int32
    /// The longest phrase that this one begins with; -1 for none.
    let shorter: Int32
  }

  private struct Slot: Sendable {
    var lead: UInt32 = 0
    var first: UInt16 = 0
    var count: UInt16 = 0
  }

  /// How many bytes a phrase has at least: a shorter one would begin like many words.
  static let leadLength = 4

  /// - Parameter phrases: No two of them are the same.
  /// - Returns: nil when one is shorter than `leadLength`, or there are more than 16 bits number.
  init?(_ phrases: [[UInt8]], isFolded: Bool = false) {
    guard phrases.count <= UInt16.max else { return nil }
    let order = phrases.indices.sorted { phrases[$0].lexicographicallyPrecedes(phrases[$1]) }
    var size = 64
    var shift: UInt32 = 26
    // At most a quarter full, so that most words that begin otherwise end at the first slot.
    while size < phrases.count * 4 { (size, shift) = (size * 2, shift - 1) }
    var slots = [Slot](repeating: Slot(), count: size)
    var bytes: [UInt8] = []
    var sorted: [Phrase] = []
    var shorterNumbers = [Int32?](repeating: nil, count: phrases.count)
    sorted.reserveCapacity(phrases.count)
    // Those that a phrase begins with come before it, and none that it does not begin with in between.
    var beginnings: [Int32] = []
    for number in order {
      let phrase = phrases[number]
      guard phrase.count >= Self.leadLength else { return nil }
      while let last = beginnings.last, !phrase.starts(with: phrases[Int(sorted[Int(last)].number)]) {
        beginnings.removeLast()
      }
      let lead = phrase[..<Self.leadLength].reversed().reduce(0) { $0 << 8 | UInt32($1) }
      var slot = Self.slot(lead, shift)
      while slots[slot].count > 0, slots[slot].lead != lead { slot = (slot + 1) & (size - 1) }
      if slots[slot].count == 0 { slots[slot] = Slot(lead: lead, first: UInt16(sorted.count)) }
      slots[slot].count += 1
      sorted.append(
        Phrase(
          number: Int32(number), start: Int32(bytes.count), count: Int32(phrase.count), shorter: beginnings.last ?? -1))
      shorterNumbers[number] = beginnings.last.map { sorted[Int($0)].number }
      beginnings.append(Int32(sorted.count - 1))
      bytes += phrase
    }
    self.bytes = bytes
    self.phrases = sorted
    self.shorterNumbers = shorterNumbers
    self.slots = slots
    self.shift = shift
    self.isFolded = isFolded
  }

  /// The longest phrase that the one with this number begins with.
  func shorter(than number: Int) -> Int? { shorterNumbers[number].map { Int($0) } }

  /// The number of the longest phrase that begins at `index` and that `accepts`.
  ///
  /// - Parameter accepts: Takes a phrase's number and its length.
  @inline(__always)
  func longest(_ text: Span<UInt8>, at index: Int, accepts: (_ number: Int, _ length: Int) -> Bool) -> Int? {
    guard index >= 0, index <= text.count &- Self.leadLength else { return nil }
    var lead = UInt32(littleEndian: unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self))
    // Makes letters small, and other bytes ones that a comparison below tells apart.
    if isFolded { lead |= 0x2020_2020 }
    let slots = slots.span
    var place = Self.slot(lead, shift)
    while slots[place].count > 0 {
      if slots[place].lead == lead { return longest(of: slots[place], text, at: index, accepts: accepts) }
      place = (place &+ 1) & (slots.count &- 1)
    }
    return nil
  }

  /// The last phrase of the slot that does not come behind the text in their order, or the longest accepted one that this
  /// begins with: no other can be what the text begins with.
  private func longest(
    of slot: Slot, _ text: Span<UInt8>, at index: Int, accepts: (_ number: Int, _ length: Int) -> Bool
  ) -> Int? {
    let phrases = phrases.span
    var low = Int(slot.first)
    var high = low + Int(slot.count)
    var last: (phrase: Int, common: Int)?
    while low < high {
      let middle = (low + high) / 2
      let (common, isBehind) = compare(phrases[middle], text, at: index)
      if isBehind {
        high = middle
      } else {
        last = (middle, common)
        low = middle + 1
      }
    }
    guard let last else { return nil }
    var candidate = last.phrase
    while candidate >= 0 {
      let phrase = phrases[candidate]
      if phrase.count <= last.common, accepts(Int(phrase.number), Int(phrase.count)) { return Int(phrase.number) }
      candidate = Int(phrase.shorter)
    }
    return nil
  }

  /// How many bytes a phrase has in common with the text, and whether it comes behind it in their order.
  private func compare(_ phrase: Phrase, _ text: Span<UInt8>, at index: Int) -> (common: Int, isBehind: Bool) {
    let bytes = bytes.span
    for offset in 0..<Int(phrase.count) {
      guard index + offset < text.count else { return (offset, true) }
      let byte = isFolded ? text[index + offset].folded : text[index + offset]
      let own = bytes[Int(phrase.start) + offset]
      if byte != own { return (offset, own > byte) }
    }
    return (Int(phrase.count), false)
  }

  private static func slot(_ lead: UInt32, _ shift: UInt32) -> Int {
    // Fibonacci hashing: the golden ratio in 32 bits spreads what differs in any byte.
    Int((lead &* 0x9E37_79B9) >> shift)
  }
}
