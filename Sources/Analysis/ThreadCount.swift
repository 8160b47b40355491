import Glibc

/// How many threads work on captures: one looks at the packets, the others read and decompress ahead of it.
public struct ThreadCount: Sendable, Hashable {
  /// At least 1: then one thread does everything.
  public let count: Int

  /// nil for less than 1 or more than `most`.
  public init?(_ count: Int) {
    guard (1...Self.most).contains(count) else { return nil }
    self.count = count
  }

  private init(checked count: Int) { self.count = count }

  /// More readers than this would hold more memory than they save time: seven that decompress outrun the one that
  /// looks at the packets.
  public static let most = 8

  /// What the machine has, at most `most`.
  public static var automatic: ThreadCount {
    ThreadCount(checked: min(max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), most))
  }
}
