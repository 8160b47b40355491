import Foundation
import Testing

/// Packet by packet, the dissectors' fields against those of Wireshark, on real and on odd captures.
@Suite("fields agree with Wireshark's")
struct WiresharkAgreementTests {
  static let captures: [String] = {
    let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/captures").path
    let files = FileManager.default.enumerator(atPath: shared)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".pcap") }.sorted().map { shared + "/" + $0 }
  }()

  // Needs Wireshark's tshark and the training captures; where either is absent the test shows as skipped.
  @Test(
    "every packet of a capture has the fields that tshark finds",
    .enabled(if: Tshark.executable != nil && !captures.isEmpty, "needs tshark and the training captures"),
    arguments: captures)
  func everyPacketAgrees(path: String) throws {
    let capture = try #require(ClassicPcap(path: path))
    let fields = PacketFields.names + ["tls.record.opaque_type"]
    let expected = try Tshark.rows(of: path, fields: fields)
    #expect(expected.count == capture.packets.count)
    var encrypted = PacketFields.Encrypted()
    var differences: [String] = []
    for (index, packet) in capture.packets.enumerated() where index < expected.count {
      var ours = PacketFields()
      ours.read(
        frame: capture.data.raw.extracting(packet.bytes), linkType: capture.linkType, encrypted: &encrypted)
      for (column, name) in PacketFields.names.enumerated() {
        var theirs = expected[index][column].map(String.init)
        var mine = ours.values[name] ?? []
        if name == "tls.record.content_type" {
          theirs = (theirs + expected[index][fields.count - 1].map(String.init)).sorted()
          mine.sort()
        }
        if mine != theirs { differences.append("frame \(index + 1): \(name) is \(mine), tshark says \(theirs)") }
      }
    }
    let first = differences.prefix(12).joined(separator: "\n")
    #expect(differences.isEmpty, "\(differences.count) differences, first: \(first)")
  }
}
