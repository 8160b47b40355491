import Capture

/// The readers of capture files: an input is a whole file.
enum ReaderTargets {
  static let all = [
    FuzzTarget("pcap", "the classic format: file header and records") { read($0, as: .pcap) },
    FuzzTarget("pcapng", "the block format: sections, interfaces, packets, options") { read($0, as: .pcapng) },
    FuzzTarget("compressed", "gzip, zstd, lz4, xz and bzip2 around a capture") { read($0, as: .compressed) },
    FuzzTarget("snoop", "Solaris's format: file header and records") { read($0, as: .snoop) },
    FuzzTarget("archive", "zip and tar with a capture among their members") { read($0, as: .archive) },
    FuzzTarget("hex-dump", "hexadecimal dumps: text that becomes packets") { read($0, as: .text) },
  ]

  private enum Kind { case pcap, pcapng, compressed, snoop, archive, text }

  /// Inputs of another format are left to that format's target.
  private static func isMeant(_ bytes: [UInt8], for kind: Kind) -> Bool {
    let isPcapNG = bytes.starts(with: [0x0A, 0x0D, 0x0D, 0x0A])
    let signatures: [[UInt8]] = [
      [0x1F, 0x8B], [0x28, 0xB5], [0x04, 0x22], [0x02, 0x21], [0xFD, 0x37], Array("BZh".utf8),
    ]
    let isCompressed = signatures.contains { bytes.starts(with: $0) }
    let isSnoop = bytes.starts(with: Array("snoop".utf8))
    let isArchive = bytes.starts(with: [0x50, 0x4B]) || bytes.dropFirst(257).starts(with: Array("ustar".utf8))
    let isPcap = [0xD4, 0xA1, 0x4D, 0x34].contains(bytes.first ?? 0)
    return switch kind {
    case .pcap: isPcap && !isArchive
    case .snoop: isSnoop
    case .archive: isArchive
    case .text: !isPcap && !isPcapNG && !isCompressed && !isSnoop && !isArchive
    case .pcapng: isPcapNG
    case .compressed: isCompressed
    }
  }

  private static func read(_ bytes: [UInt8], as kind: Kind) -> Int {
    guard isMeant(bytes, for: kind) else { return 0 }
    do {
      return try walk(CaptureFile.open(bytes: bytes, name: "input"), inputLength: bytes.count)
    } catch {
      promise(!error.description.contains("\n"), "an error is one line")
      return 1
    }
  }

  /// Reads to the end and looks at everything that the reader offers.
  private static func walk(_ opened: consuming CaptureFile, inputLength: Int) throws(CaptureError) -> Int {
    var file = opened
    var batch = PacketBatch()
    var packets = 0
    var sum = 0
    _ = try file.overview()
    while try file.readBatch(&batch) {
      promise(batch.count > 0, "a batch that was read holds packets")
      let drops = file.takeHostDrops()
      let window = file.window
      let interfaces = file.interfaces.count
      for index in 0..<batch.count {
        let record = batch[index]
        sum &+= Int(truncatingIfNeeded: batch.identity(at: index))
        promise(
          record.offset >= 0 && record.offset + record.capturedLength <= window.byteCount, "packets lie in the window")
        promise(record.interface < interfaces, "a packet's interface is described")
        let bytes = record.bytes(in: window)
        if bytes.byteCount > 0 { sum &+= unsafe Int(bytes.unsafeLoad(as: UInt8.self)) }
      }
      packets += batch.count
      for drop in drops {
        promise(drop.frame <= packets && drop.interface < interfaces, "a packet that was dropped has been read")
        promise(drop.beginning.count <= HostDrop.longestBeginning, "the beginning of a dropped packet is short")
      }
    }
    promise(file.statistics.packets == packets, "every packet is counted")
    return packets &+ sum &+ file.comments.count &+ file.format.description.count
  }
}
