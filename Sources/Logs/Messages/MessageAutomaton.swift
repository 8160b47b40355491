/// Finds many words in a text in one pass (A. V. Aho, M. J. Corasick: Efficient string matching, 1975), as a table of
/// transitions that has one lookup a byte and no way back.
///
/// Letters match in either case; a caller that wants one case compares what was found. Memory is two bytes for each state
/// and class of bytes: some 2 MB for a thousand messages, built once.
struct MessageAutomaton: Sendable {
  /// Row by row: the state that follows a state and a class of bytes.
  private let transitions: [UInt16]
  /// The class of each byte; bytes that are in no word share class 0.
  private let classes: [UInt8]
  /// Classes are at most `1 << shift`.
  private let shift: Int
  /// States from here on end a word: they are numbered last, so that one comparison tells.
  private let firstEnding: UInt16
  /// How many bytes led to a state.
  private let depths: [UInt16]
  /// Of each ending state, the words that end there, the longest first: a slice of `endings`.
  private let endingStarts: [Int32]
  private let endings: [Int32]

  /// The most states that 16 bits can number.
  static let stateLimit = 65_535

  /// - Parameter words: None is empty. Words that are the same end in the same state.
  /// - Returns: nil when they need more states than `stateLimit`.
  init?(_ words: [[UInt8]]) {
    var classes = [UInt8](repeating: 0, count: 256)
    var classCount = 1
    for word in words {
      for byte in word.map(\.folded) where classes[Int(byte)] == 0 {
        // Over 100 kinds of bytes are no messages.
        guard classCount < 128 else { return nil }
        classes[Int(byte)] = UInt8(classCount)
        classCount += 1
      }
    }
    for upper in UInt8(ascii: "A")...UInt8(ascii: "Z") { classes[Int(upper)] = classes[Int(upper.folded)] }
    var shift = 1
    while 1 << shift < classCount { shift += 1 }

    // The tree of words; 0 is the root, and as a child means none.
    var next = [UInt16](repeating: 0, count: 1 << shift)
    var depths: [UInt16] = [0]
    var wordsAt: [[Int32]] = [[]]
    for (index, word) in words.enumerated() {
      var state = 0
      for byte in word {
        let edge = state << shift | Int(classes[Int(byte.folded)])
        if next[edge] == 0 {
          guard depths.count < Self.stateLimit else { return nil }
          next[edge] = UInt16(depths.count)
          next.append(contentsOf: repeatElement(0, count: 1 << shift))
          depths.append(depths[state] + 1)
          wordsAt.append([])
        }
        state = Int(next[edge])
      }
      wordsAt[state].append(Int32(index))
    }

    // Breadth first: a missing edge goes where the longest proper suffix goes.
    var fallback = [Int](repeating: 0, count: depths.count)
    var queue: [Int] = []
    queue.reserveCapacity(depths.count)
    for edge in 0..<(1 << shift) where next[edge] != 0 { queue.append(Int(next[edge])) }
    var index = 0
    while index < queue.count {
      let state = queue[index]
      index += 1
      wordsAt[state] += wordsAt[fallback[state]]
      for byteClass in 0..<(1 << shift) {
        let edge = state << shift | byteClass
        let suffix = next[fallback[state] << shift | byteClass]
        if next[edge] == 0 {
          next[edge] = suffix
        } else {
          fallback[Int(next[edge])] = Int(suffix)
          queue.append(Int(next[edge]))
        }
      }
    }

    // Renumbered, those that end a word last.
    let order = (0..<depths.count).filter { wordsAt[$0].isEmpty } + (0..<depths.count).filter { !wordsAt[$0].isEmpty }
    var number = [UInt16](repeating: 0, count: order.count)
    for (position, state) in order.enumerated() { number[state] = UInt16(position) }
    var transitions = [UInt16](repeating: 0, count: next.count)
    for (position, state) in order.enumerated() {
      for byteClass in 0..<(1 << shift) {
        transitions[position << shift | byteClass] = number[Int(next[state << shift | byteClass])]
      }
    }
    let ending = order.filter { !wordsAt[$0].isEmpty }
    var starts: [Int32] = [0]
    var endings: [Int32] = []
    for state in ending {
      endings += wordsAt[state]
      starts.append(Int32(endings.count))
    }
    self.transitions = transitions
    self.classes = classes
    self.shift = shift
    firstEnding = UInt16(order.count - ending.count)
    self.depths = order.map { depths[$0] }
    endingStarts = starts
    self.endings = endings
  }

  var stateCount: Int { depths.count }

  /// What the caller does at a word's end.
  enum Step { case goOn, stop }

  /// Walks over `bytes` from `start`, and calls `found` for each word at each of its ends.
  ///
  /// - Parameters:
  ///   - found: Takes the word's index and the offset behind it.
  ///   - earliest: Where a word that the caller has begins. The walk ends when none can end any more that begins there
  ///     or before it; asked after each `found`.
  @inline(__always)
  func walk(
    _ bytes: Span<UInt8>, from start: Int, earliest: () -> Int, found: (_ word: Int, _ end: Int) -> Step
  ) {
    var state: UInt16 = 0
    var index = start
    var limit = Int.max
    while advance(bytes, &index, &state, upTo: limit) {
      let slot = Int(state - firstEnding)
      for entry in endingStarts[slot]..<endingStarts[slot + 1] where found(Int(endings[Int(entry)]), index) == .stop {
        return
      }
      limit = earliest()
    }
  }

  /// Reads bytes up to the next end of a word; false at the end of `bytes`, or where no word can end any more that begins
  /// at `limit` or before it.
  ///
  /// Most of the time that a line takes without a message goes by here, so it is a loop of its own, with all in registers.
  @inline(never)
  private func advance(_ bytes: Span<UInt8>, _ place: inout Int, _ reached: inout UInt16, upTo limit: Int) -> Bool {
    let transitions = transitions.span
    let classes = classes.span
    let depths = depths.span
    let shift = shift
    let firstEnding = firstEnding
    let end = bytes.count
    var index = place
    var state = reached
    // In range, all of them: a byte has a class, and transitions hold states only.
    if limit == .max {
      while index < end {
        let byteClass = unsafe classes[unchecked: Int(bytes[unchecked: index])]
        state = unsafe transitions[unchecked: Int(state) &<< shift | Int(byteClass)]
        index &+= 1
        if state >= firstEnding {
          place = index
          reached = state
          return true
        }
      }
      return false
    }
    while index < end {
      let byteClass = unsafe classes[unchecked: Int(bytes[unchecked: index])]
      state = unsafe transitions[unchecked: Int(state) &<< shift | Int(byteClass)]
      index &+= 1
      guard unsafe index &- Int(depths[unchecked: Int(state)]) <= limit else { return false }
      if state >= firstEnding {
        place = index
        reached = state
        return true
      }
    }
    return false
  }
}
