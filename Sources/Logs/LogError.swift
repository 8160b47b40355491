/// Why a log could not be read: one line that names the file, where it went wrong, and what to do.
public struct LogError: Error, Sendable, Hashable {
  public let file: String
  public let problem: String

  public init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }
}
