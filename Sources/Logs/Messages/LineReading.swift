/// What a line of a log says.
///
/// All ranges in it are offsets in `text`, which is the line, or a copy in which JSON's escapes have been taken back.
struct LineReading: ~Escapable {
  enum Content {
    case message(FoundMessage)
    /// A message of an ASA or FTD that is not in the table, by its number, and whether it complains of a tunnel.
    case unlisted(number: Int, isComplaint: Bool)
    /// No message of the table, but a word that looks like an error; the product when the line names a program that
    /// belongs to one.
    case suspicious(ErrorWord, LogProduct?)
    /// The product when the line names a program that belongs to one.
    case unknown(LogProduct?)
  }

  let text: LogText
  let header: LineHeader
  let content: Content
  /// The host that a line before named for this one, where entries take several lines.
  let hostOfEntry: String?

  @_lifetime(copy text)
  @inline(__always)
  init(_ text: borrowing LogText, _ header: LineHeader, _ content: Content, hostOfEntry: String? = nil) {
    self.text = LogText(text.bytes)
    self.header = header
    self.content = content
    self.hostOfEntry = hostOfEntry
  }

  var host: String? { header.host.map { text.string($0) } ?? hostOfEntry }
  var program: String? { header.program.map { text.string($0) } }
}

/// A message of the table in a line.
struct FoundMessage {
  /// By what a message is one of its product's.
  enum Attribution: Sendable {
    /// No other program writes these words.
    case words
    /// The line names the program.
    case program
    /// Common words, in a log that has the product's own words before.
    case log
    /// Common words, and nothing says whose.
    case assumed
  }

  let product: LogProduct
  let meaning: MessageMeaning
  /// The number that the product gives the message.
  let number: Int?
  let values: MessageValues
  let attribution: Attribution
  /// What the program wrote: whom the message is about, and the message, up to the end of what quotes it.
  let words: Range<Int>
  /// Whether the words fit to the end: a line that breaks off goes on in the next.
  let isWhole: Bool
  /// The message's index in the table.
  let entry: Int
  /// Of a translated message, the original's text with places for the values.
  let original: String?
  /// Whether a word in front of the message looks like an error.
  let looksLikeError: Bool
}
