import Glibc
import SystemPackage

/// A folder's files, as far as swift-system has no name for them.
public enum Folder {
  /// The names in a folder, in no order.
  public static func names(in folder: String) throws(Errno) -> [String] {
    guard let stream = unsafe opendir(folder) else { throw Errno(rawValue: errno) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      names.append(
        unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        })
    }
    return names
  }

  /// Removes a file; one that is gone already is gone as well.
  public static func remove(_ path: String) { unsafe unlink(path) }
}
