import Analysis
import Correlation
import Foundation
import Observations
import Reporting

/// Where the tests find captures, and what is done with them over and over.
enum Files {
  static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// The sample captures that belong to the package.
  static let samples = packageRoot + "/Captures"
  /// The training captures, beside the package; not everybody has them.
  static let training = packageRoot + "/../shared/captures"
  /// The same of other families than AnyConnect's.
  static let families = packageRoot + "/../shared/captures-families"
  /// Odd captures of other projects, beside the package; not everybody has them.
  static let corpora = packageRoot + "/../shared/corpora"

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  static func sample(_ name: String) -> String { "\(samples)/\(name)" }

  /// All files under a folder by their paths relative to it, sorted; empty when there is no such folder.
  static func all(under folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter {
      let type = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\($0)")[.type] as? FileAttributeType
      return type == .typeRegular
    }.sorted()
  }

  static func analyse(_ paths: [String], points: CapturePoints = .automatic) -> OfflineAnalysis.Outcome {
    var analysis = OfflineAnalysis(paths: paths, points: points)
    return analysis.run()
  }

  static func report(_ paths: String...) -> Report { analyse(paths).report }

  /// Analyses logs with these texts.
  static func analyse(logs texts: [String]) throws -> OfflineAnalysis.Outcome {
    let folder = NSTemporaryDirectory() + "tunnelscope-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let paths = try texts.enumerated().map { index, text in
      let path = "\(folder)/\(index).log"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }
    var analysis = OfflineAnalysis(paths: [], logs: paths)
    return analysis.run()
  }
}

extension Report {
  /// The findings, `capture-quality` left out, as text that does not depend on the files' names, formats and order.
  ///
  /// - Parameters:
  ///   - frames: Whether evidence is named by capture and frame.
  ///   - times: Whether evidence is named by time.
  ///   - withoutCaptures: Whether frames stand without the name of their capture.
  func outline(frames: Bool = true, times: Bool = true, withoutCaptures: Bool = false) -> [String] {
    findings.filter { $0.rule != .captureQuality }.map { finding in
      let evidence = finding.evidence.map { item in
        let place =
          frames
          ? item.frame.map { "\(withoutCaptures ? "" : capture(of: $0)?.name ?? "?"):\($0.frame)" } ?? "no frame" : ""
        return place + (times ? item.time.map { " \($0.nanoseconds / 1000)" } ?? " no time" : "") + " " + item.note
      }
      return
        ([
          "\(finding.expectedName) \(finding.severity) \(finding.confidence) \(finding.tunnel ?? "-")",
          finding.title,
          finding.factTexts.joined(separator: " "),
        ] + evidence).joined(separator: "\n  ")
    }
  }
}

extension Finding {
  /// The facts as text.
  var factTexts: [String] { facts.map { "\($0.name)=\($0.value)" } }
}

extension TunnelDescription {
  /// The tunnel as text, without times and without the names of captures.
  var outline: String {
    let channels = channels.map { channel in
      let handshakes = channel.handshakes.map { "\($0.outcome) \($0.openings.map(String.init) ?? "?")" }
      return "\(channel.kind) \(channel.outcome) \(handshakes) \(channel.sessions.map(\.endReason))"
    }
    return
      "\(id) \(clientName) \(translatedClients) \(gatewayName) \(serverName ?? "") \(channels) \(mtu)"
  }
}
