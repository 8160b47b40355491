import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("Text report")
struct TextReportTests {
  private func render(_ sample: Sample, _ style: TextStyle = .plain) -> String {
    TextReport(style: style).render(sample.report, generator: Sample.generator)
  }

  @Test("it opens with the answer")
  func answer() {
    let text = render(.blocked)
    #expect(
      text.hasPrefix(
        """
        DTLS on UDP 443 gets no answer, and the session is re-established every 60
        seconds (5 sessions). Most likely it reconnects to apply a smaller MTU (adapter
        1418, TLS tunnel 1347).
        3 errors, 1 warning, 1 note; 1 tunnel.

        """))
  }

  @Test("of a healthy capture it says what was seen")
  func healthy() {
    #expect(
      render(.healthy).hasPrefix(
        """
        Nothing wrong was found: 1 tunnel with 1 session, DTLS established on UDP 443.

        """))
  }

  @Test("without a tunnel it says that there is nothing to judge")
  func noTunnel() {
    #expect(render(.empty).hasPrefix("No VPN tunnel was found in 1 packet, so there is nothing to judge.\n"))
  }

  @Test("a tunnel that no handshake or session shows to work is not called healthy")
  func undecided() {
    #expect(
      render(.unjudged).hasPrefix("1 tunnel was found, but the input does not show whether it works.\n"))
  }

  @Test("where something is wrong it names the checks that cannot be answered, and counts the others")
  func checks() {
    #expect(
      render(.blocked).contains(
        """

             Checks: cannot say packet-loss; 1 clear, 2 not applicable (html and json
             say why)

        """))
  }

  @Test("a tunnel is described by its channels, in their own names")
  func channels() {
    let text = render(.wireGuard)
    #expect(
      text.contains(
        """
        T1   2001:db8::10 → 2001:db8::20, WireGuard
             Also seen  client as 2001:db8:1::10
             WireGuard  UDP 51820, established, then lost, 1 session, nothing more from
                        the gateway, 320 data packets from the client, 310 from the
                        gateway, 4 lost, MTU 1420
             Sizes      MTU of the client's adapter 1420 bytes

        """))
    #expect(!text.contains("TLS"))
  }

  @Test("what a problem begins with shows its frames, times, filter and remedies")
  func finding() {
    let text = render(.blocked)
    #expect(text.contains("\nF2   ERROR  DTLS is never answered on UDP 443\n"))
    #expect(text.contains("     Evidence   frame 25  02:03:00.900  DTLS hello to UDP 443\n"))
    #expect(
      text.contains(
        "     Wireshark  frame.number in {25..27, 38, 815}\n                ip.addr == 198.51.100.10 && ip.addr == 203.0.113.20 && udp.port\n                == 443\n"
      ))
    #expect(text.contains("     To do      1. Let UDP 443 pass in both directions.\n"))
  }

  @Test("frames that the display filter names are not counted once more, and the only tunnel not named again")
  func saidOnce() {
    let text = render(.blocked)
    #expect(!text.contains("more frame"))
    #expect(text.contains("\n     handshake-unanswered · certain: "))
  }

  @Test("what was read says by which version, and on which day where all of it is of one")
  func version() {
    let text = render(.blocked)
    #expect(text.contains("\nWhat \(Sample.generator.name) \(Sample.generator.version) read, 2026-11-24 UTC ───"))
  }

  @Test("what comes of it is a title, the rule with its first packet, and the explanation")
  func effect() {
    let text = render(.blocked)
    #expect(text.contains("\n     What follows from it:\nF4   WARNING  "))
    #expect(text.contains("\n     mtu-reconnect · because of F2 · frame 812 and 1 more · likely: "))
    #expect(text.components(separatedBy: "     Wireshark  ").count == 2)
  }

  @Test("beside other tunnels, what comes of a problem names its own")
  func effectAmongTunnels() {
    var report = Sample.blocked.report
    report.tunnels.append(Sample.many.report.tunnels[1])
    let text = TextReport(style: .plain).render(report, generator: Sample.generator)
    #expect(text.contains("\n     mtu-reconnect · T1 · because of F2 · frame 812 and 1 more · likely: "))
  }

  @Test("the timeline folds repeated events and marks findings in the margin")
  func timeline() {
    let text = render(.blocked)
    #expect(text.contains("\nTimeline of 2026-11-24 UTC ───"))
    #expect(text.contains("\nF2   02:03:00.900  DTLS hello to UDP 443, no answer ×20 in 5 rounds, "))
  }

  @Test("no line is longer than 80 columns", arguments: Sample.allCases)
  func width(sample: Sample) {
    for line in render(sample).split(separator: "\n") {
      #expect(TextColumns.width(of: line) <= 80, "\(line)")
    }
  }

  @Test("nothing from outside acts on the terminal", arguments: TextStyle.all)
  func hostile(style: TextStyle) {
    let text = render(.hostile, style)
    let bad = text.unicodeScalars.filter { VisibleText.isHidden($0) && $0 != "\n" && $0 != "\u{1B}" }
    #expect(bad.isEmpty)
    #expect(!text.contains("\u{1B}[31m"))
    #expect(text.contains("\\u{1B}[31m"))
    if style == .plain { #expect(!text.contains("\u{1B}")) }
  }

  @Test("colours change nothing but the escapes")
  func colors() {
    let colored = render(.blocked, .colored)
    #expect(colored.contains("\u{1B}[1;31mERROR"))
    #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == render(.blocked))
  }

  @Test("long timelines and long lists end with a count")
  func bounded() {
    let report = Sample.many.report
    let text = render(.many)
    #expect(
      text.contains(
        "… \((FoldedTimeline(report.timeline).rows.count - 200).grouped) more entries; --format json has all"))
    #expect(text.contains("… 60 more findings; --format json has all"))
    #expect(text.contains("30 of 300 tunnels have problems"))
    #expect(text.contains("c2 10"))
    #expect(
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
        "is 0.004213 s ahead of that of c1"))
    #expect(text.utf8.count < 200_000)
  }
}

extension TextStyle {
  static let all: [TextStyle] = [.plain, .colored]
}
