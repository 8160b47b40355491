import Observations

/// Numbers and lists in the words that findings use.
package enum Phrase {
  /// "1 hello", "4 hellos".
  package static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(number.grouped) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// "once", "4 times".
  static func times(_ number: Int) -> String { number == 1 ? "once" : "\(number.grouped) times" }

  /// "60 s", "0.4 s", "3 min 20 s".
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e12 else { return "a very long time" }
    if seconds < 10 { return "\(rounded(seconds, decimals: 1)) s" }
    let whole = Int(seconds.rounded())
    return whole < 120 ? "\(whole) s" : "\(whole / 60) min" + (whole % 60 == 0 ? "" : " \(whole % 60) s")
  }

  /// A number with at most this many decimals, and none that are zero at its end.
  package static func rounded(_ number: Double, decimals: Int) -> String {
    number.isFinite && abs(number) < 1e12 ? number.decimal(decimals) : "unknown"
  }

  /// "a, b and c".
  package static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension String {
  /// As it stands at the beginning of a sentence.
  package var capitalizedStart: String { prefix(1).uppercased() + dropFirst() }

  /// With a small first letter, unless the word is an abbreviation such as "DTLS" or has a capital inside.
  package var lowercasedStart: String {
    let word = prefix { $0 != " " }
    guard word.dropFirst().allSatisfy({ !$0.isUppercase && !$0.isNumber }) else { return self }
    return prefix(1).lowercased() + dropFirst()
  }
}
