/// A part of a line, or none, in eight bytes: what is found in a line is handed on several times.
struct TextRange {
  private var start: Int32 = -1
  private var end: Int32 = -1

  /// nil is none.
  var range: Range<Int>? {
    get { start < 0 ? nil : Int(start)..<Int(end) }
    set {
      // A line has at most 64 KiB (`LogLimits.lineLength`).
      start = newValue.map { Int32(clamping: $0.lowerBound) } ?? -1
      end = newValue.map { Int32(clamping: $0.upperBound) } ?? -1
    }
  }
}
