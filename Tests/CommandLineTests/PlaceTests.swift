import Foundation
import Testing

/// A report speaks of captures, not of the machine that they lay on.
@Suite("Reports wherever the files lie")
struct PlaceTests {
  /// Captures and a log, some of which cannot be read to their end.
  private static func fill(_ folder: TemporaryFolder, _ name: String) throws -> [String] {
    let place = folder(name)
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let whole = try Data(contentsOf: URL(fileURLWithPath: Program.sample("blocked-client.pcap")))
    let files = [
      "cut.pcap": whole.dropLast(7), "text.pcap": Data("no capture".utf8), "empty.pcap": Data(),
      "gateway.log": Data([1, 2, 3]),
    ]
    for (file, bytes) in files { try bytes.write(to: URL(fileURLWithPath: "\(place)/\(file)")) }
    return ["cut.pcap", "text.pcap", "empty.pcap", "missing.pcap"].map { "\(place)/\($0)" } + [
      "--log", "\(place)/gateway.log",
    ]
  }

  @Test(
    "a report is the same wherever its files lie, also of what could not be read",
    arguments: ["text", "json", "markdown", "html"])
  func report(format: String) throws {
    try TemporaryFolder.with { folder in
      let here = try Program.run(["analyze", "--format", format] + Self.fill(folder, "here"))
      let there = try Program.run(["analyze", "--format", format] + Self.fill(folder, "there/deeper"))
      #expect(here.output == there.output)
      #expect(here.output.contains("frame 8"), "what is missing is told")
      #expect(!here.output.contains(folder.path))
      #expect(here.errors.contains(folder.path), "a person is told where")
      #expect(here.status == 65)
    }
  }

  @Test("observations are the same wherever the captures lie")
  func observations() throws {
    try TemporaryFolder.with { folder in
      let here = try Program.run(["observe", Self.fill(folder, "a/captures")[0]])
      let there = try Program.run(["observe", Self.fill(folder, "b/captures")[0]])
      #expect(here.output == there.output)
      #expect(!here.output.contains(folder.path))
    }
  }

  @Test("a case is the same wherever its captures lay", arguments: [[], ["--anonymize"]])
  func caseBundle(options: [String]) throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("key", Data(repeating: 7, count: 32))
      let key = options.isEmpty ? [] : ["--anonymize-key", folder("key")]
      for name in ["here", "there"] {
        let files = Array(try Self.fill(folder, name).prefix(1))
        _ = try Program.run(["case", "-o", folder("\(name).zip")] + options + key + files)
      }
      let here = try Data(contentsOf: URL(fileURLWithPath: folder("here.zip")))
      #expect(try here == Data(contentsOf: URL(fileURLWithPath: folder("there.zip"))))
    }
  }
}
