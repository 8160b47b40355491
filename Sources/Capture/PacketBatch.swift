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
  /// The identity of each record up to the last that has one; empty in captures that tell none.
  private var identities: ContiguousArray<UInt64> = []

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

  /// Whether the capture tells of some record which packet it is.
  public var isIdentified: Bool { !identities.isEmpty }

  /// The number that the capture gives to the packet at `index` wherever it saw it (pcapng's `epb_packetid`); 0 where it gives none.
  public func identity(at index: Int) -> UInt64 { index < identities.count ? identities[index] : 0 }

  /// Takes note of the number of the record that was added last.
  mutating func identifyLast(_ identity: UInt64) {
    while identities.count < count - 1 { identities.append(0) }
    identities.append(identity)
  }

  /// Empties the batch before the frame numbered `frame`.
  public mutating func reset(firstFrame frame: Int) {
    count = 0
    firstFrame = frame
    if !frames.isEmpty { frames.removeAll(keepingCapacity: true) }
    if !identities.isEmpty { identities.removeAll(keepingCapacity: true) }
  }

  /// Adds a packet whose frame number need not follow the last one's; the batch must have room, and only such packets.
  mutating func append(_ record: PacketRecord, frame: Int, identity: UInt64) {
    if count == 0 { firstFrame = frame }
    records[count] = record
    frames.append(frame)
    count += 1
    if identity != 0 { identifyLast(identity) }
  }

  /// Adds the next packet; false when the batch is full.
  public mutating func append(_ record: PacketRecord) -> Bool {
    guard count < records.count else { return false }
    records[count] = record
    count += 1
    return true
  }
}
