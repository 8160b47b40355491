import Testing

@testable import Logs

@Suite("Words that tell whether a text may be known")
struct TellingWordsTests {
  private func areIn(_ text: String, from position: Int = 0) throws -> Bool {
    let words = try #require(
      TellingWords(beginnings: ["TLS Error: ", "SIGUSR1["], inner: [" link remote: ", "began here"]))
    let bytes = Array(text.utf8)
    return words.areIn(LogText(bytes.span, from: position))
  }

  @Test("a beginning counts where the text begins")
  func beginnings() throws {
    #expect(try areIn("TLS Error: handshake failed"))
    #expect(try areIn("x SIGUSR1[soft]", from: 2))
    #expect(try !areIn("x SIGUSR1[soft]"))
    #expect(try !areIn("TLS Error"))
    #expect(try !areIn(""))
  }

  @Test("others count wherever they stand in what is left")
  func inner() throws {
    #expect(try areIn("UDP link remote: 1"))
    #expect(try areIn("itbegan here"))
    #expect(try !areIn("began here not", from: 1))
    #expect(try !areIn("began her"))
  }

  @Test("without words that can be looked for there is nothing")
  func none() {
    #expect(TellingWords(beginnings: ["TLS"], inner: []) == nil)
    #expect(TellingWords(beginnings: ["same", "same"], inner: []) == nil)
    #expect(TellingWords(beginnings: [], inner: ["one", "one1"]) == nil)
  }
}
