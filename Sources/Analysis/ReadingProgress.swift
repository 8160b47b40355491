/// How far the reading of captures has come.
public struct ReadingProgress: Sendable, Hashable {
  public var packets = 0
  /// Bytes of the files that were read, compressed where they are. The packets may lag a few megabytes behind.
  public var bytes = 0
  /// Bytes of all files; nil when one of them does not say, as standard input does not.
  public var totalBytes: Int?

  public init(packets: Int = 0, bytes: Int = 0, totalBytes: Int? = nil) {
    self.packets = packets
    self.bytes = bytes
    self.totalBytes = totalBytes
  }
}
