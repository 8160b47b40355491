import Correlation
import Foundation
import Testing

/// Two captures of the same hosts, one behind the other in one file: somebody went away and came back, or mended something.
@Suite("Two sittings in one capture")
struct SittingsTests {
  private static let families = [
    ["wireguard-healthy-client", "wireguard-idle-client", "wireguard-cookie-client", "wireguard-silent-client"],
    ["ipsec-ike-rekey-client", "ipsec-healthy-eap-client", "ipsec-idle-client"],
    ["idle-legacy-client", "idle-quiet-client"],
  ]
  private static let pairs: [(String, String)] = families.flatMap { names in
    names.flatMap { first in names.filter { $0 != first }.map { (first, $0) } }
  }
  /// Right behind each other, for the length of a coffee, and of a meeting; in seconds.
  private static let pauses = [8, 400, 7_200]

  @Test("what is healthy twice is healthy, whatever lies between", arguments: pairs, pauses)
  func twiceHealthy(names: (String, String), pause: Int) throws {
    let report = try Self.report(names.0, then: names.1, after: pause)
    #expect(Self.alarms(report) == [])
  }

  @Test(
    "what failed for minutes and works then is told",
    arguments: [
      ("ipsec-wrong-psk-client", "ipsec-healthy-eap-client", "handshake-rejected"),
      ("wireguard-refused-client", "wireguard-healthy-client", "handshake-refused"),
      ("wireguard-data-blocked-client", "wireguard-healthy-client", "data-blocked"),
      ("ipsec-later-fragments-dropped-client", "ipsec-idle-client", "fragments-dropped"),
    ])
  func mended(broken: String, healthy: String, rule: String) throws {
    for pause in Self.pauses.dropFirst() {
      #expect(Self.alarms(try Self.report(broken, then: healthy, after: pause)).contains(rule))
    }
  }

  private static func alarms(_ report: Report) -> [String] {
    report.findings.filter { $0.severity != .note }.map(\.rule.rawValue)
  }

  private static func report(_ first: String, then second: String, after pause: Int) throws -> Report {
    let earlier = try #require(ClassicPcap(Files.sample("\(first).pcap")))
    let later = try #require(ClassicPcap(Files.sample("\(second).pcap")))
    let end = try #require(earlier.packets.last).microseconds + 1_000_000 * pause
    let start = try #require(later.packets.first).microseconds
    let bytes = earlier.keeping(earlier.packets.indices) + later.withTimes { $0 - start + end }.dropFirst(24)
    return try ClassicPcap.withFiles([("sittings.pcap", bytes)]) { Files.report($0[0]) }
  }
}
