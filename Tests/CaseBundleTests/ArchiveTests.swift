import Cryptography
import Testing

@testable import CaseBundle

@Suite("Archive of a case")
struct ArchiveTests {
  @Test("the same captures give the same bytes")
  func deterministic() throws {
    let path = Samples.path("prohibited-client.pcap")
    let first = try Samples.archive([path])
    let second = try Samples.archive([path])
    #expect(first == second)
  }

  @Test("its members carry the time where zip's begin, so that none tells a zone or a moment")
  func times() throws {
    let archive = try ZipArchive.bytes(of: [.init(name: "a", bytes: [1, 2, 3])])
    let extraLength = Int(archive[28]) | Int(archive[29]) << 8
    // Time 0, date 1980-01-01 (APPNOTE.TXT 4.4.6), and an extended timestamp that says it holds no time.
    #expect(Array(archive[10..<14]) == [0, 0, 0x21, 0])
    #expect(archive[31..<31 + extraLength].starts(with: Array("UT".utf8) + [1, 0, 0]))
  }

  @Test("it holds one folder with these files, and the manifest tells their hashes")
  func contents() throws {
    let path = Samples.path("once-client.pcap")
    let bundle = try Samples.bundle([path])
    #expect(
      bundle.map(\.name) == [
        "README.txt", "evidence/c1-once-client.pcapng", "manifest.json", "report.html", "report.json", "report.md",
        "report.txt", "wireshark/Tunnelscope/colorfilters", "wireshark/Tunnelscope/dfilter_buttons",
        "wireshark/Tunnelscope/preferences",
      ])
    #expect(unpacked(try Samples.archive([path])).allSatisfy { $0.name.hasPrefix("tunnelscope-case/") })
    let manifest = bundle.text("manifest.json")
    #expect(manifest.contains("\"schema\": \"tunnelscope-case/2\""))
    for entry in bundle where entry.name != "manifest.json" {
      #expect(!entry.bytes.isEmpty)
      #expect(manifest.contains(SHA256.digest(entry.bytes).hexadecimal), "the hash of \(entry.name)")
    }
    let input = shell("sha256sum '\(path)'").output.prefix(64)
    #expect(manifest.contains(input))
    #expect(!manifest.contains(Samples.folder))
    #expect(bundle.text("report.json").contains("\"tunnelscope-report/2\""))
  }

  @Test("a capture that changed after the analysis gives no archive")
  func changed() throws {
    let report = Samples.report(Samples.path("once-client.pcap"))
    let bundle = CaseBundle(
      report: report, inputs: [CaseInput(path: Samples.path("prohibited-client.pcap"))], generator: Samples.generator)
    #expect(throws: CaseBundle.Failure.self) { try bundle.archive() }
  }

  @Test("data that does not compress fits as well")
  func incompressible() throws {
    var random = SystemRandomNumberGenerator()
    let noise = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let entries = unpacked(
      try ZipArchive.bytes(of: [.init(name: "noise", bytes: noise), .init(name: "none", bytes: [])]))
    #expect(entries["noise"] == noise)
    #expect(entries.map(\.name) == ["noise", "none"])
  }
}
