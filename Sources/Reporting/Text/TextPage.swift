import Correlation

/// The lines of a text report in order: headings, labelled paragraphs, as wide as the terminal within bounds.
struct TextPage {
  /// Where a report does not go to a terminal, and at least.
  static let usualWidth = 80
  /// Labels and a few words beside them.
  static let leastWidth = 40
  /// Longer lines are hard to read.
  static let mostWidth = 120
  /// Where the text of a section begins.
  static let margin = 5
  /// Where the text beside a label begins.
  static let labelled = 16

  let style: TextStyle
  /// Columns of a line.
  let width: Int
  private(set) var text = ""

  init(style: TextStyle, width: Int = usualWidth) {
    self.style = style
    self.width = min(max(width, Self.usualWidth), Self.mostWidth)
  }

  /// For a part of a screen, which has no columns but its own.
  ///
  /// - Parameter exactWidth: At least `leastWidth` is used.
  init(style: TextStyle, exactWidth: Int) {
    self.style = style
    width = min(max(exactWidth, Self.leastWidth), Self.mostWidth)
  }

  /// The lines so far.
  var lineCount: Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }

  /// One line; pieces are already fitted.
  mutating func line(_ pieces: (String, TextStyle.Meaning?)...) {
    var pieces = pieces
    while let last = pieces.last, last.0.allSatisfy({ $0 == " " }) { pieces.removeLast() }
    for piece in pieces { text += style.paint(piece.0, piece.1) }
    text += "\n"
  }

  mutating func blank() { text += "\n" }

  /// A heading with a rule to the right edge.
  mutating func heading(_ title: String) {
    blank()
    let rule = String(repeating: "─", count: max(0, width - TextColumns.width(of: title) - 1))
    line((title + " ", .heading), (rule, .faint))
  }

  /// A paragraph that begins at column `indent`.
  mutating func paragraph(_ words: String, indent: Int = margin, _ meaning: TextStyle.Meaning? = nil) {
    for row in TextColumns.wrap(words, width: width - indent) {
      line((spaces(indent), nil), (row, meaning))
    }
  }

  /// A label, and a paragraph beside it.
  mutating func labelled(_ label: String, _ words: String, _ meaning: TextStyle.Meaning? = nil) {
    for (index, row) in TextColumns.wrap(words, width: width - Self.labelled).enumerated() {
      line(labelPiece(index == 0 ? label : ""), (row, meaning))
    }
  }

  /// A label, and rows beside it that each begin with a fixed head and wrap under its end.
  mutating func labelled(_ label: String, rows: [(head: String, words: String)]) {
    var label = label
    for row in rows {
      let indent = Self.labelled + TextColumns.width(of: row.head)
      for (index, words) in TextColumns.wrap(row.words, width: width - indent).enumerated() {
        let head = index == 0 ? row.head : spaces(TextColumns.width(of: row.head))
        line(labelPiece(label), (head, .faint), (words, nil))
        label = ""
      }
    }
  }

  private func labelPiece(_ label: String) -> (String, TextStyle.Meaning?) {
    (spaces(Self.margin) + TextColumns.pad(label, to: Self.labelled - Self.margin), .faint)
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}

extension TextStyle.Meaning {
  init(_ severity: Severity) {
    self =
      switch severity {
      case .error: .error
      case .warning: .warning
      case .note: .note
      }
  }
}
