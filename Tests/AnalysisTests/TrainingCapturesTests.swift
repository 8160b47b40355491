import Correlation
import Foundation
import Testing

/// The training captures against their `expected.json`, which also holds what tshark counted.
@Suite("Training captures")
struct TrainingCapturesTests {
  struct Scenario: Decodable {
    struct Expectation: Decodable {
      let must: Set<String>
      let may: Set<String>
      let tunnels: Int?
    }

    let expect: [String: Expectation]
    let facts: [String: Facts]
  }

  /// What tshark saw at one capture point.
  struct Facts: Decodable, Sendable {
    struct Row: Decodable, Sendable {
      let number: String
      let mtu: String?

      enum CodingKeys: String, CodingKey {
        case number = "frame.number"
        case mtu = "icmp.mtu"
      }

      var frame: Int { Int(number) ?? 0 }
    }

    let packets: Int
    let dtls_client_hello: [Row]
    let tls_client_hello: [Row]
    let fragmentation_needed: [Row]
    let unreachable: [Row]
    let dtls_packets_from_gateway: Int
    let largest_df_packet: Int
  }

  /// One analysis: a capture point of a scenario, or all points together.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let files: [String]
    let must: Set<String>
    let may: Set<String>
    let tunnels: Int?
    /// For a single point.
    let facts: Facts?

    var testDescription: String { name }
  }

  static let cases: [Case] = {
    guard let text = FileManager.default.contents(atPath: Files.training + "/expected.json"),
      let scenarios = try? JSONDecoder().decode([String: Scenario].self, from: text)
    else { return [] }
    return scenarios.sorted { $0.key < $1.key }.flatMap { name, scenario in
      scenario.expect.sorted { $0.key < $1.key }.map { point, want in
        let points = point == "all" ? scenario.facts.keys.sorted() : [point]
        return Case(
          name: "\(name)/\(point)", files: points.map { "\(Files.training)/\(name)/\($0).pcap" },
          must: OlderNames.renewed(want.must), may: OlderNames.renewed(want.may), tunnels: want.tunnels,
          facts: scenario.facts[point])
      }
    }
  }()

  // The training captures are no part of the package; where they are absent the test shows as skipped.
  @Test(
    "every cause is found at every capture point, with the facts that tshark sees, and no alarm is false",
    .enabled(if: !cases.isEmpty, "needs the training captures"), arguments: cases)
  func expected(item: Case) {
    let outcome = Files.analyse(item.files)
    let report = outcome.report
    #expect(outcome.problems.isEmpty)
    #expect(report.missing(item.must).isEmpty)
    #expect(report.falseAlarms(item.must.union(item.may)).isEmpty)
    if let tunnels = item.tunnels { #expect(report.tunnels.count == tunnels) }
    if let facts = item.facts {
      #expect(report.captures.first?.packets == facts.packets)
      for finding in report.findings { check(finding, facts) }
    }
  }

  // What a single wrong expectation could hide: that there is nothing to compare at all.
  @Test(
    "the facts of all rules come up for comparison", .enabled(if: !cases.isEmpty, "needs the training captures"))
  func isComplete() {
    #expect(Self.cases.count >= 60)
    let rules = Self.cases.reduce(into: Set<String>()) { $0.formUnion($1.must) }
    #expect(rules.isSuperset(of: ["handshake-unanswered dtls", "handshake-refused dtls", "oversized-df", "reconnect-cycle"]))
  }

  private func check(_ finding: Finding, _ facts: Facts) {
    let frames = Set(finding.evidence.compactMap(\.frame?.frame))
    #expect(!frames.isEmpty, "\(finding.rule) has no evidence")
    switch finding.rule {
    case .handshakeUnanswered:
      let hellos = facts.dtls_client_hello
      if facts.dtls_packets_from_gateway == 0 { #expect(finding.fact("hellos") == .integer(hellos.count)) }
      #expect(!frames.isDisjoint(with: hellos.map(\.frame)))
    case .handshakeRefused:
      #expect(!frames.isDisjoint(with: facts.unreachable.map(\.frame)))
    case .oversizedDF:
      let mtus = facts.fragmentation_needed.compactMap { $0.mtu.flatMap(Int.init) }
      #expect(mtus.contains { finding.fact("mtu") == .integer($0) })
      #expect(finding.fact("largest") == .integer(facts.largest_df_packet))
      #expect(!frames.isDisjoint(with: facts.fragmentation_needed.map(\.frame)))
    case .reconnectCycle:
      // Sessions cannot outnumber the TLS connections seen.
      let possible = (3...max(3, facts.tls_client_hello.count)).map { FactValue.integer($0) }
      #expect(possible.contains { finding.fact("sessions") == $0 })
    default: break
    }
  }
}
