import Foundation
import Testing

@testable import CaseBundle

/// Whoever has a case sees with the filters it prints just the packets that its findings cite.
@Suite("Filters of a case", .enabled(if: hasTshark, "tshark is not installed"))
struct CaseFilterTests {
  private static let cases: [[String]] = [
    ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"], ["blocked-client.pcap", "blocked-gateway.pcap"],
    ["prohibited-client.pcap"], ["wrong-port-refused-client.pcap"],
  ]
  /// A sample of each family and of most kinds of cause.
  private static let others = [
    "data-blocked-client.pcap", "lost-recovered-client.pcap", "technote-inside.pcap", "ipsec-4500-blocked-client.pcap",
    "ipsec-answers-lost-gateway.pcap", "ipsec-dpd-loop-client.pcap", "ipsec-esp-blocked-client.pcap",
    "ipsec-later-fragments-dropped-client.pcap", "ipsec-no-proposal-client.pcap", "ipv6-refused-client.pcap",
    "openvpn-expired-certificate-gateway.pcap", "openvpn-tcp-lost-recovers-client.pcap",
    "openvpn-tcp-refused-client.pcap", "openvpn-tcp-stalled-gateway.pcap", "wireguard-data-blocked-client.pcap",
    "wireguard-unanswered-client.pcap",
  ]

  /// A finding, a file, the filter for it, and the frames that it has to select.
  private struct Expected {
    let finding: String
    let file: String
    let filter: String
    let frames: [Int]
  }

  /// The case unpacked into a folder of its own.
  private static func unpack(_ bundle: [(name: String, bytes: [UInt8])], in scratch: Scratch) {
    for folder in ["evidence", "wireshark/Tunnelscope"] { _ = shell("mkdir -p '\(scratch.path)/\(folder)'") }
    for entry in bundle { _ = scratch.file(entry.name, entry.bytes) }
  }

  /// What report.json says of its evidence.
  private static func expected(_ bundle: [(name: String, bytes: [UInt8])]) throws -> [Expected] {
    let report = try #require(JSONSerialization.jsonObject(with: Data(bundle["report.json"])) as? [String: Any])
    let manifest = try #require(JSONSerialization.jsonObject(with: Data(bundle["manifest.json"])) as? [String: Any])
    let evidence = try #require(manifest["evidence"] as? [String: Any])
    let files = try #require(evidence["files"] as? [[String: Any]])
    var fileOfCapture: [String: String] = [:]
    for file in files {
      for capture in file["captures"] as? [String] ?? [] { fileOfCapture[capture] = file["name"] as? String }
    }
    return try #require(report["findings"] as? [[String: Any]]).flatMap { finding in
      (finding["display_filters"] as? [[String: Any]] ?? []).compactMap { filter in
        guard let id = finding["id"] as? String, let file = filter["file"] as? String,
          let text = filter["filter"] as? String
        else { return nil }
        let frames = (finding["evidence"] as? [[String: Any]] ?? []).compactMap { item in
          (item["capture"] as? String).flatMap { fileOfCapture[$0] } == file ? item["evidence_frame"] as? Int : nil
        }
        return Expected(finding: id, file: file, filter: text, frames: Set(frames).sorted())
      }
    }
  }

  /// The findings that problems begin with.
  private static func roots(_ bundle: [(name: String, bytes: [UInt8])]) throws -> [String] {
    let report = try #require(JSONSerialization.jsonObject(with: Data(bundle["report.json"])) as? [String: Any])
    return try #require(report["problems"] as? [[String: Any]]).compactMap { $0["root"] as? String }
  }

  private static func frames(_ command: String, in scratch: Scratch) -> [Int] {
    shell("cd '\(scratch.path)' && \(command) -T fields -e frame.number 2>/dev/null").output.split(separator: "\n")
      .compactMap { Int($0) }
  }

  @Test("each filter of the report selects the cited packets and no other", arguments: cases, [false, true])
  func reports(names: [String], isAnonymous: Bool) throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle(names.map(Samples.path), privacy: isAnonymous ? Samples.anonymous() : .none)
    Self.unpack(bundle, in: scratch)
    let expected = try Self.expected(bundle)
    #expect(!expected.isEmpty)
    for one in expected {
      #expect(!one.frames.isEmpty)
      #expect(Self.frames("tshark -r \(one.file) -Y '\(one.filter)'", in: scratch) == one.frames, "\(one.finding)")
      for form in ["report.md", "report.html"] {
        let text = bundle.text(form).replacingOccurrences(of: "&quot;", with: "\"")
        #expect(text.contains(one.filter), "\(form) \(one.finding)")
      }
    }
    for root in try Self.roots(bundle) {
      #expect(bundle.text("report.txt").contains("frame.comment contains \"[\(root)]\""))
    }
    #expect(!bundle.text("report.txt").contains("frame.number"))
  }

  @Test("they do for every family", arguments: others)
  func families(name: String) throws { try reports(names: [name], isAnonymous: false) }

  @Test("each command of README.txt prints as many packets as it says, with the frames it says", arguments: cases)
  func readme(names: [String]) throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle(names.map(Samples.path))
    Self.unpack(bundle, in: scratch)
    let lines = bundle.text("README.txt").split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let commands = lines.indices.filter { lines[$0].hasPrefix("tshark -r ") }
    #expect(commands.count == (try Self.expected(bundle).count))
    for place in commands {
      let frames = Self.frames(lines[place], in: scratch)
      let words = frames.prefix(12).map(String.init).joined(separator: ", ") + (frames.count > 12 ? ", …" : "")
      let plural = frames.count == 1 ? "" : "s"
      #expect(lines[place + 1] == "\(frames.count) packet\(plural): frame\(plural) \(words)")
    }
  }

  @Test("a note that holds another finding's mark does not make its filter hit")
  func marks() throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle([Samples.path("blocked-client.pcap")])
    Self.unpack(bundle, in: scratch)
    let comments = shell(
      "tshark -r '\(scratch.path)'/evidence/*.pcapng -T fields -e frame.comment 2>/dev/null | grep -o '\\[' | wc -l")
    let marks = shell(
      "tshark -r '\(scratch.path)'/evidence/*.pcapng -T fields -e frame.comment 2>/dev/null | grep -oE '\\[F[0-9]+\\] [a-z-]+: ' | wc -l"
    )
    #expect(comments.output == marks.output)
  }

  @Test("README.txt lists so many findings and says how many there are beyond")
  func manyFindings() {
    let finding = Samples.report(Samples.path("blocked-client.pcap")).findings[0]
    var report = Samples.report(Samples.path("blocked-client.pcap"))
    report.findings = Array(repeating: finding, count: CaseReadme.mostFindings + 7)
    let text = CaseReadme(
      report: report, generator: Samples.generator, files: [], removals: [], omitted: 0, notHeld: 0
    ).text
    #expect(text.contains("… and 7 more findings"))
    #expect(text.split(separator: "\n").count { $0.hasPrefix("F1  ") } == CaseReadme.mostFindings)
  }

  @Test("the package's profile is that of cases with any findings")
  func packagedProfile() throws {
    for file in WiresharkProfile.general.files {
      let path = "\(Samples.folder)/Packaging/wireshark/\(WiresharkProfile.name)/\(file.name)"
      if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
        try Data(file.text.utf8).write(to: URL(filePath: path))
      }
      #expect(try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self) == file.text, "\(file.name)")
    }
  }

  @Test("tshark takes the profile, its colours and its columns without a word")
  func profile() throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle([Samples.path("blocked-client.pcap")])
    Self.unpack(bundle, in: scratch)
    _ = shell(
      "mkdir -p '\(scratch.path)/config/wireshark/profiles' && cp -r '\(scratch.path)/wireshark/Tunnelscope' '\(scratch.path)/config/wireshark/profiles/'"
    )
    let listed = shell(
      "cd '\(scratch.path)' && XDG_CONFIG_HOME='\(scratch.path)/config' tshark -C Tunnelscope --color -r evidence/*.pcapng 2>errors"
    )
    #expect(listed.status == 0)
    #expect(shell("grep -v 'Running as user' '\(scratch.path)/errors'").output == "")
    #expect(listed.output.contains("[F1] "))
    let rules = shell(
      "cd '\(scratch.path)' && XDG_CONFIG_HOME='\(scratch.path)/config' tshark -C Tunnelscope --color -r evidence/*.pcapng -T fields -e frame.coloring_rule.name 2>/dev/null"
    ).output
    #expect(rules.contains("F1 mtu-reconnect\n"))
    #expect(rules.contains("Context\n"))
    // Each filter of a button is one.
    let buttons = bundle.text("wireshark/Tunnelscope/dfilter_buttons").split(separator: "\n")
    #expect(buttons.count > 1)
    for button in buttons {
      let filter = button.components(separatedBy: "\",\"")[2].replacingOccurrences(of: "\\x22", with: "\"")
      #expect(!Self.frames("tshark -r evidence/*.pcapng -Y '\(filter)'", in: scratch).isEmpty, "\(filter)")
    }
  }
}
