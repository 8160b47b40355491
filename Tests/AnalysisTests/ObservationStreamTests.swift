import Analysis
import Correlation
import Foundation
import ObservationStreams
import Observations
import Reporting
import Testing

/// Observations on their way from captures to a report, as files in a folder of the test's own.
struct ObservedFiles {
  static let generator = StreamHeader.Generator(name: "tunnelscope", version: "0")
  let folder: URL

  static func with<Result>(_ body: (ObservedFiles) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(ObservedFiles(folder: folder))
  }

  /// What `tunnelscope observe` writes.
  static func observe(
    _ captures: [String], logs: [String] = [], points: CapturePoints = .automatic, selection: Selection = Selection(),
    part: HostPairShare? = nil
  ) throws -> Data {
    let collected = Collected()
    _ = try ObservationRecording(
      paths: captures, logs: logs, points: points, selection: selection, part: part, generator: generator
    ).run { collected.bytes += $0 }
    return Data(collected.bytes)
  }

  private final class Collected {
    var bytes: [UInt8] = []
  }

  func write(_ name: String, _ bytes: Data) throws -> String {
    let file = folder.appending(path: name)
    try bytes.write(to: file)
    return file.path
  }

  /// What `tunnelscope correlate` makes of streams that stand in files of their own.
  func correlate(
    _ streams: [Data], tunnels: TunnelSelection = TunnelSelection(), order: StreamCorrelation.CaptureOrder = .name,
    joinsPoints: Bool = true, logs: [String] = [], logTimeZone: Int? = nil
  ) throws -> StreamCorrelation.Outcome {
    let paths = try streams.enumerated().map { try write("\($0).ndjson", $1) }
    return StreamCorrelation(
      paths: paths, tunnels: tunnels, order: order, joinsPoints: joinsPoints, logs: logs, logTimeZone: logTimeZone
    ).run()
  }

  static func json(_ report: Report?) -> String? {
    report.map { JSONReport().render($0, generator: DeterminismTests.generator) }
  }
}

@Suite("Observations apart, and a report of all of them")
struct ObservationStreamTests {
  /// Sample captures, and training captures where there are some.
  static let groups: [[String]] =
    SampleCapturesTests.Sample.all.map { $0.files.map(Files.sample) } + TrainingCapturesTests.cases.map(\.files)

  @Test("views that are observed one by one, in any order, give the report of all of them", arguments: groups)
  func views(captures: [String]) throws {
    let whole = ObservedFiles.json(Files.analyse(captures).report)
    try ObservedFiles.with { files in
      let outcome = try files.correlate(captures.reversed().map { try ObservedFiles.observe([$0]) })
      #expect(outcome.problems.isEmpty)
      #expect(ObservedFiles.json(outcome.report) == whole)
    }
  }

  @Test("parts of the hosts, in any order, give the report of the whole", arguments: groups)
  func parts(captures: [String]) throws {
    let whole = ObservedFiles.json(Files.analyse(captures).report)
    try ObservedFiles.with { files in
      let streams = try [2, 3, 1].map { try ObservedFiles.observe(captures, part: HostPairShare(number: $0, of: 3)) }
      let outcome = try files.correlate(streams)
      #expect(outcome.problems.isEmpty)
      #expect(ObservedFiles.json(outcome.report) == whole)
    }
  }

  @Test("every part of the hosts has something to do where there are many")
  func partsShare() throws {
    let part = try #require(HostPairShare("1/4"))
    let address = IPAddress(v4: 0xC000_0201)
    let held = (0..<4_000).count { part.holds(address, IPAddress(v4: 0x0A00_0000 + UInt32($0))) }
    #expect((900...1_100).contains(held))
    #expect((0..<100).allSatisfy { part.holds(address, IPAddress(v4: $0)) == part.holds(IPAddress(v4: $0), address) })
  }

  @Test("files that are merged or kept apart, and packets that are left out, stay so")
  func options() throws {
    let captures = ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"].map(Files.sample)
    let selections = [
      Selection(), Selection(since: .afterStart(20_000_000_000)), Selection(filter: "not port 22 and not icmp"),
      Selection(tunnels: TunnelSelection(clients: [try #require(IPPrefix("198.51.100.10"))])),
      Selection(tunnels: TunnelSelection(gateways: [try #require(IPPrefix("192.0.2.0/24"))])),
    ]
    for points in [CapturePoints.automatic, .separate, .merged] {
      for selection in selections {
        var analysis = OfflineAnalysis(paths: captures, points: points, selection: selection)
        let whole = analysis.run().report
        try ObservedFiles.with { files in
          let streams = try (1...2).map {
            try ObservedFiles.observe(
              captures, points: points, selection: selection, part: HostPairShare(number: $0, of: 2))
          }
          let outcome = try files.correlate(streams, tunnels: selection.tunnels)
          #expect(outcome.problems.isEmpty)
          #expect(ObservedFiles.json(outcome.report) == ObservedFiles.json(whole), "\(points) \(selection)")
        }
      }
    }
  }

  @Test("captures are numbered by name, or in the order of the files when asked")
  func order() throws {
    let captures = ["chain-inside.pcap", "chain-client.pcap", "chain-gateway.pcap"].map(Files.sample)
    try ObservedFiles.with { files in
      let streams = try captures.map { try ObservedFiles.observe([$0]) }
      #expect(
        ObservedFiles.json(try files.correlate(streams, order: .given).report)
          == ObservedFiles.json(Files.analyse(captures).report))
      #expect(
        ObservedFiles.json(try files.correlate(streams).report)
          == ObservedFiles.json(Files.analyse(captures.sorted()).report))
    }
  }

  // MARK: Logs

  private static let fixtures = Files.packageRoot + "/Tests/LogsTests/Fixtures"
  /// Captures with logs of the same, and logs alone.
  static let logged: [(captures: [String], logs: [String])] =
    [
      ([blocked], ["\(fixtures)/openconnect-blocked.log"]),
      (
        [Files.sample("chain-client.pcap"), Files.sample("chain-gateway.pcap")], ["\(fixtures)/openconnect-blocked.log"]
      ),
      ([], Files.all(under: fixtures).map { "\(fixtures)/\($0)" }),
      ([blocked], Files.all(under: fixtures).map { "\(fixtures)/\($0)" }),
    ] + TrainingLogsTests.cases.map { ($0.files, TrainingLogsTests.logs($0)) }

  private static func report(_ captures: [String], _ logs: [String], zone: Int? = nil) -> Report {
    var analysis = OfflineAnalysis(paths: captures, logs: logs, logTimeZone: zone)
    return analysis.run().report
  }

  @Test("logs that are observed beside captures, whole or in parts, give the report of both", arguments: logged)
  func logs(captures: [String], logs: [String]) throws {
    let whole = ObservedFiles.json(Self.report(captures, logs))
    try ObservedFiles.with { files in
      let outcome = try files.correlate([try ObservedFiles.observe(captures, logs: logs)])
      #expect(outcome.problems.isEmpty)
      #expect(ObservedFiles.json(outcome.report) == whole)
      let parts = try [2, 1].map {
        try ObservedFiles.observe(captures, logs: logs, part: HostPairShare(number: $0, of: 2))
      }
      #expect(ObservedFiles.json(try files.correlate(parts).report) == whole)
      // Those that are read beside the stream come after those in it.
      let apart = try files.correlate(
        [try ObservedFiles.observe(captures, logs: Array(logs.prefix(1)))], logs: Array(logs.dropFirst()))
      #expect(ObservedFiles.json(apart.report) == whole)
      let zoned = try files.correlate([try ObservedFiles.observe(captures, logs: logs)], logTimeZone: 3_600)
      #expect(ObservedFiles.json(zoned.report) == ObservedFiles.json(Self.report(captures, logs, zone: 3_600)))
    }
  }

  @Test("a log that only its own stream has stands beside the captures of another")
  func logApart() throws {
    let log = "\(Self.fixtures)/openconnect-blocked.log"
    try ObservedFiles.with { files in
      let outcome = try files.correlate([
        try ObservedFiles.observe([], logs: [log]), try ObservedFiles.observe([Self.blocked]),
      ])
      #expect(outcome.problems.isEmpty)
      #expect(ObservedFiles.json(outcome.report) == ObservedFiles.json(Self.report([Self.blocked], [log])))
    }
  }

  @Test("a log whose stream was cut is judged as far as it goes, and the report says so")
  func cutLog() throws {
    let log = "\(Self.fixtures)/openconnect-blocked.log"
    let stream = try ObservedFiles.observe([], logs: [log])
    let lines = stream.split(separator: UInt8(ascii: "\n"))
    let cut = lines.prefix(lines.count / 2).reduce(into: Data()) { $0 += $1 + [UInt8(ascii: "\n")] }
    try ObservedFiles.with { files in
      let outcome = try files.correlate([cut])
      #expect(outcome.problems.count == 1)
      let description = try #require(outcome.report?.logs.first?.description)
      #expect(description.name == "openconnect-blocked.log")
      #expect(description.problem == "its observations end early")
      #expect(outcome.report?.tunnels.count == 1)
    }
  }

  @Test("a line of a log that the header does not name is reported, and the others are judged")
  func otherLog() throws {
    let stream = String(
      decoding: try ObservedFiles.observe([], logs: ["\(Self.fixtures)/openconnect-blocked.log"]), as: UTF8.self)
    var lines = stream.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines[2] = lines[2].replacing("\"log\":0", with: "\"log\":3")
    try ObservedFiles.with { files in
      let outcome = try files.correlate([Data(lines.joined(separator: "\n").utf8)])
      #expect(outcome.problems.map(\.line) == [3])
      #expect(outcome.problems.allSatisfy { $0.reason.hasSuffix("the header names no such log") })
      #expect(outcome.report?.tunnels.count == 1)
    }
  }

  // MARK: Rotated captures

  private static let blocked = Files.sample("blocked-client.pcap")

  /// The same capture in two files of their own, as rotation leaves them.
  private func withHalves<Result>(_ body: ([String]) throws -> Result) throws -> Result {
    let halves = [Cut(Self.blocked, keeping: 0..<0.5), Cut(Self.blocked, keeping: 0.5..<0.999)].compactMap(\.self)
    defer { for half in halves { half.remove() } }
    try #require(halves.count == 2)
    return try body(halves.map(\.path))
  }

  @Test("the files of a rotated capture, observed in one call, are one capture point")
  func rotatedTogether() throws {
    try withHalves { halves in
      let whole = ObservedFiles.json(Files.analyse(halves).report)
      try ObservedFiles.with { files in
        let outcome = try files.correlate([try ObservedFiles.observe(halves)])
        #expect(ObservedFiles.json(outcome.report) == whole)
        let parts = try (1...2).map { try ObservedFiles.observe(halves, part: HostPairShare(number: $0, of: 2)) }
        #expect(ObservedFiles.json(try files.correlate(parts).report) == whole)
      }
    }
  }

  @Test("observed apart they are one capture point too, and the report says what that costs")
  func rotatedApart() throws {
    try withHalves { halves in
      try ObservedFiles.with { files in
        let streams = try halves.map { try ObservedFiles.observe([$0]) }
        let report = try #require(try files.correlate(streams).report)
        #expect(Set(report.captures.map(\.point)).count == 1)
        let quality = try #require(report.findings.first { $0.rule == .captureQuality })
        #expect(quality.explanation.contains("were observed separately"))
        #expect(report.rules.contains("handshake-unanswered dtls"))
        let limited = report.findings.filter { [.handshakeUnanswered, .reconnectCycle].contains($0.rule) }
        #expect(!limited.isEmpty && limited.allSatisfy { $0.confidence < .certain })

        let separate = try #require(try files.correlate(streams, joinsPoints: false).report)
        #expect(Set(separate.captures.map(\.point)).count == 2)
        #expect(!separate.findings.contains { $0.explanation.contains("observed separately") })
      }
    }
  }

  @Test("a capture without packets changes nothing by being observed apart")
  func empty() throws {
    try ObservedFiles.with { files in
      let header = try Data(contentsOf: URL(filePath: Self.blocked)).prefix(24)
      let captures = [try files.write("a.pcap", header), Self.blocked]
      let outcome = try files.correlate(captures.map { try ObservedFiles.observe([$0]) })
      #expect(outcome.problems.isEmpty)
      #expect(ObservedFiles.json(outcome.report) == ObservedFiles.json(Files.analyse(captures).report))
    }
  }

  // MARK: What is missing or wrong

  @Test("a part that is missing, given twice or of another division is told, and the rest is judged")
  func wrongParts() throws {
    try ObservedFiles.with { files in
      let streams = try (1...3).map {
        try ObservedFiles.observe([Self.blocked], part: HostPairShare(number: $0, of: 3))
      }
      let missing = try files.correlate(Array(streams.dropLast()))
      #expect(missing.problems.count == 1)
      #expect(
        missing.problems[0].description.hasSuffix("part 3/3 is missing: some pairs of hosts are not in the report"))
      #expect(missing.report?.captures[0].isComplete == false)
      let twice = try files.correlate(streams + [streams[1]])
      #expect(twice.problems.map { $0.reason.contains("holds the same part 2/3") } == [true])
      #expect(ObservedFiles.json(twice.report) == ObservedFiles.json(Files.analyse([Self.blocked]).report))
      let mixed = try files.correlate(streams + [try ObservedFiles.observe([Self.blocked])])
      #expect(mixed.problems.map { $0.reason.contains("holds the same captures") } == [true])
    }
  }

  @Test("observations of other packets do not get into the report")
  func otherSelection() throws {
    try ObservedFiles.with { files in
      let outcome = try files.correlate([
        try ObservedFiles.observe([Self.blocked]),
        try ObservedFiles.observe([Files.sample("blocked-gateway.pcap")], selection: Selection(filter: "udp")),
      ])
      #expect(outcome.problems.map { $0.reason.contains("another --since, --until or --filter") } == [true])
      #expect(outcome.report?.captures.map(\.name) == ["blocked-client.pcap"])
    }
  }

  @Test("lines that are not understood are told with file and line, and the others are judged")
  func lines() throws {
    let stream = String(decoding: try ObservedFiles.observe([Self.blocked]), as: UTF8.self)
    var lines = stream.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines[3] = "{\"observation\":{\"time\":1},\"order\":[1]}"
    lines[4] = "not JSON at all"
    lines[5] = lines[5].replacing("\"capture\":0", with: "\"capture\":7")
    lines[6] = lines[6].replacing("\"point\":0", with: "\"point\":-1")
    lines[7] = lines[7].replacing("\"point\":0", with: "\"point\":1")
    try ObservedFiles.with { files in
      let outcome = try files.correlate([Data(lines.joined(separator: "\n").utf8)])
      let name = files.folder.appending(path: "0.ndjson").path
      #expect(
        outcome.problems.map(\.description) == [
          "\(name): line 5: not JSON", "\(name): line 4: observation.origin is missing",
          "\(name): line 6: observation.origin.packet.frame.capture: the header names no such capture",
          "\(name): line 7: point: a number is out of range",
          "\(name): line 8: the header names no such capture point",
        ])
      #expect(outcome.report?.rules.contains("handshake-unanswered dtls") == true)
    }
  }

  @Test("a stream that was cut is judged as far as it goes, at every length")
  func cut() throws {
    let stream = try ObservedFiles.observe([Files.sample("prohibited-client.pcap")])
    try ObservedFiles.with { files in
      for length in stride(from: 0, to: stream.count - 1, by: 997) {
        let outcome = try files.correlate([stream.prefix(length)])
        #expect(!outcome.problems.isEmpty, "\(length) of \(stream.count) bytes")
      }
      let late = try files.correlate([stream.prefix(stream.count * 9 / 10)])
      #expect(late.report?.rules.isEmpty == false)
    }
  }

  @Test(
    "a file that is something else gives one error and no report",
    arguments: [
      "", "hello, world\nhello, world\n", "{\"schema\":\"tunnelscope-report/2\"}\n",
      "{\"schema\":\"tunnelscope-observations/2\",\"captures\":[]}\n{\"observation\":1}\n{\"end\":{\"observations\":1}}\n",
      "{\"end\":{\"observations\":0}}\n", "\u{0}\u{0}\n",
    ])
  func somethingElse(text: String) throws {
    try ObservedFiles.with { files in
      let outcome = try files.correlate([Data(text.utf8)])
      #expect(outcome.report == nil)
      #expect(outcome.problems.count == 1)
    }
    #expect(StreamCorrelation(paths: ["/no/such/file"]).run().problems.map(\.exitCategory) == [.noInput])
  }
}
