import Dissection
import Observations

/// The beginning of a capture between two peers as `FuzzPeers` reads it.
struct PeerSeed {
  private(set) var bytes: [UInt8] = []
  private var client: IPAddress?
  private var last: Timestamp?
  private var count = 0

  private static let mostPackets = 40
  /// The header of an input says in one byte how much of a packet is here.
  private static let mostBytes = 255

  mutating func add(_ frame: RawSpan, linkType: LinkType, time: Timestamp) {
    var found: (source: IPAddress, server: UInt16, number: UInt8, payload: [UInt8])?
    _ = PacketWalk.walk(frame, linkType: linkType, missingBytes: 0) { payload, packet, _ in
      guard !packet.isLaterFragment else { return }
      switch packet.protocolNumber {
      case IPProtocol.udp:
        guard let header = UDPHeader(payload) else { return }
        found = (packet.source, min(header.sourcePort, header.destinationPort), IPProtocol.udp, header.payload.array)
      case IPProtocol.tcp:
        guard let header = TCPHeader(payload) else { return }
        found = (packet.source, min(header.sourcePort, header.destinationPort), IPProtocol.tcp, header.payload.array)
      case 50: found = (packet.source, 0, 50, payload.array)
      default: break
      }
    }
    guard let found, !found.payload.isEmpty, count < Self.mostPackets else { return }
    count += 1
    let client = client ?? found.source
    self.client = client
    let seconds = UInt8(clamping: time.nanoseconds(since: last ?? time) / 1_000_000_000)
    last = time
    let kept = found.payload.prefix(Self.mostBytes)
    let isOther: UInt8 = found.server == 4_500 ? 8 : 0
    let isOtherProtocol: UInt8 = found.number == IPProtocol.udp ? 0 : 32
    bytes +=
      [
        (found.source == client ? 0 : 1) | isOther | isOtherProtocol, seconds, UInt8(kept.count),
        UInt8(clamping: found.payload.count - kept.count),
      ] + kept
  }
}
