import Observations
import Testing

@testable import Correlation

@Suite("What is kept of logs")
struct LogHistoryTests {
  private static func absorb(
    _ event: Observation.Event, on number: Int, of user: String, into history: inout LogHistory
  ) {
    history.absorb(
      event,
      LineOrigin(
        time: LogTime(written: .second(Double(number)), hasZone: true), line: LogLine(log: 0, number: number),
        subject: LogSubject(user: user, client: "198.51.100.10")))
  }

  private static func session(on number: Int, _ relation: SessionRelation) -> Observation.Event {
    .established(
      Establishment(
        id: HandshakeID(.tls, first: .line(LogLine(log: 0, number: number))), flow: nil, relation: relation))
  }

  private static func absorb(
    _ event: Observation.Event, on number: Int, of client: IPAddress, into history: inout LogHistory
  ) {
    history.absorb(
      event,
      LineOrigin(time: nil, line: LogLine(log: 0, number: number), subject: LogSubject(client: client)))
  }

  @Test("clients without a name keep their own lines, in whatever order these come, and in each copy")
  func clients() throws {
    let clients = (1...40).map { IPAddress(v4: 0x0A00_0000 + UInt32($0)) }
    var history = LogHistory()
    var copies: [LogHistory] = []
    for number in 0..<400 {
      // Two lines in a row of each, and new ones in between.
      Self.absorb(Self.session(on: number, .unknown), on: number, of: clients[number / 2 % 40], into: &history)
      if number % 100 == 1 { copies.append(history) }
    }
    #expect(history.stories.count == 40)
    #expect(history.stories.values.allSatisfy { $0.moments.count == 10 })
    for index in copies.indices {
      let before = copies[index].moments
      for client in clients {
        Self.absorb(Self.session(on: 1_000, .unknown), on: 1_000, of: client, into: &copies[index])
      }
      #expect(copies[index].stories.count == 40)
      #expect(copies[index].moments == before + 40)
    }
    #expect(history.moments == 400)
  }

  @Test("of a kind that repeats the first are kept, the rest counted, and the extremes stay known")
  func folded() throws {
    var history = LogHistory()
    for number in 1...1_000 {
      let size = number == 777 ? 1_500 : 1_418
      Self.absorb(
        .largePacket(LargePacket(towardsClient: true, size: size, threshold: 1_347)), on: number, of: "vpn",
        into: &history)
    }
    let story = try #require(history.stories.values.first)
    #expect(story.moments.count == LogEventKind.largePacket.kept)
    let beyond = try #require(story.beyond.first)
    #expect(story.beyond.count == 1 && beyond.last.kind == .largePacket)
    #expect(beyond.count == 1_000 - LogEventKind.largePacket.kept)
    #expect(beyond.largest == 1_500)
    #expect(beyond.last.line.number == 1_000)
    #expect(history.dropped == 0)
  }

  @Test("a day of reconnecting every minute is kept whole")
  func day() throws {
    var history = LogHistory()
    for number in 1...1_440 {
      Self.absorb(Self.session(on: number, .replacing), on: number, of: "vpn", into: &history)
    }
    #expect(try #require(history.stories.values.first).moments.count == 1_440)
  }

  @Test("subjects beyond the limit are counted and do not grow the table")
  func subjects() {
    var history = LogHistory()
    for number in 0..<LogHistory.subjectLimit + 10 {
      Self.absorb(Self.session(on: number, .first), on: number, of: "user\(number)", into: &history)
    }
    #expect(history.stories.count == LogHistory.subjectLimit)
    #expect(history.dropped == 10)
  }

  @Test("all moments together have a limit")
  func moments() {
    var history = LogHistory()
    for user in 0..<400 {
      for number in 0..<1_600 {
        Self.absorb(Self.session(on: number, .replacing), on: number, of: "user\(user)", into: &history)
      }
    }
    #expect(history.moments == LogHistory.momentLimit)
    #expect(history.dropped == 400 * 1_600 - LogHistory.momentLimit)
  }

  @Test("a month and day are moved between years, over leap days and the ends of the calendar")
  func years() {
    #expect(CivilYear.year(of: Timestamp(nanoseconds: 0)) == 1_970)
    let leap = Timestamp(nanoseconds: 68_169_600_000_000_000)  // 1972-02-29
    #expect(CivilYear.moving(leap, byYears: 4) == Timestamp(nanoseconds: 194_400_000_000_000_000))  // 1976-02-29
    #expect(CivilYear.moving(leap, byYears: 1) == Timestamp(nanoseconds: 99_792_000_000_000_000))  // 1973-03-01
    for time in [Timestamp(nanoseconds: .max), Timestamp(nanoseconds: .min)] {
      _ = CivilYear.moving(time, byYears: 3)
      _ = CivilYear.moving(time, byYears: -3)
    }
  }
}
