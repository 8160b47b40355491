import Capture
import Observations

/// Copies of the packets of one batch, side by side in a buffer of fixed size.
///
/// libpcap lends a packet until the next is asked for; a batch needs all of its packets at once. The buffer and the
/// batch fill up together: whichever is full first ends the batch.
@safe
public struct PacketWindow: ~Copyable {
  /// Room for 256 packets of full Ethernet frames, and for the largest packet that libpcap delivers.
  public static let usualCapacity = 512 << 10

  private let base: UnsafeMutableRawPointer
  public let capacity: Int
  private var count = 0
  /// Packets that were larger than the whole window; each keeps the bytes that fit.
  public private(set) var cutPackets = 0

  public init(capacity: Int = usualCapacity) {
    self.capacity = max(1, capacity)
    unsafe base = .allocate(byteCount: self.capacity, alignment: 64)
  }

  deinit { unsafe base.deallocate() }

  /// The bytes that the batch's offsets count in; the next `begin` gives them up.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Empties the window and the batch; the next packet is frame number `frame`.
  public mutating func begin(_ batch: inout PacketBatch, firstFrame frame: Int) {
    count = 0
    batch.reset(firstFrame: frame)
  }

  /// Whether a packet of `length` bytes fits beside those in the window; the first one always does.
  @inline(__always)
  public func hasRoom(for length: Int, in batch: borrowing PacketBatch) -> Bool {
    batch.count < batch.capacity && (length <= capacity - count || count == 0)
  }

  /// Copies a packet in and adds it to the batch; there must be room.
  @inline(__always)
  public mutating func append(
    _ packet: RawSpan, originalLength: Int, time: Timestamp, to batch: inout PacketBatch
  ) {
    let length = min(packet.byteCount, capacity - count)
    if length < packet.byteCount { cutPackets += 1 }
    unsafe packet.withUnsafeBytes { source in
      if let start = source.baseAddress { unsafe (base + count).copyMemory(from: start, byteCount: length) }
    }
    let record = PacketRecord(
      offset: count, capturedLength: length, originalLength: originalLength, time: time, interface: 0)
    if batch.append(record) { count += length }
  }
}
