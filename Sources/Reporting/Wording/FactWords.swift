import Correlation

extension FactValue {
  /// The value as a person reads it.
  var words: String {
    switch self {
    case .integer(let value): String(value)
    case .number(let value): value.decimal()
    case .text(let value): value.visibleLine
    case .boolean(let value): value ? "yes" : "no"
    case .numbers(let values):
      values.count > 12
        ? values.prefix(12).map { $0.decimal() }.joined(separator: ", ") + ", … (\(values.count) in all)"
        : values.map { $0.decimal() }.joined(separator: ", ")
    }
  }
}

/// A fact as a person reads it: `median 60.002 s` for `median_seconds`.
struct FactWords {
  let name: String
  let value: String

  private static let abbreviations: Set<String> = [
    "mtu", "mss", "icmp", "tls", "dtls", "tcp", "udp", "df", "ike", "esp", "ip",
  ]

  init(name: String, value: FactValue) {
    let seconds = name.hasSuffix("_seconds") && name != "_seconds"
    let words = (seconds ? String(name.dropLast("_seconds".count)) : name).split(separator: "_")
    self.name =
      words.map { Self.abbreviations.contains(String($0)) ? $0.uppercased() : String($0) }
      .joined(separator: " ").visibleLine
    self.value = seconds ? value.words + " s" : value.words
  }
}

extension Finding {
  /// The facts as a person reads them, in the finding's order. How many limits captures have is for programs.
  var factWords: [FactWords] {
    facts.filter { _ in about != .captures }.map { FactWords(name: $0.name, value: $0.value) }
  }

  /// Those that neither the title nor the explanation gives; yes and no are for programs.
  var factsBesideWords: [FactWords] {
    let said = Set((title + " " + explanation).split(whereSeparator: \.isWhitespace).map { $0.trimmedOfMarks })
    let told = facts.filter { if case .boolean = $0.value { false } else { true } }
    return told.map { FactWords(name: $0.name, value: $0.value) }.filter { fact in
      !fact.value.split(separator: " ").allSatisfy { said.contains($0.trimmedOfMarks) }
    }
  }
}

extension Substring {
  /// A word without the marks around it.
  fileprivate var trimmedOfMarks: Substring {
    let isMark: (Character) -> Bool = { ".,;:()".contains($0) }
    var word = drop(while: isMark)
    while let last = word.last, isMark(last) { word.removeLast() }
    return word
  }
}
