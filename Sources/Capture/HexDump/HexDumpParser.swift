import Observations

/// A packet that a dump showed.
struct HexDumpPacket: Equatable {
  var bytes: [UInt8]
  var time: Timestamp
}

/// Puts the packets of a hexadecimal dump together, line by line.
///
/// A packet begins at offset 0, and each line goes on where the one before ended; a packet whose offsets do not fit is
/// left out and counted. Whatever else stands between packets is passed over, except for its time.
struct HexDumpParser {
  /// Bytes of a packet; what goes on beyond is no packet.
  static let mostBytes = 262_144

  /// Packets that were left out, and the line of the first.
  private(set) var damaged = 0
  private(set) var firstDamagedLine = 0

  private var bytes: [UInt8] = []
  /// Offset of the last line, and how many bytes the line before it had.
  private var lastOffset = 0
  private var width = 0
  private var isInPacket = false
  private var line = 0
  private var time = Timestamp(nanoseconds: 0)
  private var clock = Clock()

  /// Reads a line without its end; a packet comes when the line shows that the one before is over.
  mutating func read(_ text: ArraySlice<UInt8>) -> HexDumpPacket? {
    line += 1
    guard let dumped = HexDumpLine(text) else {
      // hexdump writes an asterisk for lines that repeat: what they held is not there.
      if isInPacket, text.drop(while: HexDumpLine.isBlank).first == 0x2A { drop() }
      let packet = finish()
      if let read = HexDumpTime(text) { time = clock.time(read) }
      return packet
    }
    if dumped.offset == 0 {
      let packet = finish()
      isInPacket = true
      (bytes, lastOffset, width) = (dumped.bytes, 0, 0)
      return packet
    }
    guard isInPacket else { return nil }
    // Characters beside the bytes may have been read as bytes; the next offset says how many there were.
    guard dumped.offset > lastOffset, dumped.offset <= bytes.count, bytes.count < Self.mostBytes else {
      drop()
      return nil
    }
    bytes.removeSubrange(dumped.offset...)
    width = dumped.offset - lastOffset
    lastOffset = dumped.offset
    bytes += dumped.bytes
    return nil
  }

  /// The packet that has been read so far, if there is one.
  mutating func finish() -> HexDumpPacket? {
    guard isInPacket else { return nil }
    isInPacket = false
    if width > 0, bytes.count > lastOffset + width { bytes.removeSubrange((lastOffset + width)...) }
    defer { bytes = [] }
    return HexDumpPacket(bytes: bytes, time: time)
  }

  private mutating func drop() {
    isInPacket = false
    bytes = []
    if damaged == 0 { firstDamagedLine = line }
    damaged += 1
  }

  /// Makes moments of times that have no date: they begin in 1970, and a step back by half a day is a midnight.
  private struct Clock {
    private static let day: Int64 = 86_400_000_000_000
    private var days: Int64 = 0
    private var last: Int64?

    mutating func time(_ read: HexDumpTime) -> Timestamp {
      switch read {
      case .moment(let time): return time
      case .elapsed(let nanoseconds): return Timestamp(nanoseconds: nanoseconds)
      case .timeOfDay(let nanoseconds):
        if let last, nanoseconds < last - Self.day / 2 { days += 1 }
        last = nanoseconds
        // More midnights than there are days in a time are no clock's.
        return Timestamp(nanoseconds: days &* Self.day &+ nanoseconds)
      }
    }
  }
}
