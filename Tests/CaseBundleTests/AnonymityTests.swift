import Analysis
import Correlation
import Observations
import Testing

@testable import CaseBundle

@Suite("Anonymised cases")
struct AnonymityTests {
  /// Names that the sample captures hold in hellos and certificates.
  private static let serverName = "vpn.example.com"

  @Test("no byte of the archive holds an address, a MAC, a server's or a file's name", arguments: Samples.captures)
  func nothingLeaks(capture: String) throws {
    let bundle = try Samples.bundle([capture], privacy: Samples.anonymous())
    let file = String(capture.split(separator: "/").last ?? "")
    let secrets = secrets(of: capture) + [.text(Self.serverName), .text(file), .text(String(file.dropLast(5)))]
    // What is looked for is there to begin with.
    let original = frames(of: capture).flatMap(\.bytes)
    #expect(secrets.count > 5)
    let present = secrets.filter { $0.found(in: original, lower: []) != nil }.count
    #expect(present > 3)
    for entry in bundle {
      let lower = entry.bytes.lowercase
      for secret in secrets {
        let found = secret.found(in: entry.bytes, lower: lower)
        #expect(found == nil, "\(entry.name)")
      }
      let hasKey = entry.bytes.holds(Samples.key) || entry.bytes.holds(Array(Samples.key[..<16]))
      #expect(!hasKey)
    }
  }

  @Test("analysing the anonymised evidence gives the findings and facts of the report", arguments: Samples.captures)
  func sameFindings(capture: String) throws {
    let scratch = Scratch()
    let privacy = try Samples.anonymous()
    var analysis = OfflineAnalysis(paths: [capture], renaming: privacy.renaming)
    let report = analysis.run().report
    let bundle = try Samples.bundle([capture], privacy: privacy)
    let again = Samples.report(onEvidenceOf: bundle, in: scratch)
    #expect(again.verdicts == report.verdicts)
    // Aliases change addresses, and nothing else that is found.
    let rules = Samples.report(capture).findings.map(\.rule.rawValue).sorted()
    #expect(report.findings.map(\.rule.rawValue).sorted() == rules)
    if !again.tunnels.isEmpty {
      #expect(again.tunnels.map(\.serverName) == report.tunnels.prefix(again.tunnels.count).map(\.serverName))
    }
  }

  // The training captures lie beside the project and are not part of it.
  @Test(
    "the same holds for the training scenarios", .enabled(if: !Samples.training.isEmpty), arguments: Samples.training)
  func training(capture: String) throws {
    let scratch = Scratch()
    let privacy = try Samples.anonymous()
    var analysis = OfflineAnalysis(paths: [capture], renaming: privacy.renaming)
    let report = analysis.run().report
    let bundle = try Samples.bundle([capture], privacy: privacy)
    #expect(Samples.report(onEvidenceOf: bundle, in: scratch).verdicts == report.verdicts)
    let secrets = secrets(of: capture) + [.text(Self.serverName)]
    for entry in bundle {
      let lower = entry.bytes.lowercase
      for secret in secrets {
        let found = secret.found(in: entry.bytes, lower: lower)
        #expect(found == nil, "\(entry.name)")
      }
    }
  }

  @Test("one key gives the same archive again, another key another")
  func keys() throws {
    let path = Samples.path("prohibited-client.pcap")
    let first = try Samples.archive([path], privacy: Samples.anonymous())
    let second = try Samples.archive([path], privacy: Samples.anonymous())
    #expect(first == second)
    let other = try Samples.archive([path], privacy: .anonymous(#require(Pseudonyms(key: Pseudonyms.randomKey()))))
    #expect(first != other)
    #expect(Pseudonyms(key: Array(Samples.key.dropLast())) == nil)
  }

  @Test("several captures share their aliases, and a name has one alias in packets and texts", .enabled(if: hasTshark))
  func sameAliases() throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle(
      ["blocked-client.pcap", "blocked-gateway.pcap"].map(Samples.path), privacy: Samples.anonymous())
    let paths = bundle.evidence.enumerated().map { scratch.file("\($0.offset).pcapng", $0.element.bytes) }
    /// One command on both, as one text.
    func tshark(_ options: String) -> String {
      shell("for f in \(paths.joined(separator: " ")); do tshark -r \"$f\" \(options) 2>/dev/null; done | sort -u")
        .output
    }
    let names = tshark(
      "-Y tls.handshake.extensions_server_name -T fields -e tls.handshake.extensions_server_name"
    ).split(separator: "\n")
    #expect(names.count == 1)
    #expect(names[0].count == Self.serverName.count)
    #expect(bundle.text("report.json").contains("\"server_name\": \"\(names[0])\""))
    let hosts = tshark("-Y 'tcp.flags.syn == 1 && tcp.flags.ack == 0' -T fields -e ip.src -e ip.dst")
    let ends = try #require(hosts.split(separator: "\n").first).split(separator: "\t")
    #expect(hosts.split(separator: "\n").count == 1)
    for end in ends { #expect(bundle.text("report.md").contains(end)) }
    let interfaces = tshark("-T fields -e frame.interface_name")
    #expect(interfaces == "capture-1\ncapture-2\n")
  }

  @Test(
    "tshark finds every checksum right", .enabled(if: hasTshark),
    arguments: ["prohibited-client.pcap", "ipv6-refused-client.pcap", "technote-inside.pcap", "shrink-client.pcap"])
  func checksums(name: String) throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle([Samples.path(name)], privacy: Samples.anonymous())
    let path = scratch.file("evidence.pcapng", bundle.onlyEvidence)
    let options = "-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE"
    func count(_ filter: String) -> Int {
      shell("tshark -r '\(path)' \(options) -Y '\(filter)' 2>/dev/null").output.split(separator: "\n").count
    }
    #expect(count("tcp.checksum.status == 1 || udp.checksum.status == 1") > 5)
    #expect(count("ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0") == 0)
    #expect(count("icmp.checksum.status == 0 || icmpv6.checksum.status == 0") == 0)
  }

  @Test("a narrowing by client works on aliases, and neither it nor the filter tells an address")
  func narrowing() throws {
    let client = try #require(IPPrefix("198.51.100.0/26"))
    let selection = Selection(filter: "host 198.51.100.10", tunnels: TunnelSelection(clients: [client]))
    let path = Samples.path("blocked-client.pcap")
    let bundle = try Samples.bundle([path], privacy: Samples.anonymous(), selection: selection)
    let json = bundle.text("report.json")
    #expect(json.contains("\"rule\": \"handshake-unanswered\",\n      \"channel\""))
    for entry in bundle {
      let isTold = entry.bytes.holds(Array("198.51.100".utf8))
      #expect(!isTold, "\(entry.name)")
    }
    let nobody = Selection(tunnels: TunnelSelection(clients: [try #require(IPPrefix("192.0.2.0/24"))]))
    #expect(
      !(try Samples.bundle([path], privacy: Samples.anonymous(), selection: nobody).text("report.json")).contains(
        "\"rule\": \"handshake-unanswered\",\n      \"channel\""))
  }
}
