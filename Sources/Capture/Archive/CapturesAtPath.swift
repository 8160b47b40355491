import FileNames

extension CaptureFile {
  /// Files of a folder, and folders in it, that are looked at.
  static let mostFiles = 10_000
  /// Folders in folders that are entered.
  static let folderDepth = 8

  /// The captures that a path stands for, each as a path that `open` takes, in order of name: the files of a folder
  /// that are captures, the captures of an archive as "archive.zip/member.pcap", or the path itself, whatever it is.
  ///
  /// What cannot be read, and an archive without captures, stands for itself, so that opening it says why.
  public static func captures(at path: String) -> [String] {
    guard path != "-" else { return [path] }
    let found = FileKind.isFolder(path) ? files(in: path, depth: 0) : members(of: path)
    return found.isEmpty ? [path] : found
  }

  private static func files(in folder: String, depth: Int) -> [String] {
    guard depth < folderDepth else { return [] }
    let names = FileKind.names(in: folder, limit: mostFiles)
    var found: [String] = []
    for name in names.sorted() where found.count < mostFiles {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if FileKind.isFolder(path) {
        found += files(in: path, depth: depth + 1)
      } else if let bytes = beginning(of: path) {
        let isCapture = bytes.withUnsafeSpan { CaptureFormat.isCapture($0, named: name) }
        if isCapture { found.append(path) } else { found += members(of: path) }
      }
    }
    return found
  }

  /// The captures in an archive; none for what is no archive.
  private static func members(of path: String) -> [String] {
    guard let bytes = beginning(of: path), !bytes.isEmpty else { return [] }
    guard let source = try? archiveSource(path) else { return [] }
    guard let archive = ArchiveStream(prefix: source.prefix, source: source.source) else { return [] }
    var found: [String] = []
    while found.count < ArchiveStream.mostCaptures, let name = archive.nextMember() {
      let beginning = ArchivedCapture.beginning(of: archive)
      if beginning.withUnsafeSpan({ CaptureFormat.isCapture($0, named: name) }) { found.append("\(path)/\(name)") }
    }
    return found.sorted()
  }

  /// An archive's bytes, decompressed; nil for what is no archive.
  static func archiveSource(_ path: String) throws(CaptureError) -> (prefix: [UInt8], source: ByteSource)? {
    let stream = ByteStream(descriptor: try openDescriptor(path), isOwned: true)
    // A pipe can be read once only.
    guard stream.size != nil else { return nil }
    var source = ByteSource.stream(stream)
    var window = ByteWindow(source: source)
    window.fill(ArchiveStream.signatureLength)
    var prefix = window.bytes.prefixBytes(window.available)
    if let compression = prefix.withUnsafeSpan({ CaptureFormat.Compression(signature: $0) }) {
      guard let plain = DecompressedStream(compression, prefix: prefix, source: source) else { return nil }
      source = .decompressed(plain)
      var window = ByteWindow(source: source)
      window.fill(ArchiveStream.signatureLength)
      prefix = window.bytes.prefixBytes(window.available)
    }
    return prefix.withUnsafeSpan({ ArchiveStream.recognises($0) }) ? (prefix, source) : nil
  }

  /// The first bytes of a regular file; nil for anything else.
  private static func beginning(of path: String) -> [UInt8]? {
    guard let descriptor = try? openDescriptor(path) else { return nil }
    let stream = ByteStream(descriptor: descriptor, isOwned: true)
    guard stream.size != nil else { return nil }
    var window = ByteWindow(source: .stream(stream), capacity: ArchiveStream.signatureLength)
    window.fill(ArchiveStream.signatureLength)
    return window.bytes.prefixBytes(window.available)
  }

  /// An archive and the member that a path names in it, for a path that goes on behind a file.
  static func splitArchivePath(_ path: String) -> (archive: String, member: String)? {
    var end = path.endIndex
    while let slash = path[..<end].lastIndex(of: "/"), slash > path.startIndex {
      let archive = String(path[..<slash])
      if FileKind.isThere(archive) {
        let member = String(path[path.index(after: slash)...])
        return FileKind.isRegular(archive) && !member.isEmpty ? (archive, member) : nil
      }
      end = slash
    }
    return nil
  }
}
