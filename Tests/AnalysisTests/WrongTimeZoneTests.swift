import Correlation
import Foundation
import Testing

@testable import Analysis

/// Captures of two points of which one's clock is wrong by more than they are long: their times do not overlap, as those of
/// captures that continue each other.
@Suite("Two points, one of them in another time zone")
struct WrongTimeZoneTests {
  private static func capture(_ name: String) throws -> ClassicPcap {
    try #require(ClassicPcap(Files.sample(name)))
  }

  private static func outline(_ files: [(name: String, bytes: Data)]) throws -> [String] {
    try ClassicPcap.withFiles(files) { Files.analyse($0).report.outline(frames: false, times: false) }
  }

  @Test("what two points show is the same, whatever a clock's error", arguments: [-7_200, 3_600])
  func points(seconds: Int) throws {
    let (client, gateway) = (try Self.capture("blocked-client.pcap"), try Self.capture("blocked-gateway.pcap"))
    let right = try Self.outline([("a.pcap", client.withTimes { $0 }), ("b.pcap", gateway.withTimes { $0 })])
    let wrong = try Self.outline([
      ("a.pcap", client.withTimes { $0 }), ("b.pcap", gateway.withTimes { $0 + seconds * 1_000_000 }),
    ])
    #expect(right.contains { $0.contains("handshake") || $0.contains("unanswered") } && right == wrong)
  }

  @Test(
    "a few packets are enough: what their senders numbered, or what has other hops to go",
    arguments: [
      "openvpn-large-control-lost", "wireguard-data-blocked", "wireguard-nat-timeout",
      "wireguard-return-blocked",
      "wireguard-unknown-peer",
    ])
  func fewPackets(sample: String) throws {
    let (client, gateway) = (try Self.capture("\(sample)-client.pcap"), try Self.capture("\(sample)-gateway.pcap"))
    let right = try Self.outline([("a.pcap", client.withTimes { $0 }), ("b.pcap", gateway.withTimes { $0 })])
    let wrong = try Self.outline([
      ("a.pcap", client.withTimes { $0 }), ("b.pcap", gateway.withTimes { $0 + 3_600_000_000 }),
    ])
    #expect(!right.isEmpty && right == wrong)
  }

  @Test("what shares no packets with the point whose clock is wrong is another point all the same")
  func threePoints() throws {
    let files = try ["client", "gateway", "inside"].map { place in
      let late = place == "gateway" ? 3_600_000_000 : 0
      return ("\(place).pcap", try Self.capture("chain-\(place).pcap").withTimes { $0 + late })
    }
    try ClassicPcap.withFiles(files) { paths in
      #expect(Set(Files.analyse(paths).report.captures.map(\.point)).count == 3)
    }
  }

  @Test("the report says how far the clocks are apart")
  func told() throws {
    let (client, gateway) = (try Self.capture("blocked-client.pcap"), try Self.capture("blocked-gateway.pcap"))
    let files = [
      ("a.pcap", client.withTimes { $0 }), ("b.pcap", gateway.withTimes { $0 + 3_600_000_000 }),
    ]
    try ClassicPcap.withFiles(files) { paths in
      let report = Files.analyse(paths).report
      #expect(Set(report.captures.map(\.point)).count == 2)
    }
  }

  @Test("captures that continue each other are one point as before")
  func rotated() throws {
    let client = try Self.capture("blocked-client.pcap")
    try ClassicPcap.withFiles(client.rotated(5, name: "client")) { paths in
      #expect(Set(Files.analyse(paths).report.captures.map(\.point)).count == 1)
    }
  }
}
