/// What the reader of logs takes at most. Log text is hostile input: beyond a limit it goes on, or stops with one line
/// that says so, and counts what it left out.
public enum LogLimits {
  /// Bytes of a line that are looked at; the rest is skipped and the line counted as cut. The longest messages of the
  /// formats read here are below 8 KiB; syslog over TCP allows 64 KiB.
  public static let lineLength = 64 << 10

  /// Bytes in front of a message that are looked at: two headers with their hosts take below 200.
  static let headerLength = 1 << 10
  /// Lines that one message may be wrapped over, the first not counted: terminals of 80 columns need two or three.
  static let wrappedLines = 5
  /// Bytes of a wrapped message.
  static let wrappedLength = 4 << 10

  /// Observations of one log that are handed on. A busy gateway's day of sessions is below a tenth of it.
  public static let observations = 2_000_000
  /// Packets refused by access lists or closed ports that are handed on, so that a flood of them does not crowd out
  /// what sessions tell.
  public static let refusedPackets = 200_000
  /// Observations that wait for an earlier block of lines to end.
  static let waitingObservations = 4_096

  /// Lines of one description in a DART block.
  static let descriptionLines = 64
  /// Bytes of one description in a DART block.
  static let descriptionLength = 8 << 10
  /// Rows of one socket table that are kept: an ASA has a handful of listening sockets.
  static let sockets = 1_024
  /// Connections or sessions whose kind is remembered from one line to a later one.
  static let remembered = 65_536
  /// Bytes of a name (user, group, device, reason) that are kept.
  static let nameLength = 512

  /// Members of one bundle that are looked at. A DART bundle has some hundred.
  public static let members = 10_000
  /// Bundles inside bundles: a case's zip holds a DART zip, which holds zipped logs.
  public static let nesting = 4
  /// How many times larger than its compressed bytes a compressed file may get. Syslog shrinks 10 to 40 times, and
  /// logs of one repeated line over 100 times; decompression bombs 1,000 times a level.
  public static let expansion = 250
  /// Bytes that may come out of a compressed file before `expansion` is looked at.
  public static let expansionFloor = 256 << 20
}
