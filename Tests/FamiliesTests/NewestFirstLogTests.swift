import Logs
import Observations
import Testing

@testable import Families

/// Logs as web pages of gateways and log servers export them: the newest line first.
@Suite("Logs with the newest line first")
struct NewestFirstLogTests {
  private static let charon = [
    "2026-11-28T10:00:00\tInformational\tcharon\t07[IKE] <net|5> initiating IKE_SA net[5] to 203.0.113.20",
    "2026-11-28T10:00:00\tInformational\tcharon\t07[NET] <net|5> sending packet: from 198.51.100.10[500] to 203.0.113.20[500] (464 bytes)",
    "2026-11-28T10:00:04\tInformational\tcharon\t07[IKE] <net|5> retransmit 1 of request with message ID 0",
    "2026-11-28T10:00:11\tInformational\tcharon\t07[IKE] <net|5> retransmit 2 of request with message ID 0",
    "2026-11-28T10:00:24\tInformational\tcharon\t07[IKE] <net|5> retransmit 3 of request with message ID 0",
    "2026-11-28T10:00:40\tInformational\tcharon\t07[IKE] <net|5> giving up after 3 retransmits",
  ]

  private static let pluto = [
    "Nov 28 10:00:00: \"net\"[1] 198.51.100.10 #1: initiating IKEv2 connection",
    "Nov 28 10:00:01: \"net\"[1] 198.51.100.10 #1: STATE_V2_PARENT_I1: retransmission; will wait 1 seconds for response",
    "Nov 28 10:00:02: \"net\"[1] 198.51.100.10 #1: STATE_V2_PARENT_I1: retransmission; will wait 2 seconds for response",
    "Nov 28 10:01:00: \"net\"[1] 198.51.100.10 #1: STATE_V2_PARENT_I1: 60 second timeout exceeded after 7 retransmits.  No response (or no acceptable response) to our first IKEv2 message",
  ]

  private static let openVPN = [
    "2026-11-28 08:10:00 UDPv4 link remote: [AF_INET]203.0.113.20:1194",
    "2026-11-28 08:10:01 TLS: Initial packet from [AF_INET]203.0.113.20:1194, sid=1 2",
    "2026-11-28 08:11:00 TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)",
    "2026-11-28 08:11:00 SIGUSR1[soft,tls-error] received, process restarting",
    "2026-11-28 08:11:05 UDPv4 link remote: [AF_INET]203.0.113.20:1194",
  ]

  /// What a log shows, without the numbers of its lines.
  private static func shown(_ lines: [String]) throws -> [String] {
    try LogOfText.read(lines.joined(separator: "\n"), RegisteredFamilies.logReaders).observations.map {
      switch $0.event {
      case .opened(let event): "opened \(event.id.channel)"
      case .established(let event): "established \(event.id.channel)"
      case .failed(let event): "\(event.id.channel) \(event.cause)"
      case .statement, .negotiated: "told"
      default: "other"
      }
    }
  }

  @Test("a log reads the same from either end, whoever wrote it", arguments: [charon, pluto, openVPN])
  func order(lines: [String]) throws {
    let shown = try Self.shown(lines)
    #expect(!shown.isEmpty)
    #expect(try Self.shown(lines.reversed()) == shown)
  }

  @Test("lines have the numbers that they have in the file, and the later is the smaller")
  func numbers() throws {
    let lines = try LogOfText.read(Self.charon.reversed().joined(separator: "\n"), IPsecLogs.readers).observations
      .compactMap(\.source.line)
    #expect(lines.map(\.number) == [6, 1])
    #expect(lines[0] < lines[1])
  }

  @Test("a heading and lines that continue an entry stay where they belong")
  func blocks() throws {
    let entries = Self.charon.reversed().map { $0 + "\n    with a line below it" }
    let lines = try LogOfText.read(
      (["Date\tSeverity\tProcess\tLine"] + entries).joined(separator: "\n"), IPsecLogs.readers
    )
    .observations.compactMap(\.source.line)
    #expect(lines.map(\.number) == [12, 2])
  }

  @Test("a few steps back, or two attempts in the wrong order, are no order")
  func steps() throws {
    let twice = Self.charon.map { $0.replacing("T10:00", with: "T11:00") } + Self.charon
    let lines = try LogOfText.read(twice.joined(separator: "\n"), IPsecLogs.readers).observations
    #expect(lines.compactMap(\.source.line?.number) == [1, 6, 7, 12])
  }
}
