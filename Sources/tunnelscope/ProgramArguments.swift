import CProgramArguments
import FileNames

/// The command line as text; bytes that are no UTF-8 stand in it as `FileName` says.
enum ProgramArguments {
  /// Without the program's name; nil where the system passed none at all.
  static var afterName: [String]? {
    let count = Int(program_argument_count())
    guard count > 0 else { return nil }
    return (1..<max(count, 1)).map { index in
      guard let bytes = unsafe program_argument(Int32(index)) else { return "" }
      return FileName.text(unsafe UnsafeBufferPointer(start: bytes, count: length(bytes)).map { UInt8(bitPattern: $0) })
    }
  }

  /// Bytes before the NUL.
  private static func length(_ bytes: UnsafePointer<CChar>) -> Int {
    var count = 0
    while unsafe bytes[count] != 0 { count += 1 }
    return count
  }
}
