import Correlation
import Foundation
import Observations
import Testing

@testable import Reporting

@Suite("What a live capture writes")
struct LiveOutputTests {
  private static let finding: Finding = {
    var finding = Finding(
      rule: RuleName("handshake-unanswered"), about: .channel(.dtls, port: 443), severity: .warning,
      confidence: .certain, confidenceReason: "reason", tunnel: nil,
      title: "a title\u{1B}[31m", explanation: "line one\nline two", remedies: ["do this"],
      start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 0), facts: [("port", .integer(443))],
      evidence: [
        Evidence(frame: FrameReference(capture: 0, frame: 25), time: Timestamp(nanoseconds: 0), note: "hello")
      ])
    finding.id = "L1"
    return finding
  }()

  private static func event(_ kind: FindingEvent.Kind) -> FindingEvent {
    FindingEvent(kind: kind, time: Timestamp(nanoseconds: 1_000_000_000), finding: finding, tunnel: nil)
  }

  private static func group(_ kind: FindingEvent.Kind, count: Int = 1, isNews: Bool = false) -> EventGroup {
    let members = (1...count).map { EventGroup.Member(finding: "L\($0)", client: nil, gateway: nil) }
    return EventGroup(
      first: event(kind), count: count, members: members, plural: "lose DTLS on UDP 443", isNews: isNews)
  }

  private static let json = LiveJSON(generator: Generator(name: "tunnelscope", version: "1"))

  @Test("an event is one line of JSON", arguments: [FindingEvent.Kind.found, .grown, .again, .recovered("it is up")])
  func oneLine(_ kind: FindingEvent.Kind) throws {
    let line = Self.json.render(Self.event(kind))
    #expect(line.hasSuffix("\n"))
    #expect(line.filter(\.isNewline).count == 1)
    #expect(!line.contains("\u{1B}"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["event"] as? String == "finding")
    #expect((object["finding"] as? [String: Any])?["id"] as? String == "L1")
  }

  @Test("the report of the run is one line too, and of the same schema as offline")
  func report() throws {
    let line = Self.json.render(Report(findings: [Self.finding]))
    #expect(line.filter(\.isNewline).count == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect((object["report"] as? [String: Any])?["schema"] as? String == JSONReport.schema)
  }

  // Needs python3 with the jsonschema module.
  @Test(
    "every line is valid against the schema in Documentation",
    .enabled(if: Schema.canValidate, "python3 has no jsonschema"))
  func schema() throws {
    var finding = try #require(Sample.wireGuardReport.findings.first)
    finding.id = "L2"
    let events = [FindingEvent.Kind.found, .grown, .again, .recovered("it is up")].flatMap { kind in
      [
        Self.event(kind),
        FindingEvent(kind: kind, time: Sample.time(90), finding: finding, tunnel: Sample.wireGuardTunnel),
      ]
    }
    let notices: [LiveNotice] = [
      .started(interface: "eth0", linkType: .ethernet, snapLength: 256, filter: "udp"), .interfaceDown, .interfaceUp,
      .interfaceGone, .dropped(total: 3), .savingStopped("full"), .eventsLost(total: 2),
      .caseWritten(file: "case.zip", findings: ["L1"]), .caseFailed("full"),
    ]
    let lines =
      notices.map { Self.json.render($0, at: Sample.time(1)) } + events.map { Self.json.render($0) }
      + [Self.json.render(Sample.wireGuard.report, lostEvents: 2)]
    let complaints = try Schema.live.complaints(about: lines.joined())
    #expect(complaints == nil)
  }

  @Test("a terminal gets a new finding with its evidence, and a recovery in a line")
  func text() {
    let found = LiveText(style: .plain).render(Self.group(.found, isNews: true))
    #expect(found.contains("1970-01-01 00:00:01.000 UTC  L1 new"))
    #expect(found.contains("frame 25"))
    #expect(!found.contains("\u{1B}"))
    let over = LiveText(style: .plain).render(Self.group(.recovered("DTLS is established")))
    #expect(over.filter(\.isNewline).count == 1)
    #expect(over.contains("DTLS is established"))
  }

  @Test("what is no news of its kind is one line, with how many tunnels have it; alike events are one")
  func fleet() {
    var one = EventGroup(
      first: FindingEvent(kind: .found, time: Sample.time(90), finding: Self.finding, tunnel: Sample.wireGuardTunnel),
      count: 1, members: [EventGroup.Member(finding: "L18", client: nil, gateway: nil)], plural: "", isNews: false)
    one.open = 18
    one.tunnels = 200
    let line = LiveText(style: .plain).render(one)
    #expect(line.filter(\.isNewline).count == 1)
    #expect(line.contains("  L18 new · ") && line.hasSuffix(" · 18 of 200 tunnels\n"))
    #expect(!line.contains("\u{1B}"))
    let many = LiveText(style: .plain).render(Self.group(.again, count: 17))
    #expect(many.filter(\.isNewline).count == 1)
    #expect(many.contains("  L1, L2, L3 and 14 more are back · 17 findings: a title"))
  }

  @Test(
    "a group is one line of JSON, valid against the schema",
    .enabled(if: Schema.canValidate, "python3 has no jsonschema"))
  func groups() throws {
    let lines = [FindingEvent.Kind.found, .grown, .again, .recovered("it is up")].map {
      Self.json.render(Self.group($0, count: 3))
    }
    #expect(lines.allSatisfy { $0.filter(\.isNewline).count == 1 })
    let complaints = try Schema.live.complaints(about: lines.joined())
    #expect(complaints == nil)
  }

  @Test("the status line fits a terminal and names drops only when there are some")
  func statusLine() {
    var status = LiveStatus()
    status.packets = 1_234_567
    status.tunnels = 1
    #expect(status.line == "1,234,567 packets · 1 tunnel · 0 open findings")
    status.droppedByKernel = 12
    status.packets = .max
    #expect(status.line.contains("12 dropped"))
    #expect(TextColumns.width(of: status.line) < 80)
  }

  @Test("metrics are in the text format of Prometheus, every series of a name together")
  func metrics() {
    var status = LiveStatus()
    status.packets = 5
    status.reported = [RuleName("handshake-unanswered"): 2]
    let text = status.metrics(
      interface: "e\"th\\0", rules: [RuleName("handshake-unanswered"), RuleName("tunnel-lost")])
    #expect(text.contains("tunnelscope_packets_total{interface=\"e\\\"th\\\\0\"} 5\n"))
    #expect(text.contains("tunnelscope_findings_total{interface=\"e\\\"th\\\\0\",rule=\"handshake-unanswered\"} 2\n"))
    #expect(text.contains("tunnelscope_findings_total{interface=\"e\\\"th\\\\0\",rule=\"tunnel-lost\"} 0\n"))
    let names = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
    #expect(Set(names).count == names.count)
    #expect(text.hasSuffix("\n"))
  }
}
