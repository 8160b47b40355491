import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("The view of live --top")
struct TopScreenTests {
  private static func lines(
    _ content: TopContent, keys: [TopKey] = [], columns: Int = 80, height: Int = 24, style: TextStyle = .plain
  ) -> [String] {
    let size = ScreenSize(columns: columns, lines: height)
    var controls = TopControls()
    controls.settle(on: content, size: size)
    for key in keys { _ = controls.press(key, in: content, size: size) }
    return TopScreen(style: style).lines(content, controls, size: size)
  }

  @Test("the first screen shows the tunnels that fail, the worst and newest first, and why", arguments: [60, 80, 140])
  func failing(columns: Int) throws {
    let lines = Self.lines(Fleet.content(200), columns: columns)
    let rows = lines.dropFirst(4).prefix(5).map { $0.dropFirst(2).prefix { $0 != " " } }
    #expect(rows == ["T3", "T2", "T1", "T4", "T5"])
    for (row, words) in zip(lines.dropFirst(4), ["DTLS on UDP", "DTLS on UDP", "DTLS on UDP", "its sessions"]) {
      #expect(row.contains(words))
    }
  }

  @Test("the head says how many tunnels fail, and the foot how many rows are hidden, of which kind")
  func counts() {
    let lines = Self.lines(Fleet.content(200))
    #expect(lines[0] == "eth0 · 2026-11-24 02:13:00 UTC · 4,321 packets/s")
    #expect(lines[1] == "200 tunnels: 4 failing, 1 note, 190 healthy, 5 undecided")
    #expect(lines[22] == "… 182 more, 182 healthy")
    #expect(lines[23].hasPrefix("q end"))
    let end = Self.lines(Fleet.content(200), keys: [.end])
    #expect(end[22] == "182 above")
  }

  @Test("what is less than certain is said to be at any width, the rule where there is room")
  func confidence() {
    for columns in [60, 80, 140] {
      let lines = Self.lines(Fleet.content(5), columns: columns)
      #expect(lines.contains { $0.contains("T2 ") && $0.contains(" · likely") })
      #expect(lines.contains { $0.contains("T4 ") && $0.contains(" · possible") })
    }
    #expect(Self.lines(Fleet.content(5), columns: 200).contains { $0.contains(" · likely · handshake-unanswered") })
  }

  @Test("a gateway that all tunnels share stands in the head, and has no column")
  func sharedGateway() {
    let shared = Self.lines(Fleet.content(5, gateways: 1))
    #expect(shared[1].hasSuffix(" · all to 203.0.113.20"))
    #expect(!shared[3].contains("GATEWAY"))
    #expect(Self.lines(Fleet.content(1))[1].hasSuffix(" · to 203.0.113.20"))
    #expect(Self.lines(Fleet.content(5))[3].contains("GATEWAY"))
  }

  @Test("a tunnel of which too little was seen is not called healthy, nor one that closed called up")
  func undecided() throws {
    let unclear = Self.lines(Fleet.content(40))
    #expect(unclear.contains { $0.contains("undecided") && $0.contains("TLS not seen") })
    var content = Fleet.content(0)
    let tunnel = TunnelDescription(
      id: "T1", client: Sample.address("198.51.100.1"), gateway: Sample.address("203.0.113.20"),
      channels: [
        ChannelDescription(
          kind: .tls, role: .control, name: "TLS", port: 443, transport: "TCP", outcome: .established,
          sessions: [.init(start: Sample.time(0), end: Sample.time(9), endReason: "closed by the client")])
      ])
    content.standings = [Standing(identity: .finding("x"), condition: .healthy, tunnel: tunnel)]
    #expect(Self.lines(content).contains { $0.contains("TLS closed") })
  }

  @Test("a finding that no tunnel claims has a row of its own")
  func unclaimed() {
    var content = Fleet.content(3)
    var finding = Finding(
      rule: RuleName("pmtu-black-hole"),
      about: .path(HostPath(source: Sample.address("10.0.0.1"), destination: Sample.address("10.9.0.2"))),
      severity: .error, confidence: .likely, confidenceReason: "", tunnel: nil, title: "Large packets are lost",
      headline: "large packets are lost", explanation: "", remedies: [], start: Sample.time(599), end: nil, facts: [],
      evidence: [])
    finding.id = "L9"
    content.standings.append(
      Standing(
        identity: .finding("L9"), condition: .error, tunnel: nil, findings: [finding], since: Sample.time(599)))
    let lines = Self.lines(content)
    #expect(lines[4].contains("10.0.0.1") && lines[4].contains("10.9.0.2") && lines[4].contains("large packets"))
    #expect(lines[1].hasPrefix("3 tunnels: 4 failing"))
    #expect(Self.lines(content, keys: [.enter]).contains { $0.contains("pmtu-black-hole") })
  }

  @Test("drops, an interface that is down, what was forgotten and an old verdict are said")
  func state() {
    var content = Fleet.content(1)
    content.status.droppedByKernel = 1_200
    content.status.evictedFlows = 12
    content.judged = Sample.time(560)
    content.capture = Sample.capture(name: "eth0")
    content.capture?.reachedLimits = [ReachedLimit(.tunnels, limit: 5_000, count: 3)]
    let lines = Self.lines(content, columns: 140)
    #expect(lines[0].contains("1,200 dropped"))
    #expect(lines[1].contains("as of 40 s ago"))
    #expect(lines[2].contains("forgotten to make room: 12 flows"))
    #expect(lines[2].contains("3 tunnels were left out"))
    content.status.isUp = false
    #expect(Self.lines(content)[2].contains("interface is down"))
    content.notice = "packets are saved again"
    #expect(Self.lines(content)[2] == "packets are saved again")
  }

  @Test("why no tunnel can be judged is said where that is for the whole capture, and only then")
  func blindness() {
    var capture = Sample.capture(name: "eth0")
    var directions = SeenDirections()
    directions.tcp = .one
    directions.udp = .one
    capture.directions = directions
    var content = Fleet.content(0)
    content.capture = capture
    #expect(Self.lines(content)[2].isEmpty, "nothing is undecided yet")
    content.standings = [Fleet.standing(39)]
    #expect(Self.lines(content)[2].hasPrefix("one direction only is captured"))
    directions.tcp = .both
    content.capture?.directions = directions
    #expect(Self.lines(content)[2].hasPrefix("UDP is captured in one direction only"))
    content.capture?.cutPackets = capture.packets
    content.capture?.shortestCut = 60
    #expect(Self.lines(content)[2].contains("raise --snap-length"))
    content.standings.append(Fleet.standing(20))
    #expect(Self.lines(content)[2].isEmpty, "a tunnel is healthy")
    content.standings = [Fleet.standing(39), Fleet.standing(1)]
    #expect(Self.lines(content)[2].isEmpty, "what fails is told")
  }

  @Test("names as an attacker would send them are escaped and stay in their row", arguments: [60, 80, 140, 200])
  func hostile(columns: Int) {
    let report = Sample.hostileReport
    var content = TopContent(interface: Sample.attack)
    content.notice = Sample.attack
    content.now = Sample.time(5)
    content.standings = report.tunnels.map {
      Standing(identity: .finding("a"), condition: .error, tunnel: $0, findings: report.findings)
    }
    for keys in [[], [TopKey.enter]] {
      let lines = Self.lines(content, keys: keys, columns: columns)
      #expect(lines.count == 24)
      for line in lines {
        let hidden = line.unicodeScalars.filter(VisibleText.isHidden)
        #expect(hidden.isEmpty)
        #expect(TextColumns.width(of: line) <= columns)
      }
    }
  }

  @Test("wide characters are cut where the column ends, and no colour is left on", arguments: 41..<100)
  func wide(columns: Int) {
    var content = Fleet.content(6)
    content.standings = content.standings.map { standing in
      Standing(
        identity: standing.identity, condition: standing.condition,
        tunnel: TunnelDescription(
          id: "T1", client: nil, gateway: nil, users: ["用户名称很长很长很长很长"],
          channels: standing.tunnel?.channels ?? []),
        findings: standing.findings)
    }
    for keys in [[], [TopKey.enter], [TopKey.help]] {
      for line in Self.lines(content, keys: keys, columns: columns) {
        #expect(TextColumns.width(of: line) <= columns)
      }
      for line in Self.lines(content, keys: keys, columns: columns, style: .colored) {
        let sequences = line.unicodeScalars.count { $0 == "\u{1B}" }
        #expect(line.ranges(of: "\u{1B}[0m").count * 2 == sequences)
      }
    }
  }

  @Test("a screen of any size gets as many lines as it has", arguments: [1, 2, 5, 6, 7, 9])
  func tiny(height: Int) {
    for keys in [[], [TopKey.enter], [TopKey.help]] {
      #expect(Self.lines(Fleet.content(200), keys: keys, columns: height * 3, height: height).count == height)
    }
  }

  @Test("details are the tunnel and its findings as live writes them, lines broken where the screen ends")
  func details() {
    let lines = Self.lines(Fleet.content(5), keys: [.down, .enter], height: 40)
    let text = lines.joined(separator: "\n")
    for words in [
      "T2", "198.51.100.2 → 203.0.113.21", "L2", "A title", "handshake-unanswered", "likely: ", "frame 25",
      "1. Let UDP 443 pass.", "ip.addr == 198.51.100.2", "Esc back",
    ] { #expect(text.contains(words), "\(words)") }
    let healthy = Self.lines(Fleet.content(6), keys: [.end, .enter]).joined()
    #expect(healthy.contains("Nothing is wrong with it"))
  }

  @Test("details of a tunnel that is gone say so")
  func gone() {
    let size = ScreenSize(columns: 80, lines: 24)
    var controls = TopControls()
    _ = controls.press(.enter, in: Fleet.content(1), size: size)
    let lines = TopScreen(style: .plain).lines(Fleet.content(0), controls, size: size)
    #expect(lines[3].hasPrefix("This tunnel is no longer tracked"))
  }
}
