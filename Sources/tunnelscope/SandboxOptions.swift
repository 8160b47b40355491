import ArgumentParser
import Confinement

/// Whether the process gives up what it does not need: the same for every command that reads captures.
struct SandboxOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Keep the rights to other files, the network and other programs.",
      discussion: """
        Without it they are given up before a capture is read, as far as the kernel has Landlock and seccomp; \
        'tunnelscope sandbox' tells.
        """))
  var noSandbox = false

  /// Gives everything up but these files. To be called before anything is read, and while there is one thread.
  func enter(reading files: [String], writing output: String? = nil, filter: String? = nil) {
    guard !noSandbox else { return }
    Confinement(
      reads: files.filter { $0 != "-" }, writes: output.map { [$0] } ?? [], looksUpNames: filter != nil
    ).apply()
  }
}
