import Foundation
import Testing

@testable import Analysis

/// Which files continue each other, and which look at the same thing from elsewhere.
@Suite("Capture points")
struct CapturePointsTests {
  private func points(_ paths: [String], _ points: CapturePoints = .automatic) -> Int {
    Set(Files.analyse(paths, points: points).report.captures.map(\.point)).count
  }

  @Test("files that overlap in time are views from different points")
  func overlapping() {
    let names = ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"].map(Files.sample)
    #expect(points(names) == 3)
    #expect(points(Array(names.prefix(2))) == 2)
    #expect(points(names, .merged) == 1)
  }

  @Test("files that follow each other are one point, unless the user says otherwise")
  func rotated() throws {
    let capture = try #require(ClassicPcap(Files.sample("blocked-client.pcap")))
    try ClassicPcap.withFiles(capture.rotated(3, name: "part")) { paths in
      #expect(points(paths) == 1)
      #expect(points(paths.reversed()) == 1)
      #expect(points(paths, .separate) == 3)
    }
  }

  // A question in one file and its answer in the next look like the two outputs of a tap, but for their times.
  @Test(
    "files of one packet each are one point too",
    arguments: ["ipsec-4500-blocked-client.pcap", "wireguard-cookie-client.pcap", "ipsec-refused-client.pcap"])
  func rotatedAtEachPacket(sample: String) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample)))
    // Among more files no tap is looked for.
    let count = min(capture.packets.count, 16)
    let files = (0..<count).map { (name: "part-\(10 + $0).pcap", bytes: capture.keeping($0..<$0 + 1)) }
    try ClassicPcap.withFiles(files + [(name: "whole.pcap", bytes: capture.keeping(0..<count))]) { paths in
      let whole = Files.report(try #require(paths.last))
      let report = Files.analyse(Array(paths.dropLast())).report
      #expect(Set(report.captures.map(\.point)).count == 1)
      #expect(report.outline(frames: false) == whole.outline(frames: false))
    }
  }

  @Test("the rotated files of two points are told apart, whatever their order")
  func rotatedTwice() throws {
    let client = try #require(ClassicPcap(Files.sample("blocked-client.pcap")))
    let gateway = try #require(ClassicPcap(Files.sample("blocked-gateway.pcap")))
    let whole = Files.report(Files.sample("blocked-client.pcap"), Files.sample("blocked-gateway.pcap"))
    let files = client.rotated(3, name: "client") + gateway.rotated(4, name: "gateway")
    try ClassicPcap.withFiles([6, 0, 3, 1, 4, 2, 5].map { files[$0] }) { paths in
      let report = Files.analyse(paths).report
      #expect(Set(report.captures.map(\.point)).count == 2)
      for name in ["client", "gateway"] {
        #expect(Set(report.captures.filter { $0.name.hasPrefix(name) }.map(\.point)).count == 1)
      }
      #expect(report.findings.map(\.rule) == whole.findings.map(\.rule))
      #expect(report.findings.map(\.factTexts) == whole.findings.map(\.factTexts))
      #expect(report.tunnels.map(\.outline) == whole.tunnels.map(\.outline))
    }
  }

  @Test("two rotations at the same time are two points, however short their files and whatever digits their names hold")
  func rotatedShort() throws {
    let names = ["ipsec-4500-blocked-client.pcap", "openvpn-large-control-lost-client.pcap"]
    // From the same second on.
    let moved = try names.enumerated().map { number, name in
      let capture = try #require(ClassicPcap(Files.sample(name)))
      let begin = try #require(capture.packets.first?.microseconds)
      return ("\(number).pcap", capture.withTimes { $0 - begin + 1_700_000_000_000_000 + number })
    }
    let files = try ClassicPcap.withFiles(moved) { paths in
      try zip(paths, ["wan2-20231114", "lan-20231114"]).flatMap { path, name in
        try #require(ClassicPcap(path)).rotated(8, name: name)
      }
    }
    try ClassicPcap.withFiles(files) { paths in
      let report = Files.analyse(paths).report
      #expect(Set(report.captures.map(\.point)).count == 2)
      for name in ["wan", "lan"] {
        #expect(Set(report.captures.filter { $0.name.hasPrefix(name) }.map(\.point)).count == 1)
      }
    }
  }

  /// A capture's IPv4 packets in two files, by which host sent them.
  private func directions(of sample: String) throws -> [(name: String, bytes: Data)] {
    let capture = try #require(ClassicPcap(Files.sample(sample)))
    var first: Data?
    _ = capture.keeping { packet in
      // IPv4 over UDP or TCP of the first host that speaks.
      if first == nil, packet[12..<14] == Data([8, 0]), packet[23] == 17 || packet[23] == 6 { first = packet[26..<30] }
      return false
    }
    return [
      ("down.pcap", capture.keeping { $0[12..<14] == Data([8, 0]) && $0[26..<30] != first }),
      ("up.pcap", capture.keeping { $0[12..<14] == Data([8, 0]) && $0[26..<30] == first }),
    ]
  }

  @Test(
    "the two directions of a tap are one point, and are judged as one capture",
    arguments: [
      "blocked-client.pcap", "restarted-client.pcap", "openvpn-stalled-client.pcap", "ipsec-idle-client.pcap",
    ])
  func tap(sample: String) throws {
    let whole = Files.report(Files.sample(sample))
    try ClassicPcap.withFiles(try directions(of: sample)) { paths in
      let report = Files.analyse(paths).report
      #expect(Set(report.captures.map(\.point)).count == 1)
      #expect(report.outline(frames: false) == whole.outline(frames: false))
      #expect(points(paths, .separate) == 2)
    }
  }

  // A link aggregation sends errors by another member than the answers that they stand for.
  @Test("the directions of a tap are known although a router's errors are in the file of the other direction")
  func tapWithErrors() throws {
    let capture = try #require(ClassicPcap(Files.sample("chain-inside.pcap")))
    let isClients = { (packet: Data) in
      packet[12..<14] == Data([8, 0]) && packet[26..<30] == Data([10, 20, 0, 50])
    }
    let files = [
      ("down.pcap", capture.keeping { !isClients($0) }), ("up.pcap", capture.keeping(where: isClients)),
    ]
    try ClassicPcap.withFiles(files) { paths in #expect(points(paths) == 1) }
  }

  @Test("two points in one file are judged as two files, and the report says so")
  func mergedFile() throws {
    let names = ["blocked-client.pcap", "blocked-gateway.pcap"].map(Files.sample)
    let whole = Files.analyse(names).report
    let merged = ClassicPcap.merged(
      try #require(ClassicPcap(names[0])), try #require(ClassicPcap(names[1])))
    try ClassicPcap.withFiles([("merged.pcap", merged)]) { paths in
      let report = Files.analyse(paths).report
      let findings = [whole, report].map { $0.findings.filter { $0.rule != .captureQuality } }
      #expect(findings[1].map(\.rule) == findings[0].map(\.rule))
      #expect(findings[1].map(\.factTexts) == findings[0].map(\.factTexts))
      #expect(findings[1].map(\.confidence) == findings[0].map(\.confidence))
      #expect(report.captures.map(\.copies) == [0])
      let quality = report.findings.first { $0.rule == .captureQuality }
      #expect(quality?.explanation.contains("holds the packets of 2 capture points") ?? false)
    }
  }

  @Test("two points that each hold both directions stay two")
  func twoPoints() {
    #expect(points(["blocked-client.pcap", "blocked-gateway.pcap"].map(Files.sample)) == 2)
  }

  @Test("more files than may be open at once give what the whole gives")
  func manyFiles() throws {
    let sample = Files.sample("blocked-client.pcap")
    let capture = try #require(ClassicPcap(sample))
    let whole = Files.report(sample)
    try ClassicPcap.withFiles(capture.rotated(300, name: "part")) { paths in
      let report = Files.analyse(paths.reversed()).report
      #expect(Set(report.captures.map(\.point)).count == 1)
      #expect(report.outline(frames: false) == whole.outline(frames: false))
      #expect(report.captures.reduce(0) { $0 + $1.packets } == capture.packets.count)
    }
  }

  @Test("merging puts the packets of overlapping files in time order", arguments: [2, 3, 60])
  func merged(count: Int) throws {
    let sample = Files.sample("blocked-client.pcap")
    let capture = try #require(ClassicPcap(sample))
    let whole = Files.report(sample)
    let shares = (0..<count).map { share in
      (name: "share-\(share).pcap", bytes: capture.keeping(stride(from: share, to: capture.packets.count, by: count)))
    }
    try ClassicPcap.withFiles(shares) { paths in
      let report = Files.analyse(paths, points: .merged).report
      #expect(Set(report.captures.map(\.point)).count == 1)
      #expect(report.outline(frames: false) == whole.outline(frames: false))
      #expect(report.tunnels == whole.tunnels)
      // Frames point into the file that holds them.
      for evidence in report.findings.flatMap(\.evidence) {
        let frame = try #require(evidence.frame)
        let time = capture.packets[frame.capture + (frame.frame - 1) * count].microseconds
        #expect(evidence.time?.nanoseconds == Int64(time) * 1000)
      }
    }
  }

  @Test("a file without packets or without sense keeps no other from being read", arguments: [0, 1, 2])
  func besideDamage(place: Int) throws {
    let sample = Files.sample("blocked-client.pcap")
    let capture = try #require(ClassicPcap(sample))
    let whole = Files.report(sample)
    var files = capture.rotated(2, name: "part")
    files.insert(("other.pcap", [Data(), Data("no capture".utf8), capture.keeping([])][place]), at: place)
    try ClassicPcap.withFiles(files) { paths in
      let outcome = Files.analyse(paths)
      #expect(outcome.problems.count == (place == 2 ? 0 : 1))
      #expect(outcome.report.captures.count == 3)
      #expect(outcome.report.outline(frames: false) == whole.outline(frames: false))
    }
  }
}
