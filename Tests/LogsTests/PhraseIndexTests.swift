import Testing

@testable import Logs

@Suite("Phrases by their first four bytes")
struct PhraseIndexTests {
  private static let phrases = ["session", "session is up", "sess", "send failed", "peer ", "peer is dead", "Größe"]

  private func longest(
    _ text: String, at index: Int = 0, folded: Bool = false, accepts: (Int, Int) -> Bool = { _, _ in true }
  ) throws -> String? {
    let table = try #require(PhraseIndex(Self.phrases.map { Array($0.utf8) }, isFolded: folded))
    let bytes = Array(text.utf8)
    return table.longest(bytes.span, at: index, accepts: accepts).map { Self.phrases[$0] }
  }

  @Test("the longest phrase is found that the text goes on with")
  func longest() throws {
    #expect(try longest("session is up again") == "session is up")
    #expect(try longest("session is over") == "session")
    #expect(try longest("sessile") == "sess")
    #expect(try longest("the peer is deaf", at: 4) == "peer ")
    #expect(try longest("Größen") == "Größe")
  }

  @Test(
    "a text that begins like a phrase, and one that ends within it, is none", arguments: ["send", "peep", "ses", ""])
  func none(text: String) throws { #expect(try longest(text) == nil) }

  @Test("no phrase is found outside the text", arguments: [-1, 7, 8, Int.max])
  func outside(index: Int) throws { #expect(try longest("session", at: index) == nil) }

  @Test("a phrase that is not accepted gives way to the longest that it begins with")
  func accepts() throws {
    #expect(try longest("session is up") { _, length in length < 10 } == "session")
    #expect(try longest("session is up") { _, length in length < 5 } == "sess")
    #expect(try longest("session is up") { _, _ in false } == nil)
  }

  @Test("letters match in either case where that is wanted, and only there")
  func folded() throws {
    #expect(try longest("SESSION Is Up", folded: true) == "session is up")
    #expect(try longest("SESSION Is Up") == nil)
    // What differs from a letter by the bit that makes it small is none.
    #expect(try longest("peer\u{0}is", folded: true) == nil)
  }

  @Test("each phrase knows the longest that it begins with")
  func shorter() throws {
    let index = try #require(PhraseIndex(Self.phrases.map { Array($0.utf8) }))
    #expect(index.shorter(than: 1) == 0)
    #expect(index.shorter(than: 0) == 2)
    #expect(index.shorter(than: 2) == nil)
    #expect(index.shorter(than: 3) == nil)
  }

  @Test("phrases that are too short or too many are refused, and none are no phrases")
  func refused() throws {
    #expect(PhraseIndex([Array("abc".utf8)]) == nil)
    #expect(PhraseIndex((0...65_535).map { Array("word \($0)".utf8) }) == nil)
    let none = try #require(PhraseIndex([]))
    #expect(none.longest(Array("session".utf8).span, at: 0) { _, _ in true } == nil)
  }

  @Test("of many phrases each is found by its own text")
  func many() throws {
    let phrases = (0..<5_000).map { "\(["Conn", "Failed ", "user"][$0 % 3])\($0 / 7 * 11)x\($0)" }
    let index = try #require(PhraseIndex(phrases.map { Array($0.utf8) }))
    for (number, phrase) in phrases.enumerated() {
      let bytes = Array((phrase + " and more").utf8)
      #expect(index.longest(bytes.span, at: 0) { _, _ in true } == number)
    }
  }
}
