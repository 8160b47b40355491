import ArgumentParser
import Glibc

/// A report written to a file: to a temporary name first and then renamed, so that there is the whole file or none.
enum ReportFile {
  /// Refuses early what `write` would refuse after the work is done.
  static func check(_ path: String, mayReplace: Bool) throws {
    guard !mayReplace, access(path, F_OK) == 0 else { return }
    Diagnostics.error("\(path): exists already; --force overwrites it")
    throw ExitStatus.usage
  }

  /// Writes a file that only its owner can read. Every step is checked: a full disk is an error.
  static func write(_ text: String, to path: String, mayReplace: Bool) throws {
    try check(path, mayReplace: mayReplace)
    let temporary = "\(path).part-\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    guard writeAll(text, to: descriptor), fsync(descriptor) == 0 else {
      let error = failure(path)
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  private static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[offset...])
        let written = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return false }
        offset += written
      }
      return true
    }
  }

  private static func failure(_ path: String) -> ExitCode {
    let code = errno
    Diagnostics.error("\(path): \(unsafe String(cString: strerror(code)))")
    return code == EACCES || code == EPERM ? ExitStatus.noPermission : ExitStatus.ioError
  }
}
