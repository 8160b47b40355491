/// When it matters that a side of a channel goes on sending and hears nothing.
public enum ChannelSilence {
  /// Twice the longest retransmission pause of a first handshake flight, and half of the usual dead-peer interval.
  @inlinable public static var nanoseconds: Int64 { 10_000_000_000 }
  /// Packets that must have stayed unanswered; a keep-alive and its repetition are two.
  @inlinable public static var packets: Int { 3 }
}
