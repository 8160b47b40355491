import FileNames
import Glibc
import SystemPackage

/// A file of observations, read twice: first what it holds, then the observations.
///
/// What cannot be read twice (standard input, a pipe) is held in memory, up to a limit; what comes after is left out.
final class StreamInput {
  /// Bytes of a pipe that are held: the observations of some gigabytes of captures. A file takes no memory.
  static let mostHeld = 256 << 20

  /// As the user gave it; "standard input" for `-`.
  let name: String
  private let path: String
  /// The bytes of what cannot be read twice.
  private var memory: [UInt8]?
  /// That more came through a pipe than is held; nil when it did not.
  private(set) var overflow: String?

  /// - Parameter mostHeld: Bytes of a pipe that are held.
  init(path: String, mostHeld: Int = StreamInput.mostHeld) throws(StreamProblem) {
    self.path = path
    name = path == "-" ? "standard input" : path
    do throws(Errno) {
      guard !Self.isRegular(path) else { return }
      let held = try Self.bytes(of: try open(), atMost: mostHeld)
      memory = held.bytes
      guard held.isCut else { return }
      overflow =
        "more than \(mostHeld >> 20) MiB came through a pipe; the rest is left out: write it to a file and name that file"
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
      return try unsafe FileName.withPath(path) { path in
        try unsafe FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      }
    } catch {
      throw error as? Errno ?? .ioError
    }
  }

  private static func isRegular(_ path: String) -> Bool {
    guard path != "-" else { return false }
    var status = stat()
    let found = unsafe FileName.withPath(path) { unsafe stat($0, &status) }
    return found == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// What a pipe holds; when that is more than `limit` bytes, the lines that are whole within it.
  private static func bytes(of file: FileDescriptor, atMost limit: Int) throws(Errno) -> (bytes: [UInt8], isCut: Bool) {
    var bytes: [UInt8] = []
    do {
      defer { if file != .standardInput { try? file.close() } }
      var block = [UInt8](repeating: 0, count: 1 << 18)
      while true {
        let count = try unsafe block.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
        guard count > 0 else { return (bytes, false) }
        let room = limit - bytes.count
        bytes += block[..<min(count, room)]
        if count > room { break }
      }
    } catch {
      throw error as? Errno ?? .ioError
    }
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    bytes.removeLast(bytes.count - whole)
    return (bytes, true)
  }
}
