import Capture
import Dissection
import Families
import Observations
import Tracking

/// Packets of one capture, built field by field and numbered from 1; times are seconds.
///
///     var packets = Packets()
///     packets.udp(at: 0, from: client, to: gateway, DTLSBytes.clientHello(random: 1))
///     let events = try packets.tracked().events
struct Packets {
  static let client = Endpoint(IPAddress(v4: 0xC633_640A), 50_000)
  static let gateway = Endpoint(IPAddress(v4: 0xCB00_7114), 443)
  static let router = IPAddress(v4: 0xC000_0201)

  private var writer = PcapNGWriter()
  /// The number of the packet added last.
  private(set) var count = 0

  init() { writer.addInterface(linkTypeNumber: 101) }

  /// What a tracker makes of the packets.
  struct Tracked {
    let observations: [Observation]
    let counters: TrackingCounters
    let quality: PacketQuality
    let directions: SeenDirections
    let failedConnections: FailedConnections

    var events: [Observation.Event] { observations.map(\.event) }
  }

  /// Lets a tracker read all packets and finish.
  func tracked(limits: TrackingLimits = TrackingLimits(), finishing: Bool = true) throws -> Tracked {
    var tracker = PointTracker(point: 3, limits: limits)
    var file = try CaptureFile.open(bytes: writer.bytes, name: "packets")
    var batch = PacketBatch()
    while try file.readBatch(&batch) {
      tracker.read(batch, 0..<batch.count, window: file.window, linkTypes: [.rawIP], capture: 7)
    }
    if finishing { tracker.finish() }
    return Tracked(
      observations: tracker.takeObservations(), counters: tracker.counters, quality: tracker.quality(ofCapture: 7),
      directions: tracker.directions, failedConnections: tracker.failedConnections)
  }

  static func time(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_767_225_600_000_000_000 + Int64((seconds * 1000).rounded()) * 1_000_000)
  }

  static func frame(_ number: Int) -> FrameReference { FrameReference(capture: 7, frame: number) }

  // MARK: Adding packets

  /// - Parameters:
  ///   - identification: Of an IPv4 header; a new one for each packet unless given, as hosts give them.
  ///   - snapLength: In bytes of the IP packet.
  ///   - identity: The number that the capture gives to the packet; 0 for none.
  mutating func add(
    _ packet: [UInt8], at seconds: Double, identification: UInt16? = nil, keeping snapLength: Int = .max,
    identity: UInt64 = 0
  ) {
    count += 1
    var packet = packet
    if packet[0] >> 4 == 4 {
      packet.replaceSubrange(4..<6, with: Self.bytes(identification ?? UInt16(truncatingIfNeeded: count)))
    }
    let kept = Array(packet.prefix(snapLength))
    unsafe writer.addPacket(
      kept.span.bytes, originalLength: packet.count, time: Self.time(seconds), interface: 0, identity: identity)
  }

  mutating func tcp(
    at seconds: Double, from source: Endpoint, to destination: Endpoint, _ flags: TCPFlags = .ack,
    sequence: UInt32, acknowledgment: UInt32 = 0, _ payload: [UInt8] = [], mss: UInt16? = nil,
    dontFragment: Bool = true, identification: UInt16? = nil, keeping snapLength: Int = .max
  ) {
    add(
      Self.ip(
        protocolNumber: 6, from: source.address, to: destination.address,
        Self.tcpSegment(source, destination, flags, sequence, acknowledgment, mss) + payload,
        dontFragment: dontFragment),
      at: seconds, identification: identification, keeping: snapLength)
  }

  mutating func udp(
    at seconds: Double, from source: Endpoint, to destination: Endpoint, _ payload: [UInt8],
    dontFragment: Bool = true, keeping snapLength: Int = .max
  ) {
    add(
      Self.udpPacket(source, destination, payload, dontFragment: dontFragment), at: seconds, keeping: snapLength)
  }

  /// An ICMP error of type 3 that quotes the beginning of a packet.
  ///
  /// - Parameter snapLength: In bytes of the IP packet.
  mutating func unreachable(
    at seconds: Double, code: UInt8, nextHopMTU: UInt16 = 0, from reporter: IPAddress, to host: IPAddress,
    quoting packet: [UInt8], keeping snapLength: Int = .max
  ) {
    let rest = [0, 0] + Self.bytes(nextHopMTU) + packet.prefix(28)
    let message = [3, code] + Self.bytes(Self.checksum([3, code, 0, 0] + rest)) + rest
    add(Self.ip(protocolNumber: 1, from: reporter, to: host, message), at: seconds, keeping: snapLength)
  }

  // MARK: Headers

  /// The Internet checksum (RFC 1071) of an even number of bytes.
  private static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum = stride(from: 0, to: bytes.count - 1, by: 2).reduce(UInt32(0)) {
      $0 + UInt32(bytes[$1]) << 8 + UInt32(bytes[$1 + 1])
    }
    while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
    return ~UInt16(sum)
  }

  static func udpPacket(
    _ source: Endpoint, _ destination: Endpoint, _ payload: [UInt8], dontFragment: Bool = true
  ) -> [UInt8] {
    let datagram =
      bytes(source.port) + bytes(destination.port) + bytes(UInt16(8 + payload.count)) + [0, 0] + payload
    return ip(
      protocolNumber: 17, from: source.address, to: destination.address, datagram, dontFragment: dontFragment)
  }

  static func tcpPacket(
    _ source: Endpoint, _ destination: Endpoint, sequence: UInt32, _ payload: [UInt8]
  ) -> [UInt8] {
    ip(
      protocolNumber: 6, from: source.address, to: destination.address,
      tcpSegment(source, destination, .ack, sequence, 0, nil) + payload)
  }

  private static func tcpSegment(
    _ source: Endpoint, _ destination: Endpoint, _ flags: TCPFlags, _ sequence: UInt32, _ acknowledgment: UInt32,
    _ mss: UInt16?
  ) -> [UInt8] {
    let options = mss.map { [2, 4] + bytes($0) } ?? []
    let ports = bytes(source.port) + bytes(destination.port)
    let numbers = bytes(sequence) + bytes(acknowledgment)
    return ports + numbers + [UInt8((20 + options.count) / 4) << 4, flags.rawValue, 0xFF, 0xFF, 0, 0, 0, 0] + options
  }

  /// - Parameter fragmentOffset: In bytes, a multiple of 8.
  static func ip(
    protocolNumber: UInt8, from source: IPAddress, to destination: IPAddress, _ payload: [UInt8],
    dontFragment: Bool = true, moreFragments: Bool = false, fragmentOffset: Int = 0
  ) -> [UInt8] {
    guard source.isIPv4 else {
      return [0x60, 0, 0, 0] + bytes(UInt16(payload.count)) + [protocolNumber, 64] + bytes(source.high)
        + bytes(source.low) + bytes(destination.high) + bytes(destination.low) + payload
    }
    let flags = UInt16(dontFragment ? 0x4000 : 0) | UInt16(moreFragments ? 0x2000 : 0) | UInt16(fragmentOffset / 8)
    return [0x45, 0] + bytes(UInt16(20 + payload.count)) + [0, 1] + bytes(flags) + [64, protocolNumber, 0, 0]
      + bytes(UInt32(truncatingIfNeeded: source.low)) + bytes(UInt32(truncatingIfNeeded: destination.low)) + payload
  }

  static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    stride(from: T.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> T($0)) }
  }
}

/// A TCP connection under way: what each side sends next.
struct TCPConnection {
  let client: Endpoint
  let server: Endpoint
  var clientNext: UInt32
  var serverNext: UInt32

  func end(_ side: Side) -> Endpoint { side == .client ? client : server }
  func next(_ side: Side) -> UInt32 { side == .client ? clientNext : serverNext }

  mutating func advance(_ side: Side, by count: Int) {
    if side == .client { clientNext &+= UInt32(count) } else { serverNext &+= UInt32(count) }
  }
}

extension Packets {
  /// SYN, SYN-ACK and ACK, 10 ms apart.
  mutating func open(
    at seconds: Double, client: Endpoint = client, server: Endpoint = gateway, clientMSS: UInt16? = 1460,
    serverMSS: UInt16? = 1380, sequence: UInt32 = 1000
  ) -> TCPConnection {
    tcp(at: seconds, from: client, to: server, .syn, sequence: sequence, mss: clientMSS)
    tcp(
      at: seconds + 0.01, from: server, to: client, .syn.union(.ack), sequence: 9000, acknowledgment: sequence &+ 1,
      mss: serverMSS)
    tcp(at: seconds + 0.02, from: client, to: server, sequence: sequence &+ 1, acknowledgment: 9001)
    return TCPConnection(client: client, server: server, clientNext: sequence &+ 1, serverNext: 9001)
  }

  /// The next bytes of a side; all that came so far is acknowledged.
  mutating func send(
    _ side: Side, _ payload: [UInt8], on connection: inout TCPConnection, at seconds: Double,
    keeping snapLength: Int = .max
  ) {
    tcp(
      at: seconds, from: connection.end(side), to: connection.end(side.opposite), sequence: connection.next(side),
      acknowledgment: connection.next(side.opposite), payload, keeping: snapLength)
    connection.advance(side, by: payload.count)
  }

  mutating func close(
    _ side: Side, _ flags: TCPFlags = .fin.union(.ack), on connection: TCPConnection, at seconds: Double
  ) {
    tcp(
      at: seconds, from: connection.end(side), to: connection.end(side.opposite), flags,
      sequence: connection.next(side), acknowledgment: connection.next(side.opposite))
  }
}
