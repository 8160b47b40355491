import Foundation

/// Captures that nobody would make but to hurt: raw IP packets in a classic file, as many as wanted.
struct HostileCapture {
  private(set) var data = Data([0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0])

  static let gateway: UInt32 = 0xCB00_7114
  static let client: UInt32 = 0xC633_640A

  private mutating func little(_ value: Int) {
    for shift in [0, 8, 16, 24] { data.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// - Parameter at: Microseconds since the first second of 2026.
  mutating func add(_ packet: [UInt8], at: Int) {
    little(1_767_225_600 + at / 1_000_000)
    little(at % 1_000_000)
    little(packet.count)
    little(packet.count)
    data.append(contentsOf: packet)
  }

  static func ip(
    _ protocolNumber: UInt8, from source: UInt32, to destination: UInt32, _ payload: [UInt8], fragment: UInt16 = 0x4000
  ) -> [UInt8] {
    [0x45, 0] + bytes(UInt16(20 + payload.count)) + [0, 1] + bytes(fragment) + [64, protocolNumber, 0, 0]
      + bytes(source) + bytes(destination) + payload
  }

  static func udp(_ source: UInt16, _ destination: UInt16, _ payload: [UInt8]) -> [UInt8] {
    bytes(source) + bytes(destination) + bytes(UInt16(8 + payload.count)) + [0, 0] + payload
  }

  static func tcp(
    _ source: UInt16, _ destination: UInt16, _ sequence: UInt32, _ acknowledgment: UInt32, _ flags: UInt8,
    _ payload: [UInt8] = []
  ) -> [UInt8] {
    bytes(source) + bytes(destination) + bytes(sequence) + bytes(acknowledgment) + [0x50, flags, 255, 255, 0, 0, 0, 0]
      + payload
  }

  static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    stride(from: T.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> T($0)) }
  }

  private static func random(_ number: Int) -> [UInt8] {
    bytes(UInt64(number)) + bytes(UInt64(number) &* 7) + bytes(UInt64(1)) + bytes(UInt64(2))
  }

  static func datagramHello(_ number: Int) -> [UInt8] {
    let body = [0xFE, 0xFD] + random(number) + [0, 0, 0, 2, 0xC0, 0x30, 1, 0]
    let length = [0, 0, UInt8(body.count)]
    let message = [1] + length + [0, 0, 0, 0, 0] + length + body
    return [22, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0] + bytes(UInt16(message.count)) + message
  }

  static func streamHello(_ number: Int) -> [UInt8] {
    let body = [3, 3] + random(number) + [0, 0, 2, 0xC0, 0x30, 1, 0]
    return [22, 3, 1] + bytes(UInt16(body.count + 4)) + [1, 0, 0, UInt8(body.count)] + body
  }

  /// A TLS session of so many microseconds, with traffic both ways.
  mutating func session(_ number: Int, from client: UInt32, port: UInt16, at start: Int, lasting: Int) {
    let (hello, data) = (Self.streamHello(number), [23, 3, 3, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8] as [UInt8])
    func up(_ segment: [UInt8]) -> [UInt8] { Self.ip(6, from: client, to: Self.gateway, segment) }
    func down(_ segment: [UInt8]) -> [UInt8] { Self.ip(6, from: Self.gateway, to: client, segment) }
    add(up(Self.tcp(port, 443, 1_000, 0, 2)), at: start)
    add(down(Self.tcp(443, port, 5_000, 1_001, 0x12)), at: start + 100)
    add(up(Self.tcp(port, 443, 1_001, 5_001, 0x18, hello)), at: start + 200)
    var sent = UInt32(1_001 + hello.count)
    var answered: UInt32 = 5_001
    for turn in 1...4 {
      add(up(Self.tcp(port, 443, sent, answered, 0x18, data)), at: start + lasting * turn / 6)
      sent += UInt32(data.count)
      add(down(Self.tcp(443, port, answered, sent, 0x18, data)), at: start + lasting * turn / 6 + 50)
      answered += UInt32(data.count)
    }
    add(up(Self.tcp(port, 443, sent, answered, 0x11)), at: start + lasting)
  }
}
