import SystemPackage

/// Why something could not be written.
package enum OutputFailure: Error, Sendable, Hashable {
  /// There is a file of this name, which nobody said may be overwritten.
  case exists(path: String)
  /// The system refused; its own reason.
  case refused(path: String, reason: Errno)
  /// The user that the program became may not write there.
  case refusedTo(user: String, path: String, reason: Errno)

  /// What it means for the process's exit status, numbered as in sysexits.h.
  package var exitStatus: Int32 {
    switch self {
    case .exists: 64
    case .refused(_, .permissionDenied), .refused(_, .notPermitted), .refusedTo: 77
    case .refused: 74
    }
  }
}

extension OutputFailure: CustomStringConvertible {
  /// One line: what could not be written, why, and what to do where that is known.
  package var description: String {
    switch self {
    case .exists(let path): "\(path): exists already; --force overwrites it"
    case .refused(let path, let reason): "\(path): \(reason)"
    case .refusedTo(let user, let path, let reason):
      "\(path): \(reason): once the interface is open the program runs as \(user), who may not write there; name a folder "
        + "that belongs to \(user), or another user with --user"
    }
  }
}
