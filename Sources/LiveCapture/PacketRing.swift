import Capture
import FileNames
import Observations
import SystemPackage

/// The latest packets of a live capture on disk: pcapng files of bounded size and number, the oldest go first.
///
/// What cannot be saved does not end the saving: it is tried again every few seconds, and what was captured in between is
/// counted.
///
/// A file is named after its place in the row and the number that its first packet has in the run, so that a frame
/// that a report names can be found: `live-000003-from-frame-120001.pcapng`. Files of an earlier run count, too.
public struct PacketRing {
  /// Why packets cannot be saved.
  public struct Problem: Error, Sendable, Equatable {
    public let path: String
    public let reason: Errno
    /// Packets that were saved before.
    public let saved: Int

    public var text: String { "\(path): \(reason); \(saved) packets were saved; it is tried again" }
  }

  /// What became of saving.
  public enum Change: Sendable, Equatable {
    case stopped(Problem)
    /// Packets are saved again.
    ///
    /// - Parameter lost: Packets that were not saved in between.
    case resumed(lost: Int)
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
  private var file: FileDescriptor?
  private var written = 0
  private var writer = PcapNGWriter()
  /// Packets on disk or passed to the system.
  public private(set) var saved = 0
  /// The last of them.
  private var lastFrame = 0
  /// Packets that the writer holds, and the last of them.
  private var waiting = 0
  private var lastWaiting = 0
  /// The time of the packet that was saved last, or was to be.
  private var lastTime = Timestamp(nanoseconds: 0)
  /// Set while packets cannot be saved.
  private var outage: Outage?
  /// What the next flush returns: two changes at most for every `secondsBetweenAttempts` of packets.
  private var changes: [Change] = []

  private struct Outage {
    /// Packets that were not saved.
    var lost = 0
    /// The time of the last attempt: that of its packet.
    var attempt: Timestamp

    /// A clock that was set back keeps no attempt from being made.
    func mayAttempt(at time: Timestamp) -> Bool {
      !(0..<PacketRing.secondsBetweenAttempts).contains(time.seconds(since: attempt))
    }
  }

  /// Packets that were not saved since saving stopped; nil while packets are saved.
  public var lostSinceStop: Int? { outage?.lost }

  /// A full disk seldom has room sooner, and an outage that comes and goes is reported no more often.
  private static let secondsBetweenAttempts = 5.0

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

  /// Saves a packet, which `flush` passes to the system at the latest. `flush` also returns what failed.
  ///
  /// - Parameters:
  ///   - window: What the record's offset counts in; looked at during the call only.
  ///   - frame: The packet's number in the run.
  public mutating func save(_ record: PacketRecord, window: RawSpan, frame: Int) {
    if let outage, file == nil, !outage.mayAttempt(at: record.time) {
      self.outage?.lost += 1
      return
    }
    lastTime = record.time
    do throws(Problem) {
      if file == nil { try begin(firstFrame: frame) }
    } catch {
      return stop(error, losing: 1)
    }
    writer.addPacket(
      record.bytes(in: window), originalLength: record.originalLength, time: record.time, interface: 0)
    waiting += 1
    lastWaiting = frame
    let isFull = written + writer.bytes.count >= fileBytes
    if isFull || writer.bytes.count >= Self.mostWaitingBytes { write() }
    if isFull { end() }
  }

  /// Passes all packets to the system; what became of saving since the last call.
  public mutating func flush() -> [Change] {
    write()
    defer { changes = [] }
    return changes
  }

  /// Closes the current file, after a `flush`; the next packet begins a new one.
  public mutating func end() {
    try? file?.close()
    file = nil
  }

  private mutating func begin(firstFrame: Int) throws(Problem) {
    number += 1
    let name = "\(Self.prefix)\(Self.padded(number))-from-frame-\(firstFrame)\(Self.suffix)"
    let path = "\(folder)/\(name)"
    do {
      file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
    } catch {
      throw problem(path, error)
    }
    files.append(File(name: name, firstFrame: firstFrame))
    written = 0
    writer = PcapNGWriter(
      application: "tunnelscope", comment: "the first packet is frame \(firstFrame) of the run")
    writer.addInterface(linkTypeNumber: linkTypeNumber, snapLength: snapLength, name: interface)
  }

  /// Writes what the writer holds. On failure the file is cut back to its last whole block, and removed if it has none.
  private mutating func write() {
    guard let file, waiting > 0 else { return }
    defer { waiting = 0 }
    do {
      var size = 0
      try writer.drain { bytes in
        size = bytes.byteCount
        _ = try unsafe bytes.withUnsafeBytes { try unsafe file.writeAll($0) }
      }
      written += size
    } catch {
      let failure = problem("\(folder)/\(files.last?.name ?? "")", error)
      try? file.resize(to: Int64(written))
      end()
      if written == 0, let empty = files.popLast() {
        Folder.remove("\(folder)/\(empty.name)")
        number -= 1
      }
      return stop(failure, losing: waiting)
    }
    saved += waiting
    lastFrame = lastWaiting
    if let outage {
      changes.append(.resumed(lost: outage.lost))
      self.outage = nil
    }
    removeOldest()
  }

  /// Removes files above the number that is kept, once the new one holds packets: a disk that has no room for them loses
  /// no older ones.
  private mutating func removeOldest() {
    while files.count > fileCount { Folder.remove("\(folder)/\(files.removeFirst().name)") }
  }

  private mutating func stop(_ problem: Problem, losing packets: Int) {
    if outage == nil {
      changes.append(.stopped(problem))
      outage = Outage(attempt: lastTime)
    }
    outage?.attempt = lastTime
    outage?.lost += packets
  }

  private func problem(_ path: String, _ error: any Error) -> Problem {
    Problem(path: path, reason: error as? Errno ?? .ioError, saved: saved)
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
    do throws(Errno) {
      return try Folder.names(in: folder).filter { number($0) != nil }
        .sorted { (number($0) ?? 0) < (number($1) ?? 0) }
    } catch {
      throw Problem(path: folder, reason: error, saved: 0)
    }
  }
}
