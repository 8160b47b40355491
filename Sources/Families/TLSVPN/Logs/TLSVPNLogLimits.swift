/// What the readers of this family's logs keep at most of one block or from one line to the next.
enum TLSVPNLogLimits {
  /// Lines that one message may be wrapped over, the first not counted: terminals of 80 columns need two or three.
  static let wrappedLines = 5
  /// Bytes of a wrapped message.
  static let wrappedLength = 4 << 10

  /// Lines of one description in a DART block.
  static let descriptionLines = 64
  /// Bytes of one description in a DART block.
  static let descriptionLength = 8 << 10
  /// Rows of one socket table that are kept: an ASA has a handful of listening sockets.
  static let sockets = 1_024
  /// Connections or sessions whose kind is remembered from one line to a later one.
  static let remembered = 65_536
}
