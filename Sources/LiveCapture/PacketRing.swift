import Capture
import Glibc
import Observations

/// The latest packets of a live capture on disk: pcapng files of bounded size and number, the oldest go first.
///
/// A file is named after its place in the row and the number that its first packet has in the run, so that a frame
/// that a report names can be found: `live-000003-from-frame-120001.pcapng`. Files of an earlier run count, too.
public struct PacketRing {
  /// Why packets cannot be saved; the system's own message.
  public struct Problem: Error, Sendable, Equatable {
    public let path: String
    public let reason: String
    /// Packets that were saved before.
    public let saved: Int

    public var text: String { "\(path): \(reason); \(saved) packets were saved" }
  }

  /// What the latest files hold of this run, for a reader on another thread.
  public struct Contents: Sendable, Hashable {
    /// A file, which may be gone by the time that it is opened.
    public struct Part: Sendable, Hashable {
      public let path: String
      /// The number of its first packet in the run.
      public let firstFrame: Int
    }

    /// The oldest first.
    public let parts: [Part]
    /// The last packet that is whole in its file; later ones may be in writing.
    public let lastFrame: Int
  }

  private struct File {
    let name: String
    /// Nil for a file of an earlier run.
    let firstFrame: Int?
  }

  public let folder: String
  private let fileBytes: Int
  private let fileCount: Int
  private let linkTypeNumber: UInt16
  private let snapLength: Int
  private let interface: String
  /// Our files, the oldest first.
  private var files: [File]
  private var number: Int
  private var descriptor: Int32 = -1
  private var written = 0
  private var writer = PcapNGWriter()
  /// Packets on disk or handed to the system.
  public private(set) var saved = 0
  /// The last of them.
  private var lastFrame = 0
  /// Packets that the writer holds, and the last of them.
  private var waiting = 0
  private var lastWaiting = 0
  /// Why nothing is saved any more.
  private var failed: Problem?

  /// - Parameter bytes: How much to look through; at least the latest two files are named.
  public func contents(latest bytes: Int) -> Contents {
    let latest = files.suffix(max(2, bytes / fileBytes))
    let parts = latest.compactMap { file in
      file.firstFrame.map { Contents.Part(path: "\(folder)/\(file.name)", firstFrame: $0) }
    }
    return Contents(parts: parts, lastFrame: lastFrame)
  }

  /// Packets go to the system in pieces of about that size.
  private static let mostWaitingBytes = 512 << 10
  private static let prefix = "live-"
  private static let suffix = ".pcapng"

  /// - Parameters:
  ///   - fileBytes: A file is closed when it is about as large.
  ///   - fileCount: Files that are kept, the one that is written to included; at least 2.
  public init(
    folder: String, fileBytes: Int, fileCount: Int, linkTypeNumber: UInt16, snapLength: Int, interface: String
  ) throws(Problem) {
    self.folder = folder
    self.fileBytes = max(4_096, fileBytes)
    self.fileCount = max(2, fileCount)
    self.linkTypeNumber = linkTypeNumber
    self.snapLength = snapLength
    self.interface = interface
    let names = try Self.files(in: folder)
    files = names.map { File(name: $0, firstFrame: nil) }
    number = names.compactMap(Self.number).max() ?? 0
  }

  /// Saves a packet, which `flush` hands to the system at the latest. What fails is thrown by `flush`, too.
  ///
  /// - Parameters:
  ///   - window: What the record's offset counts in; looked at during the call only.
  ///   - frame: The packet's number in the run.
  public mutating func save(_ record: PacketRecord, window: RawSpan, frame: Int) {
    guard failed == nil else { return }
    do throws(Problem) {
      if descriptor < 0 { try begin(firstFrame: frame) }
      writer.addPacket(
        record.bytes(in: window), originalLength: record.originalLength, time: record.time, interface: 0)
      waiting += 1
      lastWaiting = frame
      let isFull = written + writer.bytes.count >= fileBytes
      if isFull || writer.bytes.count >= Self.mostWaitingBytes { try write() }
      if isFull { end() }
    } catch {
      failed = error
    }
  }

  /// Hands all packets to the system.
  public mutating func flush() throws(Problem) {
    if failed == nil { try write() }
    if let failed { throw failed }
  }

  /// Closes the current file, after a `flush`; the next packet begins a new one.
  public mutating func end() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
  }

  private mutating func begin(firstFrame: Int) throws(Problem) {
    number += 1
    let name = "\(Self.prefix)\(Self.padded(number))-from-frame-\(firstFrame)\(Self.suffix)"
    while files.count >= fileCount {
      // One that somebody else removed is gone as well.
      unsafe unlink("\(folder)/\(files.removeFirst().name)")
    }
    let path = "\(folder)/\(name)"
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
    guard descriptor >= 0 else { throw problem(path) }
    files.append(File(name: name, firstFrame: firstFrame))
    written = 0
    writer = PcapNGWriter(
      application: "tunnelscope", comment: "the first packet is frame \(firstFrame) of the run")
    writer.addInterface(linkTypeNumber: linkTypeNumber, snapLength: snapLength, name: interface)
  }

  /// Writes what the writer holds; on failure the file is cut back to its last whole block.
  private mutating func write() throws(Problem) {
    guard descriptor >= 0, waiting > 0 else { return }
    let descriptor = descriptor
    var (size, isWritten) = (0, false)
    writer.drain { bytes in (size, isWritten) = (bytes.byteCount, Self.write(bytes, to: descriptor)) }
    guard isWritten else {
      let failure = problem("\(folder)/\(files.last?.name ?? "")")
      ftruncate(descriptor, off_t(written))
      end()
      throw failure
    }
    written += size
    saved += waiting
    waiting = 0
    lastFrame = lastWaiting
  }

  /// Writes all of it; false when the system did not take it, for the reason in `errno`.
  private static func write(_ bytes: RawSpan, to descriptor: Int32) -> Bool {
    unsafe bytes.withUnsafeBytes { bytes in
      var at = 0
      while at < bytes.count {
        let step = unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + at }, bytes.count - at)
        if step > 0 {
          at += step
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }

  private func problem(_ path: String) -> Problem {
    Problem(path: path, reason: unsafe String(cString: strerror(errno)), saved: saved)
  }

  // MARK: Names

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// The place of one of our files; nil for a file that is not ours.
  private static func number(_ name: String) -> Int? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    let rest = name.dropFirst(prefix.count).dropLast(suffix.count)
    guard let dash = rest.firstIndex(of: "-"), rest[dash...].hasPrefix("-from-frame-") else { return nil }
    return Int(rest[..<dash])
  }

  private static func files(in folder: String) throws(Problem) -> [String] {
    guard let names = FolderListing.names(in: folder) else {
      throw Problem(path: folder, reason: unsafe String(cString: strerror(errno)), saved: 0)
    }
    return names.filter { number($0) != nil }.sorted { (number($0) ?? 0) < (number($1) ?? 0) }
  }
}
