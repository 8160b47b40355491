import Reporting

/// Lines that are kept until they can be written: the latest of them.
struct KeptLines {
  static let most = 100
  /// In bytes; what a longer one has more is left out.
  static let longest = 4_096

  /// As they may be shown.
  private(set) var lines: [String] = []
  /// How many are not kept any more.
  private(set) var left = 0
  private var begun: [UInt8] = []

  /// Takes bytes as they come; the lines that end in them.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [String] {
    var new: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        let line = VisibleText.of(String(decoding: begun, as: UTF8.self))
        begun.removeAll(keepingCapacity: true)
        new.append(line)
        keep(line)
      } else if begun.count < Self.longest {
        begun.append(byte)
      }
    }
    return new
  }

  private mutating func keep(_ line: String) {
    lines.append(line)
    guard lines.count > Self.most else { return }
    lines.removeFirst()
    left += 1
  }
}
