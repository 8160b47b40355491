import ArgumentParser
import FileNames
import Output

/// What a command line means that begins with no command: a file is analysed, a mistyped command is asked about.
enum MeantCommand {
  /// Other spellings of analyze.
  private static let otherNames = ["analyse"]

  /// - Parameter given: The command line after the program's name.
  /// - Returns: The command line with its command.
  /// - Throws: An exit status when it begins with a command that is mistyped.
  static func arguments(_ given: [String]) throws -> [String] {
    guard let first = given.first, first == "-" || !first.hasPrefix("-") else { return given }
    let names = Tunnelscope.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    if first == "live" { return withoutInterfaceOption(given) }
    if names.contains(first) { return given }
    if otherNames.contains(first) { return ["analyze"] + given.dropFirst() }
    // A path that leads nowhere is analysed too, which says so.
    if first == "-" || FileKind.isThere(first) || first.contains("/") || first.contains(".") {
      return ["analyze"] + given
    }
    let question = NearMiss.question(first, among: names)
    // What is like no command gets the usual usage error.
    guard !question.isEmpty else { return given }
    Diagnostics.error("there is no command and no file \(first)\(question)")
    throw ExitStatus.usage
  }

  /// The interface is an argument; tcpdump has it behind -i, and who types that means the same.
  private static func withoutInterfaceOption(_ given: [String]) -> [String] {
    guard let place = given.firstIndex(of: "-i"), place + 1 < given.count else { return given }
    return Array(given[..<place] + given[(place + 1)...])
  }
}
