import ArgumentParser
import Capture
import Confinement
import PacketFilter

/// Whether the process gives up what it does not need: the same for every command that reads captures.
struct SandboxOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Keep the rights to other files, the network and other programs.",
      discussion: """
        Without it they are given up before a capture is read, as far as the kernel has Landlock and seccomp; \
        'tunnelscope sandbox' shows which.
        """))
  var noSandbox = false

  /// Gives everything up but what is left to do. To be called before anything is read, and while there is one thread.
  ///
  /// - Parameters:
  ///   - files: Files that are read; `-` is standard input.
  ///   - output: A file that is open already, and gets its name in the end.
  ///   - filter: A capture filter. It is compiled here, because that may take files and sockets.
  func enter(reading files: [String], writing output: OutputFile? = nil, filter: String? = nil) {
    guard !noSandbox else { return }
    if let filter { PacketFilter.compileAhead(filter) }
    let isDelegated = output?.delegateRenaming() ?? true
    Confinement(
      reads: files.filter { $0 != "-" }.map(CaptureFile.file(behind:)),
      renames: isDelegated ? [] : output.map { [$0.path] } ?? []
    ).apply()
  }
}
