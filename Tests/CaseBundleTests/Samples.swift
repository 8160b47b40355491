import Analysis
import CaseBundle
import Correlation
import Reporting
import Testing

/// The sample captures, and what is made of them.
enum Samples {
  static let folder: String = {
    let file = #filePath
    return file.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
  }()
  static let generator = Generator(name: "tunnelscope", version: "0")

  static let captures: [String] = shell("ls '\(folder)'/Captures/*.pcap").output.split(separator: "\n").map(String.init)

  /// Captures beside the project, which are not part of it.
  static let training: [String] =
    shell("ls '\(folder)'/../shared/captures/[a-z]*/*.pcap 2>/dev/null").output.split(separator: "\n").map(String.init)

  /// Those of another family of tunnels, by its folder's name.
  static func training(family: String) -> [String] {
    shell("ls '\(folder)'/../shared/captures-families/\(family)/[a-z]*/*.pcap 2>/dev/null").output
      .split(separator: "\n").map(String.init)
  }

  static func path(_ name: String) -> String { "\(folder)/Captures/\(name)" }

  static func report(_ path: String) -> Report {
    var analysis = OfflineAnalysis(paths: [path])
    return analysis.run().report
  }

  /// What is found in the evidence of a case, each file a capture point.
  static func report(onEvidenceOf bundle: [(name: String, bytes: [UInt8])], in scratch: Scratch) -> Report {
    let paths = bundle.evidence.enumerated().map { scratch.file("\($0.offset).pcapng", $0.element.bytes) }
    var analysis = OfflineAnalysis(paths: paths, points: .separate)
    return analysis.run().report
  }

  static func bundle(
    _ paths: [String], privacy: CasePrivacy = .none, selection: Selection = Selection(),
    limits: CaseLimits = CaseLimits(), logs: [String] = []
  ) throws -> [(name: String, bytes: [UInt8])] {
    unpackedCase(try archive(paths, privacy: privacy, selection: selection, limits: limits, logs: logs))
  }

  static func archive(
    _ paths: [String], privacy: CasePrivacy = .none, selection: Selection = Selection(),
    limits: CaseLimits = CaseLimits(), logs: [String] = []
  ) throws -> [UInt8] {
    var analysis = OfflineAnalysis(paths: paths, selection: selection, renaming: privacy.renaming, logs: logs)
    let outcome = analysis.run()
    return try CaseBundle(
      report: outcome.report, inputs: paths.map { CaseInput(path: $0) }, logPaths: logs, narrowing: outcome.narrowing,
      generator: generator, privacy: privacy, limits: limits
    ).archive()
  }

  /// The same key in every run, so that a test that fails fails again.
  static let key: [UInt8] = (0..<32).map { UInt8(truncatingIfNeeded: 37 &* $0 &+ 11) }

  static func anonymous() throws -> CasePrivacy { .anonymous(try #require(Pseudonyms(key: key))) }
}

extension Report {
  /// Every rule that found something, with its facts; what is said of the capture itself left out, and the share of lost
  /// packets, which is that of all packets: evidence holds some of them.
  var verdicts: [String] {
    findings.filter { $0.rule != .captureQuality && $0.rule.rawValue != "packet-loss" }.map { finding in
      "\(finding.rule) \(finding.channel.map(\.rawValue) ?? "-") \(finding.severity) \(finding.confidence) "
        + finding.facts.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }.sorted()
  }
}
