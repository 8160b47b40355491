/// Many phrases, of which the longest that begins at a place of a text is found by its first four bytes.
///
/// Words of a text begin at one byte in five, and most of them begin like no phrase: they take one look into a table. The
/// phrases that begin alike lie side by side in the order of their bytes, so that the longest is found by halving. Memory is
/// that of the phrases with 8 bytes for each, and 8 for each place of the table.
struct PhraseIndex: Sendable {
  /// The phrases' bytes in their order.
  private let bytes: [UInt8]
  private let phrases: [Phrase]
  /// The first eight bytes of each phrase, the first the most significant, zeros behind a shorter one: most comparisons are
  /// decided by them.
  private let starts: [UInt64]
  /// Of each number, that of the longest phrase that its phrase begins with.
  private let shorterNumbers: [Int32?]
  /// The first four bytes of phrases by a hash of them, 0 for none: apart from `slices`, because most words take one look at
  /// them and none further.
  private let leads: [UInt32]
  /// Which phrases have the lead in the same place of `leads`.
  private let slices: [Slice]
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

  private struct Slice: Sendable {
    var first: UInt16 = 0
    var count: UInt16 = 0
  }

  /// How many bytes a phrase has at least: a shorter one would begin like many words.
  static let leadLength = 4

  /// - Parameter phrases: No two of them are the same.
  /// - Returns: nil when one is shorter than `leadLength` or begins with zeros, or there are more than 16 bits number.
  init?(_ phrases: [[UInt8]], isFolded: Bool = false) {
    guard phrases.count <= UInt16.max else { return nil }
    let order = phrases.indices.sorted { phrases[$0].lexicographicallyPrecedes(phrases[$1]) }
    var size = 64
    var shift: UInt32 = 26
    // At most half full, and of phrases that begin alike much less: most words that begin otherwise end at the first place.
    while size < phrases.count * 2 { (size, shift) = (size * 2, shift - 1) }
    var leads = [UInt32](repeating: 0, count: size)
    var slices = [Slice](repeating: Slice(), count: size)
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
      guard lead != 0 else { return nil }
      var place = Self.place(lead, shift)
      while leads[place] != 0, leads[place] != lead { place = (place + 1) & (size - 1) }
      if leads[place] == 0 {
        leads[place] = lead
        slices[place].first = UInt16(sorted.count)
      }
      slices[place].count += 1
      sorted.append(
        Phrase(
          number: Int32(number), start: Int32(bytes.count), count: Int32(phrase.count), shorter: beginnings.last ?? -1))
      shorterNumbers[number] = beginnings.last.map { sorted[Int($0)].number }
      beginnings.append(Int32(sorted.count - 1))
      bytes += phrase
    }
    self.bytes = bytes
    self.phrases = sorted
    starts = sorted.map { phrase in
      (0..<8).reduce(0) { $0 << 8 | ($1 < Int(phrase.count) ? UInt64(bytes[Int(phrase.start) + $1]) : 0) }
    }
    self.shorterNumbers = shorterNumbers
    self.leads = leads
    self.slices = slices
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
    let leads = leads.span
    var place = Self.place(lead, shift)
    while leads[place] != 0 {
      if leads[place] == lead { return longest(of: slices[place], text, at: index, accepts: accepts) }
      place = (place &+ 1) & (leads.count &- 1)
    }
    return nil
  }

  /// The last phrase of the slice that does not come behind the text in their order, or the longest accepted one that this
  /// begins with: no other can be what the text begins with.
  private func longest(
    of slice: Slice, _ text: Span<UInt8>, at index: Int, accepts: (_ number: Int, _ length: Int) -> Bool
  ) -> Int? {
    let phrases = phrases.span
    let starts = starts.span
    let own = start(of: text, at: index)
    var low = Int(slice.first)
    var high = low + Int(slice.count)
    var last: (phrase: Int, common: Int)?
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] > own {
        high = middle
        continue
      }
      if starts[middle] < own {
        last = (middle, (starts[middle] ^ own).leadingZeroBitCount / 8)
        low = middle + 1
        continue
      }
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

  /// The eight bytes of the text at `index`, as they are in `starts`.
  private func start(of text: Span<UInt8>, at index: Int) -> UInt64 {
    if !isFolded, index <= text.count &- 8 {
      return UInt64(bigEndian: unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }
    var start: UInt64 = 0
    for offset in 0..<8 {
      let byte = index + offset < text.count ? text[index + offset] : 0
      start = start << 8 | UInt64(isFolded ? byte.folded : byte)
    }
    return start
  }

  /// How many bytes a phrase has in common with the text, and whether it comes behind it in their order.
  private func compare(_ phrase: Phrase, _ text: Span<UInt8>, at index: Int) -> (common: Int, isBehind: Bool) {
    let own = bytes.span.extracting(Int(phrase.start)..<Int(phrase.start &+ phrase.count))
    let other = text.extracting(index..<min(text.count, index &+ own.count))
    var offset = 0
    // Eight bytes at once as long as they are the same.
    while !isFolded, offset &+ 8 <= other.count,
      unsafe own.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        == other.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    { offset &+= 8 }
    while offset < other.count {
      let byte = isFolded ? other[offset].folded : other[offset]
      if byte != own[offset] { return (offset, own[offset] > byte) }
      offset &+= 1
    }
    // A text that ends first comes before the phrase.
    return (other.count, other.count < own.count)
  }

  private static func place(_ lead: UInt32, _ shift: UInt32) -> Int {
    // Fibonacci hashing: the golden ratio in 32 bits spreads what differs in any byte.
    Int((lead &* 0x9E37_79B9) >> shift)
  }
}
