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
  func outOfOrder(sample: String) throws { try expectTheSameOutOfOrder(sample, behind: 0) }

  @Test("packets that come out of order only after thousands in order give the findings of those in order")
  func outOfOrderLate() throws { try expectTheSameOutOfOrder("blocked-client.pcap", behind: 5_000) }

  /// - Parameter behind: So many packets of no interest come before, in order.
  private func expectTheSameOutOfOrder(_ sample: String, behind: Int) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample)))
    var state: UInt64 = 7
    let keys = capture.packets.map { packet -> Int in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return packet.microseconds + Int(state >> 33) % 50_000
    }
    let order = capture.packets.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    let whole = Files.report(Files.sample(sample))
    let first = try #require(capture.packets.first).microseconds - behind * 1_000
    let before = (0..<behind).map { ClassicPcap.record(at: first + $0 * 1_000) }
    let bytes = capture.keeping(order, behind: before)
    try ClassicPcap.withFiles([("queues.pcap", bytes)]) { paths in
      let report = Files.analyse(paths).report
      #expect(
        report.findings.map(\.expectedName).filter { $0 != "capture-quality" }
          == whole.findings.map(\.expectedName).filter { $0 != "capture-quality" })
      #expect(
        report.findings.filter { $0.rule != .captureQuality }.map(\.factTexts)
          == whole.findings.filter { $0.rule != .captureQuality }.map(\.factTexts))
    }
  }

  @Test(
    "nanoseconds that a header calls microseconds give the findings of the capture as it is",
    arguments: ["irregular-healthy-client.pcap", "wireguard-healthy-client.pcap", "blocked-client.pcap"])
  func nanosecondsAsMicroseconds(sample: String) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample)))
    try ClassicPcap.withFiles([(sample, capture.withNanosecondsAsMicroseconds)]) { paths in
      #expect(Files.report(paths[0]).findings == Files.report(Files.sample(sample)).findings)
    }
  }

  @Test(
    "the two directions of a tap are one capture also where the other direction is nothing but ICMP errors",
    arguments: ["wireguard-refused-client.pcap", "ipsec-refused-client.pcap"])
  func refusedAtATap(sample: String) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample)))
    // IPv4 in Ethernet: the source address says the direction, and whose it is.
    let client = Data([198, 51, 100, 10])
    let out = capture.keeping { $0.dropFirst(26).prefix(4) == client }
    let back = capture.keeping { $0.dropFirst(26).prefix(4) != client }
    try ClassicPcap.withFiles([("out.pcap", out), ("back.pcap", back)]) { paths in
      let report = Files.analyse(paths).report
      #expect(report.alarms == Files.report(Files.sample(sample)).alarms)
    }
  }

  @Test("data channels that come up anew are no reconnects where the connections beside them are not captured")
  func dataChannelAlone() throws {
    let capture = try #require(ClassicPcap(Files.sample("gateway-restart-client.pcap")))
    // UDP in IPv4 in Ethernet.
    try ClassicPcap.withFiles([("udp.pcap", capture.keeping { $0.count > 23 && $0[$0.startIndex + 23] == 17 })]) {
      paths in
      #expect(Files.report(paths[0]).alarms.isEmpty)
    }
  }

  @Test("whole seconds raise no alarm that the times as they were do not")
  func wholeSeconds() throws {
    let sample = Files.sample("irregular-healthy-client.pcap")
    let capture = try #require(ClassicPcap(sample))
    try ClassicPcap.withFiles([("seconds.pcap", capture.withTimes { $0 - $0 % 1_000_000 })]) { paths in
      #expect(Files.report(paths[0]).alarms.isSubset(of: Files.report(sample).alarms))
    }
  }

  @Test("where all packets have the same time, nothing is said of intervals")
  func noTimes() throws {
    let capture = try #require(ClassicPcap(Files.sample("many-nat-gateway.pcap")))
    try ClassicPcap.withFiles([("zero.pcap", capture.withTimes { _ in 0 })]) { paths in
      #expect(Files.report(paths[0]).alarms.isEmpty)
    }
  }

  @Test("a hello that is cut before what it asks for is no tunnel's by itself")
  func cutHello() throws {
    let capture = try #require(ClassicPcap(Files.sample("webrtc-unanswered-client.pcap")))
    try ClassicPcap.withFiles([("snap.pcap", capture.cut(to: 128))]) { paths in
      #expect(Files.report(paths[0]).alarms.isEmpty)
    }
  }
}
