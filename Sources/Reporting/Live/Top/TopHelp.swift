/// The keys and the columns of the view, explained.
enum TopHelp {
  private static let sections: [(title: String, rows: [(head: String, words: String)])] = [
    (
      "Keys",
      [
        ("↑ ↓", "select a tunnel, or scroll a line; Page Up, Page Down, Home and End go further"),
        ("Enter", "details of the selected tunnel: its channels, and its findings with what to do"),
        ("Esc", "back to the list"),
        ("f", "only what fails (errors and warnings), or all"),
        (
          "s", "the next order: state (the worst first, what began last first among them), newest, client, gateway"
        ),
        ("h ?", "this page"),
        ("Ctrl-L", "draw the screen anew"),
        ("q", "end with the report on the whole run; Ctrl-C does the same"),
      ]
    ),
    (
      "Columns, as many as there is room for",
      [
        ("STATE", "error, warning, note: a finding that lasts, as live reports it"),
        ("", "healthy: what was seen shows that the tunnel works"),
        ("", "undecided: too little was seen to say so, or something may be wrong and has not lasted long enough"),
        ("CHANNELS", "what each channel is now"),
        ("AGE", "since the first packet of the tunnel that was seen"),
        ("PACKETS/s", "packets with payload, → from the client and ← from the gateway, since the verdict before"),
        ("SINCE", "when what is wrong began"),
        ("WHAT IS WRONG", "the finding, how sure it is, its rule (tunnelscope explain RULE), and how many others"),
      ]
    ),
  ]

  /// Behind the widest head.
  private static let indent = 17

  static func lines(width: Int, style: TextStyle) -> [String] {
    sections.enumerated().flatMap { place, section in
      (place == 0 ? [] : [""]) + TextColumns.wrap(section.title, width: width).map { style.paint($0, .heading) }
        + section.rows.flatMap { row in
          TextColumns.wrap(row.words, width: max(width - indent, 10)).enumerated().map { line, words in
            style.paint(TextColumns.pad("  " + (line == 0 ? row.head : ""), to: indent), .faint) + words
          }
        }
    }
  }
}
