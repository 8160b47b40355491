import Glibc
import SystemPackage

/// Writes to a descriptor without waiting for whoever reads it: what the reader does not take stays here, up to a limit,
/// and above it what is new is left out and counted.
///
/// The descriptor itself stays as it is: to make it non-blocking would change it for other programs that share it. It is
/// asked whether it takes something (poll(2)), and gets no more than a pipe takes at once then (pipe(7)).
struct NonblockingWriter {
  /// What came of a write.
  enum Failure: Error, Equatable {
    /// Nobody reads any more.
    case readerIsGone
    case refused(Errno)
  }

  /// Bytes that wait at most before what is new is left out; hundreds of events.
  static let usualCapacity = 1 << 20
  /// A pipe that takes anything takes as much.
  private static let step = 4_096

  private let capacity: Int
  private var bytes: [UInt8] = []
  private var next = 0
  /// Where each text that is not written to its end ends in `bytes`.
  private var ends: [Int] = []
  /// Texts that were left out.
  private(set) var lost = 0

  init(capacity: Int = usualCapacity) { self.capacity = capacity }

  var isEmpty: Bool { next == bytes.count }
  /// Whether the reader is so far behind that a text would be left out.
  var isFull: Bool { bytes.count - next >= capacity }
  /// Texts that the reader has not got, those that were left out included.
  var unread: Int { lost + ends.count }

  /// Adds a text whole, or leaves it out.
  ///
  /// - Parameter isLast: Whether it is kept however far the reader is behind.
  mutating func add(_ text: String, isLast: Bool = false) {
    guard isLast || !isFull else {
      lost += 1
      return
    }
    bytes += text.utf8
    ends.append(bytes.count)
  }

  /// Leaves out all that waits.
  mutating func clear() {
    lost += ends.count
    (bytes, next, ends) = ([], 0, [])
  }

  /// Writes as much as is taken at once; whether that was anything.
  mutating func write(to file: FileDescriptor) throws(Failure) -> Bool {
    let before = next
    while !isEmpty, Self.takesBytes(file.rawValue) {
      let written = unsafe bytes.withUnsafeBytes { all in
        let part = unsafe UnsafeRawBufferPointer(rebasing: all[next..<min(next + Self.step, all.count)])
        return unsafe Glibc.write(file.rawValue, part.baseAddress, part.count)
      }
      if written >= 0 {
        next += written
      } else if errno != EINTR, errno != EAGAIN {
        let error = Errno(rawValue: errno)
        throw error == .brokenPipe ? .readerIsGone : .refused(error)
      }
    }
    let isProgress = next > before
    ends.removeAll { $0 <= next }
    if isEmpty { (bytes, next) = ([], 0) }
    return isProgress
  }

  /// Whether a descriptor takes bytes now. One whose reader is gone takes them, and says so.
  static func takesBytes(_ descriptor: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&request, 1, 0) > 0
  }
}
