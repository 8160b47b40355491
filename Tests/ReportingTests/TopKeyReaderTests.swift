import Testing

@testable import Reporting

@Suite("Keys as a terminal sends them")
struct TopKeyReaderTests {
  private static func keys(_ text: String) -> [TopKey] {
    var reader = TopKeyReader()
    return reader.read(text.utf8) + reader.endOfInput()
  }

  @Test(
    "letters and control characters",
    arguments: [
      ("q", TopKey.quit), ("\u{03}", .quit), ("h", .help), ("?", .help), ("f", .filter), ("s", .order), ("\n", .enter),
      ("\r", .enter), ("\u{7F}", .back), (" ", .pageDown), ("\u{0C}", .redraw), ("x", .other), ("\u{1A}", .other),
      ("\u{1C}", .other),
    ])
  func letters(text: String, key: TopKey) { #expect(Self.keys(text) == [key]) }

  @Test(
    "sequences of xterm, of the application mode, of the Linux console and of screen",
    arguments: [
      ("\u{1B}[A", TopKey.up), ("\u{1B}OA", .up), ("\u{1B}[B", .down), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown),
      ("\u{1B}[H", .home), ("\u{1B}OH", .home), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home), ("\u{1B}[F", .end),
      ("\u{1B}OF", .end), ("\u{1B}[4~", .end), ("\u{1B}[8~", .end), ("\u{1B}[1;5A", .up), ("\u{1B}[5;2~", .pageUp),
      ("\u{1B}OM", .enter), ("\u{1B}[D", .back), ("\u{1B}[3~", .other), ("\u{1B}[C", .other), ("\u{1B}a", .other),
    ])
  func sequences(text: String, key: TopKey) {
    #expect(Self.keys(text) == [key])
    // In pieces, as a slow line delivers it.
    var reader = TopKeyReader()
    #expect(text.utf8.flatMap { reader.read([$0]) } == [key])
    #expect(!reader.isWaiting)
  }

  @Test("Esc is a key once nothing follows, or another Esc does")
  func escape() {
    var reader = TopKeyReader()
    #expect(reader.read([0x1B]).isEmpty)
    #expect(reader.isWaiting)
    #expect(reader.endOfInput() == [.back])
    #expect(!reader.isWaiting)
    #expect(Self.keys("\u{1B}\u{1B}") == [.back, .back])
  }

  @Test("a sequence without an end is let go of, and what follows is read")
  func endless() {
    #expect(Self.keys("\u{1B}[" + String(repeating: "1;", count: 40) + "q").last == .quit)
    #expect(Self.keys("\u{1B}[1\u{1B}[Aq") == [.other, .up, .quit])
    #expect(Self.keys("\u{1B}[").isEmpty)
  }

  @Test("characters beyond ASCII and any bytes are no keys and harm nothing")
  func otherBytes() {
    #expect(Self.keys("ü→用q") == [.quit])
    var reader = TopKeyReader()
    let keys = reader.read((0...255).flatMap { [$0, 0x1B, $0, 0x5B, $0] } as [UInt8])
    #expect(!keys.isEmpty)
  }
}
