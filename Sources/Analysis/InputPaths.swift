import Capture

/// The captures and logs that the paths of a command line stand for.
///
/// A folder or an archive, such as a support bundle, stands for what is in it; a text among captures is a log.
public struct InputPaths: Sendable {
  /// In the order in which they were given, those of a folder or archive in order of name.
  public private(set) var captures: [String] = []
  public private(set) var logs: [String] = []
  /// What was not looked at because there is too much of it, a line each.
  public private(set) var problems: [String] = []
  /// All captures and logs so far: one that is given by itself and again by its folder is read once.
  private var known: Set<String> = []

  /// - Parameters:
  ///   - files: What was given as captures.
  ///   - logs: What was given as logs: a file among them is a log whatever it holds.
  public init(files: [String], logs: [String] = []) {
    for path in files {
      let contents = PathContents(at: path)
      // The same file given twice stays two: what comes of it is the choice of who gives it.
      if contents.captures == [path] { add(captures: [path]) } else { addUnknown(of: contents) }
    }
    for path in logs {
      let contents = PathContents(at: path)
      // What holds a log besides captures is a folder or an archive.
      if contents.captures == [path] || contents.logs == [path] && contents.captures.isEmpty {
        add(logs: [path])
      } else {
        addUnknown(of: contents)
      }
    }
  }

  private mutating func addUnknown(of contents: PathContents) {
    add(
      captures: contents.captures.filter { !known.contains($0) }, logs: contents.logs.filter { !known.contains($0) })
    problems += contents.problems
  }

  private mutating func add(captures: [String] = [], logs: [String] = []) {
    self.captures += captures
    self.logs += logs
    known.formUnion(captures)
    known.formUnion(logs)
  }
}
