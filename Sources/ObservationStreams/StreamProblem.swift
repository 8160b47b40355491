/// What of a file of observations could not be used, in one line: which file, which line, what was wrong.
public struct StreamProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// What it means for the process's exit status, numbered as in sysexits.h.
  public enum ExitCategory: Int32, Sendable {
    case unreadableData = 65
    case noInput = 66
    case ioError = 74
    case permission = 77
  }

  /// The file as it was given; "standard input" for `-`.
  public let name: String
  /// From 1; nil when the whole file is meant.
  public let line: Int?
  public let reason: String
  public let exitCategory: ExitCategory

  public init(name: String, line: Int? = nil, reason: String, exitCategory: ExitCategory = .unreadableData) {
    self.name = name
    self.line = line
    self.reason = reason
    self.exitCategory = exitCategory
  }

  public var description: String { "\(name): \(line.map { "line \($0): " } ?? "")\(reason)" }
}

/// The problems of one file. Told one by one up to a limit and counted beyond it, so that a file that is something
/// else does not bury the rest.
struct StreamProblems {
  static let mostTold = 100

  let name: String
  private var told: [StreamProblem] = []
  private var untold = 0

  init(name: String) { self.name = name }

  mutating func add(_ reason: String, line: Int? = nil, exitCategory: StreamProblem.ExitCategory = .unreadableData) {
    guard told.count < Self.mostTold else {
      untold += 1
      return
    }
    told.append(StreamProblem(name: name, line: line, reason: reason, exitCategory: exitCategory))
  }

  var all: [StreamProblem] {
    let ordered = told.enumerated().sorted { a, b in
      (a.element.line ?? .max, a.offset) < (b.element.line ?? .max, b.offset)
    }.map(\.element)
    guard untold > 0 else { return ordered }
    return ordered + [StreamProblem(name: name, reason: "\(untold) more lines are not understood")]
  }
}
