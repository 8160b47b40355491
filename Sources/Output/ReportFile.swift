import FileNames
import SystemPackage

/// A report written to a file: to a temporary name first and then renamed, so that there is the whole file or none.
package enum ReportFile {
  /// Refuses early what `write` would refuse after the work is done, and removes what killed runs left beside the file.
  ///
  /// To be called before the process gives up its rights: to `write`, a sandbox may leave none to list the folder.
  package static func prepare(_ path: String, mayReplace: Bool) throws(OutputFailure) {
    try refuseExisting(path, mayReplace: mayReplace)
    PartialFile.removeAbandoned(beside: path)
  }

  /// Removes what killed runs left in a folder of the files whose names are the caller's.
  package static func removeAbandoned(in folder: String, where isOurs: (String) -> Bool) {
    PartialFile.removeAbandoned(in: folder, where: isOurs)
  }

  /// Writes a text, as `write(_:to:mayReplace:isPublic:)` does bytes.
  package static func write(_ text: String, to path: String, mayReplace: Bool, isPublic: Bool = false) throws {
    try write(Array(text.utf8), to: path, mayReplace: mayReplace, isPublic: isPublic)
  }

  /// Writes bytes, as `write(to:mayReplace:isPublic:_:)` does piece by piece.
  package static func write(_ bytes: [UInt8], to path: String, mayReplace: Bool, isPublic: Bool = false) throws {
    try write(to: path, mayReplace: mayReplace, isPublic: isPublic) { file in _ = try file.writeAll(bytes) }
  }

  /// Writes a file that only its owner can read, unless it is public. Every step is checked: a full disk is an error.
  ///
  /// - Parameter body: Writes to the file it gets.
  /// - Throws: `OutputFailure`, and what `body` throws beside system errors.
  package static func write<Result>(
    to path: String, mayReplace: Bool, isPublic: Bool = false, _ body: (FileDescriptor) throws -> Result
  ) throws -> Result {
    try refuseExisting(path, mayReplace: mayReplace)
    do {
      switch kind(path) {
      case nil, .regular: break
      case .directory: throw Errno.isDirectory
      case .some:
        let device = try FileDescriptor.open(FilePath(path), .writeOnly, options: [.closeOnExec])
        return try device.closeAfter { try body(device) }
      }
      let partial = try PartialFile(of: path, isPublic: isPublic)
      do {
        // Until it has its name, nobody may take it for abandoned.
        let lock = try partial.file.duplicate()
        defer { try? lock.close() }
        let result = try partial.file.closeAfter {
          let result = try body(partial.file)
          try SystemCalls.synchronize(partial.file)
          return result
        }
        try SystemCalls.rename(partial.path, to: path)
        return result
      } catch {
        Folder.remove(partial.path)
        throw error
      }
    } catch let error as Errno {
      throw OutputFailure.refused(path: path, reason: error)
    }
  }

  private static func refuseExisting(_ path: String, mayReplace: Bool) throws(OutputFailure) {
    // A device such as /dev/null and a pipe are written to and never replaced.
    guard !mayReplace, let kind = kind(path), kind == .regular || kind == .directory else { return }
    throw .exists(path: path)
  }

  /// What the path leads to; nil for nothing.
  private static func kind(_ path: String) -> FileType? { (try? Stat(FilePath(path)))?.type }
}
