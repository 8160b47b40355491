import Foundation

/// Captures that are kept beside the package, where they are present; tests that use them skip where they are not.
enum SharedCaptures {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared").standardizedFileURL

  static func path(_ relative: String) -> String { root.appending(path: relative).path }

  static func exists(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }

  /// Every file below a folder, in order of name.
  static func files(below relative: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: path(relative))?.compactMap { $0 as? String } ?? []
    var isDirectory: ObjCBool = false
    return names.sorted().map { path(relative) + "/" + $0 }.filter {
      unsafe FileManager.default.fileExists(atPath: $0, isDirectory: &isDirectory) && !isDirectory.boolValue
    }
  }

  static let capinfos = ["/usr/bin/capinfos", "/usr/local/bin/capinfos", "/opt/homebrew/bin/capinfos"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}
