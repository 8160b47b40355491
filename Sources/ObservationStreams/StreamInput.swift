import Glibc
import SystemPackage

/// A file of observations, read twice: first what it holds, then the observations.
///
/// What cannot be read twice (standard input, a pipe) is held in memory.
final class StreamInput {
  /// As the user gave it; "standard input" for `-`.
  let name: String
  private let path: String
  /// The bytes of what cannot be read twice.
  private var memory: [UInt8]?

  init(path: String) throws(StreamProblem) {
    self.path = path
    name = path == "-" ? "standard input" : path
    do throws(Errno) {
      if !Self.isRegular(path) { memory = try Self.allBytes(of: try open()) }
    } catch {
      throw problem(error)
    }
  }

  /// Its lines, from the beginning of one.
  func lines(from position: LinePosition = LinePosition()) throws(StreamProblem) -> LineReader {
    do throws(Errno) {
      if let memory { return try LineReader(.memory(memory), from: position) }
      return try LineReader(.file(try open()), from: position)
    } catch {
      throw problem(error)
    }
  }

  /// An error of the system, in one line.
  func problem(_ error: Errno) -> StreamProblem {
    switch error {
    case .noSuchFileOrDirectory: StreamProblem(name: name, reason: "no such file", exitCategory: .noInput)
    case .isDirectory: StreamProblem(name: name, reason: "is a directory", exitCategory: .noInput)
    case .permissionDenied: StreamProblem(name: name, reason: "permission denied", exitCategory: .permission)
    default: StreamProblem(name: name, reason: "\(error)", exitCategory: .ioError)
    }
  }

  private func open() throws(Errno) -> FileDescriptor {
    guard path != "-" else { return .standardInput }
    do {
      return try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    } catch {
      throw error as? Errno ?? .ioError
    }
  }

  private static func isRegular(_ path: String) -> Bool {
    guard path != "-" else { return false }
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func allBytes(of file: FileDescriptor) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      defer { if file != .standardInput { try? file.close() } }
      var block = [UInt8](repeating: 0, count: 1 << 18)
      while true {
        let count = try unsafe block.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
        guard count > 0 else { return bytes }
        bytes += block[..<count]
      }
    } catch {
      throw error as? Errno ?? .ioError
    }
  }
}
