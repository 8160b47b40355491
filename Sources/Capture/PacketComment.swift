/// What somebody wrote about one packet (pcapng's opt_comment).
public struct PacketComment: Hashable, Sendable {
  /// Frame number, from 1.
  public let frame: Int
  /// The text, unescaped, at most `PacketComment.longestText` bytes of it.
  public let text: String

  /// Bytes kept of one comment; the rest is cut.
  public static let longestText = 1024
  /// Comments kept of one capture; later ones are counted, not kept.
  public static let mostKept = 1000
}
