import Families
import Observations
import Testing

/// The message history of AnyConnect's window, and what the command `vpn` prints.
@Suite("What AnyConnect tells its user")
struct ClientHistoryTests {
  private static func events(_ text: String) throws -> [Observation.Event] { try Reading(text).events }

  @Test(
    "a session and its reconnect, in the times of any region",
    arguments: [
      ("[12/1/2023 8:58:31 AM]", "[12/1/2023 8:59:32 AM]", "[12/1/2023 8:59:35 AM]"),
      ("[31.12.2023 08:58:31]", "[31.12.2023 08:59:32]", "[31.12.2023 08:59:35]"),
      ("12/1/2023 8:58:31 AM", "12/1/2023 8:59:32 AM", "12/1/2023 8:59:35 AM"),
      ("[2018/1/15 下午 11:58:31]", "[2018/1/15 下午 11:59:32]", "[2018/1/15 下午 11:59:35]"),
    ])
  func reconnect(_ up: String, _ lost: String, _ back: String) throws {
    let reading = try Reading(
      """
      \(up) Ready to connect.
      \(up) Contacting vpn.example.com.
      \(up) Establishing VPN - Activating VPN adapter...
      \(up) Connected to vpn.example.com.
      \(lost) Reconnecting to vpn.example.com...
      \(back) Connected to vpn.example.com.
      """)
    #expect(reading.log?.understoodLines == 6)
    #expect(
      reading.events == [
        .established(.tls, since: 4, .first), .reconnecting(nil), .established(.tls, since: 6, .replacing),
      ])
    let times = reading.observations.compactMap { $0.time?.written }
    #expect(times.count == 3)
    #expect(zip(times, times.dropFirst()).map { $1.seconds(since: $0) } == [61, 3])
  }

  @Test("without a date its lines are the client's only by the clock of twelve hours, and have no time")
  func clockOnly() throws {
    let reading = try Reading("10:58:38 AM Ready to connect.\n10:58:42 AM Connected to vpn.example.com.\n")
    #expect(reading.events == [.established(.tls, since: 2, .first)])
    #expect(reading.observations.first?.time == nil)
    #expect(try Reading("10:58:42 Connected to vpn.example.com.\n").observations.isEmpty)
  }

  @Test("by a clock of 24 hours they are once one of its own sentences stands behind a gap, and not those before it")
  func longClock() throws {
    let reading = try Reading(
      """
      10:58:38    Connected to ftp.example.com.
      10:58:39    Contacting vpn.example.com.
      10:58:40    Establishing VPN - Activating VPN adapter...
      10:58:42    Connected to vpn.example.com.
      """)
    #expect(reading.events == [.established(.tls, since: 4, .first)])
    #expect(try Reading("10:58:42    Connected to ftp.example.com.\n10:58:43    Disconnected\n").observations.isEmpty)
  }

  @Test("the command says twice that it is connected, and the session is one; whose end the user wished")
  func command() throws {
    let events = try Self.events(
      """
        >> state: Disconnected
        >> notice: Ready to connect.
        >> registered with local VPN subsystem.
        >> contacting host (vpn.example.com) for login information...
        >> state: Connecting
        >> notice: Establishing VPN...
        >> state: Connected
        >> notice: Connected to vpn.example.com.
        >> state: Disconnecting
        >> state: Disconnected
      """)
    #expect(events == [.established(.tls, since: 7, .first), .tunnelEnded(reason: nil, byClient: true)])
  }

  @Test("an attempt fails once, for the reason that was given")
  func failures() throws {
    let closing = "9:00:03 AM AnyConnect was not able to establish a connection to the specified secure gateway."
    #expect(
      try Self.events("9:00:01 AM Contacting vpn.example.com.\n\(closing)\n9:00:03 AM Connection attempt has failed.")
        == [.failed(.tls, since: 2, .other(reason: nil))])
    #expect(
      try Self.events("9:00:02 AM Connection attempt has timed out. Please verify Internet connectivity.\n\(closing)")
        == [.failed(.tls, since: 1, .timedOut)])
    #expect(try Self.events("9:00:02 AM Login failed.\n\(closing)") == [.failed(.tls, since: 1, .login)])
    #expect(
      try Self.events("9:00:02 AM Certificate Validation Failure\n\(closing)")
        == [.failed(.tls, since: 1, .other(reason: "Certificate Validation Failure"))])
    let portal = "The service provider in your current location is restricting access to the Internet."
    #expect(
      try Self.events("9:00:02 AM \(portal)\n\(closing)") == [.failed(.tls, since: 1, .other(reason: portal))])
    let failed = "9:00:02 AM Connection attempt has failed."
    #expect(
      try Self.events("\(failed)\n9:00:02 AM Unable to contact vpn.example.com.\n\(closing)")
        == [.failed(.tls, since: 2, .timedOut)])
    #expect(
      try Self.events("\(failed)\n9:00:02 AM Ready to connect.") == [.failed(.tls, since: 1, .other(reason: nil))])
  }

  @Test("openconnect's lines, whose times begin with the year, stay openconnect's")
  func openconnect() throws {
    let reading = try Reading("[2023-12-01 09:00:01] Connected to HTTPS on vpn.example.com\n")
    #expect(reading.log?.format == .openconnect)
  }
}
