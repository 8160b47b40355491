import Observations
import Testing

@testable import Logs

@Suite("Lines that a page, a chat or a mail has changed")
struct PastedTextTests {
  private static func plain(_ line: String) -> String {
    var pasted = PastedText()
    let bytes = Array(line.utf8)
    return pasted.restore(bytes.span) ? String(decoding: pasted.plain, as: UTF8.self) : line
  }

  @Test(
    "characters that were escaped for HTML are taken back, and the page's own tags left out",
    arguments: [
      "Group &lt;g&gt; User &lt;a&gt; IP &lt;198.51.100.10&gt; x",
      "Group &lt;g&gt; User &lt;a&gt; IP <198.51.100.10> x<br>",
      "<pre>Group &lt;g&gt; User &lt;a&gt; IP &lt;198.51.100.10&gt; x<br />",
      "<p><code>Group&nbsp;&lt;g&gt; User &lt;a&gt; IP &lt;198.51.100.10&gt; x</code></p>",
    ])
  func html(line: String) { #expect(Self.plain(line) == "Group <g> User <a> IP <198.51.100.10> x") }

  @Test("spaces of every kind are spaces, and what has no width is left out")
  func spaces() {
    #expect(
      Self.plain("3:12:45\u{202F}PM\u{A0}DTLS\u{2009}handshake \u{200B}failed\u{FEFF}")
        == "3:12:45 PM DTLS handshake failed")
  }

  @Test(
    "what a program writes stays as it is",
    arguments: [
      "", "a", "&", "peer(BVGT…dNhU) - Sending handshake initiation", "GET /?a=1&b=2 HTTP/1.1", "<30>charon: x",
      "Grüße, 握手 “x” – y", "User <alice>", "<Data>Group &lt;g&gt;</Data>", "\u{C2}", "a &lt", "<b>x",
    ])
  func unchanged(line: String) { #expect(Self.plain(line) == line) }

  @Test("the only cell of a row is read without its quotation marks; other marks are the program's own")
  func onlyCell() {
    #expect(Self.plain("\"Jul 6 pluto[9]: \"\"net\"\" #1: up\"") == "Jul 6 pluto[9]: \"net\" #1: up")
    for line in ["\"net\" #1: user=\"\"", "\"a\",\"\"\"b\"\"\"", "\"\"", "\"a\"", "\"\"\""] {
      #expect(Self.plain(line) == line)
    }
  }

  @Test("every length of a line is read")
  func lengths() {
    let line = Array("<pre>&lt;\u{A0}\u{200B}\u{202F}&gt;&nbsp;x<br></pre>".utf8)
    for count in 0...line.count {
      var pasted = PastedText()
      let part = Array(line[..<count])
      if pasted.restore(part.span) { #expect(pasted.plain.count <= count) }
    }
  }
}
