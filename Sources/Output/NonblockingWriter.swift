import SystemPackage

/// Writes to a descriptor without waiting for its reader: what the reader does not take stays here, up to a limit,
/// and above it what is new is left out and counted.
///
/// The descriptor itself stays as it is: to make it non-blocking would change it for other programs that share it. It is
/// asked whether it takes something (poll(2)), and gets no more than a pipe takes at once then (pipe(7)).
package struct NonblockingWriter {
  /// What came of a write.
  package enum Failure: Error, Equatable {
    /// Nobody reads any more.
    case readerIsGone
    case refused(Errno)
  }

  /// Bytes that wait at most before what is new is left out; hundreds of events.
  package static let usualCapacity = 1 << 20
  /// A pipe that takes anything takes as much.
  private static let step = 4_096

  private let capacity: Int
  private var bytes: [UInt8] = []
  private var next = 0
  /// Where each text that is not written to its end ends in `bytes`.
  private var ends: [Int] = []
  /// Texts that were left out.
  package private(set) var lost = 0

  package init(capacity: Int = usualCapacity) { self.capacity = capacity }

  package var isEmpty: Bool { next == bytes.count }
  /// Whether the reader is so far behind that a text would be left out.
  package var isFull: Bool { bytes.count - next >= capacity }
  /// Texts that the reader has not got, those that were left out included.
  package var unread: Int { lost + ends.count }

  /// Adds a text whole, or leaves it out.
  ///
  /// - Parameter isLast: Whether it is kept however far the reader is behind.
  package mutating func add(_ text: String, isLast: Bool = false) {
    guard isLast || !isFull else {
      lost += 1
      return
    }
    bytes += text.utf8
    ends.append(bytes.count)
  }

  /// Leaves out all that waits.
  package mutating func clear() {
    lost += ends.count
    (bytes, next, ends) = ([], 0, [])
  }

  /// Writes as much as is taken at once; whether that was anything.
  package mutating func write(to file: FileDescriptor) throws(Failure) -> Bool {
    let before = next
    while !isEmpty, SystemCalls.takesBytes(file, withinMilliseconds: 0) {
      let part = bytes[next..<min(next + Self.step, bytes.count)]
      do {
        next += try unsafe part.withUnsafeBytes { try unsafe file.write($0) }
      } catch Errno.wouldBlock {
        // Another writer was faster.
      } catch {
        let reason = error as? Errno ?? .ioError
        throw reason == .brokenPipe ? .readerIsGone : .refused(reason)
      }
    }
    let isProgress = next > before
    ends.removeAll { $0 <= next }
    if isEmpty { (bytes, next) = ([], 0) }
    return isProgress
  }

  /// Waits until a descriptor takes bytes, at most this long. One whose reader is gone takes them, and says so.
  package static func waitForReader(of file: FileDescriptor, milliseconds: Int32) -> Bool {
    SystemCalls.takesBytes(file, withinMilliseconds: milliseconds)
  }
}
