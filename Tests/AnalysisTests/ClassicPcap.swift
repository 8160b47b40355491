import Foundation

/// A classic little-endian microsecond capture as bytes, to be cut and dealt out; all samples are such files.
struct ClassicPcap {
  struct Packet {
    /// Record header and data.
    let bytes: Range<Int>
    let microseconds: Int
  }

  private static let headerBytes = 24
  private static let recordHeaderBytes = 16
  private let data: Data
  let packets: [Packet]

  init?(_ path: String) {
    guard let data = FileManager.default.contents(atPath: path), data.count >= Self.headerBytes,
      data.prefix(4) == Data([0xD4, 0xC3, 0xB2, 0xA1])
    else { return nil }
    func word(_ offset: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(data[offset + $1]) << (8 * $1) }
    }
    var packets: [Packet] = []
    var offset = Self.headerBytes
    while offset + Self.recordHeaderBytes <= data.count {
      let end = offset + Self.recordHeaderBytes + word(offset + 8)
      guard end <= data.count else { break }
      packets.append(Packet(bytes: offset..<end, microseconds: word(offset) * 1_000_000 + word(offset + 4)))
      offset = end
    }
    self.data = data
    self.packets = packets
  }

  /// A capture that holds the packets of two, in order of time.
  static func merged(_ a: ClassicPcap, _ b: ClassicPcap) -> Data {
    let packets = [a, b].flatMap { capture in
      capture.packets.map { (time: $0.microseconds, bytes: capture.data[$0.bytes]) }
    }
    return packets.sorted { $0.time < $1.time }
      .reduce(into: a.data.prefix(headerBytes)) { $0.append($1.bytes) }
  }

  /// A capture that holds the packets at these indices.
  ///
  /// - Parameter records: What comes before them.
  func keeping(_ indices: some Sequence<Int>, behind records: [Data] = []) -> Data {
    let begin = records.reduce(into: data.prefix(Self.headerBytes)) { $0.append($1) }
    return indices.reduce(into: begin) { $0.append(data[packets[$1].bytes]) }
  }

  /// All its packets, each with the bytes that were captured and how many were on the wire.
  var damageable: [DamagedCapture.Packet] {
    packets.map { packet in
      let record = data[packet.bytes]
      let start = record.startIndex
      return DamagedCapture.Packet(
        microseconds: packet.microseconds, frame: [UInt8](record.dropFirst(Self.recordHeaderBytes)),
        length: (0..<4).reduce(0) { $0 | Int(record[start + 12 + $1]) << (8 * $1) })
    }
  }

  /// An Ethernet capture of these packets.
  static func capture(of packets: [DamagedCapture.Packet]) -> Data {
    let header = words([0xA1B2_C3D4, 4 << 16 | 2, 0, 0, 262_144, 1])
    return packets.reduce(into: header) { capture, packet in
      capture.append(
        words([
          packet.microseconds / 1_000_000, packet.microseconds % 1_000_000, packet.frame.count, packet.length,
        ]))
      capture.append(contentsOf: packet.frame)
    }
  }

  private static func words(_ words: [Int]) -> Data {
    words.reduce(into: Data()) { bytes, word in
      for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
  }

  /// A record of a spanning tree frame.
  static func record(at microseconds: Int) -> Data {
    let frame = Data(repeating: 2, count: 12) + [0, 38, 0x42, 0x42, 3] + Data(count: 35)
    let words = [microseconds / 1_000_000, microseconds % 1_000_000, frame.count, frame.count]
    return Self.words(words) + frame
  }

  /// The same capture with other times, in microseconds.
  func withTimes(_ time: (Int) -> Int) -> Data {
    packets.reduce(into: data) { changed, packet in
      let other = time(packet.microseconds)
      for (place, word) in [other / 1_000_000, other % 1_000_000].enumerated() {
        for byte in 0..<4 {
          changed[packet.bytes.lowerBound + 4 * place + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte))
        }
      }
    }
  }

  /// The same capture with a snap length.
  func cut(to length: Int) -> Data {
    packets.reduce(into: data.prefix(Self.headerBytes)) { cut, packet in
      var record = Data(data[packet.bytes].prefix(Self.recordHeaderBytes + length))
      let captured = record.count - Self.recordHeaderBytes
      for byte in 0..<4 { record[record.startIndex + 8 + byte] = UInt8(truncatingIfNeeded: captured >> (8 * byte)) }
      cut.append(record)
    }
  }

  /// The same capture with other bytes in its frames.
  ///
  /// - Parameter change: Gets a frame from the link layer on.
  func changing(_ change: (inout [UInt8]) -> Void) -> Data {
    packets.reduce(into: data) { changed, packet in
      let place = packet.bytes.dropFirst(Self.recordHeaderBytes)
      var frame = [UInt8](data[place])
      change(&frame)
      changed.replaceSubrange(place, with: frame)
    }
  }

  /// The same capture with nanoseconds where its header says microseconds.
  var withNanosecondsAsMicroseconds: Data {
    packets.reduce(into: data) { changed, packet in
      let fraction = packet.microseconds % 1_000_000 * 1_000
      for byte in 0..<4 {
        changed[packet.bytes.lowerBound + 4 + byte] = UInt8(truncatingIfNeeded: fraction >> (8 * byte))
      }
    }
  }

  /// A capture that holds the packets whose bytes, from the link layer on, are chosen.
  func keeping(where isChosen: (Data) -> Bool) -> Data {
    keeping(packets.indices.filter { isChosen(Data(data[packets[$0].bytes].dropFirst(Self.recordHeaderBytes))) })
  }

  /// Writes captures into a folder of their own, hands over their paths and removes them.
  static func withFiles<Result>(_ files: [(name: String, bytes: Data)], _ body: ([String]) throws -> Result) throws
    -> Result
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = try files.map { file in
      let url = folder.appendingPathComponent(file.name)
      try file.bytes.write(to: url)
      return url.path
    }
    return try body(paths)
  }

  /// The packets dealt out in order to so many files, as a program that rotates its files does.
  func rotated(_ count: Int, name: String) -> [(name: String, bytes: Data)] {
    (0..<count).map { part in
      let number = String(repeating: "0", count: 4 - String(part).count) + String(part)
      return (
        "\(name)-\(number).pcap", keeping(packets.count * part / count..<packets.count * (part + 1) / count)
      )
    }
  }
}
