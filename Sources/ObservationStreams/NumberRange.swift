/// Which numbers a line may hold, checked before anything is made of them: times are any, everything else is a size or
/// a count. So no sum of what strangers wrote overflows, whatever kinds of observations there are.
enum NumberRange {
  /// Sums of thousands of them stay far within 64 bits.
  static let most: UInt64 = 1 << 48

  /// Members that hold a `Timestamp`.
  static let times = Set(
    [
      "time", "start", "end", "last", "latest", "firstPacket", "since", "until", "lastHeard", "unansweredSince",
      "synTime", "offerTime", "largestTime", "first", "firstSent", "lastSent", "written",
    ].map { Array($0.utf8) })

  /// The name of a member with a number that is negative or too large; nil when there is none.
  ///
  /// - Parameter line: JSON; what is not is left for a decoder to refuse.
  static func violation(in line: ArraySlice<UInt8>) -> String? {
    var at = line.startIndex
    var string = line[at..<at]
    var key = string
    while at < line.endIndex {
      switch line[at] {
      case UInt8(ascii: "\""):
        let start = at + 1
        at = endOfString(in: line, from: start)
        string = line[start..<at]
        at += 1
      case UInt8(ascii: ":"):
        key = string
        at += 1
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        let rest = line[at...]
        let number = rest.prefix { $0 == UInt8(ascii: "-") || isDigit($0) }
        if !isCount(number), !times.contains(Array(key)) { return String(decoding: key, as: UTF8.self) }
        at += number.count
      default: at += 1
      }
    }
    return nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isCount(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count <= 15, text.allSatisfy(isDigit) else { return false }
    return text.reduce(0) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) } <= most
  }

  private static func endOfString(in line: ArraySlice<UInt8>, from start: Int) -> Int {
    var at = start
    while at < line.endIndex, line[at] != UInt8(ascii: "\"") {
      at += line[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(at, line.endIndex)
  }
}
