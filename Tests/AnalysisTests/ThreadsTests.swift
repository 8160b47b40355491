import Analysis
import Foundation
import Observations
import Reporting
import Testing

/// Threads change how long it takes, and not a byte of what comes out.
@Suite("Threads")
struct ThreadsTests {
  private static let generator = Generator(name: "tunnelscope", version: "0")
  private static let samples = Files.all(under: Files.samples).filter { $0.contains(".pcap") }

  private func report(_ paths: [String], _ points: CapturePoints = .automatic, threads: Int) throws -> String {
    let count = try #require(ThreadCount(threads))
    var analysis = OfflineAnalysis(paths: paths, points: points, threads: count)
    let outcome = analysis.run()
    return JSONReport().render(outcome.report, generator: Self.generator) + outcome.problems.map(\.description).joined()
  }

  @Test("each sample gives the same bytes with one thread and with two")
  func samples() throws {
    #expect(Self.samples.count > 50)
    for name in Self.samples {
      let one = try report([Files.sample(name)], threads: 1)
      let same = try one == report([Files.sample(name)], threads: 2)
      #expect(same, "\(name)")
    }
  }

  @Test(
    "several capture points give the same bytes with one thread, two and eight",
    arguments: [CapturePoints.automatic, .separate, .merged])
  func points(points: CapturePoints) throws {
    let paths = ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"].map(Files.sample)
    let one = try report(paths, points, threads: 1)
    for threads in [2, 8] {
      let same = try one == report(paths, points, threads: threads)
      #expect(same, "\(threads) threads")
    }
  }

  @Test(
    "so do the many files of a rotated capture, one of them damaged", arguments: [CapturePoints.automatic, .merged])
  func rotated(points: CapturePoints) throws {
    let capture = try #require(ClassicPcap(Files.sample("blocked-client.pcap")))
    var files = capture.rotated(60, name: "part")
    files[40].bytes = files[40].bytes.dropLast(7)
    files[50].bytes = Data()
    try ClassicPcap.withFiles(files) { paths in
      let one = try report(paths, points, threads: 1)
      #expect(one.contains("part-0040") && one.contains("the file is empty"))
      for threads in [2, 3, 8] {
        let same = try one == report(paths, points, threads: threads)
        #expect(same, "\(threads) threads")
      }
    }
  }

  @Test("a count of threads is a sensible number")
  func count() {
    #expect(ThreadCount(0) == nil)
    #expect(ThreadCount(-1) == nil)
    #expect(ThreadCount(ThreadCount.most + 1) == nil)
    #expect((1...ThreadCount.most).contains(ThreadCount.automatic.count))
  }
}
