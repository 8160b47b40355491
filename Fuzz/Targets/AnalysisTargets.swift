import Analysis
import CaseBundle
import Correlation
import Reporting

/// The whole pipeline from a capture's bytes to what a person reads: damaged files, and valid captures whose packets
/// are not what they seem.
public enum AnalysisTargets {
  static let all = [
    FuzzTarget("file", "a whole analysis of a file and a report on it") { bytes in
      analyse(bytes, formats: formats(for: bytes))
    },
    FuzzTarget(
      "capture", "a whole analysis of a valid capture with changed packets and a report on it", mutation: .packets
    ) { bytes in analyse(PacketSequence(bytes).capture(), formats: formats(for: bytes)) },
    FuzzTarget(
      "case", "a case archive of a valid capture with changed packets, anonymised", mutation: .packets
    ) { bytes in pack(PacketSequence(bytes).capture()) },
  ]

  /// One for each input, the same for the same input: to write all of them takes longer than the analysis.
  private static func formats(for bytes: [UInt8]) -> [ReportFormat] {
    let sum = bytes.reduce(0) { $0 &* 31 &+ Int($1) }
    return [ReportFormat.allCases[abs(sum % ReportFormat.allCases.count)]]
  }

  private static let generator = Generator(name: "tunnelscope", version: "0")

  /// Analyses a file's bytes as `tunnelscope analyze` does; returns the exit status that the command would have.
  public static func analyse(_ bytes: [UInt8], formats: [ReportFormat]) -> Int {
    guard let file = MemoryFile(bytes) else { return 74 }
    var analysis = OfflineAnalysis(paths: [file.path])
    let outcome = analysis.run()
    for format in formats {
      let text = (try? format.render(outcome.report, generator: generator)) ?? ""
      promise(text.hasSuffix("\n"), "a report ends with a line feed")
      promise(
        !text.utf8.contains { $0 < 0x20 && $0 != 10 || $0 == 0x7F }, "a report holds nothing that acts on a terminal")
    }
    for problem in outcome.problems { promise(!problem.description.contains("\n"), "an error is one line") }
    if let problem = outcome.problems.first { return Int(problem.exitCategory.rawValue) }
    return outcome.report.hasProblems ? 1 : 0
  }

  private static func pack(_ bytes: [UInt8]) -> Int {
    guard let file = MemoryFile(bytes),
      let pseudonyms = Pseudonyms(key: [UInt8](repeating: 7, count: 32))
    else { return 0 }
    var packed = 0
    for privacy in [CasePrivacy.withoutPayload, .anonymous(pseudonyms)] {
      var analysis = OfflineAnalysis(paths: [file.path], renaming: privacy.renaming)
      let outcome = analysis.run()
      let bundle = CaseBundle(report: outcome.report, inputs: [CaseInput(path: file.path)], generator: generator, privacy: privacy)
      packed += ((try? bundle.archive()) ?? []).count
    }
    return packed
  }
}
