import Correlation
import Foundation
import Testing

/// The same packets in other containers: formats, byte orders, link layers, compression, rotation.
@Suite("Variants of a capture")
struct CaptureVariantsTests {
  struct Variant: Sendable, CustomTestStringConvertible {
    /// What the variants of a folder were made from.
    let original: String
    let path: String
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var testDescription: String { path }
    /// Whether something of the original is missing in it.
    var isCut: Bool { name.hasPrefix("cut-short") || name.hasPrefix("snap") }
  }

  static let variants: [Variant] = [
    ("blocked-client", "blocked/client.pcap"), ("technote-inside", "variants/technote-inside/compressed.pcap.gz"),
  ].flatMap { folder, original in
    Files.all(under: "\(Files.training)/variants/\(folder)").map {
      Variant(original: "\(Files.training)/\(original)", path: "\(Files.training)/variants/\(folder)/\($0)")
    }
  }
  static let whole = variants.filter { !$0.name.hasPrefix("rotated") }

  // The training captures are no part of the package; where they are absent the tests show as skipped.
  @Test(
    "another container gives the same findings, facts and frames",
    .enabled(if: !whole.isEmpty, "needs the training captures"),
    arguments: whole)
  func sameFindings(variant: Variant) {
    let original = Files.report(variant.original)
    let outcome = Files.analyse([variant.path])
    let report = outcome.report
    // Containers that hold IP only lack the ARP packets, so that frames have other numbers.
    let sameFrames = report.captures[0].packets >= original.captures[0].packets - 1
    let expected = original.outline(frames: sameFrames, withoutCaptures: true)
    #expect(!expected.isEmpty)
    #expect(report.outline(frames: sameFrames, withoutCaptures: true) == expected)
    if !variant.isCut { #expect(report.tunnels == original.tunnels) }
    if variant.isCut { #expect(report.rules.contains("capture-quality")) }
    #expect(outcome.problems.isEmpty == !variant.name.hasPrefix("cut-short"))
    #expect(report.captures.map(\.isComplete) == [!variant.name.hasPrefix("cut-short")])
  }

  @Test(
    "the parts of a rotated capture together give the findings of the whole",
    .enabled(if: !variants.isEmpty, "needs the training captures"), arguments: ["blocked-client", "technote-inside"],
    [[0, 1, 2], [2, 0, 1]])
  func rotated(folder: String, order: [Int]) throws {
    let parts = Self.variants.filter { $0.path.contains("/\(folder)/rotated") }
    try #require(parts.count == 3)
    let whole = Files.report(parts[0].original)
    let report = Files.analyse(order.map { parts[$0].path }).report
    // Frames are counted in each file.
    #expect(report.outline(frames: false) == whole.outline(frames: false))
    #expect(Set(report.captures.map(\.point)).count == 1)
    #expect(report.captures.reduce(0) { $0 + $1.packets } == whole.captures[0].packets)
  }

  @Test(
    "a part of a rotated capture alone raises no other alarm than the whole",
    .enabled(if: !variants.isEmpty, "needs the training captures"),
    arguments: variants.filter { $0.name.hasPrefix("rotated") })
  func part(variant: Variant) {
    let whole = Files.report(variant.original)
    let report = Files.report(variant.path)
    // A part may show too few sessions to call them regular.
    let possible = whole.alarms.union(whole.alarms.contains("reconnect-cycle") ? ["session-reconnects"] : [])
    #expect(report.alarms.isSubset(of: possible))
  }

  @Test(
    "packets up to 50 ms out of order give the findings of those in order",
    arguments: [
      "blocked-client.pcap", "wrong-port-refused-client.pcap", "ipsec-dpd-loop-client.pcap",
      "wireguard-idle-client.pcap",
      "openvpn-tcp-lost-recovers-client.pcap", "technote-inside.pcap",
    ])
  func outOfOrder(sample: String) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample)))
    var state: UInt64 = 7
    let keys = capture.packets.map { packet -> Int in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return packet.microseconds + Int(state >> 33) % 50_000
    }
    let order = capture.packets.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    let whole = Files.report(Files.sample(sample))
    try ClassicPcap.withFiles([("queues.pcap", capture.keeping(order))]) { paths in
      let report = Files.analyse(paths).report
      #expect(
        report.findings.map(\.expectedName).filter { $0 != "capture-quality" }
          == whole.findings.map(\.expectedName).filter { $0 != "capture-quality" })
      #expect(
        report.findings.filter { $0.rule != .captureQuality }.map(\.factTexts)
          == whole.findings.filter { $0.rule != .captureQuality }.map(\.factTexts))
    }
  }
}
