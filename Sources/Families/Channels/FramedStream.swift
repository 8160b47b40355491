import Dissection

/// How a protocol puts its packets into a TCP connection: one behind the other, with two bytes of length in front of each.
protocol StreamFraming {
  /// Whether the length counts its own two bytes.
  static var lengthCountsItself: Bool { get }
  /// Bytes of a packet that are read together, its length included; shorter packets are read whole.
  static var headerLength: Int { get }

  /// Bytes that a stream begins with before its first packet.
  static func preface(of stream: RawSpan) -> Int
  /// Whether a stream may begin with a packet, which may be longer than its first segment.
  static func mayBegin(with packet: RawSpan) -> Bool
  /// Whether a packet may look like this, as far as it was captured.
  static func mayBePacket(_ packet: RawSpan, length: Int) -> Bool
}

/// Finds the packets in one direction of a TCP connection, which may span segments.
///
/// Only headers are kept. After a gap the stream goes on where a segment holds whole packets, or the beginnings of several.
struct FramedStream<Framing: StreamFraming> {
  /// The sequence number of the next byte; nil while it is not known where a packet begins.
  private var next: UInt32?
  /// Bytes of the packet under way that are still to come and that nobody reads.
  private var skipped = 0
  /// The beginning of a packet whose header is not whole yet.
  private var held: [UInt8] = []
  private var hasBegun = false

  private static var lengthBytes: Int { 2 }

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
      } else if step > 0 {
        guard let begin = restart(payload, wireLength: wireLength) else { return }
        offset = begin
      }
    } else {
      guard let begin = restart(payload, wireLength: wireLength) else { return }
      offset = begin
    }
    next = segment.sequence &+ UInt32(truncatingIfNeeded: wireLength)
    while offset < payload.byteCount {
      if skipped > 0 {
        let step = min(skipped, payload.byteCount &- offset)
        skipped &-= step
        offset &+= step
      } else if held.isEmpty, payload.byteCount &- offset >= Framing.headerLength {
        guard let length = unsafe Self.length(payload.u16(offset)) else { return lose() }
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

  /// Bytes of a packet, without those of the length in front of it; nil for no packet at all.
  private static func length(_ field: UInt16) -> Int? {
    let length = Int(field) &- (Framing.lengthCountsItself ? lengthBytes : 0)
    return length > 0 ? length : nil
  }

  private mutating func readHeld(_ packet: (_ bytes: RawSpan, _ length: Int) -> Void) {
    guard held.count >= Self.lengthBytes else { return }
    guard let length = Self.length(UInt16(held[0]) << 8 | UInt16(held[1])) else { return lose() }
    guard held.count >= min(Framing.headerLength, length + Self.lengthBytes) else { return }
    unsafe packet(held.span.bytes.from(Self.lengthBytes), length)
    skipped = length + Self.lengthBytes - held.count
    held.removeAll(keepingCapacity: true)
  }

  /// Where a packet begins in this payload. Encrypted bytes look like a length and a packet every few segments, so the
  /// packets must end where the segment does, or follow each other.
  private mutating func restart(_ payload: RawSpan, wireLength: Int) -> Int? {
    lose()
    defer { hasBegun = true }
    let preface = Framing.preface(of: payload)
    if preface > 0 { return preface }
    if !hasBegun, Framing.mayBegin(with: payload.from(Self.lengthBytes)) { return 0 }
    var offset = 0
    var packets = 0
    while offset < wireLength, offset &+ Self.lengthBytes < payload.byteCount {
      guard let length = unsafe Self.length(payload.u16(offset)),
        Framing.mayBePacket(payload.from(offset &+ Self.lengthBytes), length: length)
      else { return nil }
      packets &+= 1
      offset &+= length &+ Self.lengthBytes
    }
    return offset == wireLength || packets >= Self.provingPackets ? 0 : nil
  }

  /// Three lengths and packets that lead to each other are no chance.
  private static var provingPackets: Int { 3 }

  private mutating func lose() {
    next = nil
    skipped = 0
    held.removeAll(keepingCapacity: true)
  }
}
