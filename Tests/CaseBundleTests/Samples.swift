import Analysis
import CaseBundle
import Correlation
import Reporting

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

  static func path(_ name: String) -> String { "\(folder)/Captures/\(name)" }

  static func report(_ path: String) -> Report {
    var analysis = OfflineAnalysis(paths: [path])
    return analysis.run().report
  }

  static func bundle(_ paths: [String], limits: CaseLimits = CaseLimits()) throws -> [(name: String, bytes: [UInt8])] {
    unpacked(try archive(paths, limits: limits))
  }

  static func archive(_ paths: [String], limits: CaseLimits = CaseLimits()) throws -> [UInt8] {
    var analysis = OfflineAnalysis(paths: paths)
    return try CaseBundle(report: analysis.run().report, paths: paths, generator: generator, limits: limits).archive()
  }
}

extension Report {
  /// Every rule that found something, with its facts; what is said of the capture itself left out.
  var verdicts: [String] {
    findings.filter { $0.rule != .captureQuality }.map { finding in
      "\(finding.rule.rawValue) \(finding.severity) \(finding.confidence) "
        + finding.facts.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }.sorted()
  }
}
