import FileNames

/// The captures and logs that a path stands for: those in a folder or an archive, or the file itself.
public struct PathContents: Equatable, Sendable {
  /// Files of a folder, and of the folders in it, that are looked at.
  static let mostFiles = 10_000
  /// Folders in folders that are entered.
  static let folderDepth = 8
  /// Captures of one archive. Each is found by unpacking the archive from its beginning, so that many take many times
  /// as long.
  static let mostCapturesOfArchive = 64

  /// Paths that `CaptureFile.open` takes, "archive.zip/member.pcap" for a member of an archive, in order of name.
  public private(set) var captures: [String] = []
  /// Texts that are no packet dumps, and archives that hold such texts.
  public private(set) var logs: [String] = []
  /// What was not looked at because there is too much of it, a line each.
  public private(set) var problems: [String] = []
  private var files = 0

  /// - Parameter path: As the user gave it. What is neither folder nor archive nor text, and a folder or archive without
  ///   captures and logs, is taken for a capture, so that opening it says what is wrong.
  public init(at path: String) {
    if path != "-", FileKind.isFolder(path) {
      addFolder(path, depth: 0)
    } else if path != "-", !FileKind.isSomethingElse(path) {
      addFile(path, isNamed: true)
    }
    if captures.isEmpty, logs.isEmpty { captures = [path] }
  }

  private mutating func addFolder(_ folder: String, depth: Int) {
    guard depth < Self.folderDepth else {
      return note("\(folder): folders that lie deeper are not looked at")
    }
    guard let names = try? Folder.names(in: folder, limit: Self.mostFiles, where: { !$0.hasPrefix(".") }) else {
      return note("\(folder): this folder cannot be read")
    }
    for name in names.sorted() {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if FileKind.isFolder(path) {
        // What the system makes up (/proc) would be read without end.
        guard FileKind.areOnOneFileSystem(folder, path) else { continue }
        addFolder(path, depth: depth + 1)
      } else if FileKind.isRegular(path) {
        guard files < Self.mostFiles else { return note("\(folder): only \(Self.mostFiles) files are looked at") }
        files += 1
        addFile(path, isNamed: false)
      }
    }
  }

  /// - Parameter isNamed: Whether the user named this file; in a folder there may be files of any kind.
  private mutating func addFile(_ path: String, isNamed: Bool) {
    if let source = try? CaptureFile.archiveSource(path),
      let archive = ArchiveStream(prefix: source.prefix, source: source.source)
    {
      return addMembers(of: archive, at: path)
    }
    do throws(CaptureError) {
      _ = try CaptureFile.open(path)
      captures.append(path)
    } catch {
      switch error {
      case .foreignFormat(_, .text) where Self.isNamedAsCapture(path): captures.append(path)
      case .foreignFormat(_, .packetListing) where !isNamed: note("\(path): \(ForeignFormat.packetListing.advice)")
      case .foreignFormat(_, .droppedPackets): logs.append(path)
      case .foreignFormat(_, .text): if isNamed || Self.mayBeLog(path) { logs.append(path) }
      case .notACapture(_, let bytes) where [[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(bytes.prefix(2))):
        logs.append(path)
      case .notACapture, .emptyFile, .foreignFormat(_, .pdf):
        if isNamed || Self.isNamedAsCapture(path) { captures.append(path) }
      default: captures.append(path)
      }
    }
  }

  private mutating func addMembers(of archive: ArchiveStream, at path: String) {
    let members = members(of: archive, at: path, isInside: false)
    captures += members.captures.sorted()
    if members.holdsText { logs.append(path) }
    // Of an archive in which nothing was found, opening it tells.
    if let failure = archive.failure, !members.captures.isEmpty, !members.holdsText {
      note("\(path): \(failure.reason)")
    }
  }

  /// The captures of an archive and of those in it, and whether any of them holds what may be a log.
  ///
  /// - Parameter isInside: Whether it is an archive in another.
  private mutating func members(
    of archive: ArchiveStream, at path: String, isInside: Bool
  ) -> (captures: [String], holdsText: Bool) {
    var found: [String] = []
    var holdsText = false
    while let name = archive.nextMember() {
      let beginning = ArchivedCapture.beginning(of: archive, length: HexDumpStream.probeLength)
      if beginning.withUnsafeSpan({ CaptureFormat.isCapture($0, named: name) }) {
        found.append("\(path)/\(name)")
      } else if let inner = ArchiveStream.inside(archive, beginning: beginning) {
        guard !isInside else {
          note("\(path)/\(name): captures in an archive that lies deeper are not read; unpack it")
          continue
        }
        let inside = members(of: inner, at: "\(path)/\(name)", isInside: true)
        found += inside.captures
        holdsText = holdsText || inside.holdsText
      } else {
        // A compressed text may be a log.
        holdsText = holdsText || !beginning.isEmpty && Self.mayBeLog(name)
      }
      guard found.count <= Self.mostCapturesOfArchive else {
        found.removeSubrange(Self.mostCapturesOfArchive...)
        note("\(path): only \(Self.mostCapturesOfArchive) captures of an archive are read; unpack it")
        break
      }
    }
    return (found, holdsText)
  }

  private mutating func note(_ problem: String) {
    // One line for each folder could be ten thousand.
    if problems.count < Self.mostProblems { problems.append(problem) }
  }

  private static let mostProblems = 8

  /// Whether a name is that of a capture, in whatever format.
  private static func isNamedAsCapture(_ path: String) -> Bool {
    let name = path.lowercased()
    return [".pcap", ".pcapng", ".cap", ".etl", ".dmp", ".trc", ".snoop"].contains { name.hasSuffix($0) }
  }

  /// Whether a file of a support bundle may be a log by its name: pages, programs and pictures are none, and reports
  /// that this program wrote, and all else in a case, repeat what logs said.
  private static func mayBeLog(_ path: String) -> Bool {
    guard !CaseLayout.isPart(path) else { return false }
    let name = path.lowercased()
    return ![
      ".html", ".htm", ".md", ".css", ".js", ".svg", ".py", ".sh", ".pdf", ".png", ".jpg", ".jpeg", ".gif",
    ].contains { name.hasSuffix($0) }
  }
}
