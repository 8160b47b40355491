import Correlation
import Observations
import Testing

@Suite("Clocks of logs")
struct LogClockTests {
  /// Four sessions a minute apart, seen and told.
  private static func scene() -> Scenario { ReconnectCycleTests.everyMinute() }

  private static func clock(offset: Double, hasZone: Bool = false, zone: Int? = nil) throws -> LogClock {
    var log = LogStory.openconnect(offset: offset)
    log.offset = offset
    log.hasZone = hasZone
    var story = LogStory(.openconnect, offset: offset, hasZone: hasZone, subject: log.subject)
    for turn in 0..<4 {
      story.tell(.sessionEstablished(.tls, turn == 0 ? .first : .replacing), at: Double(turn) * 60 + 0.5)
    }
    return try #require(story.report(with: [scene()], zone: zone).logs.first).clock
  }

  @Test("a log in the captures' time agrees with them")
  func agrees() throws {
    let clock = try Self.clock(offset: 0)
    #expect(clock.zone == .estimated(0))
    #expect(clock.errorSeconds.magnitude <= 1)
    #expect(clock.matches == 4)
    #expect(clock.reference == .captures)
    #expect(!clock.isAmbiguous)
  }

  @Test(
    "whole quarter hours are the time zone, and the rest is the clock's error",
    arguments: [
      (7_200.0, 7_200, 0.0), (-18_000.0, -18_000, 0), (20_700.0, 20_700, 0), (7_207.0, 7_200, 7), (3_530.0, 3_600, -70),
      (-37.0, 0, -37),
    ])
  func zones(offset: Double, zone: Int, error: Double) throws {
    let clock = try Self.clock(offset: offset)
    #expect(clock.zone == .estimated(zone))
    #expect(abs(clock.errorSeconds - error) <= 1)
    #expect(clock.matches == 4)
  }

  @Test("lines that name their zone leave nothing but error")
  func named() throws {
    let clock = try Self.clock(offset: 900, hasZone: true)
    #expect(clock.zone == .named)
    #expect(abs(clock.errorSeconds - 900) <= 1)
  }

  @Test("a zone that the user names is taken, and the rest is error")
  func given() throws {
    let clock = try Self.clock(offset: 7_207, zone: 7_200)
    #expect(clock.zone == .given(7_200))
    #expect(abs(clock.errorSeconds - 7) <= 1)
  }

  @Test("a regular cycle that fits one turn later as well is aligned where most events agree")
  func aliasing() throws {
    // The log has all four sessions; one turn later three would agree.
    #expect(try !Self.clock(offset: 0).isAmbiguous)
    // With two of them, either of three turns agrees: the smallest error is taken, and said to be ambiguous.
    var part = LogStory(.openconnect, subject: LogSubject(gateway: Scenario.gateway))
    part.tell(.sessionEstablished(.tls, .replacing), at: 60.5)
    part.tell(.sessionEstablished(.tls, .replacing), at: 120.5)
    let clock = try #require(part.report(with: [Self.scene()]).logs.first).clock
    #expect(clock.isAmbiguous)
    #expect(clock.errorSeconds.magnitude <= 1)
  }

  @Test("a log of another day is not forced onto the captures")
  func otherDay() throws {
    let clock = try Self.clock(offset: -5 * 86_400 + 200)
    // Nothing but the spacing of a cycle speaks for it, and days are no zone.
    #expect(!clock.isSettled || clock.errorSeconds.magnitude < 450)
    var lone = LogStory(.openconnect, offset: -5 * 86_400, subject: LogSubject(gateway: Scenario.gateway))
    lone.tell(.sessionEstablished(.tls, .first), at: 0.5)
    #expect(try #require(lone.report(with: [Self.scene()]).logs.first).clock.zone == .unknown)
  }

  @Test("a log without a year gets that of the captures, at the turn of the year too")
  func yearless() throws {
    // The story begins on 2026-01-01 00:00 UTC; the log, five hours behind, on 31 December, "1971" before 1972.
    var log = LogStory(.openconnect, subject: LogSubject(gateway: Scenario.gateway))
    for turn in 0..<4 { log.tell(.sessionEstablished(.tls, .replacing), at: Double(turn) * 60 + 0.5) }
    let moved = log.observations.compactMap { observation -> Observation? in
      guard case .line(let origin) = observation.origin else { return nil }
      // 2026-01-01 becomes 1972-12-31 19:00.
      let written = origin.time.map { $0.written.adding(seconds: -1_672_549_200) }
      return Observation(
        time: written.map { LogTime(written: $0, hasZone: false, hasYear: false) }, line: origin.line,
        subject: origin.subject, event: observation.event)
    }
    var correlator = Correlator(families: Scenario.families)
    correlator.absorb(Self.scene().observations)
    correlator.absorb(moved)
    let description = LogDescription(
      index: 0, name: "log", format: .openconnect, lines: 4, understoodLines: 4, unknownLines: 0,
      start: moved.first?.written,
      end: moved.last?.written)
    let clock = try #require(correlator.report(captures: [Self.scene().capture], logs: [description]).logs.first).clock
    #expect(clock.year == 2_025)
    #expect(clock.zone == .estimated(-18_000))
    #expect(clock.errorSeconds.magnitude <= 1)
  }

  @Test("logs alone are shown as they are written, and say so")
  func alone() throws {
    let report = LogStory.openconnect(offset: 3_600).report()
    #expect(try #require(report.logs.first).clock.zone == .unknown)
    #expect(report.hasWrittenTimes)
    #expect(report.timeline.first?.time == .second(3_600))
  }

  @Test("two logs of one client are aligned with each other: the one that knows its zone gives the time")
  func logsAmongThemselves() throws {
    var gateway = LogStory(.asaSyslog, index: 1, hasZone: true, subject: LogStory.vpn)
    for turn in 0..<4 {
      gateway.tell(
        .sessionEstablished(.tls, turn == 0 ? .first : .replacing), at: Double(turn) * 60 + Double(turn * turn))
    }
    var client = LogStory(.openconnect, index: 0, offset: 7_203)
    for turn in 0..<4 {
      client.tell(
        .sessionEstablished(.tls, turn == 0 ? .first : .replacing), at: Double(turn) * 60 + Double(turn * turn))
    }
    let report = LogStory.report([client, gateway])
    let clock = try #require(report.logs.first).clock
    #expect(clock.reference == .log(1))
    #expect(clock.zone == .estimated(7_200))
    #expect(abs(clock.errorSeconds - 3) <= 1)
    #expect(report.tunnels.count == 1)
  }
}
