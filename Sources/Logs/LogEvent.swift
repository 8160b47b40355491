import Observations

/// What a reader understands of a line, before it is known which handshake it belongs to: `LogSink` makes observations
/// of it, and `HandshakeFollower` gives those of one handshake their identity.
public enum LogEvent: Sendable, Hashable {
  // MARK: One channel's handshake and session

  /// A handshake began.
  case opened(ChannelKind)
  /// A handshake is complete. A login's connections complete theirs, too: whether it is the tunnel's is not said.
  case completed(ChannelKind)
  /// The channel is up and can carry the tunnel's data.
  case established(ChannelKind)
  /// The same, with how the session relates to those before it.
  case sessionEstablished(ChannelKind, SessionRelation)
  case failed(ChannelKind, HandshakeFailure.Cause)
  /// A handshake began and failed, which one line says: each is an attempt of its own.
  case attemptFailed(ChannelKind, HandshakeFailure.Cause)
  /// The other side says, as soon as the channel is up, that it does not accept it.
  case disowned(ChannelKind, reason: String?)
  /// The channel is up, and by the writer's own settings of no use.
  case unusable(ChannelKind, reason: String)
  /// Dead-peer detection gave the other side up.
  case deadPeer(ChannelKind)
  /// A connection ended; the tunnel may go on. nil where the line does not name the channel.
  case ended(ChannelKind?, reason: String?)
  /// A connection broke off while it was in use, and the tunnel may come back over another; nil for the tunnel as a whole.
  case brokeOff(ChannelKind?, reason: String?)

  // MARK: The tunnel as a whole

  /// The tunnel ended; `byClient` when the client or its user wished it.
  case tunnelEnded(reason: String?, byClient: Bool)
  /// The client begins a new connection of this kind by itself; nil for the tunnel as a whole.
  case reconnecting(ChannelKind?)

  // MARK: What belongs to no handshake

  case negotiated(Negotiation)
  case largePacket(LargePacket)
  case pathMTUExceeded(PathMTUExceeded)
  case packetDropped(DroppedPacket)
  case sendTooLarge(ChannelKind)
  case statement(Statement)
}
