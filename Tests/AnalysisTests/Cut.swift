import Capture
import Observations

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A capture of its own with the middle part of another one's packets, in a temporary file.
struct Cut {
  let path: String
  /// The times of its first and of its last packet.
  let first: Timestamp
  let last: Timestamp

  /// Keeps a part of the packets, counted in fractions of all; nil when that fails. Packets that bear the same time
  /// as the first or the last are kept with them.
  init?(_ original: String, keeping part: Range<Double>) {
    guard let times = try? Self.times(of: original), !times.isEmpty else { return nil }
    let sorted = times.sorted()
    first = sorted[Int(Double(sorted.count) * part.lowerBound)]
    last = sorted[Int(Double(sorted.count) * part.upperBound)]
    guard let bytes = try? Self.packets(of: original, from: first, to: last),
      let path = Self.write(bytes)
    else { return nil }
    self.path = path
  }

  func remove() { _ = unsafe unlink(path) }

  private static func times(of path: String) throws -> [Timestamp] {
    var file = try CaptureFile.open(path)
    var batch = PacketBatch()
    var times: [Timestamp] = []
    while try file.readBatch(&batch) {
      for index in 0..<batch.count { times.append(batch[index].time) }
    }
    return times
  }

  private static func packets(of path: String, from first: Timestamp, to last: Timestamp) throws -> [UInt8] {
    var file = try CaptureFile.open(path)
    var batch = PacketBatch()
    var writer = PcapNGWriter()
    while try file.readBatch(&batch) {
      while writer.interfaceCount < file.interfaces.count {
        writer.addInterface(like: file.interfaces[writer.interfaceCount])
      }
      for index in 0..<batch.count where batch[index].time >= first && batch[index].time <= last {
        let record = batch[index]
        writer.addPacket(
          record.bytes(in: file.window), originalLength: record.originalLength, time: record.time,
          interface: record.interface)
      }
    }
    return writer.takeBytes()
  }

  private static func write(_ bytes: [UInt8]) -> String? {
    var name = Array("/tmp/tunnelscope-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard unsafe pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else { return nil }
    return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
