/// Members of an archive by name, whole in memory.
public enum ArchiveMembers {
  public enum Failure: Error {
    case unreadable(CaptureError)
    case notAnArchive
    /// Cut, damaged, or larger than is read.
    case damaged(String)
  }

  /// - Parameters:
  ///   - names: Those that are wanted; of two members of one name, the first counts.
  ///   - longest: Bytes of one member.
  /// - Returns: What was found.
  public static func read(_ names: [String], of path: String, longest: Int) throws(Failure) -> [String: [UInt8]] {
    let opened: (prefix: [UInt8], source: ByteSource)?
    do { opened = try CaptureFile.archiveSource(path).map { ($0.prefix, $0.source) } } catch {
      throw .unreadable(error)
    }
    guard let opened, let archive = ArchiveStream(prefix: opened.prefix, source: opened.source) else {
      throw .notAnArchive
    }
    var members: [String: [UInt8]] = [:]
    while members.count < names.count, let name = archive.nextMember() {
      guard names.contains(name), members[name] == nil else { continue }
      members[name] = try bytes(of: archive, longest: longest)
    }
    if let failure = archive.failure { throw .damaged(failure.reason) }
    return members
  }

  /// The member that the archive stands at.
  private static func bytes(of archive: ArchiveStream, longest: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      switch unsafe buffer.withUnsafeMutableBytes({ unsafe archive.read(into: $0) }) {
      case .bytes(let count):
        bytes += buffer[..<count]
        guard bytes.count <= longest else { throw .damaged("a member has more than \(longest >> 20) MB") }
      case .end: return bytes
      case .failure(let failure): throw .damaged(failure.reason)
      }
    }
  }
}
