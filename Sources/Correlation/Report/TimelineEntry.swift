import Observations

/// One line of the timeline; repeated events are folded into one.
public struct TimelineEntry: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case tlsSession = "tls-session"
    case tlsEnd = "tls-end"
    case dtlsHello = "dtls-hello"
    case dtlsAnswer = "dtls-answer"
    case dtlsEstablished = "dtls-established"
    case dtlsSilence = "dtls-silence"
    case dtlsAlert = "dtls-alert"
    case icmp
    case largePacket = "large-packet"
    case mss
    case retransmission
    case fragments
    case capture
    case logSession = "log-session"
    case logDTLS = "log-dtls"
    case logSize = "log-size"
    case logPort = "log-port"
  }

  public let time: Timestamp
  /// When the last of the folded events happened; equal to `time` for a single one.
  public let end: Timestamp
  /// How many events are folded into this entry; at least 1.
  public let count: Int
  public let kind: Kind
  public let tunnel: String?
  /// The first of the folded events.
  public let frame: FrameReference?
  /// The line of a log that tells it, the first of the folded ones; nil for what packets show.
  public let line: LogLine?
  public let text: String
  /// The finding that this is evidence of.
  public var finding: String?
  /// Who sent the packet, the client's or the gateway's side; nil where that says nothing.
  public var sender: Side?

  public init(
    time: Timestamp, end: Timestamp? = nil, count: Int = 1, kind: Kind, tunnel: String?, frame: FrameReference?,
    line: LogLine? = nil, text: String, finding: String? = nil, sender: Side? = nil
  ) {
    self.time = time
    self.end = end ?? time
    self.count = count
    self.kind = kind
    self.tunnel = tunnel
    self.frame = frame
    self.line = line
    self.text = text
    self.finding = finding
    self.sender = sender
  }
}
