import SystemPackage

/// A file that is written at one go, and again later: what a live capture leaves behind.
enum ReportFile {
  /// Writes a text, as `write(_:to:mayReplace:isPublic:)` does bytes.
  static func write(_ text: String, to path: String, mayReplace: Bool, isPublic: Bool = false) throws {
    try write(Array(text.utf8), to: path, mayReplace: mayReplace, isPublic: isPublic)
  }

  /// Writes a file that only its owner can read, unless it is for everybody.
  static func write(_ bytes: [UInt8], to path: String, mayReplace: Bool, isPublic: Bool = false) throws {
    _ = try OutputFile(at: path, mayReplace: mayReplace, isPublic: isPublic).write { try $0.writeAll(bytes) }
  }
}
