import Observations
import Testing

@testable import Reporting

@Suite("Wording")
struct WordingTests {
  @Test(
    "times are UTC by the Gregorian calendar",
    arguments: [
      (0, "1970-01-01T00:00:00.000000000Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
      (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
      (1_795_485_792_221_000_001, "2026-11-24T02:03:12.221000001Z"),
      (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999999999Z"),
      (.min, "1677-09-21T00:12:43.145224192Z"), (.max, "2262-04-11T23:47:16.854775807Z"),
    ] as [(Int64, String)])
  func calendar(nanoseconds: Int64, text: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).calendar.rfc3339 == text)
  }

  @Test("numbers are written without idle digits")
  func numbers() {
    #expect(60.0.decimal() == "60")
    #expect(0.1254.decimal() == "0.125")
    #expect((-0.0001).decimal() == "0")
    #expect(1e300.decimal() == "1e+300")
    #expect(12.3.fixed() == "12.300")
    #expect((-1.5).fixed() == "-1.500")
    #expect(1_234_567.grouped == "1,234,567")
    #expect(Int.min.grouped == "-9,223,372,036,854,775,808")
    #expect(1.counted("entry", "entries") == "1 entry")
    #expect(0.counted("entry", "entries") == "0 entries")
    #expect(12.3.duration == "12.3 s")
    #expect(302.0.duration == "5 min 2 s")
    #expect(12_000.0.duration == "3 h 20 min")
    #expect(259_200.0.duration == "3 d")
  }

  @Test("what a reader cannot see is written out")
  func visible() {
    #expect("plain text".visible == "plain text")
    #expect("größe 日本".visible == "größe 日本")
    #expect("a\u{1B}[1mb\u{7F}\u{85}".visible == "a\\u{1B}[1mb\\u{7F}\\u{85}")
    #expect(
      "\u{202E}\u{2066}\u{200F}\u{200B}\u{2028}\u{FEFF}\u{AD}".visible
        == "\\u{202E}\\u{2066}\\u{200F}\\u{200B}\\u{2028}\\u{FEFF}\\u{AD}")
    #expect("\u{E000}\u{378}\u{A0}\u{E0041}".visible == "\\u{E000}\\u{378}\\u{A0}\\u{E0041}")
    #expect("e\u{301}\u{302}\u{303}".visible == "e\u{301}\u{302}\\u{303}")
    #expect(VisibleText.of("abcdef", limit: 3) == "abc…")
  }

  @Test("lines break at spaces, and long words where they must")
  func wrapping() {
    #expect(TextColumns.wrap("one two three", width: 7) == ["one two", "three"])
    #expect(TextColumns.wrap("abcdefghij xy", width: 4) == ["abcd", "efgh", "ij", "xy"])
    #expect(TextColumns.wrap("", width: 4) == [""])
    // A number stays with its unit.
    #expect(TextColumns.wrap("after 3 min 18 s)", width: 12) == ["after", "3 min 18 s)"])
    #expect(TextColumns.wrap("日本語 x", width: 4) == ["日本", "語 x"])
    #expect(TextColumns.fit("aa bbb cc", width: 6, lines: 1) == ["aa …"])
    #expect(TextColumns.elide("abcdefghij", width: 5) == "ab…ij")
    #expect(TextColumns.elide("abc", width: 5) == "abc")
  }
}
