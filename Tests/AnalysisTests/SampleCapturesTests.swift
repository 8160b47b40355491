import Capture
import Correlation
import Foundation
import Observations
import Testing

/// The package's own captures against `Captures/expected.json`.
@Suite("Sample captures")
struct SampleCapturesTests {
  /// An analysis of one file or several, and what it has to find.
  struct Sample: Decodable, Sendable, CustomTestStringConvertible {
    let files: [String]
    let must: Set<String>
    let may: Set<String>
    let tunnels: Int?

    var testDescription: String { files.joined(separator: " + ") }

    static let all: [Sample] = {
      guard let text = FileManager.default.contents(atPath: Files.sample("expected.json")) else { return [] }
      return (try? JSONDecoder().decode([Sample].self, from: text)) ?? []
    }()
  }

  @Test("every sample is listed with what it must show")
  func complete() {
    let captures = Set(Files.all(under: Files.samples).filter { $0.hasSuffix(".pcap") })
    #expect(!captures.isEmpty)
    #expect(Set(Sample.all.flatMap(\.files)) == captures)
  }

  @Test("what must be found is found, and nothing else is called wrong", arguments: Sample.all)
  func expected(sample: Sample) {
    let outcome = Files.analyse(sample.files.map(Files.sample))
    #expect(outcome.problems.isEmpty)
    #expect(outcome.report.missing(sample.must).isEmpty)
    #expect(outcome.report.falseAlarms(sample.must.union(sample.may)).isEmpty)
    if let tunnels = sample.tunnels { #expect(outcome.report.tunnels.count == tunnels) }
  }
}

@Suite("Evidence")
struct EvidenceTests {
  @Test("every piece of evidence has the time of the frame it names", arguments: SampleCapturesTests.Sample.all)
  func times(sample: SampleCapturesTests.Sample) throws {
    guard let name = sample.files.first, sample.files.count == 1 else { return }
    var file = try CaptureFile.open(Files.sample(name))
    var batch = PacketBatch()
    var times: [Timestamp] = []
    while try file.readBatch(&batch) {
      for index in 0..<batch.count { times.append(batch[index].time) }
    }
    for finding in Files.analyse([Files.sample(name)]).report.findings {
      for evidence in finding.evidence {
        let frame = try #require(evidence.frame).frame
        try #require(times.indices.contains(frame - 1))
        #expect(evidence.time == times[frame - 1], "\(finding.rule.rawValue) frame \(frame)")
      }
    }
  }
}
