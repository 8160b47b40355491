import Analysis
import ArgumentParser

/// How captures are read: what changes the time it takes and never the result.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads to work with: one looks at the packets, the others read and decompress. (default: as many as help)",
      valueName: "count"))
  var threads: ThreadCount?

  @Flag(name: [.short, .long], help: "Show no progress on a terminal.")
  var quiet = false

  var threadCount: ThreadCount { threads ?? .automatic }
}

extension ThreadCount: ExpressibleByArgument {
  public init?(argument: String) {
    guard let count = Int(argument), let threads = ThreadCount(count) else { return nil }
    self = threads
  }
}

extension OfflineAnalysis {
  /// Analyses the captures while a terminal shows how far it has come.
  mutating func run(showing reading: ReadingOptions) -> Outcome {
    var line = ProgressLine(isShown: !reading.quiet)
    let outcome = run { line.show($0) }
    line.clear()
    return outcome
  }
}
