import Testing

@testable import Logs

@Suite("Some phrases, found in one pass over a text")
struct PhraseSearchTests {
  private static let phrases = ["session", "session is up", "evel reconnect", "DPD_EXPIRED"]

  private func found(in text: String) throws -> [String] {
    let search = try #require(PhraseSearch(Self.phrases))
    let bytes = Array(text.utf8)
    let found = search.phrases(in: LogText(bytes.span))
    #expect(found.isEmpty == Self.phrases.indices.allSatisfy { !found.contains($0) })
    #expect(found.first == Self.phrases.indices.first { found.contains($0) })
    return Self.phrases.indices.filter { found.contains($0) }.map { Self.phrases[$0] }
  }

  @Test("all of them are found, inside of words too, and those that one begins with")
  func all() throws {
    #expect(try found(in: "Level reconnect: CSTP_DPD_EXPIRED, the session is up") == Self.phrases)
    #expect(try found(in: "sessions") == ["session"])
    #expect(try found(in: "DPD_EXPIRED") == ["DPD_EXPIRED"])
  }

  @Test(
    "a text without them has none", arguments: ["", "ses", "SESSION", "dpd_expired", "session".dropLast().description])
  func none(text: String) throws { #expect(try found(in: text) == []) }

  @Test("what a text holds is what a search for each of them finds")
  func each() throws {
    let texts = Self.phrases.flatMap { a in Self.phrases.map { b in "x\(a.dropLast())\(b) \(a)y\(b.dropFirst())" } }
    for text in texts { #expect(try found(in: text) == Self.phrases.filter { text.contains($0) }, "\(text)") }
  }

  @Test("phrases that are too many, too short or the same are refused")
  func refused() {
    #expect(PhraseSearch((0...64).map { "phrase \($0)" }) == nil)
    #expect(PhraseSearch(["abc"]) == nil)
    #expect(PhraseSearch(["same", "same"]) == nil)
  }
}
