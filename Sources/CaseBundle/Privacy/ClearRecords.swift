import Dissection

/// How much of a payload is handshake, and may travel.
///
/// Handshake messages, alerts and ChangeCipherSpec stay; of application data the record's header stays, which says that
/// it is some and how much. Whatever else a payload holds is cut.
struct ClearRecords {
  /// Bytes that stay.
  private(set) var kept = 0
  /// Bytes of the last handshake record that come in the next segment.
  private(set) var missing = 0

  /// A TCP segment's payload.
  ///
  /// - Parameter continued: Bytes of a handshake record that began in the segment before.
  init(tcp payload: RawSpan, continuing continued: Int) {
    kept = min(continued, payload.byteCount)
    guard continued < payload.byteCount else {
      missing = continued - kept
      return
    }
    var records = TLSRecords(payload.from(kept))
    let start = kept
    while let record = records.next() {
      switch record.contentType {
      case .handshake, .alert, .changeCipherSpec:
        kept = start + records.consumed
        missing = record.contentType == .handshake ? record.bytesMissing : 0
      case .applicationData:
        kept = start + records.consumed - record.fragment.byteCount
        return
      default: return
      }
    }
  }

  /// A UDP datagram's payload.
  init(udp payload: RawSpan, originalLength: Int) {
    var records = DTLSRecords(payload, originalPayloadLength: originalLength, allowsUnifiedHeader: true)
    while let record = records.next() {
      let isClear: Bool
      switch record.contentType {
      case .handshake, .alert, .changeCipherSpec: isClear = true
      default: isClear = false
      }
      guard isClear else {
        kept = records.consumed - record.fragment.byteCount
        return
      }
      kept = records.consumed
    }
  }
}

/// Handshake records that go on in the next segment, by direction of a conversation.
struct HandshakeContinuations {
  private struct Stream: Hashable {
    let capture: Int
    let conversation: Conversation
    let direction: Int
  }

  private var open: [Stream: (sequence: UInt32, missing: Int)] = [:]

  /// How many bytes at the beginning of a segment continue a handshake record.
  func continued(_ packet: PacketGlance, capture: Int) -> Int {
    guard let conversation = packet.conversation,
      let known = open[Stream(capture: capture, conversation: conversation, direction: packet.direction)],
      known.sequence == packet.sequence
    else { return 0 }
    return known.missing
  }

  /// Remembers where the next segment goes on.
  mutating func note(_ packet: PacketGlance, capture: Int, missing: Int) {
    guard let conversation = packet.conversation, packet.payloadLength > 0 else { return }
    let stream = Stream(capture: capture, conversation: conversation, direction: packet.direction)
    open[stream] =
      missing > 0 ? (packet.sequence &+ UInt32(truncatingIfNeeded: packet.payloadLength), missing) : nil
  }
}
