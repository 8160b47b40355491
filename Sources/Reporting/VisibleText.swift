/// Text from packets, logs and file names, made harmless for terminals, pages and tickets.
///
/// Whatever a reader could not see, or what could move, hide or reorder what they see, is written out as a
/// visible escape such as `\u{1B}`: control characters (C0, DEL, C1), bidirectional controls, line and
/// paragraph separators, odd spaces, zero-width and other default-ignorable characters, private-use and
/// unassigned ones, and marks stacked higher than two on one letter.
public enum VisibleText {
  /// Longest text that any output shows, in characters before escaping.
  public static let longest = 4_000

  /// `text` with everything invisible made visible, cut with "…" after `limit` characters.
  public static func of(_ text: String, limit: Int = longest) -> String {
    guard text.utf8.count > limit || !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return text }
    var result = ""
    var marks = 0
    var written = 0
    for scalar in text.unicodeScalars {
      guard written < limit else {
        result.append("…")
        break
      }
      written += 1
      marks = isMark(scalar) ? marks + 1 : 0
      if marks > 2 || isHidden(scalar) {
        result.append("\\u{\(String(scalar.value, radix: 16, uppercase: true))}")
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether a reader would not see `scalar` for what it is.
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

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x300 else { return false }
    let category = scalar.properties.generalCategory
    return category == .nonspacingMark || category == .enclosingMark
  }
}

extension String {
  /// This text as an output may show it; see `VisibleText`.
  var visible: String { VisibleText.of(self) }
}
