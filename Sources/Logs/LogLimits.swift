/// What the reader of logs takes at most. Log text is hostile input: beyond a limit it goes on, or stops with one line
/// that says so, and counts what it left out.
public enum LogLimits {
  /// Bytes of a line that are looked at; the rest is skipped and the line counted as cut. The longest messages of the
  /// formats read here are below 8 KiB; syslog over TCP allows 64 KiB.
  public static let lineLength = 64 << 10

  /// Bytes at the beginning of a text that show what has become of its lines: some hundred lines.
  static let shapeLength = 32 << 10

  /// Bytes of a log that has its newest lines first, which are kept until its end is there. What a gateway's page or a log
  /// server exports has some thousand lines. A longer one is read as it stands.
  static let newestFirstLength = 32 << 20

  /// Bytes in front of a message that are looked at: two headers with their hosts take below 200.
  static let headerLength = 1 << 10

  /// Observations of one log that are emitted. A busy gateway's day of sessions is below a tenth of it.
  public static let observations = 2_000_000
  /// Packets refused by access lists or closed ports that are emitted, so that a flood of them does not crowd out
  /// what sessions show.
  public static let refusedPackets = 200_000
  /// Observations that wait for an earlier block of lines to end.
  static let waitingObservations = 4_096

  /// Handshakes and sessions of one log that are followed at once: a large gateway has some ten thousand sessions open.
  /// At the limit those that are over are forgotten, and when that is too little, all.
  public static let followedHandshakes = 65_536
  /// Handshakes from one address that wait for the line that names their user.
  static let unnamedHandshakes = 64
  /// Numbers of lines that look like errors that are kept: a reader looks at the first few.
  static let suspiciousLines = 5
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

  /// Lines between an entry's time and its message, where it has several: a description in a DART bundle has some ten.
  static let descriptionLines = 64
}
