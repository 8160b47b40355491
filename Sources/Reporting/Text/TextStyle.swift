/// Whether a text report carries terminal colours.
public enum TextStyle: Sendable, Hashable {
  case plain
  /// ANSI colours; each means one thing, and no meaning rests on colour alone.
  case colored

  /// What a colour means.
  enum Meaning: String {
    case heading = "1"
    case error = "1;31"
    case warning = "1;33"
    case note = "36"
    case good = "1;32"
    /// Labels, rules and details.
    case faint = "2"
    /// The identifier of a finding, wherever it stands.
    case reference = "35"
    /// The row of a list that keys are about.
    case selected = "7"
  }

  func paint(_ text: String, _ meaning: Meaning?) -> String {
    guard self == .colored, let meaning, !text.isEmpty else { return text }
    return "\u{1B}[\(meaning.rawValue)m\(text)\u{1B}[0m"
  }
}
