import ArgumentParser
import Confinement
import Glibc

/// `tunnelscope sandbox`: what is given up on this machine, and whether it really is.
struct SandboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "Tell what the program gives up before it reads a capture, and try whether it holds here.",
    discussion: """
      Before a capture is read, the process gives up the rights to files that it was not given, to the network, to \
      other programs and to new privileges, as far as the kernel has what it takes (Landlock from Linux 5.13, seccomp). \
      This command does the same, and then tries what must fail. Exit status: 0 all of it fails, 1 something does not.
      """)

  func run() throws {
    let measures = Confinement(reads: []).apply()
    print("no new privileges   \(measures.noNewPrivileges ? "in force" : "not available")")
    print("Landlock            \(measures.landlock.map { "version \($0) in force" } ?? "not available")")
    print("system call filter  \(measures.systemCallFilter ? "in force" : "not available")")
    var holds = true
    for attempt in Attempt.allCases {
      let succeeds = attempt.succeeds
      print("\(attempt.rawValue.padded(to: 20))\(succeeds ? "POSSIBLE" : "refused")")
      holds = holds && !succeeds
    }
    if !holds { throw ExitStatus.findings }
  }

  /// What must fail.
  private enum Attempt: String, CaseIterable {
    case read = "read another file"
    case write = "write a file"
    case list = "list a folder"
    case connect = "open a connection"
    case start = "start a program"

    var succeeds: Bool {
      switch self {
      case .read: closes(unsafe open("/etc/passwd", O_RDONLY))
      case .write: writes("/tmp/tunnelscope-sandbox-\(getpid())")
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

    private func writes(_ path: String) -> Bool {
      guard closes(unsafe open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)) else { return false }
      unsafe unlink(path)
      return true
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
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
