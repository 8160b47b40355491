import ArgumentParser
import Confinement
import Glibc
import Output

/// `tunnelscope sandbox`: what is given up on this machine, and whether it really is.
struct SandboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "Say what the program gives up before it reads a capture, and try whether it holds here.",
    discussion: """
      Before a capture is read, the process gives up the rights to files that it was not given, to the network, to \
      other programs and to new privileges, as far as the kernel has what it takes (Landlock from Linux 5.13, seccomp). \
      This command does the same as a command that writes a report into a file, in a folder of its own under /tmp; then \
      it tries what must fail, and writes the report. Exit status: 0 all of it fails, 1 something does not.
      """)

  func run() throws {
    let scratch = try Scratch()
    defer { scratch.remove() }
    // What is given up cannot be had back, and the folder is to be removed.
    guard let result = OtherProcess.run({ Self.tryEverything(in: scratch) }) else {
      Diagnostics.error("no process could be made to try it in")
      throw ExitStatus.ioError
    }
    if result != 0 { throw ExitCode(result) }
  }

  private static func tryEverything(in scratch: Scratch) -> Int32 {
    guard let output = try? OutputFile(at: scratch.output, mayReplace: false) else {
      return ExitStatus.ioError.rawValue
    }
    let isDelegated = output.delegateRenaming()
    let measures = Confinement(reads: [scratch.input], renames: isDelegated ? [] : [output.path]).apply()
    print("no new privileges   \(measures.noNewPrivileges ? "in force" : "not available")")
    print("Landlock            \(measures.landlock.map { "version \($0) in force" } ?? "not available")")
    print("system call filter  \(measures.systemCallFilter ? "in force" : "not available")")
    var holds = true
    for attempt in SandboxAttempt.allCases {
      let succeeds = attempt.succeeds(in: scratch)
      print("\(attempt.rawValue.padded(to: 20))\(succeeds ? "POSSIBLE" : "refused")")
      holds = holds && !succeeds
    }
    let isWritten = (try? output.write { _ = try $0.writeAll("report\n".utf8) }) != nil
    print("write the report    \(isWritten ? "possible" : "REFUSED")")
    return holds && isWritten ? 0 : ExitStatus.findings.rawValue
  }

  /// A folder with an input, an output that is not there yet, and another file.
  struct Scratch {
    private let folder: String
    var input: String { "\(folder)/input" }
    var output: String { "\(folder)/output" }
    var neighbour: String { "\(folder)/neighbour" }
    var newFile: String { "\(folder)/new" }

    fileprivate init() throws {
      var template = Array("/tmp/tunnelscope-sandbox-XXXXXX".utf8CString)
      guard unsafe mkdtemp(&template) != nil else {
        Diagnostics.error("/tmp: no folder can be made there")
        throw ExitStatus.ioError
      }
      folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      for path in [input, neighbour] { close(unsafe open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)) }
    }

    fileprivate func remove() {
      for path in [input, output, neighbour, newFile] { unsafe unlink(path) }
      unsafe rmdir(folder)
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
