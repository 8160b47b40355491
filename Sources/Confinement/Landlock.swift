import CLinux
import FileNames
import Glibc

/// Limits which files the process opens, whether it connects, and whom it signals (landlock(7)).
enum Landlock {
  /// Rights on files, as the kernel numbers them.
  private enum Files {
    static let execute: UInt64 = 1 << 0
    static let write: UInt64 = 1 << 1
    static let read: UInt64 = 1 << 2
    static let readFolder: UInt64 = 1 << 3
    static let removeFile: UInt64 = 1 << 5
    static let makeFile: UInt64 = 1 << 8
    /// Since version 3; before it truncating was not limited.
    static let truncate: UInt64 = 1 << 14

    /// All that a version knows.
    static func all(_ version: Int) -> UInt64 {
      let known =
        switch version {
        case 1: 13
        case 2: 14
        case 3, 4: 15
        default: 16
        }
      return (1 << UInt64(known)) - 1
    }

    /// Those that mean something on what is no folder.
    static let onFiles = execute | write | read | truncate | 1 << 15
  }

  /// What the runtime and the libraries may open late: shared objects, locales, character sets.
  private static let system = ["/usr/lib", "/usr/lib64", "/usr/share", "/lib", "/lib64"]

  /// Puts the rules in force; the result is the version, nil where nothing is in force.
  static func restrict(_ confinement: Confinement) -> Int? {
    let version = Int(linux_landlock_version())
    guard version >= 1 else { return nil }
    var rules = linux_landlock_ruleset()
    rules.files = Files.all(version)
    // TCP: bind and connect.
    rules.network = version >= 4 ? 3 : 0
    // Abstract sockets and signals of other processes.
    rules.scopes = version >= 6 ? 3 : 0
    let ruleset = unsafe linux_landlock_create(&rules, Int32(clamping: version))
    guard ruleset >= 0 else { return nil }
    defer { close(ruleset) }
    let handled = rules.files
    let readable = Files.read | Files.execute | Files.readFolder
    for folder in system {
      allow(readable & handled, on: folder, ruleset)
    }
    // A folder that is given stands for what is in it.
    for file in confinement.reads { allow((Files.read | Files.readFolder) & handled, on: file, ruleset) }
    let changes = Files.write | Files.truncate | Files.makeFile | Files.removeFile
    for file in confinement.writes {
      allow((Files.write | Files.truncate) & handled, on: file, ruleset)
      allow(changes & handled, on: folder(of: file), ruleset)
    }
    for file in confinement.renames {
      allow((Files.makeFile | Files.removeFile) & handled, on: folder(of: file), ruleset)
    }
    for folder in confinement.folders {
      allow((Files.read | Files.readFolder | changes) & handled, on: folder, ruleset)
    }
    return linux_landlock_restrict(ruleset) == 0 ? version : nil
  }

  /// What is not there needs no rule; to open it fails by itself.
  private static func allow(_ rights: UInt64, on path: String, _ ruleset: Int32) {
    guard !path.utf8.contains(0) else { return }
    let place = unsafe FileName.withPath(path) { unsafe open($0, linux_open_path | O_CLOEXEC) }
    guard place >= 0 else { return }
    defer { close(place) }
    var status = stat()
    guard unsafe fstat(place, &status) == 0 else { return }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    var rule = linux_landlock_path()
    rule.allowed = isFolder ? rights : rights & Files.onFiles
    rule.parent = place
    // A pipe behind /dev/fd cannot bear a rule and needs none.
    if rule.allowed != 0 { _ = unsafe linux_landlock_allow(ruleset, &rule) }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }
}
