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

  /// A capture that holds the packets at these indices.
  func keeping(_ indices: some Sequence<Int>) -> Data {
    indices.reduce(into: data.prefix(Self.headerBytes)) { $0.append(data[packets[$1].bytes]) }
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
