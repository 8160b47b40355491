import ArgumentParser
import Glibc
import SystemPackage

/// A report written to a file: to a temporary name first and then renamed, so that there is the whole file or none.
enum ReportFile {
  /// Refuses early what `write` would refuse after the work is done.
  static func check(_ path: String, mayReplace: Bool) throws {
    guard !mayReplace, unsafe access(path, F_OK) == 0, !isDevice(path) else { return }
    Diagnostics.error("\(path): exists already; --force overwrites it")
    throw ExitStatus.usage
  }

  /// Writes a text, as `write(_:to:mayReplace:isPublic:)` does bytes.
  static func write(_ text: String, to path: String, mayReplace: Bool, isPublic: Bool = false) throws {
    try write(Array(text.utf8), to: path, mayReplace: mayReplace, isPublic: isPublic)
  }

  /// Writes bytes, as `write(to:mayReplace:isPublic:_:)` does what it is given piece by piece.
  static func write(_ bytes: [UInt8], to path: String, mayReplace: Bool, isPublic: Bool = false) throws {
    try write(to: path, mayReplace: mayReplace, isPublic: isPublic) { file in _ = try file.writeAll(bytes) }
  }

  /// Writes a file that only its owner can read, unless it is for everybody. Every step is checked: a full disk is an
  /// error.
  ///
  /// - Parameter body: Writes to the file it gets.
  static func write<Result>(
    to path: String, mayReplace: Bool, isPublic: Bool = false, _ body: (FileDescriptor) throws -> Result
  ) throws -> Result {
    try check(path, mayReplace: mayReplace)
    do {
      guard !isDevice(path) else {
        let device = try FileDescriptor.open(FilePath(path), .writeOnly, options: [.closeOnExec])
        return try device.closeAfter { try body(device) }
      }
      guard !isFolder(path) else { throw Errno.isDirectory }
      let temporary = "\(path).part-\(getpid())"
      let file = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: isPublic ? [.ownerReadWrite, .groupRead, .otherRead] : .ownerReadWrite)
      do {
        let result = try file.closeAfter {
          let result = try body(file)
          guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
          return result
        }
        guard unsafe rename(temporary, path) == 0 else { throw Errno(rawValue: errno) }
        return result
      } catch {
        unsafe unlink(temporary)
        throw error
      }
    } catch let error as Errno {
      Diagnostics.error("\(path): \(error)")
      throw error == .permissionDenied || error == .notPermitted ? ExitStatus.noPermission : ExitStatus.ioError
    }
  }

  /// Whether the path leads to something that is written to and never replaced: a device such as /dev/null, a pipe.
  private static func isDevice(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    let kind = status.st_mode & S_IFMT
    return kind != S_IFREG && kind != S_IFDIR
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
