import Testing

@testable import Reporting

@Suite("Markdown report")
struct MarkdownReportTests {
  private func render(_ sample: Sample) -> String {
    MarkdownReport().render(sample.report, generator: Sample.generator)
  }

  @Test("it holds the answer, the findings, the timeline and what was read")
  func content() {
    let text = render(.blocked)
    #expect(text.hasPrefix("# Tunnel analysis\n\n**DTLS on UDP 443 gets no answer, and the session"))
    #expect(text.contains("\n### F2: DTLS is never answered on UDP 443\n"))
    #expect(text.contains("\n| 25 | 02:03:00.900 | DTLS hello to UDP 443 |\n"))
    #expect(
      text.contains(
        "\n```\nframe.number in {25..27, 38, 815}\nip.addr == 198.51.100.10 && ip.addr == 203.0.113.20 && udp.port == 443\n```\n"
      ))
    #expect(text.contains("\n1. Let UDP 443 pass in both directions.\n"))
    #expect(
      text.contains(
        "\n| F2 | 0.775 s | 02:03:00.900 | T1 | DTLS hello to UDP 443, no answer ×20 in 5 rounds, every 60 s | 25 |"))
    #expect(text.contains("| c1 | `client.pcap` | pcap, little-endian, Ethernet, snap length 262,144 |"))
  }

  @Test("every table row has as many cells as its head, whatever stands in it", arguments: Sample.allCases)
  func tables(sample: Sample) {
    var cells = 0
    for line in render(sample).split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        cells = 0
        continue
      }
      let count = line.replacing("\\|", with: "").count { $0 == "|" }
      if cells == 0 { cells = count }
      #expect(count == cells, "\(line)")
    }
  }

  @Test("text from outside makes no markup")
  func hostile() {
    let text = render(.hostile)
    let bad = text.unicodeScalars.count { VisibleText.isHidden($0) && $0 != "\n" }
    #expect(bad == 0)
    let outsideCode = text.replacing(/``[^\n]*?``/, with: "")
    #expect(!outsideCode.contains("<script>"))
    #expect(!outsideCode.contains(/[^\\]\]\(/))
    #expect(!outsideCode.contains("http://"))
    #expect(outsideCode.contains("&lt;script&gt;alert"))
  }

  @Test("specials are literal")
  func prose() {
    #expect(
      MarkdownText.prose("*a* _b_ `c` [d](e) | #1 TLS_AES") == "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e) \\| \\#1 TLS_AES")
    #expect(MarkdownText.prose("<b>&amp;") == "&lt;b&gt;&amp;amp;")
    #expect(MarkdownText.prose("1. x") == "1\\. x")
    #expect(MarkdownText.prose("- x - y") == "\\- x - y")
    #expect(MarkdownText.prose("see http://a.b www.c.d @all") == "see http&#58;//a.b &#119;ww.c.d &#64;all")
    #expect(MarkdownText.prose("192.0.2.1 and 1.5") == "192.0.2.1 and 1.5")
  }

  @Test("commands between backticks are code, and an odd backtick is a backtick")
  func commands() {
    #expect(MarkdownText.proseWithCode("set `a_b *` in `c") == "set `a_b *` in \\`c")
    #expect(MarkdownText.proseWithCode("`a` then `b`") == "`a` then `b`")
    #expect(MarkdownText.proseWithCode("none") == "none")
  }

  @Test("code is fenced by more backticks than it holds")
  func code() {
    #expect(MarkdownText.code("a") == "`a`")
    #expect(MarkdownText.code("`a``b") == "``` `a``b ```")
    #expect(MarkdownText.code("a|b", inTable: true) == "`a\\|b`")
  }
}
