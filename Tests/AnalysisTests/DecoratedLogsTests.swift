import Analysis
import Correlation
import Foundation
import Testing

/// Logs as pages, mails, terminals and collectors show them: something stands in front of lines that begin with a time.
@Suite("Logs with something in front of each line")
struct DecoratedLogsTests {
  /// A gateway whose client's IKE_AUTH never comes, twice: the threads' numbers say which lines belong together.
  private static let charon = """
    2026-11-27 22:37:10 16[NET] received packet: from 198.51.100.10[500] to 203.0.113.20[500] (240 bytes)
    2026-11-27 22:37:10 16[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) ]
    2026-11-27 22:37:10 16[IKE] 198.51.100.10 is initiating an IKE_SA
    2026-11-27 22:37:10 16[IKE] IKE_SA (unnamed)[1] state change: CREATED => CONNECTING
    2026-11-27 22:37:10 16[ENC] generating IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) ]
    2026-11-27 22:37:40 10[JOB] deleting half open IKE_SA with 198.51.100.10 after timeout
    2026-11-27 22:39:56 12[NET] received packet: from 198.51.100.10[500] to 203.0.113.20[500] (240 bytes)
    2026-11-27 22:39:56 12[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) ]
    2026-11-27 22:39:56 12[IKE] 198.51.100.10 is initiating an IKE_SA
    2026-11-27 22:39:56 12[IKE] IKE_SA (unnamed)[2] state change: CREATED => CONNECTING
    2026-11-27 22:39:56 12[ENC] generating IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) ]
    2026-11-27 22:40:26 01[JOB] deleting half open IKE_SA with 198.51.100.10 after timeout
    """

  /// What stands in front of a line, by its number.
  enum Decoration: String, CaseIterable {
    case indentation, quotation, nestedQuotation, number, grepNumber, container, kubernetes, syslog, rfc5424, journal
    case colours, syslogInContainer

    func line(_ text: Substring, _ number: Int) -> String {
      switch self {
      case .indentation: "    \(text)"
      case .quotation: "> \(text)"
      case .nestedQuotation: "> > \(text)"
      case .number: "    \(number)\t\(text)"
      case .grepNumber: "\(number):\(text)"
      case .container: "vpn-1  | \(text)"
      case .kubernetes: "2026-11-27T22:41:00.123456789Z stderr F \(text)"
      case .syslog: "Nov 27 22:41:00 gw charon[81]: \(text)"
      case .rfc5424: "<30>1 2026-11-27T22:41:00.1Z gw charon 81 - - \(text)"
      case .journal: "2026-11-27T22:41:00+0100 gw charon[81]: \(text)"
      case .colours: "\u{1B}[1;32m\(text)\u{1B}[0m"
      case .syslogInContainer: "vpn-1  | Nov 27 22:41:00 gw charon[81]: \(text)"
      }
    }
  }

  @Test("a verdict is the same, whatever stands in front", arguments: Decoration.allCases)
  func verdicts(decoration: Decoration) throws {
    let plain = try Files.analyse(logs: [Self.charon]).report
    let lines = Self.charon.split(separator: "\n").enumerated().map { decoration.line($1, $0 + 1) }
    let decorated = try Files.analyse(logs: [lines.joined(separator: "\n")]).report
    #expect(plain.findings.map(\.rule) == [.handshakeStalled])
    #expect(
      decorated.outline(frames: false, times: false, withoutCaptures: true)
        == plain.outline(frames: false, times: false, withoutCaptures: true))
    #expect(decorated.logs.first?.description.understoodLines == plain.logs.first?.description.understoodLines)
  }
}
