/// Names of files as text. A name is bytes and need be no UTF-8, while a string always is.
///
/// A byte that belongs to no UTF-8 stands in a string as a character of private use, U+10FE80 to U+10FEFF. Where a name
/// holds such a character itself, its bytes are written one by one, so that every name has one text and comes back from
/// it byte by byte.
public enum FileName {
  /// U+10FE00 and the byte.
  private static let base: UInt32 = 0x10_FE00
  private static let places = base + 0x80...base + 0xFF

  /// The text that stands for a name or a path.
  public static func text(_ name: some Sequence<UInt8>) -> String {
    let bytes = Array(name)
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      if let scalar = scalar(rest), !places.contains(scalar.value) {
        text.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        text.append(Unicode.Scalar(base + UInt32(first)) ?? "\u{FFFD}")
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// Whether the name that a text stands for is UTF-8.
  public static func isUTF8(_ text: String) -> Bool { !text.unicodeScalars.contains { places.contains($0.value) } }

  /// The bytes that a text stands for.
  public static func bytes(_ text: String) -> [UInt8] {
    guard !isUTF8(text) else { return Array(text.utf8) }
    return text.unicodeScalars.flatMap { scalar in
      places.contains(scalar.value) ? [UInt8(scalar.value - base)] : Array(String(scalar).utf8)
    }
  }

  /// Lets `body` use the bytes that a text stands for, as C wants a path: with a NUL behind them.
  public static func withPath<Result>(_ text: String, _ body: (UnsafePointer<CChar>) throws -> Result) rethrows
    -> Result
  {
    let path = bytes(text).map { CChar(bitPattern: $0) } + [0]
    return try unsafe body(path)
  }

  /// A text as people read it: bytes that are no UTF-8 written as `\xE9`.
  public static func visible(_ text: String) -> String {
    guard !isUTF8(text) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if places.contains(scalar.value) {
        result += "\\x" + String(scalar.value - base, radix: 16, uppercase: true)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }

  /// The character that `bytes` begin with; nil when they begin with no UTF-8.
  private static func scalar(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    var decoder = UTF8()
    var iterator = bytes.prefix(4).makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return scalar
  }
}
