import FileNames
import Output
import SystemPackage

/// The secret bytes of a key file.
enum KeyFile {
  /// At most one byte more than a key has, so that a longer file shows.
  private static let longest = 33

  static func read(_ path: String) throws -> [UInt8] {
    do {
      let file = try unsafe FileName.withPath(path) { path in
        try unsafe FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      }
      return try file.closeAfter {
        var bytes = [UInt8](repeating: 0, count: longest)
        var count = 0
        while count < longest {
          let read = try unsafe bytes.withUnsafeMutableBytes { memory in
            try unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
          }
          guard read > 0 else { break }
          count += read
        }
        return Array(bytes[..<count])
      }
    } catch let error as Errno {
      Diagnostics.error("\(path): \(error)")
      switch error {
      case .noSuchFileOrDirectory: throw ExitStatus.noInput
      case .permissionDenied: throw ExitStatus.noPermission
      default: throw ExitStatus.ioError
      }
    }
  }
}
