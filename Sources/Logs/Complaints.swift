/// Numbers of lines, of which the first few are kept.
struct NumberedLines {
  private(set) var count = 0
  private(set) var first: [Int] = []

  mutating func add(_ line: Int) {
    count += 1
    if first.count < LogLimits.suspiciousLines { first.append(line) }
  }

  /// Counts more of them, without saying where they are.
  mutating func add(more lines: Int) { count += lines }
}

/// Lines of one log in which a program complains and of which nothing came.
///
/// A handshake that fails is told in several lines, of which one becomes an observation: the others near it are explained
/// by it. What stays unexplained is shown.
struct Complaints {
  /// How many lines a complaint and the trouble that it is part of are apart at most: verbose programs write some 20 lines
  /// between the two, and a gateway mixes those of several clients.
  private static let reach = 64

  private(set) var all = NumberedLines()
  private(set) var unexplained = NumberedLines()
  /// Those that trouble in the next lines may explain; at most as many as lines are in reach.
  private var recent: [Int] = []
  private var lastTrouble: Int?

  mutating func add(_ line: Int) {
    all.add(line)
    settle(before: line - Self.reach)
    if let lastTrouble, line - lastTrouble <= Self.reach { return }
    recent.append(line)
  }

  /// A line shows trouble of a tunnel.
  mutating func explain(by line: Int) {
    lastTrouble = max(line, lastTrouble ?? line)
    guard !recent.isEmpty else { return }
    settle(before: line - Self.reach)
    recent.removeAll { $0 <= line + Self.reach }
  }

  /// The log is at its end.
  mutating func finish() { settle(before: .max) }

  /// What comes is too far behind lines before this one.
  private mutating func settle(before line: Int) {
    while let first = recent.first, first < line {
      unexplained.add(first)
      recent.removeFirst()
    }
  }
}
