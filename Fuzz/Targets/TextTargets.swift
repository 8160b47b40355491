import Analysis
import Families
import Logs
import ObservationStreams
import Observations
import Reporting

/// The readers of text: logs of every format, and observations on their way from one machine to another.
enum TextTargets {
  static let all = [
    FuzzTarget("log", "logs of gateways and clients, plain, compressed or in bundles", readLog),
    FuzzTarget("log-lines", "messages of logs and what stands around them", readLines),
    FuzzTarget("observations", "a stream of observations, judged to the end", correlate),
  ]

  private static func readLog(_ bytes: [UInt8]) -> Int {
    guard let file = MemoryFile(bytes) else { return 0 }
    var reader = LogReader(readers: RegisteredFamilies.logReaders)
    var observations = 0
    do {
      let logs = try reader.read(path: file.path, name: "input") { observation in
        observations += 1
        promise(observation.source.line.map { $0.number >= 1 } ?? false, "lines count from 1")
      }
      return logs.count + observations + 1
    } catch {
      promise(!error.problem.contains("\n"), "an error is one line")
      return 1
    }
  }

  /// Every line is counted once, as a message or as something else.
  private static func readLines(_ bytes: [UInt8]) -> Int {
    let counts = MessageCounts(bytes.span)
    promise(counts.messages + counts.suspicious <= counts.lines, "a line is one thing")
    promise(counts.valueBytes <= 8 * bytes.count + 8, "values lie in their lines")
    return counts.lines
  }

  private static func correlate(_ bytes: [UInt8]) -> Int {
    guard let file = MemoryFile(bytes) else { return 0 }
    let outcome = StreamCorrelation(paths: [file.path]).run()
    for problem in outcome.problems { promise(!problem.description.contains("\n"), "a problem is one line") }
    guard let report = outcome.report else { return 1 }
    return JSONReport().render(report, generator: Generator(name: "tunnelscope", version: "0")).utf8.count
  }

  /// The observations of a capture as a stream, for a seed.
  static func observations(ofCapture bytes: [UInt8]) -> [UInt8] {
    guard let file = MemoryFile(bytes) else { return [] }
    let collected = Collected()
    _ = try? ObservationRecording(paths: [file.path], generator: StreamHeader.Generator(name: "seeds", version: "0"))
      .run { collected.bytes += $0 }
    return collected.bytes
  }

  private final class Collected {
    var bytes: [UInt8] = []
  }
}
