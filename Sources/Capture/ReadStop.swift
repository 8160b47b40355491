/// Why a reader's loop over the window stopped.
enum ReadStop {
  /// The batch is full.
  case full
  /// What begins at the window's position goes on beyond the window's end.
  case short(Shortage)
  /// The next `length` bytes are a block too large to look at; the reader has moved to its start.
  case oversized(length: Int)
  /// What stands at the window's position cannot be right.
  case damaged(String)
  /// Zero bytes stand at the window's position, which are no packets if the next `needed` bytes are zero too, or all that are left.
  case zeroBytes(needed: Int)
  /// What stands at the window's position is of a kind that is not understood.
  case unsupported(String)
}

/// What a reader found cut by the end of its window.
struct Shortage {
  enum Part {
    case recordHeader
    case recordData
    case blockHeader
    case block(type: UInt32)
  }

  let part: Part
  /// Bytes of the part that stand before what `needed` counts.
  let skipped: Int
  /// Bytes that the part needs.
  let needed: Int

  /// Bytes that must be available from the window's position for the loop to go on.
  var total: Int { skipped + needed }

  /// What the end of a file cut, in the words of an error.
  func words(frame: Int) -> String {
    switch part {
    case .recordHeader: "the header of frame \(frame)"
    case .recordData: "frame \(frame)"
    case .blockHeader: "a block header"
    case .block(let type):
      PcapNGBlock.holdsPacket(type) ? "frame \(frame)" : "\(PcapNGBlock.name(type))"
    }
  }
}
