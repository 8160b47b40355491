import ArgumentParser
import Confinement
import FileNames
import Glibc
import Output
import SystemPackage

/// A file that a result goes to: under a temporary name first and then renamed, so that there is the whole file or none.
///
/// It is opened before the process gives up its rights, so that afterwards nothing else can be written. What is never
/// finished is removed.
final class OutputFile {
  /// As it was named.
  let path: String
  private let file: FileDescriptor
  /// Nil where the path leads to something that is written to and never replaced: a device, a pipe.
  private let temporary: String?
  private let mayReplace: Bool
  private var renaming: RenamingProcess?
  private var isOpen = true

  /// Opens it, or says why not and throws an exit status.
  ///
  /// - Parameters:
  ///   - inputs: Files that the result is made from, which it never replaces.
  ///   - isPublic: Whether others than its owner may read it.
  init(at path: String, mayReplace: Bool, inputs: [String] = [], isPublic: Bool = false) throws {
    try Self.check(path, mayReplace: mayReplace, inputs: inputs)
    self.path = path
    self.mayReplace = mayReplace
    do {
      guard !FileKind.isSomethingElse(path) else {
        temporary = nil
        file = try Self.open(path, options: [.closeOnExec])
        return
      }
      guard !FileKind.isFolder(path) else { throw Errno.isDirectory }
      // What killed runs left beside it is removed; a lock tells it from what is still written.
      try? ReportFile.prepare(path, mayReplace: true)
      let temporary = "\(path).part-\(getpid())"
      self.temporary = temporary
      file = try Self.open(
        temporary, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: isPublic ? [.ownerReadWrite, .groupRead, .otherRead] : .ownerReadWrite)
      PartialFileLock.take(file)
    } catch let error as Errno {
      throw Self.refusal(path, error)
    }
  }

  deinit {
    guard isOpen else { return }
    try? file.close()
    discard()
  }

  private static func check(_ path: String, mayReplace: Bool, inputs: [String]) throws {
    if let own = FileKind.identity(of: path), inputs.contains(where: { FileKind.identity(of: $0) == own }) {
      Diagnostics.error("\(path): is one of the inputs, which are never overwritten; give the output another name")
      throw ExitStatus.usage
    }
    if !mayReplace, FileKind.isThere(path), !FileKind.isSomethingElse(path) { throw exists(path) }
  }

  private static func open(
    _ path: String, options: FileDescriptor.OpenOptions, permissions: FilePermissions? = nil
  ) throws -> FileDescriptor {
    try unsafe FileName.withPath(path) { path in
      try unsafe FileDescriptor.open(path, .writeOnly, options: options, permissions: permissions)
    }
  }

  private static func exists(_ path: String) -> ExitCode {
    Diagnostics.error("\(path): exists already; --force overwrites it")
    return ExitStatus.usage
  }

  private static func refusal(_ path: String, _ error: Errno) -> ExitCode {
    Diagnostics.error("\(path): \(error)")
    return error == .permissionDenied || error == .notPermitted ? ExitStatus.noPermission : ExitStatus.ioError
  }

  /// Leaves the renaming to a process of its own, so that this one needs no right to the folder; false where that
  /// cannot be had. To be called while there is one thread.
  func delegateRenaming() -> Bool {
    guard let temporary else { return true }
    renaming = RenamingProcess(renaming: temporary, to: path, mayReplace: mayReplace)
    return renaming != nil
  }

  /// Writes the whole file and gives it its name. Every step is checked: a full disk is an error.
  func write<Result>(_ body: (FileDescriptor) throws -> Result) throws -> Result {
    do {
      isOpen = false
      let result = try file.closeAfter {
        let result = try body(file)
        guard temporary == nil || fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        return result
      }
      if let temporary {
        let failure = renaming?.rename() ?? renameFile(temporary, to: path, mayReplace: mayReplace)
        renaming = nil
        if failure == EEXIST { throw Self.exists(path) }
        guard failure == 0 else { throw Errno(rawValue: failure) }
      }
      return result
    } catch {
      discard()
      guard let error = error as? Errno else { throw error }
      throw Self.refusal(path, error)
    }
  }

  /// Removes what was not finished.
  private func discard() {
    if renaming != nil {
      // The other process does it, and is waited for.
      renaming = nil
    } else if let temporary {
      unsafe FileName.withPath(temporary) { unsafe _ = unlink($0) }
    }
  }
}
