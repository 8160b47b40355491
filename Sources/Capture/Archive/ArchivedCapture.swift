/// The bytes of one capture in an archive: the member that is asked for, or the only capture there is.
///
/// An archive in the archive is entered where the name that is asked for goes on behind its name: "inner.tar.gz/client.pcap".
final class ArchivedCapture {
  private var archive: ArchiveStream
  private var wanted: String?
  /// Whether it stands in an archive in the archive. None in that one is entered: nesting would have no end.
  private var isInside = false
  private var state = State.unopened
  /// What was read of the member to tell that it is a capture.
  private var beginning: [UInt8] = []
  private var delivered = 0

  private enum State { case unopened, open, ended }

  /// - Parameter member: The member's name; nil for the first capture, and then there must be no second.
  init?(prefix: [UInt8], source: ByteSource, member: String?) {
    guard let archive = ArchiveStream(prefix: prefix, source: source) else { return nil }
    self.archive = archive
    wanted = member
  }

  var bytesRead: Int { archive.bytesRead }
  var size: Int? { archive.size }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    if state == .unopened {
      state = .ended
      guard find() != nil else { return missing }
      state = .open
    }
    guard state == .open else { return .end }
    if delivered < beginning.count {
      let count = min(buffer.count, beginning.count - delivered)
      unsafe buffer.copyBytes(from: beginning[delivered..<(delivered + count)])
      delivered += count
      return .bytes(count)
    }
    let read = unsafe archive.read(into: buffer)
    guard case .end = read else { return read }
    state = .ended
    return another
  }

  /// Goes to the wanted member, or to the next that is a capture, and returns its name.
  private func find() -> String? {
    while let name = archive.nextMember() {
      if let wanted, name != wanted {
        enter(name)
        continue
      }
      beginning = Self.beginning(of: archive)
      delivered = 0
      let isCapture = beginning.withUnsafeSpan { CaptureFormat.isCapture($0, named: name) }
      if wanted != nil || isCapture { return name }
    }
    return nil
  }

  /// Goes on in the archive that a member is, where the wanted name is that of a member of it.
  private func enter(_ name: String) {
    guard !isInside, let wanted, wanted.hasPrefix(name + "/") else { return }
    let beginning = Self.beginning(of: archive)
    guard let inner = ArchiveStream.inside(archive, beginning: beginning) else { return }
    archive = inner
    self.wanted = String(wanted.dropFirst(name.count + 1))
    isInside = true
  }

  private var missing: ByteRead {
    if let failure = archive.failure { return .failure(failure) }
    let what = wanted.map { "no member \($0)" } ?? "no capture"
    return .failure(ByteFailure(kind: .badArchive, reason: "the archive holds \(what)"))
  }

  /// What follows the only capture: nothing, or the news that there are more.
  private var another: ByteRead {
    guard wanted == nil, let name = find() else {
      return archive.failure.map { .failure($0) } ?? .end
    }
    return .failure(
      ByteFailure(
        kind: .badArchive,
        reason: "the archive holds more captures; name each as ARCHIVE/MEMBER, the next is \(name)"))
  }

  /// The first bytes of the member that the archive stands at.
  static func beginning(of archive: ArchiveStream, length: Int = ArchiveStream.signatureLength) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: length)
    var count = 0
    while count < bytes.count {
      let read = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe archive.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
      }
      guard case .bytes(let more) = read else { break }
      count += more
    }
    bytes.removeSubrange(count...)
    return bytes
  }
}

extension [UInt8] {
  func withUnsafeSpan<Result>(_ body: (RawSpan) -> Result) -> Result { unsafe body(span.bytes) }
}

extension CaptureFormat {
  /// Whether a file with this beginning and name is a capture; of a compressed one only the name can say so.
  static func isCapture(_ bytes: RawSpan, named name: String) -> Bool {
    if PcapReader.recognises(bytes) || PcapNGReader.begins(bytes) || SnoopReader.recognises(bytes) { return true }
    if ForeignFormat.isText(bytes) { return HexDumpStream.recognises(bytes) && !PacketListing.isOfDrops(bytes) }
    let lower = name.lowercased()
    return Compression(signature: bytes) != nil && (lower.contains(".pcap") || lower.contains(".cap"))
  }
}
