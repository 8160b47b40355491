/// Something that a packet or a log line shows: what happened, not what it means.
///
/// Observations are the waist of the program. Files, live packets and logs all become observations, and every verdict is a
/// function of them. Nothing behind the waist asks whether a packet or a line shows one, except to cite it.
public struct Observation: Sendable, Hashable, Codable {
  public let origin: Origin
  public let event: Event

  public init(_ origin: Origin, event: Event) {
    self.origin = origin
    self.event = event
  }

  /// What a packet shows.
  ///
  /// - Parameters:
  ///   - time: By the clock of its capture point.
  ///   - point: The capture point that saw it: captures that continue each other share one.
  public init(time: Timestamp, point: Int, frame: FrameReference, event: Event) {
    self.init(.packet(time: time, point: point, frame: frame), event: event)
  }

  /// What a line of a log shows.
  public init(time: LogTime?, line: LogLine, subject: LogSubject = LogSubject(), event: Event) {
    self.init(.line(LineOrigin(time: time, line: line, subject: subject)), event: event)
  }

  /// Who shows it, and when.
  public enum Origin: Sendable, Hashable, Codable {
    case packet(time: Timestamp, point: Int, frame: FrameReference)
    indirect case line(LineOrigin)
  }

  public var source: Source {
    switch origin {
    case .packet(_, _, let frame): .frame(frame)
    case .line(let line): .line(line.line)
    }
  }

  /// Every kind of thing the program can observe.
  ///
  /// The largest are kept apart: an event is as large as the largest kind that is not, and logs keep hundreds of thousands
  /// of the small ones.
  public enum Event: Sendable, Hashable, Codable {
    // MARK: A channel's handshakes and sessions
    indirect case opened(Opening)
    case message(HandshakeMessage)
    case established(Establishment)
    case failed(HandshakeFailure)
    indirect case refused(Refusal)
    case rejected(Rejection)
    case data(ChannelData)
    case silence(Silence)
    case deadPeer(DeadPeer)
    case addressChanged(AddressChange)
    case closing(Closing)
    /// Emitted once for a handshake and its session, when it ends or the capture does.
    indirect case summary(ChannelSummary)
    case ended(SessionEnd)
    /// The client begins a new connection of this kind by itself; nil for the tunnel as a whole.
    case reconnecting(ChannelKind?)
    case negotiated(Negotiation)

    // MARK: The path
    indirect case packetTooBig(PacketTooBig)
    case oversizedPackets(OversizedPackets)
    case mssOffered(MSSOffer)
    case stuckSegment(StuckSegment)
    case fragments(Fragments)
    /// The gateway has a packet for, or from, the client that is larger than the tunnel takes.
    case largePacket(LargePacket)
    /// A device refused a packet that is larger than the MTU towards its destination and must not be fragmented.
    case pathMTUExceeded(PathMTUExceeded)
    /// A device dropped a request to itself, or a packet through it.
    case packetDropped(DroppedPacket)
    /// A side's own host does not send a packet of the channel, because it is larger than the path takes (EMSGSIZE).
    case sendTooLarge(ChannelKind)

    // MARK: What a device says of itself
    case statement(Statement)
  }
}

/// A line of a log, its time as written, and whom it is about.
public struct LineOrigin: Sendable, Hashable, Codable {
  /// nil for lines without a time and for the output of `show` commands.
  public let time: LogTime?
  /// The first line of a block.
  public let line: LogLine
  public let subject: LogSubject

  public init(time: LogTime?, line: LogLine, subject: LogSubject) {
    self.time = time
    self.line = line
    self.subject = subject
  }
}
