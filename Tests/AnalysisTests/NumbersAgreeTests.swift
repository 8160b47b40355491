import Correlation
import Foundation
import Observations
import Reporting
import Testing

/// A figure that a report gives in several places is the same in each, in every sample and every form.
@Suite("Numbers agree")
struct NumbersAgreeTests {
  static let samples = Files.all(under: Files.packageRoot + "/Captures").filter { $0.hasSuffix(".pcap") }.sorted()
  private static let technote = ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"]

  @Test("facts of findings are those of the tunnels and the timeline", arguments: samples.map { [$0] } + [technote])
  func facts(names: [String]) throws {
    let report = Files.analyse(names.map(Files.sample)).report
    for finding in report.findings {
      let tunnel = report.tunnels.first { $0.id == finding.tunnel }
      switch finding.rule.rawValue {
      case "handshake-unanswered": handshakes(finding, tunnel)
      case "mtu-reconnect": sizes(finding, tunnel)
      case "mss-exceeds-mtu": offers(finding, report)
      case "reconnect-cycle": sessions(finding, tunnel)
      default: break
      }
    }
    for problem in report.problems {
      #expect(problem.findings.contains(problem.root))
      #expect(problem.findings.allSatisfy { id in report.findings.contains { $0.id == id } })
    }
    let inProblems = report.problems.flatMap(\.findings)
    #expect(Set(inProblems).count == inProblems.count, "a finding is part of one problem")
    let troubled = report.findings.filter { $0.severity != .note && $0.about != .captures }.map(\.id)
    #expect(Set(troubled).isSubset(of: inProblems), "every problem is one")
  }

  /// The numbers of a text: "1,418" is 1418; addresses, ports behind them and names such as F1 are none.
  private static func numbers(in text: String) -> Set<String> {
    let words = text.split { !($0.isLetter || $0.isNumber || ".,:".contains($0)) }
    return Set(
      words.map { $0.trimmingCharacters(in: [".", ",", ":"]) }.filter { word in
        word.contains { $0.isNumber } && word.allSatisfy { $0.isNumber || $0 == "." || $0 == "," }
          && word.count { $0 == "." } < 2
      }.map { $0.replacing(",", with: "") })
  }

  @Test(
    "the first lines give no number that the finding does not have", arguments: samples.map { [$0] } + [technote])
  func headlines(names: [String]) throws {
    let report = Files.analyse(names.map(Files.sample)).report
    for finding in report.findings {
      var known = Self.numbers(in: ([finding.explanation] + finding.factTexts).joined(separator: " "))
      if let lost = integer(finding, "lost"), let of = integer(finding, "of"), of > 0 {
        known.insert(String((Double(lost) / Double(of) * 1_000).rounded() / 10))
      }
      let shown = Self.numbers(in: finding.title + " " + finding.headline)
      #expect(shown.isSubset(of: known), "\(finding.rule): \(shown.subtracting(known))")
    }
    for problem in report.problems {
      let shown = Self.numbers(in: problem.stopgap ?? "")
      #expect(shown.isSubset(of: Self.numbers(in: problem.remedies.joined(separator: " "))), "\(problem.id): \(shown)")
    }
  }

  @Test("events of the timeline are as many as the finding counts", arguments: samples.map { [$0] } + [technote])
  func events(names: [String]) throws {
    let report = Files.analyse(names.map(Files.sample)).report
    for finding in report.findings where finding.rule.rawValue == "handshake-unanswered" {
      let events = report.timeline.filter {
        $0.kind == .opening && $0.tunnel == finding.tunnel && $0.channel == finding.channel
          && $0.text.hasSuffix(", no answer")
      }
      #expect(events.reduce(0) { $0 + $1.count } == integer(finding, "hellos"))
    }
  }

  private func integer(_ finding: Finding, _ name: String) -> Int? {
    if case .integer(let value) = finding.fact(name) { return value }
    return nil
  }

  /// Attempts and openings of the finding are the tunnel's handshakes and theirs.
  private func handshakes(_ finding: Finding, _ tunnel: TunnelDescription?) {
    guard let kind = finding.channel, let channel = tunnel?.channel(kind) else { return }
    let unanswered = channel.handshakes.filter { $0.outcome == .unanswered }
    #expect(integer(finding, "attempts") == unanswered.count)
    #expect(integer(finding, "hellos") == unanswered.compactMap(\.openings).reduce(0, +))
  }

  /// The sizes that the chain names are those of the tunnel.
  private func sizes(_ finding: Finding, _ tunnel: TunnelDescription?) {
    if let adapter = integer(finding, "adapter_mtu") { #expect(tunnel?.mtu.inner == adapter) }
    if let fitting = integer(finding, "tunnel_mtu") { #expect(tunnel?.channel(.tls)?.mtu == fitting) }
  }

  /// Each offer that the finding counts is an event.
  private func offers(_ finding: Finding, _ report: Report) {
    guard case .host(let host) = finding.about else { return }
    let events = report.timeline.filter { $0.kind == .mss && $0.text.hasPrefix("\(host) ") }
    #expect(integer(finding, "connections") == events.reduce(0) { $0 + $1.count })
  }

  private func sessions(_ finding: Finding, _ tunnel: TunnelDescription?) {
    guard let count = integer(finding, "sessions"), let tunnel else { return }
    #expect(count <= tunnel.sessions.count)
  }

  @Test("every form names the same findings, and counts the same", arguments: samples)
  func forms(name: String) throws {
    let report = Files.analyse([Files.sample(name)]).report
    let generator = Generator(name: "tunnelscope", version: "test")
    let text = try ReportFormat.text.render(report, generator: generator, layout: TextLayout(width: 120))
    let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let page = try ReportFormat.html.render(report, generator: generator)
    let markdown = try ReportFormat.markdown.render(report, generator: generator)
    for finding in report.findings {
      #expect(flat.contains(finding.title), "\(finding.id) in text")
      #expect(page.contains("<article id=\"\(finding.id)\""), "\(finding.id) in HTML")
      #expect(markdown.contains("### \(finding.id): "), "\(finding.id) in Markdown")
    }
    for severity in Severity.allCases {
      let count = report.findings.count { $0.severity == severity }
      guard count > 0 else { continue }
      let words = "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
      #expect(flat.contains(words) && page.contains(words), "\(words)")
    }
    for tunnel in report.tunnels {
      for channel in tunnel.channels {
        guard let mtu = channel.mtu else { continue }
        #expect(flat.contains("MTU \(mtu)") && page.contains("MTU \(mtu)") && markdown.contains("MTU \(mtu)"))
      }
    }
  }
}
