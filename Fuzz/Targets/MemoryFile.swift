import CLinux
import Glibc

/// A file that lives in memory and goes away with its owner; its path opens it from the beginning.
@safe
final class MemoryFile {
  private let descriptor: Int32
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Nil when the system gives no more memory or descriptors.
  init?(_ bytes: [UInt8]) {
    descriptor = unsafe linux_memory_file("capture")
    guard descriptor >= 0 else { return nil }
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe write(descriptor, bytes.baseAddress.map { unsafe $0 + written }, bytes.count - written)
      }
      guard count > 0 else { return nil }
      written += count
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
