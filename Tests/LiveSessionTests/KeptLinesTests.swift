import Testing

@testable import LiveSession

@Suite("Lines that are kept while a screen is shown")
struct KeptLinesTests {
  @Test("lines come whole, however they are cut, and harmless")
  func whole() {
    var kept = KeptLines()
    #expect(kept.take("one\ntw".utf8) == ["one"])
    #expect(kept.take("o\n\u{1B}[2J\n".utf8) == ["two", "\\u{1B}[2J"])
    #expect(kept.lines.count == 3)
  }

  @Test("the latest stay, the others are counted, and a line has its bound")
  func bounded() {
    var kept = KeptLines()
    for number in 0..<250 { _ = kept.take("line \(number)\n".utf8) }
    #expect(kept.lines.count == KeptLines.most)
    #expect(kept.lines.last == "line 249")
    #expect(kept.left == 150)
    let long = kept.take((String(repeating: "x", count: 1_000_000) + "\n").utf8)
    #expect(long.first?.utf8.count ?? 0 <= KeptLines.longest)
  }
}
