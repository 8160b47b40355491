/// A line with the colours of `TextStyle` in it.
enum PaintedLine {
  /// Lines of at most `width` columns, broken anywhere; each has its colours by itself.
  static func broken(_ line: String, width: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    var used = 0
    var color = ""
    var rest = line[...]
    while let character = rest.first {
      if character == "\u{1B}", let end = rest.firstIndex(of: "m") {
        let sequence = String(rest[...end])
        color = sequence == reset ? "" : sequence
        current += sequence
        rest = rest[rest.index(after: end)...]
        continue
      }
      let columns = TextColumns.width(of: String(character))
      if used > 0, used + columns > width {
        lines.append(current + (color.isEmpty ? "" : reset))
        (current, used) = (color, 0)
      }
      current.append(character)
      used += columns
      rest = rest.dropFirst()
    }
    return lines + [current]
  }

  private static let reset = "\u{1B}[0m"
}
