import Observations
import Testing

@testable import Logs

@Suite("messages in any wrapping")
struct WrappedMessageTests {
  @Test(
    "a client's handshake that times out is read behind any header",
    arguments: [
      "2017-11-10 04:01:58 | 2bf4 | ", "2015-03-19 09:33 ", "21:03:10 LIB: ",
      "2017-11-23\t17:43:19\tINFO\tPID:3412\tTID:26712\t<VPNAuth.cpp>\t[L:271]\t[PRG_DEBUG] : ",
    ])
  func clientHeaders(header: String) throws {
    let reading = try Reading("\(header)DTLS handshake failed: Resource temporarily unavailable, try again.\n")
    #expect(reading.events.map(\.kind) == ["failed"])
    #expect(reading.log?.understoodLines == 1)
  }

  @Test("columns without a tag, and JSON lines, are messages of the gateway")
  func gatewayWrappings() throws {
    let message = "Group <g> User <alice> IP <198.51.100.10> UDP SVC connection established without compression"
    for line in ["2023-04-21 09:12:42,722022,\(message)", "{\"message_id\": \"722022\", \"raw\": \"\(message)\"}"] {
      let reading = try Reading(line + "\n")
      #expect(reading.events.map(\.kind) == ["established"])
      #expect(reading.observations.first?.subject.user == "alice")
    }
  }

  @Test("a gateway's line with its tag has its time and whom it is about in any wrapping")
  func taggedWrappings() throws {
    let message =
      "%ASA-6-722022: Group <g> User <alice> IP <198.51.100.10> UDP SVC connection established without compression"
    let escaped = message.replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    for line in [
      "{\"@timestamp\":\"2026-11-28T09:00:01.000Z\",\"message\":\"\(message)\"}", "4|Nov 28 2026|09:00:01|\(message)",
      "\"2026-11-28 09:00:01\",\"fw1\",\"\(message)\"",
      "<Event><TimeCreated SystemTime='2026-11-28T09:00:01.000Z'/><Data>\(escaped)</Data></Event>",
    ] {
      let reading = try Reading(line + "\n")
      #expect(reading.events.map(\.kind) == ["established"])
      #expect(reading.observations.first?.subject.user == "alice")
      #expect(reading.log?.start?.written == Timestamp("2026-11-28T09:00:01Z"))
    }
  }

  @Test("a line that looks like an error and is not known is counted; another program's is not")
  func suspiciousLines() throws {
    let reading = try Reading("openconnect: fatal flux failure\nApr 21 09:12:40 host dnsmasq[2312]: failed to frob\n")
    #expect(reading.log?.firstSuspicious == [1])
    #expect(reading.log?.suspiciousLines == 1)
  }

  @Test("what several programs write proves nothing while nothing says whose it is")
  func commonWords() throws {
    let reading = try Reading("2017-11-10 04:01:31 | 2bf4 | Connected to 203.0.113.20:4443\n")
    #expect(reading.log?.understoodLines == 0)
    #expect(reading.events.isEmpty)
  }
}

extension Observation.Event {
  fileprivate var kind: String { String(String(describing: self).prefix { $0 != "(" }) }
}
