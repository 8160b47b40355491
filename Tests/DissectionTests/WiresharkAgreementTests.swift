import Capture
import Foundation
import Testing

/// Packet by packet, the dissectors' fields against those of Wireshark.
///
/// Where the two differ by choice, `PacketFields` follows Wireshark and says so.
@Suite("fields agree with Wireshark's")
struct WiresharkAgreementTests {
  static let captures: [String] = {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    let path = folder.appendingPathComponent("shared/captures").path
    let files = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".pcap") && !sameFrames.contains($0.split(separator: "/").last ?? "") }
      .sorted().map { path + "/" + $0 }
  }()

  /// Variants of other captures that differ in the file's format only, not in the frames.
  static let sameFrames: Set<Substring> = [
    "big-endian.pcap", "nanosecond.pcap", "nanosecond-big-endian.pcap", "rotated-0.pcap", "rotated-1.pcap",
    "rotated-2.pcap", "cut-short.pcap",
  ]

  // Needs Wireshark's tshark and the training captures; where either is absent the test shows as skipped.
  @Test(
    "every packet of a capture has the fields that tshark finds",
    .enabled(if: Tshark.executable != nil && !captures.isEmpty, "needs tshark and the training captures"),
    arguments: captures)
  func everyPacketAgrees(path: String) throws {
    let expected = try Tshark.rows(of: path, fields: PacketFields.names + [Self.opaqueType])
    var differences: [String] = []
    var packets = 0
    var encrypted = PacketFields.Encrypted()
    var capture = try CaptureFile.open(path)
    var batch = PacketBatch()
    while try capture.readBatch(&batch) {
      for index in 0..<batch.count {
        defer { packets += 1 }
        guard packets < expected.count else { continue }
        let linkType = capture.interfaces[batch[index].interface].linkType
        var ours = PacketFields()
        ours.read(frame: batch[index].bytes(in: capture.window), linkType: linkType, encrypted: &encrypted)
        differences += Self.differences(ours, expected[packets]).map { "frame \(packets + 1): \($0)" }
      }
    }
    #expect(packets == expected.count)
    let first = differences.prefix(12).joined(separator: "\n")
    #expect(differences.isEmpty, "\(differences.count) differences, first: \(first)")
  }

  /// Where tshark puts the content type of a record that it knows to be of TLS 1.3.
  static let opaqueType = "tls.record.opaque_type"

  static func differences(_ ours: PacketFields, _ row: [[Substring]]) -> [String] {
    zip(PacketFields.names, row).compactMap { name, values in
      var theirs = values.map(String.init)
      var mine = ours.values[name] ?? []
      if name == "tls.record.content_type", let opaque = row.last {
        theirs = (theirs + opaque.map(String.init)).sorted()
        mine.sort()
      }
      return mine == theirs ? nil : "\(name) is \(mine), tshark says \(theirs)"
    }
  }
}
