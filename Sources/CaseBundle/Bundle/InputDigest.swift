import Cryptography
import FileNames
import SystemPackage

/// Size and SHA-256 of a capture file as it lies on the disk.
struct InputDigest {
  private(set) var bytes = 0
  private(set) var sha256 = ""

  /// Reads the whole file; nil when it cannot be read.
  init?(path: String) {
    let opened = unsafe FileName.withPath(path) { path in
      try? unsafe FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    }
    guard let file = opened else { return nil }
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    do {
      try file.closeAfter {
        while true {
          let count = try unsafe buffer.withUnsafeMutableBytes { unsafe try file.read(into: $0) }
          guard count > 0 else { return }
          hash.update(buffer[..<count])
          bytes += count
        }
      }
    } catch { return nil }
    sha256 = hash.finish().hexadecimal
  }
}
