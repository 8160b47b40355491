/// A line as the program wrote it, where the page, chat or mail that it was copied from has changed single characters.
///
///     Group &lt;Staff&gt; User &lt;alice&gt; IP &lt;198.51.100.10&gt; …<br>     escaped for HTML
///     DTLS handshake failed: …                                             with no-break spaces
///     ␛[32mDTLS handshake failed: …␛[0m                                    in colours
///     "Jul  6 11:42:43 vpn pluto[999]: ""net"" #119: …"                    the only cell of a spreadsheet's row
///
/// No program of the table writes these characters into its own words. Escapes inside an element of XML or a string of
/// JSON belong to what wraps the line (`LineWrapping`), and stay.
struct PastedText {
  /// The line that `restore` has changed, with the characters taken back.
  private(set) var plain: [UInt8] = []

  /// Takes the characters back that were changed.
  ///
  /// - Returns: Whether there were any; then the line is `plain`.
  mutating func restore(_ line: Span<UInt8>) -> Bool {
    let text = LogText(line)
    if text.isOnlyCell {
      plain.removeAll(keepingCapacity: true)
      var index = 1
      while index < text.end - 1 {
        plain.append(text[index])
        index += text[index] == UInt8(ascii: "\"") ? 2 : 1
      }
      return true
    }
    guard text.isElement || text[text.end - 1] == UInt8(ascii: ">") || text.isColoured || text.mayBePasted else {
      return false
    }
    let element = text.leadingMarkup
    let isEscaped =
      (element > 0 || !text.isElement) && (text.hasEntity || element > 0 || text.trailingMarkup < text.end)
    guard isEscaped || text.hasForeignSpace || text.isColoured else { return false }
    plain.removeAll(keepingCapacity: true)
    if isEscaped {
      XMLText.unescape(text, element..<text.trailingMarkup, into: &plain)
    } else {
      for index in line.indices { plain.append(line[index]) }
    }
    Self.plainSpaces(&plain)
    while let last = plain.last, last <= 0x20 { plain.removeLast() }
    return true
  }

  /// Makes spaces of any kind plain ones, and drops what has no width, and a coloured line's colours.
  private static func plainSpaces(_ bytes: inout [UInt8]) {
    let isColoured = LogText(bytes.span).isColoured
    var write = 0
    var index = 0
    while index < bytes.count {
      let space = LogText(bytes.span).foreignSpace(at: index)
      if isColoured, bytes[index] == 0x1B {
        var text = LogText(bytes.span, from: index)
        text.skipControlSequence()
        index = text.position
      } else if space.length == 0 {
        bytes[write] = bytes[index]
        write += 1
        index += 1
      } else {
        if space.isVisible {
          bytes[write] = 0x20
          write += 1
        }
        index += space.length
      }
    }
    bytes.removeSubrange(write...)
  }
}

extension LogText {
  /// Whether the line has a byte with which an entity or a space of another kind begins, or some other byte from 0xC2 on:
  /// one look at each byte that the compiler makes one of many bytes at once.
  fileprivate var mayBePasted: Bool {
    var foreign: UInt8 = 0
    for index in bytes.indices {
      let byte = unsafe bytes[unchecked: index]
      foreign |= (byte == UInt8(ascii: "&") ? 1 : 0) | (byte >= 0xC2 ? 1 : 0)
    }
    return foreign > 0
  }

  /// Whether the line is in quotation marks, and has others in it, each of them twice.
  fileprivate var isOnlyCell: Bool {
    let mark = UInt8(ascii: "\"")
    guard self[0] == mark, end > 2, self[end - 1] == mark else { return false }
    var count = 0
    var index = 1
    while index < end - 1 {
      if self[index] == mark {
        guard index + 1 < end - 1, self[index + 1] == mark else { return false }
        count += 1
        index += 1
      }
      index += 1
    }
    return count > 0
  }

  /// Whether the line is an element of XML.
  fileprivate var isElement: Bool { self[0] == UInt8(ascii: "<") && self[1].isLetter }

  fileprivate var hasEntity: Bool {
    var start = 0
    while let sign = find(UInt8(ascii: "&"), from: start) {
      if has("lt;", at: sign + 1) || has("gt;", at: sign + 1) || has("quot;", at: sign + 1)
        || has("nbsp;", at: sign + 1)
      {
        return true
      }
      start = sign + 1
    }
    return false
  }

  /// Where the text begins behind the tags of a page; 0 when there are none.
  fileprivate var leadingMarkup: Int {
    guard isElement else { return 0 }
    var index = 0
    while let tag = Self.openings.first(where: { has($0, at: index) }) { index += tag.utf8CodeUnitCount }
    return index
  }

  /// Where the text ends in front of the tags of a page.
  fileprivate var trailingMarkup: Int {
    var index = end
    while self[index - 1] == UInt8(ascii: ">"),
      let tag = Self.closings.first(where: { has($0, at: index - $0.utf8CodeUnitCount) })
    {
      index -= tag.utf8CodeUnitCount
    }
    return index
  }

  private static let openings: [StaticString] = ["<pre>", "<code>", "<p>", "<div>", "<li>", "<br>", "<br/>", "<br />"]
  private static let closings: [StaticString] = [
    "<br>", "<br/>", "<br />", "</pre>", "</code>", "</p>", "</div>", "</li>",
  ]

  fileprivate var hasForeignSpace: Bool {
    for lead: UInt8 in [0xC2, 0xE2, 0xEF] {
      var start = 0
      while let found = find(lead, from: start) {
        if foreignSpace(at: found).length > 0 { return true }
        start = found + 1
      }
    }
    return false
  }

  /// Whether the line begins with what sets a terminal's colours; further in it may be part of a name.
  fileprivate var isColoured: Bool { LogText(bytes).isAtControlSequence }

  /// A space of another kind at `index`, in UTF-8: its length in bytes, 0 when there is none, and whether it has a width.
  fileprivate func foreignSpace(at index: Int) -> (length: Int, isVisible: Bool) {
    switch (self[index], self[index + 1], self[index + 2]) {
    case (0xC2, 0xA0, _): (2, true)  // U+00A0, no-break space
    case (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xAF): (3, true)  // U+2000 to U+200A, U+202F
    case (0xE2, 0x80, 0x8B...0x8F), (0xE2, 0x81, 0xA0): (3, false)  // U+200B to U+200F, U+2060
    case (0xEF, 0xBB, 0xBF): (3, false)  // U+FEFF, where texts were put together
    default: (0, false)
    }
  }
}
