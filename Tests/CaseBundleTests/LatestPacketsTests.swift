import Capture
import CaseBundle
import Correlation
import Foundation
import Observations
import Testing

/// A case of a capture that goes on: its oldest packets are gone, the latest are in files of their own.
@Suite("Case of a capture that goes on")
struct LatestPacketsTests {
  /// The header and the packets of a little-endian pcap.
  private static func packets(of path: String) throws -> (header: [UInt8], packets: [[UInt8]]) {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    var packets: [[UInt8]] = []
    var at = 24
    while at + 16 <= bytes.count {
      let kept = (0..<4).reduce(0) { $0 | Int(bytes[at + 8 + $1]) << (8 * $1) }
      packets.append(Array(bytes[at..<at + 16 + kept]))
      at += 16 + kept
    }
    return (Array(bytes[..<24]), packets)
  }

  private struct Bundle {
    let manifest: [String: Any]
    let frames: [Int]
    let evidence: [UInt8]
  }

  /// The case of a whole capture of which only the packets from `first` to `last` are left, in parts.
  private static func bundle(_ name: String, parts: [Range<Int>], last: Int, scratch: Scratch) throws -> Bundle {
    let path = Samples.path(name)
    let (header, packets) = try packets(of: path)
    let inputs = parts.map { range in
      CaseInput.Part(
        path: scratch.file(
          "part-\(range.lowerBound)", header + packets[(range.lowerBound - 1)..<(range.upperBound - 1)].joined()),
        firstFrame: range.lowerBound)
    }
    let archive = try CaseBundle(
      report: Samples.report(path), inputs: [CaseInput(latest: inputs, lastFrame: last)], generator: Samples.generator
    ).archive()
    let files = unpackedCase(archive)
    let manifest = try #require(
      try JSONSerialization.jsonObject(with: Data(files["manifest.json"])) as? [String: Any])
    let evidence = try #require(manifest["evidence"] as? [String: Any])
    return Bundle(
      manifest: manifest, frames: try #require(evidence["frames"] as? [[Int]]).map { $0[3] },
      evidence: files.onlyEvidence)
  }

  private static func evidence(_ bundle: Bundle, _ name: String) -> Int? {
    (bundle.manifest["evidence"] as? [String: Any])?[name] as? Int
  }

  @Test("files in a row are one capture, whose frames go on from file to file")
  func parts() throws {
    let scratch = Scratch()
    let name = "once-client.pcap"
    let count = try Self.packets(of: Samples.path(name)).packets.count
    let whole = try Self.bundle(name, parts: [1..<count + 1], last: count, scratch: scratch)
    let parted = try Self.bundle(name, parts: [1..<40, 40..<41, 41..<count + 1], last: count, scratch: Scratch())
    #expect(!whole.frames.isEmpty)
    #expect(whole.frames == parted.frames)
    #expect(whole.evidence == parted.evidence)
    #expect(Self.evidence(parted, "cited_packets_not_held") == 0)
  }

  @Test("packets that are gone are counted, the rest is there under its frame numbers")
  func gone() throws {
    let scratch = Scratch()
    let name = "once-client.pcap"
    let path = Samples.path(name)
    let cited = Set(Samples.report(path).findings.flatMap(\.evidence).compactMap { $0.frame?.frame })
    let count = try Self.packets(of: path).packets.count
    let first = try #require(cited.sorted().dropFirst(2).first)
    let bundle = try Self.bundle(name, parts: [first..<count + 1], last: count, scratch: scratch)
    #expect(Self.evidence(bundle, "cited_packets_not_held") == 2)
    #expect(bundle.frames.allSatisfy { $0 >= first })
    #expect(cited.filter { $0 >= first }.allSatisfy(bundle.frames.contains))
    let input = try #require((bundle.manifest["inputs"] as? [[String: Any]])?.first)
    let held = try #require(input["held"] as? [String: Any])
    #expect(held["first_frame"] as? Int == first)
    #expect(held["last_frame"] as? Int == count)
    #expect(held["packets"] as? Int == count - first + 1)
    #expect(input["packets"] as? Int == count)
  }

  @Test("what is written after the verdict is not looked at, whole or not")
  func inWriting() throws {
    let scratch = Scratch()
    let name = "once-client.pcap"
    let (header, packets) = try Self.packets(of: Samples.path(name))
    let last = packets.count / 2
    let whole = scratch.file("whole", header + packets.joined())
    let cut = scratch.file("cut", header + packets[..<last].joined() + packets[last].dropLast())
    let report = Samples.report(Samples.path(name))
    let archives = try [whole, cut].map { path in
      try CaseBundle(
        report: report, inputs: [CaseInput(latest: [.init(path: path, firstFrame: 1)], lastFrame: last)],
        generator: Samples.generator
      ).archive()
    }
    #expect(archives[0] == archives[1])
  }

  @Test("files that are gone altogether leave the report")
  func nothingLeft() throws {
    let report = Samples.report(Samples.path("once-client.pcap"))
    let input = CaseInput(latest: [.init(path: "/nonexistent/live.pcapng", firstFrame: 1)], lastFrame: 99)
    let files = unpackedCase(try CaseBundle(report: report, inputs: [input], generator: Samples.generator).archive())
    #expect(files.text("manifest.json").contains("\"first_frame\": null"))
    #expect(!files["report.html"].isEmpty)
  }
}
