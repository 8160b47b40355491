import CLinux
import Glibc

/// What must fail in the sandbox.
enum SandboxAttempt: String, CaseIterable {
  case read = "read another file"
  case readPasswords = "read /etc/passwd"
  case overwrite = "overwrite a file"
  case make = "make a file"
  case remove = "remove a file"
  case replace = "replace a file"
  case mode = "change a mode"
  case owner = "change an owner"
  case times = "change times"
  case attributes = "change attributes"
  case list = "list a folder"
  case connect = "open a connection"
  case start = "start a program"

  func succeeds(in scratch: SandboxCommand.Scratch) -> Bool {
    let neighbour = scratch.neighbour
    return switch self {
    case .read: closes(unsafe open(neighbour, O_RDONLY))
    case .readPasswords: closes(unsafe open("/etc/passwd", O_RDONLY))
    case .overwrite: closes(unsafe open(neighbour, O_WRONLY))
    case .make: closes(unsafe open(scratch.newFile, O_CREAT | O_EXCL | O_WRONLY, 0o600))
    case .remove: unsafe unlink(neighbour) == 0
    case .replace: unsafe rename(scratch.input, neighbour) == 0
    case .mode: unsafe chmod(neighbour, 0o644) == 0
    case .owner: unsafe chown(neighbour, getuid(), getgid()) == 0
    case .times: unsafe utimes(neighbour, nil) == 0
    case .attributes: setsAttribute(of: neighbour)
    case .list: closes(unsafe open("/tmp", O_RDONLY | O_DIRECTORY))
    case .connect: closes(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    case .start: startsProgram()
    }
  }

  private func closes(_ descriptor: Int32) -> Bool {
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }

  private func setsAttribute(of path: String) -> Bool {
    unsafe setxattr(path, "user.tunnelscope", "1", 1, 0) == 0
  }

  private func startsProgram() -> Bool {
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("true"), nil]
    defer { unsafe free(arguments[0]) }
    guard unsafe posix_spawn(&child, "/usr/bin/true", nil, nil, &arguments, nil) == 0 else { return false }
    waitpid(child, nil, 0)
    return true
  }
}
