import Correlation
import Observations
import Testing

@testable import Analysis

@Suite("Narrowed analyses")
struct SelectionTests {
  private static func outcome(
    _ names: [String], _ selection: Selection = Selection(), points: CapturePoints = .automatic
  ) -> OfflineAnalysis.Outcome {
    var analysis = OfflineAnalysis(paths: names.map(Files.sample), points: points, selection: selection)
    return analysis.run()
  }

  private static func report(_ names: String..., selection: Selection = Selection()) -> Report {
    outcome(names, selection).report
  }

  private static func selection(
    since: String? = nil, until: String? = nil, filter: String? = nil, clients: [String] = [], gateways: [String] = []
  ) throws -> Selection {
    Selection(
      since: try since.map { try TimeSelection($0) }, until: try until.map { try TimeSelection($0) }, filter: filter,
      tunnels: TunnelSelection(
        clients: try clients.map { try #require(IPPrefix($0)) },
        gateways: try gateways.map { try #require(IPPrefix($0)) }))
  }

  // MARK: Times and the capture filter

  /// What blocked-client.pcap shows: its first packet is at 20:16:45.47, hellos follow at 2.2, 3.2, 5.2 and 9.2 s,
  /// the first session ends at 72.1 s and the second begins.
  private static let blocked = "blocked-client.pcap"

  @Test("everything is analysed unless something is left out, and the report says nothing of it")
  func everything() throws {
    let report = Self.report(Self.blocked)
    #expect(report.narrowing == nil)
    #expect(report.captures.map(\.skippedPackets) == [0])
    #expect(report == Self.report(Self.blocked, selection: try Self.selection(since: "+0s")).withoutNarrowing)
  }

  @Test("packets outside the stretch are left out and counted, and the capture's span is that of the others")
  func times() throws {
    let whole = try #require(Self.report(Self.blocked).captures.first)
    let start = try #require(whole.start)
    let report = Self.report(Self.blocked, selection: try Self.selection(since: "+65s", until: "+100s"))
    let capture = try #require(report.captures.first)
    #expect(capture.packets > 50)
    #expect(capture.packets + capture.skippedPackets == whole.packets)
    #expect(capture.bytes < whole.bytes)
    let first = try #require(capture.start)
    let last = try #require(capture.end)
    #expect(first >= start.adding(seconds: 65) && first < start.adding(seconds: 70))
    #expect(last <= start.adding(seconds: 100) && last > start.adding(seconds: 90))
    #expect(report.narrowing?.since == start.adding(seconds: 65))
    #expect(report.narrowing?.until == start.adding(seconds: 100))
    #expect(report.timeline.allSatisfy { $0.time >= first && $0.end <= last })
  }

  @Test("both ends belong to the stretch")
  func inclusive() throws {
    let start = try #require(Self.report(Self.blocked).captures.first?.start)
    let report = Self.outcome(
      [Self.blocked], Selection(since: .moment(start), until: .moment(start))
    ).report
    #expect(report.captures.first?.packets ?? 0 >= 1)
    #expect(report.captures.first?.start == start && report.captures.first?.end == start)
  }

  @Test("frame numbers stay those of the file")
  func frames() throws {
    let whole = Self.report(Self.blocked)
    let report = Self.report(Self.blocked, selection: try Self.selection(since: "+65s", filter: "port 443"))
    let hellos = report.timeline.filter { $0.kind == .opening }.compactMap(\.frame)
    #expect(hellos.count >= 4)
    #expect(Set(hellos).isSubset(of: Set(whole.timeline.compactMap(\.frame))))
    let quality = Self.report(Self.blocked, selection: try Self.selection(since: "+75s")).findings
      .first { $0.rule == .captureQuality }
    #expect(try #require(quality?.evidence.first?.frame).frame > 200, "the first packet that was analysed begins it")
  }

  @Test("a hello is not called unanswered when what was analysed ends right after it")
  func end() throws {
    let early = Self.report(Self.blocked, selection: try Self.selection(until: "+3.5s"))
    #expect(early.tunnels.allSatisfy { $0.channel(.dtls)?.outcome ?? .none == ChannelOutcome.none })
    #expect(!early.findings.contains { $0.rule == .handshakeUnanswered })
    let later = Self.report(Self.blocked, selection: try Self.selection(until: "+20s"))
    #expect(later.tunnels.map { $0.channel(.dtls)?.outcome } == [.unanswered])
    #expect(later.findings.contains { $0.rule == .handshakeUnanswered })
  }

  @Test(
    "a narrowed capture is judged as a capture that holds only those packets",
    arguments: ["blocked-client.pcap", "stalled-client.pcap", "prohibited-client.pcap", "technote-inside.pcap"])
  func sameAsCut(name: String) throws {
    let cut = try #require(Cut(Files.sample(name), keeping: 0.25..<0.8))
    defer { cut.remove() }
    let narrowed = Self.outcome(
      [name], Selection(since: .moment(cut.first), until: .moment(cut.last))
    ).report
    var analysis = OfflineAnalysis(paths: [cut.path])
    let plain = analysis.run().report
    #expect(plain.captures.first?.packets ?? 0 > 10)
    #expect(narrowed.captures.map(\.packets) == plain.captures.map(\.packets))
    #expect(narrowed.captures.map(\.bytes) == plain.captures.map(\.bytes))
    #expect(narrowed.captures.map(\.end) == plain.captures.map(\.end))
    #expect(narrowed.tunnels == plain.tunnels)
    #expect(narrowed.findings.map(\.rule) == plain.findings.map(\.rule))
    #expect(narrowed.findings.map(\.confidence) == plain.findings.map(\.confidence))
    #expect(narrowed.timeline.map(\.text) == plain.timeline.map(\.text))
  }

  @Test("a capture filter leaves out the packets that do not pass")
  func filter() throws {
    let report = Self.report(Self.blocked, selection: try Self.selection(filter: "tcp port 443"))
    let capture = try #require(report.captures.first)
    #expect(capture.packets > 100 && capture.skippedPackets > 10)
    #expect(capture.unfilterablePackets == 0)
    #expect(report.timeline.allSatisfy { $0.kind != .opening })
    #expect(report.timeline.contains { $0.kind == .session })
    #expect(report.narrowing?.filter == "tcp port 443")
    // The filter and its opposite share the packets of the stretch.
    let rest = Self.report(Self.blocked, selection: try Self.selection(filter: "not tcp port 443"))
    #expect(rest.captures.first?.packets == capture.skippedPackets)
  }

  @Test("nothing selected is no tunnel and no span")
  func nothing() throws {
    let report = Self.report(Self.blocked, selection: try Self.selection(since: "2200-01-01T00:00:00Z"))
    let capture = try #require(report.captures.first)
    #expect(capture.packets == 0 && capture.skippedPackets > 500)
    #expect(capture.start == nil && capture.end == nil)
    #expect(report.tunnels.isEmpty && report.findings.isEmpty && !report.hasProblems)
  }

  @Test("packets of a kind that the filter does not work on are not analysed, and that is a problem of their file")
  func unfilterable() throws {
    let outcome = Self.outcome([Self.blocked], try Self.selection(filter: "ifindex 2"))
    let problem = try #require(outcome.filterProblems.first)
    #expect(outcome.filterProblems.count == 1 && outcome.problems.isEmpty)
    #expect(problem.linkType == .ethernet)
    #expect(problem.packets == outcome.report.captures.first?.skippedPackets)
    #expect(outcome.report.captures.first?.unfilterablePackets == problem.packets)
    #expect(problem.description.contains("blocked-client.pcap") && problem.description.contains("ifindex"))
  }

  @Test("a selection does not change which captures continue each other")
  func points() throws {
    let names = ["two-nat-client.pcap", "two-nat-gateway.pcap"]
    let whole = Self.outcome(names).report.captures.map(\.point)
    #expect(Set(whole).count == 2)
    let start = try #require(Self.outcome(names).report.captures.compactMap(\.start).max())
    let early = Selection(until: .moment(start.adding(nanoseconds: -1)))
    #expect(Self.outcome(names, early).report.captures.map(\.point) == whole)
  }

  @Test("merged captures are narrowed alike")
  func merged() throws {
    let names = ["blocked-client.pcap", "prohibited-client.pcap"]
    let selection = try Self.selection(filter: "udp port 443")
    let apart = Self.outcome(names, selection, points: .separate).report.captures
    let merged = Self.outcome(names, selection, points: .merged).report.captures
    #expect(merged.map(\.packets) == apart.map(\.packets))
    #expect(merged.map(\.skippedPackets) == apart.map(\.skippedPackets))
    #expect(merged.allSatisfy { $0.packets > 0 && $0.skippedPackets > 0 })
  }

  // MARK: Clients and gateways

  @Test("a tunnel that nobody asked for is not reported, nor anything about it")
  func otherClient() throws {
    let whole = Self.report(Self.blocked)
    #expect(whole.hasProblems)
    let same = Self.report(Self.blocked, selection: try Self.selection(clients: ["198.51.100.0/24"]))
    #expect(same.withoutNarrowing == whole)
    #expect(same.narrowing?.otherTunnels == 0)
    let other = Self.report(
      Self.blocked, selection: try Self.selection(clients: ["198.51.100.11"], gateways: ["203.0.113.20"]))
    #expect(other.tunnels.isEmpty && other.findings.isEmpty && other.timeline.isEmpty && !other.hasProblems)
    #expect(other.narrowing?.otherTunnels == 1)
    #expect(other.captures == whole.captures)
  }

  @Test("a client is found by its own address and by its translated one, and the tunnel is seen at all points")
  func translated() throws {
    let names = ["two-nat-client.pcap", "two-nat-client2.pcap", "two-nat-gateway.pcap"]
    let whole = Self.outcome(names).report
    let tunnel = try #require(whole.tunnels.first { !$0.translatedClients.isEmpty })
    let other = try #require(whole.tunnels.first { $0.client != tunnel.client })
    let alone = Self.outcome(names, try Self.selection(clients: ["\(tunnel.clientName)"])).report
    #expect(alone.tunnels == whole.tunnels.filter { $0.client == tunnel.client })
    #expect(alone.narrowing?.otherTunnels == whole.tunnels.count - alone.tunnels.count)
    #expect(alone.findings.allSatisfy { $0.tunnel == nil || $0.tunnel == tunnel.id })
    #expect(alone.timeline.allSatisfy { $0.tunnel != other.id })
    let address = try #require(tunnel.translatedClients.first)
    let behind = Self.outcome(names, try Self.selection(clients: ["\(address)"])).report
    #expect(behind.tunnels.contains { $0.client == tunnel.client })
  }
}

extension Report {
  fileprivate var withoutNarrowing: Report {
    var copy = self
    copy.narrowing = nil
    return copy
  }
}
