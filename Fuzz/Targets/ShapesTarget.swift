import Analysis
import Correlation

/// The same packets in two shapes must give the same findings, whatever the packets are.
public enum ShapesTarget {
  static let target = FuzzTarget(
    "shapes", "one capture in several shapes, which must give the same findings", mutation: .packets
  ) { bytes in
    let (difference, findings) = difference(of: bytes)
    promise(difference == nil, difference ?? "")
    return findings + 1
  }

  /// The first shape of a packet sequence in which something else is found than in the plain capture, with what it is,
  /// and the number of findings of the latter.
  public static func difference(of bytes: [UInt8]) -> (String?, findings: Int) {
    let packets = CaptureShape.Packets(PacketSequence(bytes))
    guard !packets.packets.isEmpty, let plain = findings(of: [packets.file(packets.packets.indices)]) else { return (nil, 0) }
    for shape in CaptureShape.allCases {
      guard let files = shape.files(of: packets), let shaped = findings(of: files) else { continue }
      // Of packets that were not in order all is said with less confidence.
      let (expected, found) = (
        plain.map { outline($0, hasConfidence: shape != .reordered) },
        shaped.map { outline($0, hasConfidence: shape != .reordered) }
      )
      guard found != expected else { continue }
      let lost = expected.filter { !found.contains($0) }.map { "- \($0)" }
      let new = found.filter { !expected.contains($0) }.map { "+ \($0)" }
      return ("\(shape.rawValue): \((lost + new).joined(separator: "\n"))", plain.count)
    }
    return (nil, plain.count)
  }

  /// What is found; nil when the system gives no file. What is said of the captures themselves may differ with their shape.
  private static func findings(of files: [[UInt8]]) -> [Finding]? {
    let files = files.compactMap { MemoryFile($0) }
    guard !files.isEmpty else { return nil }
    var analysis = OfflineAnalysis(paths: files.map(\.path), threads: ThreadCount(1) ?? .automatic)
    return analysis.run().report.findings.filter { $0.rule != .captureQuality }
  }

  /// A finding as text that says nothing of files and frame numbers.
  private static func outline(_ finding: Finding, hasConfidence: Bool) -> String {
    let facts = finding.facts.map { "\($0.name)=\($0.value)" }
    let evidence = finding.evidence.map { "\($0.time.map { String($0.nanoseconds) } ?? "no time") \($0.note)" }
    let confidence = hasConfidence ? "\(finding.confidence)" : ""
    let head = "\(finding.rule) \(finding.channel?.rawValue ?? "-") \(finding.severity) \(finding.tunnel ?? "-") \(confidence)"
    return ([head, finding.title] + facts + evidence).joined(separator: "\n    ")
  }
}
