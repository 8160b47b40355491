import Capture
import Dissection
import Observations

/// Cuts a capture into inputs for every target: whole beginnings for the readers, and each layer of each packet for the
/// layer's dissector.
public enum SeedCutting {
  public struct Seed: Sendable {
    public let target: String
    /// What it is an example of, within its target.
    public let kind: String
    /// The capture, the frame and the kind.
    public let name: String
    public let bytes: [UInt8]
  }

  /// Packets that a seed for the trackers has: enough for a handshake, few enough to be changed quickly.
  private static let packetsPerSequence = 40
  /// Bytes of each packet in such a seed; the rest counts as cut.
  private static let bytesPerPacket = 260

  public static func seeds(of capture: [UInt8], named name: String) -> [Seed] {
    guard var file = try? CaptureFile.open(bytes: capture, name: name) else { return [] }
    var cutter = Cutter(capture: name)
    var sequence = PacketSequence(linkType: 0, packets: [])
    var writer = PcapNGWriter(application: "seeds", comment: name)
    var batch = PacketBatch()
    var last: Timestamp?
    var peers = PeerSeed()
    while (try? file.readBatch(&batch)) ?? false {
      let window = file.window
      while writer.interfaceCount < file.interfaces.count {
        writer.addInterface(like: file.interfaces[writer.interfaceCount])
      }
      for index in 0..<batch.count {
        let record = batch[index]
        let bytes = record.bytes(in: window)
        let frame = batch.firstFrame + index
        cutter.cut(bytes, linkType: file.interfaces[record.interface].linkType, frame: frame)
        peers.add(bytes, linkType: file.interfaces[record.interface].linkType, time: record.time)
        guard sequence.packets.count < packetsPerSequence else { continue }
        let kept = min(bytes.byteCount, bytesPerPacket)
        let pause = record.time.nanoseconds(since: last ?? record.time) / 1_000_000
        last = record.time
        sequence.packets.append(
          PacketSequence.Packet(
            milliseconds: Int16(clamping: pause), missing: UInt16(clamping: record.originalLength - kept),
            frame: bytes.upTo(kept).array))
        writer.addPacket(
          bytes.upTo(kept), originalLength: record.originalLength, time: record.time, interface: record.interface,
          comment: frame == 1 ? "first" : nil)
      }
    }
    let beginning = sequence.bytes
    let block = writer.takeBytes()
    let frames = sequence.packets.prefix(12).map(\.frame)
    let dump = HexText.dump(of: frames)
    let snoop = frames.reduce(HexText.snoopHeader) { $0 + HexText.snoopRecord($1) }
    let stream = TextTargets.observations(ofCapture: sequence.capture())
    let family = ["openvpn", "ipsec"].first { name.contains($0) }
    return cutter.seeds
      + (family.map { [Seed(target: $0, kind: name, name: "\(name)-peers", bytes: peers.bytes)] } ?? [])
      + [Seed(target: "observations", kind: "\(name.count % 8)", name: "\(name).ndjson", bytes: stream)]
      + ["tracking", "capture", "case", "shapes"].map {
        Seed(target: $0, kind: name, name: "\(name)-beginning", bytes: beginning)
      }
      + [
        Seed(target: "pcap", kind: "\(name.count % 4)", name: "\(name).pcap", bytes: Array(capture.prefix(6_000))),
        Seed(target: "file", kind: "\(name.count % 4)", name: "\(name).pcap", bytes: Array(capture.prefix(6_000))),
        Seed(target: "pcapng", kind: "\(name.count % 4)", name: "\(name).pcapng", bytes: block),
        Seed(target: "hex-dump", kind: "\(name.count % 4)", name: "\(name).txt", bytes: dump),
        Seed(target: "snoop", kind: "\(name.count % 4)", name: "\(name).snoop", bytes: snoop),
        Seed(target: "file", kind: "\(name.count % 4) pcapng", name: "\(name).pcapng", bytes: block),
      ]
  }

  /// Finds the layers of packets.
  private struct Cutter {
    let capture: String
    private(set) var seeds: [Seed] = []

    init(capture: String) { self.capture = capture }

    private mutating func add(_ target: String, _ kind: String, _ bytes: RawSpan, frame: Int) {
      seeds.append(Seed(target: target, kind: kind, name: "\(capture)-frame-\(frame)-\(kind)", bytes: bytes.array))
    }

    private mutating func add(_ target: String, _ kind: String, _ bytes: [UInt8], frame: Int) {
      seeds.append(Seed(target: target, kind: kind, name: "\(capture)-frame-\(frame)-\(kind)", bytes: bytes))
    }

    mutating func cut(_ frame: RawSpan, linkType: LinkType, frame number: Int) {
      guard let layer = LinkLayer.networkLayer(of: frame, linkType: linkType) else { return }
      add("link-layer", "ethertype-\(String(layer.etherType, radix: 16))", frame, frame: number)
      if linkType == .ethernet {
        for (kind, bytes) in Carriers.around(frame.array) { add("decapsulation", kind, bytes, frame: number) }
      }
      let packet = frame.from(layer.offset)
      if let header = IPv4Header(packet) {
        add(
          "ip", "ipv4-protocol-\(header.protocolNumber)\(header.isFragment ? "-fragment" : "")", packet, frame: number)
        cut(transport: header.payload, header.protocolNumber, frame: number)
      } else if let header = IPv6Header(packet) {
        add("ip", "ipv6-protocol-\(header.protocolNumber)", packet, frame: number)
        cut(transport: header.payload, header.protocolNumber, frame: number)
      }
    }

    private mutating func cut(transport bytes: RawSpan, _ protocolNumber: UInt8, frame: Int) {
      switch protocolNumber {
      case IPProtocol.tcp:
        guard let header = TCPHeader(bytes) else { return }
        add("transport", "tcp-flags-\(String(header.flags.rawValue, radix: 16))", bytes, frame: frame)
        cut(tls: header.payload, frame: frame)
      case IPProtocol.udp:
        guard let header = UDPHeader(bytes) else { return }
        add("transport", "udp", bytes, frame: frame)
        cut(dtls: header.payload, frame: frame)
      case IPProtocol.icmp, IPProtocol.icmpv6:
        guard bytes.byteCount >= 2 else { return }
        let type = unsafe bytes.unsafeLoad(as: UInt8.self)
        add("icmp", "protocol-\(protocolNumber)-type-\(type)", bytes, frame: frame)
      default: break
      }
    }

    private mutating func cut(tls payload: RawSpan, frame: Int) {
      var records = TLSRecords(payload)
      guard let record = records.next() else { return }
      guard record.contentType == .handshake, let message = TLSHandshakeMessage(record.fragment) else {
        return add("tls", "content-\(record.contentType.number)", payload, frame: frame)
      }
      add("tls", "handshake-\(message.type.number)", payload, frame: frame)
      if message.type.number == 1 || message.type.number == 2 {
        add("hello", "stream-\(message.type.number)", message.body, frame: frame)
      }
    }

    private mutating func cut(dtls payload: RawSpan, frame: Int) {
      var records = DTLSRecords(payload)
      guard let record = records.next() else { return }
      guard record.contentType == .handshake, let fragment = DTLSHandshakeFragment(record.fragment) else {
        return add("dtls", "content-\(record.contentType.number)", payload, frame: frame)
      }
      add("dtls", "handshake-\(fragment.type.number)", payload, frame: frame)
      if fragment.type.number <= 3 { add("hello", "datagram-\(fragment.type.number)", fragment.body, frame: frame) }
    }
  }
}

/// Frames in the formats that no writer of the program's own makes.
private enum HexText {
  static let snoopHeader = Array("snoop".utf8) + [0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 4]

  static func snoopRecord(_ frame: [UInt8]) -> [UInt8] {
    let padding = (4 - frame.count % 4) % 4
    let numbers = [frame.count, frame.count, 24 + frame.count + padding, 0, 1_767_225_600, 0]
    return numbers.flatMap { number in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } } + frame
      + [UInt8](repeating: 0, count: padding)
  }

  static func dump(of frames: [[UInt8]]) -> [UInt8] {
    var text = ""
    for (number, frame) in frames.enumerated() {
      text += "  \(number): 10:11:12.\(100_000 + number) port1 in\n"
      for start in stride(from: 0, to: frame.count, by: 16) {
        text += "0x" + hexadecimal(start, 4) + "  "
        for byte in frame[start..<min(start + 16, frame.count)] { text += " " + hexadecimal(Int(byte), 2) }
        text += "\n"
      }
      text += "\n"
    }
    return Array(text.utf8)
  }

  private static func hexadecimal(_ number: Int, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// What stands before an Ethernet frame that a carrier holds, or before its packet: the link type's place in
/// `HeaderTargets.linkTypes`, then the carrier's headers. Lengths in them are as large as they can be.
private enum Carriers {
  /// A frame, and its packet if that is one of IPv4, in each carrier and behind each link type.
  static func around(_ frame: [UInt8]) -> [(kind: String, bytes: [UInt8])] {
    var seeds = all.map { ($0.kind, $0.header + frame) }
    guard frame.count > 34, frame[12] == 8, frame[13] == 0 else { return seeds }
    seeds += behindType.map { ($0.kind, $0.header + frame[12...]) }
    seeds += packets.map { ($0.kind, $0.header + frame[14...]) }
    let length = UInt16(clamping: frame.count - 14)
    let (high, low) = (UInt8(length >> 8), UInt8(length & 255))
    seeds.append(
      ("gtp", ipv4(17) + udp(2152) + [0x30, 0xFF, high, low, 0, 0, 0, 7] + frame[14...]))
    let attribute = UInt16(clamping: frame.count - 10)
    seeds.append(
      ("nflog", [14, 2, 0, 0, 0, UInt8(attribute & 255), UInt8(attribute >> 8), 9, 0] + frame[14...]))
    return seeds
  }

  /// Before the EtherType of a frame.
  private static let behindType: [(kind: String, header: [UInt8])] = {
    let wiFi: [UInt8] =
      [8, 1, 0, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3, 0, 0, 0xAA, 0xAA, 3, 0, 0, 0]
    return [
      ("wifi", [9] + wiFi), ("radiotap", [10, 0, 0, 8, 0, 0, 0, 0, 0] + wiFi),
      ("prism", [11, 0x44, 0, 0, 0, 0x90, 0, 0, 0] + zeros(136) + wiFi),
      ("avs", [12, 0x80, 0x21, 0x10, 1, 0, 0, 0, 0x40] + zeros(56) + wiFi), ("hdlc", [19, 0x0F, 0]),
    ]
  }()

  /// Before an IPv4 packet.
  private static let packets: [(kind: String, header: [UInt8])] = [
    ("ip-in-ip", ipv4(4)), ("ah", ipv4(51) + [4, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1] + zeros(12)),
    ("l2tp", ipv4(17) + udp(1701) + [0, 2, 0, 1, 0, 2, 0xFF, 3, 0, 0x21]), ("null", [1, 2, 0, 0, 0]),
    ("ppp", [2, 0xFF, 3, 0, 0x21]), ("raw", [3]), ("loop", [4, 0, 0, 0, 2]),
    ("cooked", [5, 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0]), ("ipv4", [6]),
    ("ipv6", [7, 0x60, 0, 0, 0, 0xFF, 0xFF, 4, 64] + zeros(15) + [1] + zeros(15) + [2]),
    ("cooked-2", [8, 8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0]),
    ("pflog", [15, 0x3D, 2, 0, 0] + zeros(60)), ("pppd", [16, 0, 3, 0, 0x21]), ("ppp-direction", [17, 1, 0xFF, 3, 0, 0x21]),
    ("pppoe", [18, 0x11, 0, 0, 7, 0xFF, 0xFF, 0, 0x21]), ("enc", [20, 2, 0, 0, 0] + zeros(8)),
    ("ipnet", [23, 1, 2, 0, 4, 0, 0, 0, 40, 0, 0, 0, 1] + zeros(12)),
  ]

  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  private static let all: [(kind: String, header: [UInt8])] = [
    ("plain", [0]), ("vxlan", ipv4(17) + udp(4789) + [8, 0, 0, 0, 0, 0x30, 0x39, 0]),
    ("geneve", ipv4(17) + udp(6081) + [1, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 1, 0x80, 0]),
    ("tzsp", ipv4(17) + udp(37008) + [1, 0, 0, 1, 10, 1, 200, 1]),
    ("gre-udp", ipv4(17) + udp(4754) + [0x20, 0, 0x65, 0x58, 0, 0, 0, 7]),
    ("mpls-udp", ipv4(17) + udp(6635) + [0, 6, 0x41, 64]),
    ("capwap", ipv4(17) + udp(5247) + [0, 0x20, 0x42, 0x20, 0, 0, 0, 0, 4, 200, 25, 0, 0, 0, 0, 0]),
    (
      "teredo",
      ipv4(17) + udp(3544) + [0, 1, 0, 0] + [UInt8](repeating: 0, count: 9) + [0, 0, 0x3B, 0xCF, 0xF5, 0xFF, 0xFF, 0xFE]
        + [0x60, 0, 0, 0, 0xFF, 0xFF, 143, 64, 0x20, 1, 0, 0] + [UInt8](repeating: 7, count: 28)
    ),
    ("gre", ipv4(47) + [0x20, 0, 0x65, 0x58, 0, 0, 0, 7]),
    ("erspan", ipv4(47) + [0x10, 0, 0x88, 0xBE, 0, 0, 0, 1, 0x10, 100, 0, 1, 0, 0, 0, 0]),
    ("erspan-3", ipv4(47) + [0x10, 0, 0x22, 0xEB, 0, 0, 0, 1, 0x20, 100, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]),
    ("etherip", ipv4(97) + [0x30, 0]), ("l2tp-3", ipv4(115) + [0, 0, 0, 0x11]),
    ("nsh", ipv4(17) + udp(4790) + [0x0C, 0, 0, 4, 0, 0x30, 0x39, 0, 0x0F, 0xC2, 2, 3, 0, 0, 7, 0xFF]),
    ("fabricpath", [0, 2, 0, 0, 0, 0, 0xFE, 2, 0, 0, 0, 0, 0xFD, 0x89, 3, 0, 0x60]),
    (
      "isl",
      [0, 1, 0, 0x0C, 0, 0, 0, 2, 0, 0, 0, 0, 0xFD, 1, 0, 0xAA, 0xAA, 3, 0, 0, 0x0C, 0, 0x14, 0, 0, 0, 0]
    ),
    (
      "pktap",
      [13, 108, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] + zeros(24) + [2, 0, 0, 0, 2, 0, 0, 0, 14, 0, 0, 0] + zeros(60)
    ),
    ("mpls", ethernet + [0x88, 0x47, 0, 6, 0x41, 64, 0, 0, 0, 0]), ("backbone", ethernet + [0x88, 0xE7, 0, 0, 0, 7]),
    ("juniper", [21, 0x4D, 0x47, 0x43, 0x81, 0, 0]),
    ("erf", [22] + [UInt8](repeating: 0, count: 8) + [2] + [UInt8](repeating: 0, count: 9)),
  ]

  private static let ethernet: [UInt8] = [0, 2, 0, 0, 0, 0, 0xFE, 2, 0, 0, 0, 0, 0xFD]

  private static func ipv4(_ protocolNumber: UInt8) -> [UInt8] {
    ethernet + [8, 0, 0x45, 0, 0xFF, 0xFF, 0, 7, 0, 0, 64, protocolNumber, 0, 0, 10, 255, 0, 1, 10, 255, 0, 2]
  }

  private static func udp(_ port: UInt16) -> [UInt8] {
    [0xC0, 0, UInt8(port >> 8), UInt8(port & 255), 0xFF, 0xFF, 0, 0]
  }
}

extension RawSpan {
  var array: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
