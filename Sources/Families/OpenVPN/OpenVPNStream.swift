import Dissection

/// Finds the packets in one direction of a TCP connection: each has two bytes of length in front, and may span segments.
///
/// Only headers are kept. After a gap the stream goes on where a segment begins with a length and an opcode, as one mostly does.
struct OpenVPNStream {
  /// The sequence number of the next byte; nil while it is not known where a packet begins.
  private var next: UInt32?
  /// Bytes of the packet under way that are still to come and that nobody reads.
  private var skipped = 0
  /// The beginning of a packet whose header is not whole yet.
  private var held: [UInt8] = []

  /// Length, opcode and session ID; data needs less.
  private static let headerLength = 11
  private static let lengthBytes = 2

  /// Reads a segment.
  ///
  /// - Parameters:
  ///   - missing: Bytes of the payload that the snap length cut off.
  ///   - packet: Gets what was captured of each packet, its header at least, and its length.
  mutating func read(_ segment: borrowing Segment, missing: Int, packet: (_ bytes: RawSpan, _ length: Int) -> Void) {
    let payload = segment.payload
    var offset = 0
    let wireLength = payload.byteCount &+ missing
    if let next {
      let step = Int(Int32(bitPattern: segment.sequence &- next))
      if step < 0 {
        offset = -step
        guard offset < wireLength else { return }
      } else if step > 0, !restart(payload) {
        return
      }
    } else if !restart(payload) {
      return
    }
    next = segment.sequence &+ UInt32(truncatingIfNeeded: wireLength)
    while offset < payload.byteCount {
      if skipped > 0 {
        let step = min(skipped, payload.byteCount &- offset)
        skipped &-= step
        offset &+= step
      } else if held.isEmpty, payload.byteCount &- offset >= Self.headerLength {
        let length = unsafe Int(payload.u16(offset))
        guard length > 0 else { return lose() }
        packet(payload.from(offset &+ Self.lengthBytes).upTo(length), length)
        skipped = length &+ Self.lengthBytes
      } else {
        held.append(unsafe payload.u8(offset))
        offset &+= 1
        readHeld(packet)
      }
    }
    guard missing > 0 else { return }
    if skipped >= missing { skipped &-= missing } else { lose() }
  }

  private mutating func readHeld(_ packet: (_ bytes: RawSpan, _ length: Int) -> Void) {
    guard held.count >= Self.lengthBytes else { return }
    let length = Int(held[0]) << 8 | Int(held[1])
    guard length > 0 else { return lose() }
    guard held.count >= min(Self.headerLength, length + Self.lengthBytes) else { return }
    unsafe packet(held.span.bytes.from(Self.lengthBytes), length)
    skipped = length + Self.lengthBytes - held.count
    held.removeAll(keepingCapacity: true)
  }

  /// Whether a packet begins with this payload.
  private mutating func restart(_ payload: RawSpan) -> Bool {
    lose()
    guard payload.byteCount >= Self.lengthBytes + 1 else { return false }
    let (length, first) = unsafe (payload.u16(0), payload.u8(Self.lengthBytes))
    return length >= 5 && OpenVPNMessage.Opcode(rawValue: first >> 3) != nil
  }

  private mutating func lose() {
    next = nil
    skipped = 0
    held.removeAll(keepingCapacity: true)
  }
}
