/// ChannelData message of TURN (RFC 8656 section 12.4), how a call's media goes through a relay.
///
///     0                2        4
///     | channel number | length | data … | padding to 4 bytes, over UDP at will
///
/// The first four bytes repeat wherever packets of one length repeat, and media behind them counts upwards.
public enum TURNChannelData {
  /// Bytes before the data.
  private static let headerLength = 4
  /// RFC 5766 section 11; RFC 8656 section 12 leaves the lowest quarter of it.
  private static let channels: ClosedRange<UInt16> = 0x4000...0x7FFF
  /// Bytes that may follow the data.
  private static let padding = 0...3

  /// Whether a datagram is such a message: its channel's number is one, and the length it states is its own. Of packets
  /// that begin with four bytes of chance, one in 65,000 is taken for one.
  ///
  /// - Parameter length: Bytes of the datagram's payload on the wire.
  public static func begins(_ payload: RawSpan, length: Int) -> Bool {
    guard payload.byteCount >= headerLength, channels.contains(unsafe payload.u16(0)) else { return false }
    return padding.contains(length &- headerLength &- Int(unsafe payload.u16(2)))
  }
}
