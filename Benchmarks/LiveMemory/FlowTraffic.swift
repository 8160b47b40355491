/// An hour on a busy link, made up: packets of flows that are all different, a million of them, among tunnels that stay.
///
/// Most flows are short HTTPS connections between ever new hosts; there are plain TCP and UDP, DTLS hellos that nobody
/// answers, path-MTU errors, and packets sent again and again: something for each table. The tunnels reconnect every
/// minute.
struct FlowTraffic {
  /// A frame as it goes over the wire, from Ethernet on.
  typealias Frame = [UInt8]

  var flows = 1_000_000
  /// Over how many seconds the flows are spread.
  var seconds = 3_600
  /// A thousand fill with their sessions what a live capture remembers, in 25 minutes.
  var tunnels = 1_000

  /// The frames of one second, from 0, in order: its share of the flows, and what the tunnels send.
  func frames(second: Int) -> [Frame] {
    var frames = (flows * second / seconds..<flows * (second + 1) / seconds).flatMap(Self.frames(flow:))
    for tunnel in 0..<tunnels where second >= tunnel % 60 {
      let (minute, at) = ((second - tunnel % 60) / 60, (second - tunnel % 60) % 60)
      if at == 0 { frames += Self.session(tunnel: tunnel, minute: minute) }
      if at == 20 || at == 58 { frames += Self.data(tunnel: tunnel, minute: minute, isLast: at == 58) }
    }
    return frames
  }

  /// The frames of flow number `flow`, in order.
  static func frames(flow: Int) -> [Frame] {
    let number = UInt32(truncatingIfNeeded: flow)
    let client = Host(
      address: 0x0A00_0000 | number & 0xFF_FFFF, port: UInt16(truncatingIfNeeded: 32_768 + flow % 28_000))
    let server = Host(address: 0xC612_0000 | (number &* 2_654_435_761) >> 16, port: 443)
    switch flow % 20 {
    case 0..<12: return https(client, server, seed: number)
    case 12..<15: return plain(client, Host(address: server.address, port: 8_080))
    case 15..<18:
      return [
        udp(client, Host(address: server.address, port: 53), [1, 2, 3, 4]),
        udp(Host(address: server.address, port: 53), client, [1, 2, 3, 4]),
      ]
    case 18: return [udp(client, server, dtlsHello(seed: number))]
    default: return stuck(client, server)
    }
  }

  /// A session of tunnel number `tunnel`, that its client begins anew each minute.
  static func session(tunnel: Int, minute: Int) -> [Frame] {
    let seed = UInt32(truncatingIfNeeded: 0x4000_0000 + tunnel * 4_096 + minute)
    let client = Host(address: 0xAC10_0000 + UInt32(tunnel), port: UInt16(truncatingIfNeeded: 20_000 + minute))
    let gateway = Host(address: 0xCB00_7114, port: 443)
    return https(client, gateway, seed: seed, keepsOpen: true) + [
      udp(Host(address: client.address, port: client.port), gateway, dtlsHello(seed: seed))
    ]
  }

  /// Data on the session that `session` began, and its end.
  static func data(tunnel: Int, minute: Int, isLast: Bool) -> [Frame] {
    let client = Host(address: 0xAC10_0000 + UInt32(tunnel), port: UInt16(truncatingIfNeeded: 20_000 + minute))
    let gateway = Host(address: 0xCB00_7114, port: 443)
    let record: [UInt8] = [23, 3, 3, 0, 100] + [UInt8](repeating: 7, count: 100)
    var frames = [
      tcp(client, gateway, flags: 0x18, sequence: 600, record),
      tcp(gateway, client, flags: 0x18, sequence: 600, record),
    ]
    if isLast { frames.append(tcp(client, gateway, flags: 0x11, sequence: 705)) }
    return frames
  }

  // MARK: Conversations

  struct Host {
    let address: UInt32
    let port: UInt16
  }

  private static func https(_ client: Host, _ server: Host, seed: UInt32, keepsOpen: Bool = false) -> [Frame] {
    let record: [UInt8] = [23, 3, 3, 0, 60] + [UInt8](repeating: 9, count: 60)
    let opening = [
      tcp(client, server, flags: 0x02, sequence: 0, options: [2, 4, 5, 0xB4]),
      tcp(server, client, flags: 0x12, sequence: 0, options: [2, 4, 5, 0x64]),
      tcp(client, server, flags: 0x18, sequence: 1, clientHello(seed: seed)),
      tcp(server, client, flags: 0x18, sequence: 1, serverHello(seed: seed)),
      tcp(client, server, flags: 0x18, sequence: 300, record), tcp(server, client, flags: 0x18, sequence: 300, record),
    ]
    return keepsOpen
      ? opening
      : opening + [tcp(client, server, flags: 0x11, sequence: 365), tcp(server, client, flags: 0x11, sequence: 365)]
  }

  private static func plain(_ client: Host, _ server: Host) -> [Frame] {
    [
      tcp(client, server, flags: 0x02, sequence: 0, options: [2, 4, 5, 0xB4]),
      tcp(server, client, flags: 0x12, sequence: 0, options: [2, 4, 5, 0xB4]),
      tcp(client, server, flags: 0x18, sequence: 1, Array("GET / HTTP/1.1\r\n\r\n".utf8)),
      tcp(server, client, flags: 0x18, sequence: 1, Array("HTTP/1.1 200 OK\r\n\r\n".utf8)),
    ]
  }

  /// A large segment that is sent three times, and a router that says it is too large.
  private static func stuck(_ client: Host, _ server: Host) -> [Frame] {
    let large = tcp(server, client, flags: 0x18, sequence: 1, [UInt8](repeating: 5, count: 1_400))
    let quote = Array(large[14..<42])
    let error = ip(from: 0xC633_6401, to: server.address, protocolNumber: 1, [3, 4, 0, 0, 0, 0, 5, 0x14] + quote)
    return plain(client, server) + [large, large, large, error]
  }

  // MARK: Packets

  private static func udp(_ from: Host, _ to: Host, _ payload: [UInt8]) -> Frame {
    ip(
      from: from.address, to: to.address, protocolNumber: 17,
      bytes(from.port) + bytes(to.port) + bytes(UInt16(8 + payload.count)) + [0, 0] + payload)
  }

  private static func tcp(
    _ from: Host, _ to: Host, flags: UInt8, sequence: UInt32, options: [UInt8] = [], _ payload: [UInt8] = []
  ) -> Frame {
    ip(
      from: from.address, to: to.address, protocolNumber: 6,
      bytes(from.port) + bytes(to.port) + bytes(sequence) + bytes(1)
        + [UInt8(5 + options.count / 4) << 4, flags, 0xFF, 0xFF, 0, 0, 0, 0] + options + payload)
  }

  private static func ip(from: UInt32, to: UInt32, protocolNumber: UInt8, _ payload: [UInt8]) -> Frame {
    [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]
      + [0x45, 0] + bytes(UInt16(20 + payload.count)) + [0, 0, 0x40, 0, 64, protocolNumber, 0, 0] + bytes(from)
      + bytes(to) + payload
  }

  private static func clientHello(seed: UInt32) -> [UInt8] {
    let name = Array("host-\(seed).example.com".utf8)
    let extensions =
      bytes(UInt16(0)) + bytes(UInt16(name.count + 5)) + bytes(UInt16(name.count + 3)) + [0] + bytes(UInt16(name.count))
      + name
    let body =
      [3, 3] + random(seed) + [0] + [0, 2, 0xC0, 0x2F] + [1, 0] + bytes(UInt16(extensions.count)) + extensions
    return handshake(1, body)
  }

  private static func serverHello(seed: UInt32) -> [UInt8] {
    handshake(2, [3, 3] + random(~seed) + [0] + [0xC0, 0x2F] + [0])
  }

  private static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    let message = [type, 0] + bytes(UInt16(body.count)) + body
    return [22, 3, 3] + bytes(UInt16(message.count)) + message
  }

  /// A datagram with one record with a ClientHello (RFC 6347 section 4.2).
  private static func dtlsHello(seed: UInt32) -> [UInt8] {
    let body = [0xFE, 0xFD] + random(seed) + [0, 0] + [0, 2, 0x00, 0xA8] + [1, 0]
    let message = [1, 0] + bytes(UInt16(body.count)) + [0, 0, 0, 0, 0, 0] + bytes(UInt16(body.count)) + body
    return [22, 0xFE, 0xFF] + [UInt8](repeating: 0, count: 8) + bytes(UInt16(message.count)) + message
  }

  private static func random(_ seed: UInt32) -> [UInt8] { (0..<8).flatMap { bytes(seed &* 2_246_822_519 &+ $0) } }

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number(Number.bitWidth - 8 - 8 * $0)) }
  }

  private static func bytes(_ number: Int) -> [UInt8] { bytes(UInt32(truncatingIfNeeded: number)) }
}
