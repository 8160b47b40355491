/// The names that one that does not exist was probably meant to be.
enum NearMiss {
  private static let mostSuggestions = 3
  /// A shorter part of a name is part of too many.
  private static let shortestPart = 3

  /// Names that contain `given`, all its parts, or are it but for a few letters: the closest first.
  static func names(like given: String, among names: [String]) -> [String] {
    let given = given.lowercased()
    // Two letters that changed places, which are two edits, in a word of seven.
    let mostEdits = max(1, (given.count + 1) / 4)
    let rated = names.compactMap { name -> (rating: Int, name: String)? in
      if given.count >= shortestPart, name.contains(given) { return (0, name) }
      let edits = edits(from: Array(given), to: Array(name))
      if edits <= mostEdits { return (edits, name) }
      return hasAbbreviatedParts(given, of: name) ? (mostEdits + 1, name) : nil
    }
    return rated.enumerated().sorted { ($0.element.rating, $0.offset) < ($1.element.rating, $1.offset) }
      .prefix(mostSuggestions).map(\.element.name)
  }

  /// ", did you mean a or b?"; empty without suggestions.
  static func question(_ given: String, among names: [String]) -> String {
    let names = self.names(like: given, among: names)
    guard let last = names.last else { return "" }
    return "; did you mean " + (names.count > 1 ? names.dropLast().joined(separator: ", ") + " or " : "") + last + "?"
  }

  /// Whether each part of `given` begins a part of `name`, in order: "dtls-unans", "mtu-rec".
  private static func hasAbbreviatedParts(_ given: String, of name: String) -> Bool {
    let wanted = given.split { $0 == "-" || $0 == "_" || $0 == " " }
    guard wanted.count > 1 else { return false }
    var parts = name.split(separator: "-")[...]
    return wanted.allSatisfy { part in
      guard let place = parts.firstIndex(where: { $0.hasPrefix(part) }) else { return false }
      parts = parts[(place + 1)...]
      return true
    }
  }

  /// The fewest letters to add, remove or replace (Levenshtein distance). Names are short; a long argument is no name.
  private static func edits(from given: [Character], to name: [Character]) -> Int {
    guard given.count <= 64 else { return .max }
    var row = Array(0...name.count)
    for (i, letter) in given.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in name.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[name.count]
  }
}
