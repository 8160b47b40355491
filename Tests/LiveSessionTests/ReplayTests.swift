import Analysis
import Capture
import Correlation
import Foundation
import LiveCapture
import Observations
import Testing

/// A sample capture put through the live path: packets lent one by one, both halves of the pipeline, a verdict every second.
struct Replay {
  private(set) var pipeline: LivePipeline
  private(set) var told: [FindingEvent] = []
  private(set) var last = Timestamp(nanoseconds: 0)
  private var nextJudgement: Timestamp?

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Captures")
    .standardizedFileURL.path

  init(_ name: String, limits: LiveLimits = LiveLimits(), batchCapacity: Int = 256) throws {
    var file = try CaptureFile.open(Self.path(name))
    _ = try file.peekFirstTime()
    let interface = try #require(file.interfaces.first)
    pipeline = LivePipeline(
      name: name, linkType: interface.linkType, snapLength: interface.snapLength, limits: limits,
      batchCapacity: batchCapacity)
    var batch = PacketBatch()
    while try file.readBatch(&batch) {
      let bytes = file.window
      for index in 0..<batch.count {
        let record = batch[index]
        // A verdict takes in what came before it, as the live loop does when the second is over.
        if let due = nextJudgement, record.time >= due { pipeline.endBatch() }
        while let due = nextJudgement, record.time >= due { judge(due) }
        if nextJudgement == nil { nextJudgement = record.time.adding(seconds: 1) }
        // A copy of its own, which is gone afterwards as a packet of libpcap's is.
        let packet = unsafe record.bytes(in: bytes).withUnsafeBytes { unsafe [UInt8]($0) }
        pipeline.read(packet, originalLength: record.originalLength, time: record.time)
        last = record.time
      }
    }
    pipeline.endBatch()
  }

  private mutating func judge(_ now: Timestamp) {
    told += pipeline.events(now: now)
    nextJudgement = now.adding(seconds: 1)
  }

  /// Lets the clock go on without packets, with a verdict every second.
  mutating func idle(seconds: Int) {
    for second in 1...seconds { judge(last.adding(seconds: Double(second))) }
  }

  var report: Report { pipeline.report(now: last) }

  /// What was found, as expectations name it.
  func rules(_ events: [FindingEvent]) -> Set<String> { Set(events.map(\.expectedName)) }
}

extension FindingEvent {
  /// The rule, with the channel behind it where the finding is about one.
  var expectedName: String { finding.channel.map { "\(finding.rule) \($0.rawValue)" } ?? finding.rule.rawValue }

  /// Whether one of some expectations means its finding. Those of a family with one channel name the rule alone.
  func isNamed(in expectations: Set<String>) -> Bool {
    expectations.contains(expectedName) || expectations.contains(finding.rule.rawValue)
  }
}

extension RuleName {
  fileprivate static let handshakeUnanswered = RuleName("handshake-unanswered")
  fileprivate static let reconnectCycle = RuleName("reconnect-cycle")
  fileprivate static let tunnelLost = RuleName("tunnel-lost")
}

/// What the sample captures must and may show.
struct Expectation: Decodable, CustomTestStringConvertible {
  let files: [String]
  let must: [String]
  let may: [String]

  var testDescription: String { files.joined(separator: " + ") }

  static let single: [Expectation] = {
    let data = (try? Data(contentsOf: URL(filePath: Replay.path("expected.json")))) ?? Data()
    return ((try? JSONDecoder().decode([Expectation].self, from: data)) ?? []).filter { $0.files.count == 1 }
  }()
}

@Suite("A capture that is replayed as if it were live")
struct ReplayTests {
  @Test("there are captures to replay") func samplesAreThere() { #expect(Expectation.single.count > 30) }

  @Test("gives the report that it gives offline", arguments: Expectation.single)
  func sameAsOffline(_ expectation: Expectation) throws {
    let name = expectation.files[0]
    let live = try Replay(name, batchCapacity: 7).report
    var offline = OfflineAnalysis(paths: [Replay.path(name)])
    let report = offline.run().report
    #expect(live.findings == report.findings)
    #expect(live.tunnels == report.tunnels)
    #expect(live.timeline == report.timeline)
  }

  @Test("tells no problem that the whole capture does not show, and all that it must", arguments: Expectation.single)
  func noFalseAlarm(_ expectation: Expectation) throws {
    var replay = try Replay(expectation.files[0])
    let found = replay.told.filter { $0.kind == .found && $0.finding.severity != .note }
    var allowed = Set(expectation.must + expectation.may)
    // Two sessions of a cycle are not one yet.
    if allowed.contains("reconnect-cycle") { allowed.insert("session-reconnects") }
    let alarms = found.filter { !$0.isNamed(in: allowed) }
    #expect(alarms.isEmpty, "\(replay.rules(alarms))")
    replay.idle(seconds: 15)
    for name in expectation.must { #expect(replay.told.contains { $0.isNamed(in: [name]) }, "\(name)") }
  }

  @Test("tells a hello that is never answered although no further packet comes")
  func silence() throws {
    var replay = try Replay("cut-second-hello-client.pcap")
    #expect(replay.told.isEmpty)
    replay.idle(seconds: 15)
    #expect(replay.rules(replay.told).contains("handshake-unanswered dtls"))
  }

  @Test("tells DTLS that is never answered within 15 seconds of the first attempt's last hello")
  func unansweredInTime() throws {
    let replay = try Replay("blocked-client.pcap")
    let event = try #require(replay.told.first { $0.finding.rule == .handshakeUnanswered })
    let end = try #require(replay.report.tunnels.first?.channel(.dtls)?.handshakes.first?.end)
    #expect(event.time.seconds(since: end) <= 15)
    #expect(event.time > end)
    #expect(!event.finding.evidence.isEmpty)
  }

  @Test("tells a reconnect cycle with its third session, and again with its fourth")
  func cycleGrows() throws {
    let replay = try Replay("cycle-healthy-client.pcap")
    let cycle = replay.told.filter { $0.finding.rule == .reconnectCycle }
    #expect(cycle.first?.kind == .found)
    #expect(cycle.first?.finding.fact("sessions") == .integer(3))
    #expect(cycle.dropFirst().first?.kind == .grown)
    #expect(cycle.dropFirst().first?.finding.fact("sessions") == .integer(4))
    #expect(Set(cycle.map(\.finding.id)).count == 1)
  }

  @Test("tells that DTLS came back")
  func recovery() throws {
    let replay = try Replay("lost-recovered-client.pcap")
    let lost = replay.told.filter { $0.finding.rule == .tunnelLost }
    #expect(lost.first?.kind == .found)
    #expect(lost.last?.kind == .recovered("DTLS is established"))
    #expect(!replay.pipeline.judge.openFindings.contains { $0.rule == .tunnelLost })
  }

  @Test("tells that a cycle has stopped")
  func cycleStops() throws {
    var replay = try Replay("cycle-healthy-client.pcap")
    replay.idle(seconds: 240)
    #expect(
      replay.told.contains { event in
        guard case .recovered = event.kind else { return false }
        return event.finding.rule == .reconnectCycle
      })
  }

  @Test("says that packets were dropped")
  func drops() throws {
    var pipeline = try Replay("idle-quiet-client.pcap").pipeline
    pipeline.observer.droppedPackets = 17
    let report = pipeline.report(now: Timestamp(nanoseconds: 0))
    let quality = try #require(report.findings.first { $0.rule == .captureQuality })
    #expect(quality.explanation.contains("dropped 17 packets"))
  }
}
