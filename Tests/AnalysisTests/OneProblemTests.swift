import Correlation
import Testing

/// Findings of one trouble are one problem, and its cause comes first.
@Suite("One trouble, one problem")
struct OneProblemTests {
  /// Samples in which one thing is wrong, with the rule that says what.
  static let samples: [(files: [String], root: String)] = [
    (["ipsec-later-fragments-dropped-client.pcap"], "fragments-dropped"),
    (["openvpn-large-control-lost-client.pcap", "openvpn-large-control-lost-gateway.pcap"], "large-packets-lost"),
    (["wireguard-rekey-fails-client.pcap"], "rekey-failed"),
    (["wireguard-one-way-client.pcap", "wireguard-one-way-gateway.pcap"], "tunnel-one-way"),
    (["ipsec-dpd-loop-client.pcap"], "tunnel-lost"),
  ]

  @Test("what one trouble brings about stands below it", arguments: samples)
  func one(files: [String], root: String) throws {
    let report = Files.analyse(files.map(Files.sample)).report
    let problem = try #require(report.problems.first)
    #expect(report.problems.count == 1)
    let first = report.findings.first { $0.id == problem.root }
    #expect(first?.rule.rawValue == root)
  }

  @Test("a direction that is dead between two captures is where the tunnel was lost")
  func place() throws {
    let files = ["wireguard-one-way-client.pcap", "wireguard-one-way-gateway.pcap"]
    let problem = try #require(Files.analyse(files.map(Files.sample)).report.problems.first)
    #expect(
      problem.place
        == "between wireguard-one-way-gateway.pcap and wireguard-one-way-client.pcap, on the way to the client")
  }

  @Test("a device that forbids the port that TLS uses too leaves no doubt about who listens")
  func forbidden() {
    let report = Files.report(Files.sample("ports-same-refused-client.pcap"))
    #expect(report.findings.map(\.rule.rawValue) == ["handshake-refused"])
  }

  @Test("preshared keys come before certificates where the capture shows that keys differ")
  func keys() throws {
    let report = Files.report(Files.sample("ipsec-aggressive-wrong-psk-client.pcap"))
    let step = try #require(report.problems.first?.remedies.first)
    #expect(step.hasPrefix("Compare the preshared keys"))
  }

  @Test("quick mode that is refused is no matter of phase 1")
  func child() throws {
    let report = Files.report(Files.sample("ipsec-quick-mode-refused-client.pcap"))
    let steps = try #require(report.problems.first?.remedies)
    #expect(steps.first?.contains("ESP cipher") == true)
    #expect(!steps.contains { $0.contains("shared keys") })
  }

  @Test("where DTLS works, a cycle is not told to be one of clients without it")
  func cycleWithDTLS() throws {
    let report = Files.report(Files.sample("cycle-healthy-client.pcap"))
    let cycle = try #require(report.findings.first { $0.rule.rawValue == "reconnect-cycle" })
    #expect(!cycle.explanation.contains("give up DTLS"))
    #expect(report.problems.first?.remedies.contains { $0.contains("no DTLS") } == false)
  }

  @Test("what the tunnel's own hosts offer is not the MTU of the adapter inside")
  func adapter() throws {
    let report = Files.report(Files.sample("ipv6-shrink-gateway.pcap"))
    #expect(try #require(report.tunnels.first).mtu.inner == nil)
  }

  @Test("of a black hole nobody knows what passes: no step names a size that was lost as the one to set")
  func blackHole() throws {
    let report = Files.report(Files.sample("shrink-silent-gateway.pcap"))
    let steps = try #require(report.problems.first?.remedies)
    #expect(steps.contains { $0.contains("`ping -M do -s 1472`") })
    #expect(!steps.contains { $0.contains("1499") })
  }
}
