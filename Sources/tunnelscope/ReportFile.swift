import ArgumentParser
import Glibc
import SystemPackage

/// A report written to a file: to a temporary name first and then renamed, so that there is the whole file or none.
enum ReportFile {
  /// Refuses early what `write` would refuse after the work is done.
  static func check(_ path: String, mayReplace: Bool) throws {
    guard !mayReplace, unsafe access(path, F_OK) == 0 else { return }
    Diagnostics.error("\(path): exists already; --force overwrites it")
    throw ExitStatus.usage
  }

  /// Writes a text that only its owner can read, as `write(_:to:mayReplace:)` does bytes.
  static func write(_ text: String, to path: String, mayReplace: Bool) throws {
    try write(Array(text.utf8), to: path, mayReplace: mayReplace)
  }

  /// Writes a file that only its owner can read. Every step is checked: a full disk is an error.
  static func write(_ bytes: [UInt8], to path: String, mayReplace: Bool) throws {
    try check(path, mayReplace: mayReplace)
    let temporary = "\(path).part-\(getpid())"
    do {
      let file = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite)
      do {
        try file.closeAfter {
          _ = try file.writeAll(bytes)
          guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
        guard unsafe rename(temporary, path) == 0 else { throw Errno(rawValue: errno) }
      } catch {
        unsafe unlink(temporary)
        throw error
      }
    } catch let error as Errno {
      Diagnostics.error("\(path): \(error)")
      throw error == .permissionDenied || error == .notPermitted ? ExitStatus.noPermission : ExitStatus.ioError
    }
  }
}
