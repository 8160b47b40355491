/// What may come out of a compressed file or a bundle, over all its levels: a decompression bomb ends here.
final class LogExpansionBudget {
  private var expanded = 0
  private var bytesRead = 0
  /// Bytes that the file has; nil for what is no regular file.
  var fileSize: Int?
  /// What ended the reading, once something has.
  private(set) var problem: String?

  /// Counts bytes that were read of the file itself.
  func read(_ count: Int) { bytesRead += count }

  /// Bytes of the file that were read; of those that are read twice, as in a zip, not more than the file has.
  private var compressed: Int { min(bytesRead, fileSize ?? .max) }

  /// Counts `count` bytes that came out of any level; false when they are too many for what the file has.
  func take(_ count: Int) -> Bool {
    expanded += count
    guard expanded > LogLimits.expansionFloor, expanded / LogLimits.expansion > compressed else { return true }
    problem = "it grows more than \(LogLimits.expansion) times when decompressed; reading stopped there"
    return false
  }
}
