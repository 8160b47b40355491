import Observations
import Testing

@testable import Logs

@Suite("A header that stands in front of many lines with a time of their own")
struct RememberedDecorationTests {
  private static let header = "Nov 28 01:00:00 10.0.0.5 PulseSecure: 2026-11-28 00:00:00"
  private static let words = " - ive - [198.51.100.10] Root::alice(Users)[Users] - "
  private static let opened = words + "VPN Tunneling: User with IP 10.20.0.50 connected with ESP transport mode."

  private func times(_ lines: [String]) throws -> [Timestamp?] {
    try Reading(lines.joined(separator: "\n") + "\n").observations.map { observation in
      if case .line(let origin) = observation.origin { origin.time?.written } else { nil }
    }
  }

  @Test("each line has the time that it has alone, however that goes on")
  func times() throws {
    let lines = ["", ".250", "", "+02:00", "Z", ".5", "", " +0200"].map { Self.header + $0 + Self.opened }
    let alone = try lines.map { try times([$0]) }
    #expect(alone.allSatisfy { $0.count == 1 })
    #expect(try times(lines) == alone.flatMap(\.self))
    #expect(Set(alone).count > 3)
  }

  @Test("a header behind the header is passed too")
  func layers() throws {
    let lines = (0..<3).map {
      "Nov 28 01:00:00 gw docker[1]: 2026-11-28T00:00:00Z Nov 28 00:00:0\($0) vm PulseSecure:" + Self.opened
    }
    let alone = try lines.map { try times([$0]) }
    #expect(try times(lines) == alone.flatMap(\.self))
  }
}
