/// Makes keys of what a terminal sends for them: a byte, or a control sequence of ECMA-48 (section 5.4) as xterm and its
/// relatives use it.
///
/// A sequence may come in pieces. Whether Esc stands for itself or begins one shows only by what follows it, or by the
/// silence afterwards (`endOfInput`).
package struct TopKeyReader: Sendable {
  private static let escape: UInt8 = 0x1B
  /// Longer sequences are no keys; they are let go of.
  private static let longest = 16

  /// The beginning of a sequence, Esc first.
  private var begun: [UInt8] = []

  package init() {}

  /// Whether a sequence has begun that may go on.
  package var isWaiting: Bool { !begun.isEmpty }

  package mutating func read(_ bytes: some Sequence<UInt8>) -> [TopKey] {
    var keys: [TopKey] = []
    for byte in bytes { keys += read(byte) }
    return keys
  }

  /// Nothing followed for a while: Esc that has begun something was a key of its own.
  package mutating func endOfInput() -> [TopKey] {
    defer { begun = [] }
    return begun == [Self.escape] ? [.back] : []
  }

  private mutating func read(_ byte: UInt8) -> [TopKey] {
    guard let introducer = begun.dropFirst().first else {
      guard !begun.isEmpty else {
        if byte == Self.escape { begun = [byte] }
        return byte == Self.escape ? [] : Self.key(byte)
      }
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "O"):
        begun.append(byte)
        return []
      case Self.escape: return [.back]
      default:
        // Alt and a key.
        begun = []
        return [.other]
      }
    }
    begun.append(byte)
    // A control sequence ends with its final byte; what SS3 (ESC O) introduces has one byte.
    let isFinal = introducer == UInt8(ascii: "O") || (0x40...0x7E).contains(byte)
    guard isFinal || begun.count > Self.longest || byte == Self.escape else { return [] }
    defer { begun = byte == Self.escape ? [byte] : [] }
    return isFinal ? [Self.key(sequence: begun.dropFirst(2))] : [.other]
  }

  /// What a byte by itself means. Parts of characters beyond ASCII are no keys of the view.
  private static func key(_ byte: UInt8) -> [TopKey] {
    switch byte {
    case UInt8(ascii: "q"), UInt8(ascii: "Q"), 0x03: [.quit]
    case UInt8(ascii: "h"), UInt8(ascii: "?"): [.help]
    case UInt8(ascii: "f"): [.filter]
    case UInt8(ascii: "s"): [.order]
    case 0x0A, 0x0D: [.enter]
    case 0x08, 0x7F: [.back]
    case UInt8(ascii: " "): [.pageDown]
    case 0x0C: [.redraw]
    case 0x80...: []
    default: [.other]
    }
  }

  /// What stands behind the introducer: parameters, and the final byte. Modifiers ("1;5A" is Ctrl and the up arrow) change
  /// nothing.
  private static func key(sequence: ArraySlice<UInt8>) -> TopKey {
    guard let final = sequence.last else { return .other }
    switch final {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "D"): return .back
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    // Enter of the keypad.
    case UInt8(ascii: "M"): return .enter
    case UInt8(ascii: "~"):
      switch String(decoding: sequence.dropLast().prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self) {
      case "1", "7": return .home
      case "4", "8": return .end
      case "5": return .pageUp
      case "6": return .pageDown
      default: return .other
      }
    default: return .other
    }
  }
}
