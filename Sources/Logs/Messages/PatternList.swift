/// The patterns of all messages, their parts one behind the other: patterns are read with every line, and arrays of their own
/// would be counted each time.
struct PatternList: Sendable {
  private var patterns: [Pattern] = []
  private var parts: [MessagePattern.Part] = []
  /// The bytes that parts and openings are slices of.
  private var literals: [UInt8] = []

  private struct Pattern: Sendable {
    let opening: Range<Int>
    let parts: Range<Int>
  }

  /// The pattern's number is how many came before it.
  mutating func append(_ pattern: MessagePattern) {
    let opening = literals.count..<literals.count + pattern.opening.count
    literals += pattern.opening
    let start = literals.count
    literals += pattern.literals
    let first = parts.count
    parts += pattern.parts.map { part in
      switch part {
      case .literal(let range): .literal(start + range.lowerBound..<start + range.upperBound)
      case .value: part
      }
    }
    patterns.append(Pattern(opening: opening, parts: first..<parts.count))
  }

  /// How many bytes a pattern's opening has.
  func openingLength(of number: Int) -> Int { patterns[number].opening.count }

  /// Where a pattern's opening next stands, whole in front of `end`.
  func findOpening(of number: Int, in text: borrowing LogText, from start: Int, upTo end: Int) -> Int? {
    LogText(text.bytes, from: start).find(literals.span.extracting(patterns[number].opening), upTo: end)
  }

  /// Reads the values behind a pattern's opening.
  ///
  /// - Parameters:
  ///   - text: Stands behind the opening; afterwards behind what the pattern covers.
  ///   - end: Where the message ends.
  /// - Returns: Whether everything up to `end` fits; the values read are added even when it does not.
  func read(_ number: Int, _ text: inout LogText, upTo end: Int, into values: inout MessageValues) -> Bool {
    let parts = parts.span.extracting(patterns[number].parts)
    let literals = literals.span
    var index = 0
    while index < parts.count {
      switch parts[index] {
      case .literal(let range):
        guard text.skip(literals.extracting(range), upTo: end) else { return false }
      case .value(let role):
        var stop: Int?
        if index + 1 < parts.count, case .literal(let range) = parts[index + 1] {
          stop = text.find(literals.extracting(range), upTo: end)
          if stop == nil { return false }
        }
        guard text.readValue(role, upTo: stop ?? end, isLast: stop == nil, into: &values) else { return false }
        if let stop, role?.kind == .text || role == nil { text.move(to: stop) }
      }
      index += 1
    }
    return true
  }
}
