import Correlation
import Testing

/// Captures at both ends of paths that drop large packets of tunnels and tell nobody.
@Suite("Large packets that vanish between two points")
struct LargePacketsTests {
  private static let lossy = [
    "ipsec/outer-black-hole", "openvpn/outer-black-hole", "wireguard/outer-black-hole",
    "openconnect/dtls-mtu-black-hole",
  ]

  private static func report(_ scenario: String, at points: [String] = ["client", "gateway"]) -> Report {
    Files.analyse(points.map { "\(Files.families)/\(scenario)/\($0).pcap" }).report
  }

  @Test(
    "are found in every family, and the loss that counters tell follows from them",
    .enabled(if: Files.exists(Files.families), "needs the families' captures"), arguments: lossy)
  func found(scenario: String) throws {
    let report = Self.report(scenario)
    let problem = try #require(report.problems.first)
    #expect(report.problems.count == 1)
    #expect(
      problem.findings.compactMap { id in report.findings.first { $0.id == id }?.rule.rawValue } == [
        "large-packets-lost", "packet-loss",
      ])
  }

  @Test(
    "are why connections inside the tunnel hang, seen at a third point",
    .enabled(if: Files.exists(Files.families), "needs the families' captures"), arguments: lossy)
  func inside(scenario: String) throws {
    let report = Self.report(scenario, at: ["client", "gateway", "inside"])
    #expect(report.problems.count == 1)
    let root = try #require(report.findings.first { $0.id == report.problems.first?.root })
    #expect(root.rule.rawValue == "large-packets-lost")
    #expect(report.findings.first { $0.rule.rawValue == "pmtu-black-hole" }?.causes == [root.id])
  }

  @Test(
    "are no trouble where they were tried to learn the path's MTU",
    .enabled(if: Files.exists(Files.families), "needs the families' captures"))
  func probes() {
    let report = Self.report("openconnect/dtls-mtu-detected")
    #expect(!report.findings.contains { $0.rule.rawValue == "large-packets-lost" })
  }
}
