import Glibc
import SystemPackage

/// A folder's files, as far as swift-system has no name for them.
public enum Folder {
  /// The wanted names in a folder, in no order, at most `limit` of them.
  public static func names(
    in folder: String, limit: Int = .max, where isWanted: (String) -> Bool = { _ in true }
  ) throws(Errno) -> [String] {
    guard let stream = unsafe FileName.withPath(folder, { unsafe opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while names.count < limit, let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe FileName.text($0.prefix { $0 != 0 }) }
      if isWanted(name) { names.append(name) }
    }
    return names
  }

  /// Removes a file; one that is gone already is gone as well.
  public static func remove(_ path: String) { unsafe FileName.withPath(path) { unsafe _ = unlink($0) } }
}
