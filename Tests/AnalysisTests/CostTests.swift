import Foundation
import Reporting
import Testing

/// What a capture costs grows with its size, whatever is in it.
///
/// Compared is the processor time for some packets with that for four times as many, in the same run (`Growth`).
@Suite("Cost", .serialized)
struct CostTests {
  /// A kind of capture, and how many of its items the smaller one has.
  struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let items: Int
    let make: @Sendable (Int) -> Data

    init(_ name: String, _ items: Int, _ make: @escaping @Sendable (inout HostileCapture, Int) -> Void) {
      testDescription = name
      self.items = items
      self.make = { count in
        var capture = HostileCapture()
        make(&capture, count)
        return capture.data
      }
    }

    init(_ name: String, _ items: Int, bytes: @escaping @Sendable (Int) -> Data) {
      testDescription = name
      self.items = items
      make = bytes
    }
  }

  static let kinds = [
    Kind("distinct addresses", 10_000) { capture, count in
      for number in 0..<count {
        capture.add(
          HostileCapture.ip(
            17, from: 0x0A00_0000 + UInt32(number), to: 0x0B00_0000 + UInt32(number * 3),
            HostileCapture.udp(1_024, 53, [1, 2, 3])), at: number * 100)
      }
    },
    Kind("hellos from distinct addresses", 1_500) { capture, count in
      for number in 0..<count {
        capture.add(
          HostileCapture.ip(
            17, from: 0x0A00_0000 + UInt32(number), to: HostileCapture.gateway,
            HostileCapture.udp(40_000, 443, HostileCapture.datagramHello(number))), at: number * 10_000)
      }
    },
    Kind("hellos from distinct ports", 2_500) { capture, count in
      for number in 0..<count {
        capture.add(
          HostileCapture.ip(
            17, from: HostileCapture.client, to: HostileCapture.gateway,
            HostileCapture.udp(UInt16(1_024 + number % 60_000), 443, HostileCapture.datagramHello(number))),
          at: number * 1_000)
      }
    },
    Kind("sessions that reconnect every minute", 250) { capture, count in
      for number in 0..<count {
        capture.session(
          number, from: HostileCapture.client, port: UInt16(1_024 + number), at: number * 60_000_000,
          lasting: 59_990_000)
      }
    },
    Kind("sessions whose cycle breaks again and again", 250) { capture, count in
      var start = 0
      for number in 0..<count {
        let lasting = number % 50 == 49 ? 80_000_000 : 60_000_000 + (number % 4) * 1_000_000
        capture.session(
          number, from: HostileCapture.client, port: UInt16(1_024 + number), at: start, lasting: lasting - 10_000)
        start += lasting
      }
    },
    Kind("sessions side by side", 250) { capture, count in
      for number in 0..<count {
        capture.session(
          number, from: HostileCapture.client, port: UInt16(1_024 + number), at: number * 1_000, lasting: 30_000_000)
      }
    },
    Kind("segments of one byte", 10_000) { capture, count in
      let hello = [22, 3, 1, 0x3F, 0xF0, 1, 0, 0x3F, 0xEC, 3, 3] + [UInt8](repeating: 7, count: 16_384)
      for number in 0..<count {
        let port = UInt16(1_024 + number / 1_000)
        capture.add(
          HostileCapture.ip(
            6, from: HostileCapture.client, to: HostileCapture.gateway,
            HostileCapture.tcp(port, 443, UInt32(1 + number % 1_000), 1, 0x18, [hello[number % 1_000]])),
          at: number * 10)
      }
    },
    Kind("a thousand fragments a datagram", 10_000) { capture, count in
      for number in 0..<count {
        capture.add(
          HostileCapture.ip(
            17, from: HostileCapture.client, to: HostileCapture.gateway, [UInt8](repeating: 0, count: 8),
            fragment: UInt16(number % 1_000) | 0x2000), at: number * 10)
      }
    },
    Kind("interfaces of distinct link types", 8_000, bytes: interfaces),
    Kind("options", 40_000, bytes: options),
    Kind("sections", 20_000, bytes: sections),
  ]

  @Test("four times the packets cost about four times as much", arguments: kinds)
  func proportion(kind: Kind) throws {
    // The first analysis pays for what is made once.
    _ = try Self.seconds(kind.make(16))
    try Growth.expectInProportion(kind.items, of: kind.testDescription) { try Self.seconds(kind.make($0)) }
  }

  @Test("four times the files that are merged cost about four times as much")
  func merging() throws {
    _ = try Self.secondsToMerge(files: 4)
    try Growth.expectInProportion(100, of: "files") { try Self.secondsToMerge(files: $0) }
  }

  /// Processor time of this thread to merge files of 25 packets that take turns.
  private static func secondsToMerge(files: Int) throws -> Double {
    let captures = (0..<files).map { file in
      var capture = HostileCapture()
      for number in 0..<25 {
        capture.add(
          HostileCapture.ip(17, from: HostileCapture.client, to: UInt32(file), HostileCapture.udp(1_024, 53, [1])),
          at: number * 1_000_000 + file)
      }
      return (name: "part-\(file).pcap", bytes: capture.data)
    }
    return try ClassicPcap.withFiles(captures) { paths in
      let begin = threadSeconds
      let report = Files.analyse(paths, points: .merged).report
      #expect(report.captures.reduce(0) { $0 + $1.packets } == 25 * files)
      return threadSeconds - begin
    }
  }

  /// Processor time of this thread for the analysis and a report.
  private static func seconds(_ bytes: Data) throws -> Double {
    try ClassicPcap.withFiles([("hostile.pcap", bytes)]) { paths in
      let begin = threadSeconds
      let report = Files.analyse(paths).report
      _ = JSONReport().render(report, generator: DeterminismTests.generator)
      return threadSeconds - begin
    }
  }

  static var threadSeconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  // MARK: Blocks

  private static func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    let length = UInt32(12 + body.count)
    return little(type) + little(length) + body + little(length)
  }

  private static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] { HostileCapture.bytes(value).reversed() }

  private static let section = block(
    0x0A0D_0D0A, little(UInt32(0x1A2B_3C4D)) + [1, 0, 0, 0] + [UInt8](repeating: 255, count: 8))

  /// As many interfaces, and a packet of each.
  @Sendable static func interfaces(_ count: Int) -> Data {
    var bytes = section
    for number in 0..<count { bytes += block(1, little(UInt16(number)) + [0, 0, 0, 0, 0, 0]) }
    for number in 0..<count {
      bytes += block(
        6, little(UInt32(number)) + [UInt8](repeating: 0, count: 8) + [4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4])
    }
    return Data(bytes)
  }

  /// As many sections, each with an interface and a packet.
  @Sendable private static func sections(_ count: Int) -> Data {
    let interface = block(1, [101, 0, 0, 0, 0, 0, 0, 0])
    let packet = block(6, [UInt8](repeating: 0, count: 12) + [4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4])
    var data = Data()
    for _ in 0..<count { data.append(contentsOf: section + interface + packet) }
    return data
  }

  /// So many options, a thousand to a packet.
  @Sendable static func options(_ count: Int) -> Data {
    var bytes = section + block(1, [101, 0, 0, 0, 0, 0, 0, 0])
    let thousand = [[UInt8]](repeating: [1, 0, 4, 0, 65, 65, 65, 65], count: 1_000).flatMap { $0 }
    for _ in 0..<count / 1_000 {
      bytes += block(6, [UInt8](repeating: 0, count: 12) + [4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4] + thousand)
    }
    return Data(bytes)
  }

  /// Two packets with two thousand options each.
  static var manyOptions: Data {
    let many = [[UInt8]](repeating: [1, 0, 0, 0], count: 2_000).flatMap { $0 }
    let packet = block(
      6, [UInt8](repeating: 0, count: 12) + [4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4] + many)
    return Data(section + block(1, [101, 0, 0, 0, 0, 0, 0, 0]) + packet + packet)
  }
}
