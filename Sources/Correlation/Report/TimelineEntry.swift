import Observations

/// One line of the timeline; repeated events are folded into one.
public struct TimelineEntry: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A session of a control channel begins, or was under way.
    case session
    case sessionEnd = "session-end"
    /// An opening message of a handshake.
    case opening
    /// The gateway's answer to it.
    case answer
    case established
    case failed
    case rejected
    case silence
    case closing
    case addressChange = "address-change"
    case icmp
    case largePacket = "large-packet"
    case mss
    case retransmission
    case fragments
    case dropped
    case capture
  }

  public let time: Timestamp
  /// When the last of the folded events happened; equal to `time` for a single one.
  public let end: Timestamp
  /// How many events are folded into this entry; at least 1.
  public let count: Int
  public let kind: Kind
  public let tunnel: String?
  /// The channel of the tunnel; nil for what happens on a path.
  public let channel: ChannelKind?
  /// The first of the folded events.
  public let source: Source
  public let text: String
  /// The finding that this is evidence of.
  public var finding: String?
  /// Who sent the packet, the client's or the gateway's side; nil where that says nothing.
  public var sender: Side?

  public init(
    time: Timestamp, end: Timestamp? = nil, count: Int = 1, kind: Kind, tunnel: String?, channel: ChannelKind? = nil,
    source: Source, text: String, finding: String? = nil, sender: Side? = nil
  ) {
    self.time = time
    self.end = end ?? time
    self.count = count
    self.kind = kind
    self.tunnel = tunnel
    self.channel = channel
    self.source = source
    self.text = text
    self.finding = finding
    self.sender = sender
  }

  /// The packet; nil for a line.
  public var frame: FrameReference? { source.frame }
  /// The line; nil for a packet.
  public var line: LogLine? { source.line }
}
