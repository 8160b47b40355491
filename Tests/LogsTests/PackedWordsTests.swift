import Testing

@testable import Logs

/// How the words of headers are looked up.
struct PackedWordsTests {
  private static let words = PackedWords<Int>([("err ERROR critical Überlauf", 1), ("a-z[`{@", 2)])

  /// - Returns: What is found of `word` behind `before`, with `after` behind it.
  private func found(_ word: String, before: String = "", after: String = "") -> Int? {
    let line = Array((before + word + after).utf8)
    let start = before.utf8.count
    return Self.words.value(LogText(line.span), start..<start + word.utf8.count)
  }

  @Test(
    "A word is found in any case, wherever it stands in a line",
    arguments: ["err", "Err", "ERROR", "error", "Critical", "criticality"], ["", "x", "Nov 28 00:00:00 host "])
  func anyCaseAnywhere(word: String, before: String) {
    for after in ["", ":", "ERRORS", " and much that follows it"] {
      #expect(found(word, before: before, after: after) == 1)
    }
  }

  @Test("Only letters have two cases", arguments: ["", " behind it"])
  func signsAreNoLetters(after: String) {
    #expect(found("A-Z[`{@", after: after) == 2)
    #expect(found("a-z{`{@", after: after) == nil)
    #expect(found("a-z[@{@", after: after) == nil)
    #expect(found("a-z[`[@", after: after) == nil)
    #expect(found("a-z[`{`", after: after) == nil)
    #expect(found("Überlauf", after: after) == 1)
    #expect(found("überlauf", after: after) == nil)
  }

  @Test("A part of a word is another word", arguments: ["", "or", "ical"])
  func partsAreOthers(after: String) {
    #expect(found("er", after: after) == nil)
    #expect(found("", after: after) == nil)
    #expect(found("critica", after: after) == nil)
  }

  @Test(
    "A program's name is known by its beginning, at the line's end too",
    arguments: [
      ("ocserv", LogProduct.ocserv), ("OcServ-worker", .ocserv), ("openconnect", .openconnect), ("openconnec", nil),
      ("networkmanager", .networkManager), ("NetworkManage", nil), ("ipsec", .charon), ("ipsec,error", .racoon),
      ("asa", .asa), ("as", nil), ("o", nil),
    ])
  func programs(name: String, product: LogProduct?) {
    for after in ["", "[716]: a message behind it"] {
      let line = Array((name + after).utf8)
      #expect(LogProduct(program: LogText(line.span), 0..<name.utf8.count) == product)
    }
  }
}
