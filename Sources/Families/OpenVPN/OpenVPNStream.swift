import Dissection

/// Finds the packets in one direction of a TCP connection: each has two bytes of length in front, and may span segments.
///
/// Only headers are kept. After a gap the stream goes on where a segment holds whole packets, or the beginnings of several.
struct OpenVPNStream {
  /// The sequence number of the next byte; nil while it is not known where a packet begins.
  private var next: UInt32?
  /// Bytes of the packet under way that are still to come and that nobody reads.
  private var skipped = 0
  /// The beginning of a packet whose header is not whole yet.
  private var held: [UInt8] = []
  private var hasBegun = false

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
      } else if step > 0, !restart(payload, wireLength: wireLength) {
        return
      }
    } else if !restart(payload, wireLength: wireLength) {
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

  /// Whether a packet begins with this payload. Encrypted bytes look like a length and an opcode every few segments, so the
  /// packets must end where the segment does, or follow each other.
  private mutating func restart(_ payload: RawSpan, wireLength: Int) -> Bool {
    lose()
    defer { hasBegun = true }
    if !hasBegun, beginsWithReset(payload) { return true }
    var offset = 0
    var packets = 0
    while offset < wireLength, offset &+ Self.lengthBytes < payload.byteCount {
      let (length, first) = unsafe (Int(payload.u16(offset)), payload.u8(offset &+ Self.lengthBytes))
      guard length >= Self.shortestPacket, OpenVPNMessage.Opcode(rawValue: first >> 3) != nil else { return false }
      packets &+= 1
      offset &+= length &+ Self.lengthBytes
    }
    return offset == wireLength || packets >= Self.provingPackets
  }

  /// A hard reset begins the stream, and may be longer than its first segment.
  private func beginsWithReset(_ payload: RawSpan) -> Bool {
    guard payload.byteCount > Self.lengthBytes else { return false }
    switch unsafe OpenVPNMessage.Opcode(rawValue: payload.u8(Self.lengthBytes) >> 3) {
    case .hardResetClientV2, .hardResetClientV3, .hardResetServerV2: return true
    default: return false
    }
  }

  private static let shortestPacket = 5
  /// Three lengths and opcodes that lead to each other are no chance.
  private static let provingPackets = 3

  private mutating func lose() {
    next = nil
    skipped = 0
    held.removeAll(keepingCapacity: true)
  }
}
