import FileNames
import SystemPackage

/// The temporary file that a report is written to before it gets its name: `report.html.part-4711`, after the process.
///
/// Its writer holds a lock on it. A lock ends with its process however that ends, so a partial file without one was left
/// by a run that was killed.
package struct PartialFile {
  package let path: String
  package let file: FileDescriptor

  private static let infix = ".part-"
  /// A run that removes abandoned files may take this one in the moment between its making and its lock.
  private static let mostAttempts = 8

  /// Makes the partial file of a path.
  ///
  /// - Throws: `Errno`.
  package init(of path: String, isPublic: Bool) throws {
    let name = "\(path)\(Self.infix)\(SystemCalls.processIdentifier)"
    self.path = name
    for _ in 0..<Self.mostAttempts {
      // In a container every run may have the same identifier.
      Self.removeIfAbandoned(name)
      let file = try unsafe FileName.withPath(name) { name in
        try unsafe FileDescriptor.open(
          name, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
          permissions: isPublic ? [.ownerReadWrite, .groupRead, .otherRead] : .ownerReadWrite)
      }
      // Where there are no locks, nothing counts as abandoned either.
      guard SystemCalls.lock(file, waits: true), try file.stat().linkCount == 0 else {
        self.file = file
        return
      }
      try file.close()
    }
    throw Errno.fileExists
  }

  /// Removes the partial files of a path whose writers are gone.
  package static func removeAbandoned(beside path: String) {
    let path = FilePath(path)
    guard let name = path.lastComponent?.string else { return }
    removeAbandoned(in: path.removingLastComponent().string) { $0 == name }
  }

  /// Removes those of all files in a folder whose names match.
  ///
  /// - Parameter folder: The current one if it is empty.
  static func removeAbandoned(in folder: String, where isOurs: (String) -> Bool) {
    let folder = folder.isEmpty ? "." : folder
    for partial in (try? Folder.names(in: folder)) ?? [] {
      guard let name = finalName(of: partial), isOurs(name) else { continue }
      removeIfAbandoned("\(folder)/\(partial)")
    }
  }

  /// The name that a partial file is to get; nil for any other file.
  private static func finalName(of partial: String) -> String? {
    let digits = partial.utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    guard digits > 0 else { return nil }
    let rest = String(partial.dropLast(digits))
    return rest.hasSuffix(infix) ? String(rest.dropLast(infix.count)) : nil
  }

  private static func removeIfAbandoned(_ path: String) {
    guard
      let file = try? unsafe FileName.withPath(
        path, { try unsafe FileDescriptor.open($0, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec]) })
    else { return }
    defer { try? file.close() }
    guard SystemCalls.lock(file, waits: false), (try? file.stat())?.type == .regular else { return }
    Folder.remove(path)
  }
}
