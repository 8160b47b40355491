import Observations
import Testing

@testable import Capture

/// Capture files built field by field, in either byte order.
struct CaptureBytes {
  var bytes: [UInt8] = []
  var isBigEndian = false

  mutating func add<T: FixedWidthInteger>(_ value: T) {
    let ordered = isBigEndian ? value.bigEndian : value.littleEndian
    unsafe withUnsafeBytes(of: ordered) { unsafe bytes.append(contentsOf: $0) }
  }

  // MARK: Classic

  static func pcap(
    magic: UInt32 = 0xA1B2_C3D4, bigEndian: Bool = false, version: (UInt16, UInt16) = (2, 4),
    snapLength: UInt32 = 65_535, linkType: UInt32 = 1
  ) -> CaptureBytes {
    var file = CaptureBytes(isBigEndian: bigEndian)
    file.add(magic)
    file.add(version.0)
    file.add(version.1)
    file.add(UInt32(0))
    file.add(UInt32(0))
    file.add(snapLength)
    file.add(linkType)
    return file
  }

  mutating func record(
    _ seconds: UInt32, _ fraction: UInt32, _ packet: [UInt8], captured: UInt32? = nil, original: UInt32? = nil,
    padding: [UInt8] = []
  ) {
    add(seconds)
    add(fraction)
    add(captured ?? UInt32(packet.count))
    add(original ?? UInt32(packet.count))
    bytes += padding + packet
  }

  // MARK: Blocks

  mutating func block(_ type: UInt32, trailer: UInt32? = nil, length: UInt32? = nil, _ body: (inout Self) -> Void) {
    let start = bytes.count
    add(type)
    add(UInt32(0))
    body(&self)
    while bytes.count % 4 != 0 { bytes.append(0) }
    let total = UInt32(bytes.count - start + 4)
    var header = CaptureBytes(isBigEndian: isBigEndian)
    header.add(length ?? total)
    bytes.replaceSubrange((start + 4)..<(start + 8), with: header.bytes)
    add(trailer ?? total)
  }

  static func pcapng(bigEndian: Bool = false) -> CaptureBytes {
    var file = CaptureBytes(isBigEndian: bigEndian)
    file.section()
    return file
  }

  mutating func section(version: UInt16 = 1) {
    block(0x0A0D_0D0A) {
      $0.add(UInt32(0x1A2B_3C4D))
      $0.add(version)
      $0.add(UInt16(0))
      $0.add(UInt64.max)
    }
  }

  mutating func interface(linkType: UInt16 = 1, snapLength: UInt32 = 0, options: [(UInt16, [UInt8])] = []) {
    block(1) {
      $0.add(linkType)
      $0.add(UInt16(0))
      $0.add(snapLength)
      $0.options(options)
    }
  }

  mutating func enhanced(
    _ packet: [UInt8], interface: UInt32 = 0, ticks: UInt64 = 0, captured: UInt32? = nil, original: UInt32? = nil,
    options: [(UInt16, [UInt8])] = []
  ) {
    block(6) {
      $0.add(interface)
      $0.add(UInt32(truncatingIfNeeded: ticks >> 32))
      $0.add(UInt32(truncatingIfNeeded: ticks))
      $0.add(captured ?? UInt32(packet.count))
      $0.add(original ?? UInt32(packet.count))
      $0.bytes += packet
      while $0.bytes.count % 4 != 0 { $0.bytes.append(0) }
      $0.options(options)
    }
  }

  mutating func options(_ options: [(UInt16, [UInt8])]) {
    guard !options.isEmpty else { return }
    for (code, value) in options {
      add(code)
      add(UInt16(value.count))
      bytes += value
      while bytes.count % 4 != 0 { bytes.append(0) }
    }
    add(UInt32(0))
  }

  /// A 64-bit option value in the file's byte order.
  func value(_ number: UInt64) -> [UInt8] {
    var value = CaptureBytes(isBigEndian: isBigEndian)
    value.add(number)
    return value.bytes
  }
}

/// One packet as a test wants to compare it.
struct ReadPacket: Equatable {
  var frame: Int
  var bytes: [UInt8]
  var nanoseconds: Int64
  var originalLength: Int
  var interface: Int
}

/// A capture read to its end, one way or the other.
struct ReadCapture {
  var packets: [ReadPacket] = []
  var error: CaptureError?
  var format: String?
  var interfaces: ContiguousArray<CaptureInterface> = []
  var statistics = CaptureStatistics()
  var comments: [PacketComment] = []
  var commentsOmitted = 0
  var hostDrops: [HostDrop] = []
  /// The number of each packet; 0 for those that have none.
  var identities: [UInt64] = []

  init(_ file: CaptureBytes, windowCapacity: Int = 4096, batch: Int = 256, ahead: Bool = false) {
    self.init(file.bytes, windowCapacity: windowCapacity, batch: batch, ahead: ahead)
  }

  /// - Parameter ahead: Whether another thread reads ahead.
  init(_ bytes: [UInt8], windowCapacity: Int = 4096, batch: Int = 256, ahead: Bool = false) {
    self.init(batch: batch, ahead: ahead) { () throws(CaptureError) in
      try CaptureFile.open(.memory(ByteMemory(bytes)), name: "test.pcap", windowCapacity: windowCapacity)
    }
  }

  init(path: String) {
    self.init(batch: 256) { () throws(CaptureError) in try CaptureFile.open(path) }
  }

  init(source: ByteSource, ahead: Bool = false) {
    self.init(batch: 256, ahead: ahead) { () throws(CaptureError) in
      try CaptureFile.open(source, name: "stream", windowCapacity: ByteWindow.usualCapacity)
    }
  }

  private init(batch capacity: Int, ahead: Bool = false, open: () throws(CaptureError) -> CaptureFile) {
    do {
      var file = try open()
      if ahead, let thread = ReaderThread() { file.readAhead(on: thread) }
      format = file.format.description
      var batch = PacketBatch(capacity: capacity)
      do {
        while try file.readBatch(&batch) {
          add(batch, file.window)
          hostDrops += file.takeHostDrops()
        }
      } catch {
        self.error = error
        #expect((try? file.readBatch(&batch)) == false, "an error is thrown once, then the capture is over")
      }
      interfaces = file.interfaces
      statistics = file.statistics
      comments = file.comments
      commentsOmitted = file.commentsOmitted
    } catch {
      self.error = error
    }
  }

  private mutating func add(_ batch: PacketBatch, _ window: RawSpan) {
    for index in 0..<batch.count {
      let record = batch[index]
      identities.append(batch.identity(at: index))
      packets.append(
        ReadPacket(
          frame: batch.firstFrame + index,
          bytes: unsafe record.bytes(in: window).withUnsafeBytes { unsafe [UInt8]($0) },
          nanoseconds: record.time.nanoseconds, originalLength: record.originalLength,
          interface: record.interface))
    }
  }
}
