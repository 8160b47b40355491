import Families
import Logs
import Observations
import Testing

/// A family's lines are read whatever stands around them, and say the same as behind the header of syslog.
@Suite("logs of all families in other wrappings")
struct WrappedLogsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let program: String
    let lines: [(second: Int, text: String)]
    var testDescription: String { program }
  }

  static let cases = [
    Case(
      program: "openvpn",
      lines: [
        (0, "UDPv4 link remote: [AF_INET]203.0.113.20:1194"),
        (
          58,
          "TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)"
        ), (58, "TLS Error: TLS handshake failed"),
      ]),
    Case(
      program: "pluto",
      lines: [
        (0, "\"net\" #1: initiating IKEv2 connection to 203.0.113.20"),
        (
          58,
          "\"net\" #1: STATE_V2_PARENT_I1: 60 second timeout exceeded after 7 retransmits.  No response (or no acceptable response) to our first IKEv2 message"
        ),
      ]),
    Case(
      program: "kernel",
      lines: [
        (0, "wireguard: wg0: Sending handshake initiation to peer 3 (203.0.113.20:51820)"),
        (
          5,
          "wireguard: wg0: Handshake for peer 3 (203.0.113.20:51820) did not complete after 5 seconds, retrying (try 2)"
        ),
        (10, "wireguard: wg0: Sending handshake initiation to peer 3 (203.0.113.20:51820)"),
        (
          59,
          "wireguard: wg0: Handshake for peer 3 (203.0.113.20:51820) did not complete after 20 attempts, giving up"
        ),
      ]),
  ]

  private static func clock(_ second: Int) -> String { "09:00:\(second < 10 ? "0" : "")\(second)" }

  private static func kinds(_ item: Case, _ wrap: (Int, String) -> String) throws -> [String] {
    let text = item.lines.map { wrap($0.second, $0.text) }.joined(separator: "\n")
    return try LogOfText.read(text, RegisteredFamilies.logReaders).observations.map { observation in
      String(String(describing: observation.event).prefix { $0 != "(" })
    }
  }

  @Test("JSON lines, Docker's, a container's and columns between bars say what syslog says", arguments: cases)
  func wrapped(_ item: Case) throws {
    let program = item.program
    let expected = try Self.kinds(item) { "Nov 28 \(Self.clock($0)) host \(program)[7]: \($1)" }
    #expect(expected.contains("failed") || expected.contains("opened"))
    func quoted(_ text: String) -> String { text.replacing("\"", with: "\\\"") }
    #expect(
      try Self.kinds(item) {
        "{\"@timestamp\":\"2026-11-28T\(Self.clock($0)).000Z\",\"host\":\"h\",\"process\":\"\(program)\",\"message\":\"\(quoted($1))\"}"
      } == expected)
    #expect(
      try Self.kinds(item) {
        "{\"log\":\"\(quoted($1))\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-28T\(Self.clock($0)).1Z\"}"
      } == expected)
    #expect(try Self.kinds(item) { "2026-11-28T\(Self.clock($0)).123456789Z stdout F \($1)" } == expected)
    #expect(try Self.kinds(item) { "4|Nov 28 2026|\(Self.clock($0))|\($1)" } == expected)
  }
}
