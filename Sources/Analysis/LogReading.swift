import Families
import FileNames
import Logs
import Observations

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A log that could not be read, or not to its end.
public struct LogProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public let file: String
  public let problem: String
  /// Whether there is no such file.
  public let isAbsent: Bool

  public var description: String { "\(file): \(problem)" }
}

/// Reads logs one after the other. A log that cannot be read does not keep the others from being read.
enum LogReading {
  /// - Parameters:
  ///   - firstIndex: The index of the first log.
  ///   - beginning: Called for each path with the index of its first log.
  ///   - take: Called for everything the logs show.
  static func read(
    _ paths: [String], _ renaming: Renaming?, firstIndex: Int = 0, beginning: (Int) -> Void = { _ in },
    _ take: (Observation) -> Void
  ) -> (descriptions: [LogDescription], problems: [LogProblem]) {
    var reader = LogReader(firstIndex: firstIndex, readers: RegisteredFamilies.logReaders)
    var descriptions: [LogDescription] = []
    var problems: [LogProblem] = []
    for (path, name) in zip(paths, DisplayNames.names(for: paths)) {
      beginning(firstIndex + descriptions.count)
      do throws(LogError) {
        let logs = try reader.read(path: path, name: name) { observation in
          if let renaming { take(renaming.observation(observation)) } else { take(observation) }
        }
        for log in logs {
          if let problem = log.problem {
            problems.append(LogProblem(file: log.name == name ? path : log.name, problem: problem, isAbsent: false))
          }
          descriptions.append(renaming?.logDescription(log) ?? log)
        }
      } catch {
        problems.append(LogProblem(file: path, problem: error.problem, isAbsent: !exists(path)))
      }
    }
    return (descriptions, problems)
  }

  private static func exists(_ path: String) -> Bool {
    if path == "-" { return true }
    return unsafe FileName.withPath(path) { unsafe access($0, F_OK) } == 0
  }
}
