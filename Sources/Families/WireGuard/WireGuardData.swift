import Dissection

/// What a data message says in clear: nearly all messages are data, so this is read by itself (`WireGuardMessage` has the
/// format).
@frozen
@usableFromInline
struct WireGuardData: BitwiseCopyable {
  /// The index that the receiver chose in its initiation or response.
  @usableFromInline let receiverIndex: UInt32
  /// Its number under its keys, from 0.
  @usableFromInline let counter: UInt64
  /// Bytes of the message on the wire.
  @usableFromInline let length: Int

  /// Type 4 and three reserved zeros.
  @inlinable static var firstWord: UInt32 { 0x0400_0000 }
  /// Bytes of a message that carries no packet: the header and the tag.
  @inlinable static var keepaliveLength: Int { 32 }
  /// Bytes of the header.
  @inlinable static var headerLength: Int { 16 }

  /// Fails for any other message, and where the header was not captured.
  ///
  /// - Parameters:
  ///   - bytes: What was captured of the payload of a UDP datagram.
  ///   - length: Bytes of the payload on the wire.
  @inlinable @inline(__always)
  init?(_ bytes: RawSpan, length: Int) {
    guard bytes.byteCount >= Self.headerLength, length >= Self.keepaliveLength, unsafe bytes.u32(0) == Self.firstWord
    else { return nil }
    receiverIndex = unsafe bytes.u32(4).byteSwapped
    counter = unsafe bytes.u64(8).byteSwapped
    self.length = length
  }

  /// - Parameter message: Data, whatever its reserved bytes are.
  init(_ message: borrowing WireGuardMessage) {
    receiverIndex = message.receiverIndex
    counter = message.counter
    length = message.length
  }

  /// Whether it carries a packet, which the receiver must answer within 10 seconds; otherwise it is a keepalive.
  @inlinable var carriesPacket: Bool {
    @inline(__always) get { length > Self.keepaliveLength }
  }
}
