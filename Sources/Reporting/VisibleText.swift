/// Text from packets, logs and file names, made harmless for terminals, pages and tickets.
///
/// Characters that a reader cannot see, or that could move, hide or reorder others, are written out as a
/// visible escape such as `\u{1B}`: control characters (C0, DEL, C1), bidirectional controls, line and
/// paragraph separators, odd spaces, zero-width and other default-ignorable characters, private-use and
/// unassigned ones, marks stacked higher than two on one letter, and whatever joins a character of markup into
/// one grapheme, where an escape that looks at whole characters would miss it.
public enum VisibleText {
  /// Longest prose that any output shows, in Unicode scalars before escaping.
  public static let longest = 4_000
  /// Longest name, title or note.
  public static let longestLine = 300

  /// `text` with everything invisible made visible, cut with "…" after `limit` scalars.
  public static func of(_ text: String, limit: Int = longest) -> String {
    guard text.utf8.count > limit || !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return text }
    var result = ""
    var written = 0
    for character in text {
      let scalars = character.unicodeScalars
      let joinsMarkup = scalars.count > 1 && scalars.contains(where: isMarkup)
      var marks = 0
      for scalar in scalars {
        guard written < limit else { return result + "…" }
        written += 1
        marks += isMark(scalar) ? 1 : 0
        if marks > 2 || isHidden(scalar) || joinsMarkup && !scalar.isASCII {
          result.append("\\u{\(String(scalar.value, radix: 16, uppercase: true))}")
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// A whole text, such as a report that somebody else wrote: its lines stay, and each is shown as `of` shows it.
  public static func lines(of text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { of(String($0), limit: .max) }
      .joined(separator: "\n")
  }

  /// Whether a reader cannot see `scalar`, or would take it for another.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value < 0x20 }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      return true
    default:
      return properties.isDefaultIgnorableCodePoint
    }
  }

  /// Whether `scalar` is ASCII and neither a letter nor a digit.
  private static func isMarkup(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && !scalar.properties.isAlphabetic && scalar.properties.numericType == nil
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x300 else { return false }
    let category = scalar.properties.generalCategory
    return category == .nonspacingMark || category == .enclosingMark
  }
}

extension String {
  /// This prose as an output may show it; see `VisibleText`.
  var visible: String { VisibleText.of(self) }

  /// This name, title or note as an output may show it; see `VisibleText`.
  var visibleLine: String { VisibleText.of(self, limit: VisibleText.longestLine) }
}
