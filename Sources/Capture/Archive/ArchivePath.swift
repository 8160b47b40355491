import FileNames

extension CaptureFile {
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

  /// The file that has to be opened for a path: of "archive.zip/member.pcap" the archive.
  public static func file(behind path: String) -> String {
    FileKind.isThere(path) ? path : splitArchivePath(path)?.archive ?? path
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
