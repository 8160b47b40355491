extension [UInt8] {
  /// Appends text with what is markup in HTML and XML escaped, in content and attributes alike.
  ///
  /// Byte by byte, so that no combining character hides one of markup.
  mutating func append(escapingMarkupIn text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): self += "&amp;".utf8
      case UInt8(ascii: "<"): self += "&lt;".utf8
      case UInt8(ascii: ">"): self += "&gt;".utf8
      case UInt8(ascii: "\""): self += "&quot;".utf8
      case UInt8(ascii: "'"): self += "&#39;".utf8
      default: append(byte)
      }
    }
  }
}
