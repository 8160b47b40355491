import Observations

/// A run of packets, with consecutive frame numbers unless they were put in order of time; its memory is reused from one read
/// to the next.
@frozen
public struct PacketBatch: Sendable {
  @usableFromInline var records: ContiguousArray<PacketRecord>
  /// How many packets the batch holds.
  public internal(set) var count = 0
  /// Frame number, from 1, of the first record.
  public internal(set) var firstFrame = 1
  /// The frame number of each record, where they are not consecutive.
  @usableFromInline var frames: ContiguousArray<Int> = []

  /// A batch of at most `capacity` packets; at least one.
  public init(capacity: Int = 256) {
    let nothing = PacketRecord(offset: 0, captured: 0, original: 0, time: Timestamp(nanoseconds: 0), interface: 0)
    records = ContiguousArray(repeating: nothing, count: max(1, capacity))
  }

  /// How many packets the batch can hold.
  public var capacity: Int { records.count }

  /// Whether the frame number of each record is `firstFrame` and its index.
  @inlinable public var isConsecutive: Bool { @inline(__always) get { frames.isEmpty } }

  /// The frame number of the record at `index`, which must be less than `count`.
  @inlinable public func frame(at index: Int) -> Int { frames.isEmpty ? firstFrame &+ index : frames[index] }

  /// The record at `index`, which must be less than `count`.
  @inlinable
  public subscript(index: Int) -> PacketRecord {
    @inline(__always) get { records[index] }
  }

  /// Empties the batch before the frame numbered `frame`.
  public mutating func reset(firstFrame frame: Int) {
    count = 0
    firstFrame = frame
    if !frames.isEmpty { frames.removeAll(keepingCapacity: true) }
  }

  /// Adds a packet whose frame number need not follow the last one's; the batch must have room, and only such packets.
  mutating func append(_ record: PacketRecord, frame: Int) {
    if count == 0 { firstFrame = frame }
    records[count] = record
    frames.append(frame)
    count += 1
  }

  /// Adds the next packet; false when the batch is full.
  public mutating func append(_ record: PacketRecord) -> Bool {
    guard count < records.count else { return false }
    records[count] = record
    count += 1
    return true
  }
}
