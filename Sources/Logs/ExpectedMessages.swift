/// Whose message the next line of a log most likely is, which decides who is asked of it first: a log is mostly one product's,
/// and then its lines need not be shown to the readers of all others.
struct ExpectedMessages {
  /// Who is asked in front of the other readers of lines.
  enum First {
    case reader
    /// The reader, and where the line is none of its, the table of messages.
    case readerAndTable
    case table
  }

  /// The reader that took the last line that one took, by its place in their list.
  private(set) var reader = 0
  private(set) var first = First.reader
  /// Products with messages in this log of which no reader of lines takes any.
  private var ofTable = LogProducts()
  /// Products of which `reader` was given messages that the table found: it knows their lines, and other readers do not.
  private var ofReader = LogProducts()

  /// - Parameter index: The reader that took a line.
  mutating func take(by index: Int) {
    if index != reader { (reader, ofReader) = (index, LogProducts()) }
    first = ofReader.isEmpty ? .reader : .readerAndTable
  }

  /// - Parameters:
  ///   - product: Whose message the table found.
  ///   - index: The reader that took it; nil for none.
  mutating func find(_ product: LogProduct, takenBy index: Int?) {
    if product.hasNoLineReader {
      ofTable.insert(product)
      first = .table
    } else if product.hasOneReader, let index {
      if index != reader { (reader, ofReader) = (index, LogProducts()) }
      ofReader.insert(product)
      first = .readerAndTable
    } else {
      first = .reader
    }
  }

  /// Nobody knows the line.
  mutating func findNothing() { first = .reader }

  /// Whether the table's message needs no other reader's look.
  func contains(_ found: FoundMessage) -> Bool {
    switch found.attribution {
    case .words, .program: ofTable.contains(found.product) || ofReader.contains(found.product)
    case .log: ofTable.contains(found.product)
    case .assumed: false
    }
  }
}
